"""The arguments that a class declares: their fields, how a call binds them, and how a call is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, final

from shapecalc.errors import SpecError, did_you_mean
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
            raise SpecError(f"{owner}: expected {self.kind.expected(rank)} but got {self.name}={write_value(value)}.")
        return result

    @cache  # noqa: B019  a field lives as long as its class
    def default_at(self, rank: int) -> Any:
        """The default as a layer of this rank keeps it."""
        return None if self.default is None else self.kind.read(self.default, rank)

    def write(self, value: Any) -> str:
        """The value in Python syntax; axes that agree collapse to one number."""
        return self.kind.write(value)


def bind_arguments(
    owner: str, fields: Mapping[str, Field], args: tuple[Any, ...], kwargs: Mapping[str, Any]
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
            raise SpecError(_unknown(owner, fields, name))
        if name in values:
            raise SpecError(f"{owner}: {name} is given twice, by position and by name.")
        values[name] = value
    return values


def _unknown(owner: str, fields: Iterable[str], name: str) -> str:
    takes = f"it takes {', '.join(fields)}" if fields else "it takes none"
    return f"{owner} has no argument {name}{did_you_mean(name, fields)}; {takes}."


def missing_argument(owner: str, name: str, infers: tuple[str, ...]) -> str:
    """The message for a required argument without a value."""
    lazy = ""
    if infers and name not in infers:
        lazy = f"; to have {infers[0]} found from the input, give {name} by its name"
    return f"{owner} needs {name}{lazy}."
