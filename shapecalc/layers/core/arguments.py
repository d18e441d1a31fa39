"""The arguments that a class declares: their fields, how a call binds them, and how a call is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, final

from shapecalc.algebra import Expr
from shapecalc.errors import SpecError, did_you_mean, quoted
from shapecalc.layers.core.kinds import ArgumentKind, write_value

#: The default of an argument that must be given.
REQUIRED: Any = type("Required", (), {"__repr__": lambda _: "REQUIRED"})()


@final
class Field:
    """One argument: its name, what it may hold and its default."""

    __slots__ = ("default", "kind", "name", "per_axis")

    def __init__(self, name: str, kind: ArgumentKind, default: Any) -> None:
        self.name = name
        self.kind = kind
        self.per_axis = kind.per_axis
        self.default = default

    def read(self, value: Any, owner: str, rank: int) -> Any:
        """``value`` as a layer of this rank keeps it.

        Raises:
            SpecError: the value is not of the field's kind; the message names the owner.
        """
        result = self.kind.read(value, rank)
        if result is NotImplemented:
            raise SpecError(f"{owner}: expected {self.kind.expected(rank)} but got {self.name}={_written(value)}.")
        return result

    def default_at(self, rank: int) -> Any:
        """The default as a layer of this rank keeps it."""
        return None if self.default is None else self.kind.read(self.default, rank)

    def write(self, value: Any) -> str:
        """The value in Python syntax; axes that agree collapse to one number."""
        return self.kind.write(value)


def _written(value: Any) -> str:
    """A value as a message shows it; an object that no argument holds, by its class."""
    is_known = value is None or isinstance(value, str | int | float | tuple | Expr)
    try:
        return write_value(value) if is_known else quoted(value)
    except ValueError:  # an integer of thousands of digits
        return quoted(value)


def bind_arguments(
    owner: str, fields: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments as Python binds them, by field name.

    Raises:
        SpecError: there are too many, one is unknown, or one is given twice.
    """
    if len(args) > len(fields):
        takes = f"takes {len(fields)} arguments" if fields else "takes no arguments"
        raise SpecError(f"{owner} {takes} but {len(args)} were given.")
    values = dict(zip(fields, args, strict=False))
    for name, value in kwargs.items():
        if name not in fields:
            raise SpecError(unknown_argument(owner, fields, name))
        if name in values:
            raise SpecError(f"{owner}: {name} is given twice, by position and by name.")
        values[name] = value
    return values


def unknown_argument(owner: str, fields: Iterable[str], name: str) -> str:
    """The message for an argument that a layer does not take."""
    takes = f"it takes {', '.join(fields)}" if fields else "it takes none"
    return f"{owner} has no argument {name}{did_you_mean(name, fields)}; {takes}."


def missing_arguments(cls: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The message for required arguments without a value.

    Where the first argument may have been left out, as one that the input determines, it says how to write that.

    Args:
        cls: the class, a Record.
        args: the arguments by position.
        kwargs: the arguments by name.
    """
    required = [name for name, field in cls.fields.items() if field.default is REQUIRED and name not in cls.infers]
    values = {*list(cls.fields)[: len(args)], *kwargs}
    missing = [name for name in required if name not in values]
    *first, last = missing
    message = f"{cls.__name__} needs {', '.join(first)}{' and ' if first else ''}{last}"
    names = [name for name in cls.fields if name not in cls.infers][: len(args)]
    if not args or not cls.infers or not kwargs.keys().isdisjoint({*names, *cls.infers}):
        return f"{message}."
    if any(name not in names and name not in kwargs for name in required):
        return f"{message}."
    written = [
        write_value(value) if cls.has_lazy else f"{name}={write_value(value)}"
        for name, value in zip(names, args, strict=True)
    ]
    written += [f"{name}={write_value(value)}" for name, value in kwargs.items()]
    call = f"{'Lazy' * cls.has_lazy}{cls.__name__}({', '.join(written)})"
    return f"{message}; to have {cls.infers[0]} found from the input, write {call}."
