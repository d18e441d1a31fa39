"""The arguments of a layer: what each may hold, checked where it enters and written as torch writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

from shapecalc.algebra import Expr, Int
from shapecalc.errors import SpecError

Shape = tuple[Int, ...]
#: One integer per axis of the layer; a single one stands for all axes.
Axes = Int | tuple[Int, ...]
#: As :data:`Axes`; None keeps the input's size (adaptive pooling) or takes the default (a pool's stride).
OptionalAxes = Int | None | tuple[Int | None, ...]
#: Padding: an amount per axis, or the name of a rule ("same", "valid", ...).
Padding = Axes | str
#: Padding of each side, last axis first, as torch's pad layers take it.
Sides = Int | tuple[Int, ...]
#: A list of sizes; a single number is none.
Sizes = tuple[Int, ...]
#: A size for all axes, or one for each.
Size = Int | tuple[Int, ...]
#: A scale factor, or one per axis.
Factors = float | None | tuple[float, ...]

#: The default of an argument that must be given.
REQUIRED: Any = type("Required", (), {"__repr__": lambda _: "REQUIRED"})()


@final
class Field:
    """One argument: its name, what it holds (by the annotation that declares it) and its default."""

    __slots__ = ("default", "kind", "name", "per_axis")

    def __init__(self, name: str, kind: str, default: Any) -> None:
        self.name = name
        self.kind = kind
        self.per_axis = kind in _PER_AXIS
        self.default = default

    def read(self, value: Any, layer: str, rank: int) -> Any:
        """``value`` as the layer keeps it.

        Raises:
            SpecError: the value is not of the field's kind.
        """
        reader = _READERS[self.kind]
        kept = reader(value, rank)
        if kept is NotImplemented:
            expected = _EXPECTED[self.kind].format(rank=rank, sides=2 * rank)
            raise SpecError(f"{layer}: expected {expected} but got {self.name}={write_value(value)}.")
        return kept

    def write(self, value: Any) -> str:
        """The value in Python syntax; axes that agree collapse to one number."""
        agree = (self.per_axis or self.kind == "Sides") and isinstance(value, tuple) and len(set(value)) == 1
        agree = agree and value[0] is not None  # torch takes None for some of the axes, but not alone
        return write_value(value[0] if agree else value)


def write_value(value: Any) -> str:
    """A value in the syntax that the reader of specs understands."""
    if isinstance(value, tuple):
        return f"({', '.join(map(write_value, value))}{',' if len(value) == 1 else ''})"
    return f'"{value}"' if isinstance(value, str) else str(value)


def whole(value: Any) -> bool:
    """Whether a value is an integer: a number (not a bool) or an expression."""
    return (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, Expr)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _optional(reader: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    return lambda value, rank: None if value is None else reader(value, rank)


def _integer(value: Any, _: int) -> Any:
    return value if whole(value) else NotImplemented


def _float(value: Any, _: int) -> Any:
    return value if _number(value) else NotImplemented


def _flag(value: Any, _: int) -> Any:
    return value if isinstance(value, bool) else NotImplemented


def _word(value: Any, _: int) -> Any:
    return value if isinstance(value, str) else NotImplemented


def _axes(value: Any, rank: int) -> Any:
    if whole(value):
        return (value,) * rank
    fits = isinstance(value, tuple | list) and len(value) == rank and all(map(whole, value))
    return tuple(value) if fits else NotImplemented


def _optional_axes(value: Any, rank: int) -> Any:
    if value is None or whole(value):
        return value if value is None else (value,) * rank
    fits = isinstance(value, tuple | list) and len(value) == rank and all(v is None or whole(v) for v in value)
    return tuple(value) if fits else NotImplemented


def _padding(value: Any, rank: int) -> Any:
    return value if isinstance(value, str) else _axes(value, rank)


def _sides(value: Any, rank: int) -> Any:
    return _axes(value, 2 * rank)


def _shape(value: Any, _: int) -> Any:
    if whole(value):
        return (value,)
    return tuple(value) if isinstance(value, tuple | list) and all(map(whole, value)) else NotImplemented


def _sizes(value: Any, rank: int) -> Any:
    return NotImplemented if whole(value) else _shape(value, rank)


def _size(value: Any, rank: int) -> Any:
    return value if whole(value) else _shape(value, rank)


def _factors(value: Any, _: int) -> Any:
    if _number(value):
        return value
    return tuple(value) if isinstance(value, tuple | list) and all(map(_number, value)) else NotImplemented


_READERS: dict[str, Callable[[Any, int], Any]] = {
    "Int": _integer,
    "Int | None": _optional(_integer),
    "float": _float,
    "float | None": _optional(_float),
    "bool": _flag,
    "bool | None": _optional(_flag),
    "str": _word,
    "Axes": _axes,
    "OptionalAxes": _optional_axes,
    "Padding": _padding,
    "Sides": _sides,
    "Shape": _shape,
    "Shape | None": _optional(_shape),
    "Sizes": _sizes,
    "Size | None": _optional(_size),
    "Factors": _optional(_factors),
}

_PER_AXIS = frozenset({"Axes", "OptionalAxes", "Padding"})

_EXPECTED = {
    "Int": "an integer",
    "Int | None": "an integer or None",
    "float": "a number",
    "float | None": "a number or None",
    "bool": "True or False",
    "bool | None": "True, False or None",
    "str": "a word in quotes",
    "Axes": "an integer or a tuple of {rank}",
    "OptionalAxes": "an integer, None or a tuple of {rank}",
    "Padding": 'an integer, a tuple of {rank} or a word in quotes such as "same"',
    "Sides": "an integer or a tuple of {sides} (two per axis, last axis first)",
    "Shape": "an integer or a tuple of integers",
    "Shape | None": "an integer, a tuple of integers or None",
    "Sizes": "a tuple of integers",
    "Size | None": "an integer, a tuple of integers or None",
    "Factors": "a number or a tuple of numbers",
}
