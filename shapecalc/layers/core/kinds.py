"""Kinds of arguments: what an argument of a layer may hold, how it is read, and how it is written.

A layer class names the kind of each argument by its annotation: a plain type (``Int``, ``bool``, ``float``, ``str``,
``Shape``), one of the annotated types below, or one of these ``| None``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, final, get_args

from shapecalc.algebra import Expr, Int

Shape = tuple[Int, ...]
_SEQUENCE = (tuple, list)


class ArgumentKind:
    """What an argument may hold. Abstract."""

    #: whether there is a value for each axis, of which a formula along an axis uses that axis's.
    per_axis: bool = False
    #: whether it may hold a floating-point number.
    is_real: bool = False
    #: the words that it may hold.
    vocabulary: tuple[str, ...] = ()

    def read(self, value: Any, rank: int) -> Any:
        """``value`` as a layer of this rank keeps it; NotImplemented where it is not of this kind."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The value in Python syntax, as short as it reads back."""
        return write_value(value)

    def choices(self, rank: int) -> tuple[str, ...]:
        """The values of this kind in words, one phrase for each form."""
        raise NotImplementedError

    def expected(self, rank: int) -> str:
        """The values of this kind in words: "an integer or a tuple of 2"."""
        *first, last = self.choices(rank)
        return f"{', '.join(first)} or {last}" if first else last


@final
class Single(ArgumentKind):
    """One value that a predicate accepts; ``words`` say what it may be, ``plural`` what several of them are."""

    def __init__(
        self,
        accepts: Callable[[Any], bool],
        *words: str,
        plural: str = "",
        is_real: bool = False,
        vocabulary: Iterable[str] = (),
    ) -> None:
        self.accepts = accepts
        self.words = words
        self.plural = plural
        self.is_real = is_real
        self.vocabulary = tuple(vocabulary)

    def read(self, value: Any, rank: int) -> Any:
        return value if self.accepts(value) else NotImplemented

    def choices(self, rank: int) -> tuple[str, ...]:
        return self.words


@final
class Series(ArgumentKind):
    """A tuple of one or more. Where it ``wraps``, a single value is read as a tuple of one."""

    def __init__(self, entry: Single, *, wraps: bool = False) -> None:
        self.entry = entry
        self.wraps = wraps
        self.is_real = entry.is_real

    def read(self, value: Any, rank: int) -> Any:
        accepts = self.entry.accepts
        if self.wraps and accepts(value):
            return (value,)
        fits = isinstance(value, _SEQUENCE) and value and all(map(accepts, value))
        return tuple(value) if fits else NotImplemented

    def choices(self, rank: int) -> tuple[str, ...]:
        single = self.entry.words if self.wraps else ()
        return (*single, f"a tuple of {self.entry.plural}")


@final
class AxisSeries(ArgumentKind):
    """A tuple with one value for each axis, or ``sides`` of them; a single value stands for all."""

    def __init__(self, accepts: Callable[[Any], bool], *words: str, sides: int = 1) -> None:
        self.accepts = accepts
        self.words = words
        self.sides = sides
        self.per_axis = sides == 1

    def read(self, value: Any, rank: int) -> Any:
        count = rank * self.sides
        if self.accepts(value):
            return None if value is None else (value,) * count
        fits = isinstance(value, _SEQUENCE) and len(value) == count and all(map(self.accepts, value))
        return tuple(value) if fits else NotImplemented

    def write(self, value: Any) -> str:
        # torch takes None for some of the axes, but not alone
        agree = isinstance(value, tuple) and len(set(value)) == 1 and value[0] is not None
        return write_value(value[0] if agree else value)

    def choices(self, rank: int) -> tuple[str, ...]:
        note = " (two per axis, last axis first)" if self.sides == 2 else ""
        return (*self.words, f"a tuple of {self.sides * rank}{note}")


@final
class AxisSizes(ArgumentKind):
    """A tuple with the size of each axis; as in a tensor's size(), batch and channels may stand before them."""

    per_axis = True

    def read(self, value: Any, rank: int) -> Any:
        fits = isinstance(value, _SEQUENCE) and len(value) in (rank, rank + 2) and all(map(is_integer, value))
        return tuple(value)[-rank:] if fits else NotImplemented

    def choices(self, rank: int) -> tuple[str, ...]:
        return (f"a tuple of {rank} or {rank + 2}",)


@final
class Either(ArgumentKind):
    """A value of one of several kinds; the first that takes it reads it."""

    def __init__(self, *kinds: ArgumentKind) -> None:
        self.kinds = kinds
        self.per_axis = any(kind.per_axis for kind in kinds)
        self.is_real = any(kind.is_real for kind in kinds)
        self.vocabulary = tuple([word for kind in kinds for word in kind.vocabulary])

    def read(self, value: Any, rank: int) -> Any:
        for kind in self.kinds:
            result = kind.read(value, rank)
            if result is not NotImplemented:
                return result
        return NotImplemented

    def write(self, value: Any) -> str:
        return self.kinds[0].write(value)

    def choices(self, rank: int) -> tuple[str, ...]:
        return tuple(words for kind in self.kinds for words in kind.choices(rank))


def word_of(vocabulary: Iterable[str], example: str = "") -> Single:
    """The kind of a word out of a vocabulary; a class refuses those that are not in it."""
    words = f'a word in quotes such as "{example}"' if example else "a word in quotes"
    return Single(lambda value: isinstance(value, str), words, vocabulary=vocabulary)


def amounts_or(rules: Iterable[str], example: str) -> Either:
    """The kind of an amount for each axis, or the name of a rule that gives them."""
    return Either(_AXES, word_of(rules, example))


def write_value(value: Any) -> str:
    """A value in the syntax that the reader of specs understands."""
    if isinstance(value, tuple):
        return f"({', '.join(map(write_value, value))}{',' if len(value) == 1 else ''})"
    return f'"{value}"' if isinstance(value, str) else str(value)


def is_integer(value: Any) -> bool:
    """Whether a value is an integer: a number (not a bool) or an expression."""
    return (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, Expr)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_none(value: Any) -> bool:
    return value is None


INTEGER = Single(is_integer, "an integer", plural="integers")
NUMBER = Single(_is_number, "a number", plural="numbers", is_real=True)
FLAG = Single(lambda value: isinstance(value, bool), "True", "False")
WORD = word_of(())
NONE = Single(_is_none, "None")
SHAPE = Series(INTEGER, wraps=True)
_AXES = AxisSeries(is_integer, "an integer")

#: One integer per axis of the layer; a single one stands for all axes.
Axes = Annotated[Int | tuple[Int, ...], _AXES]
#: As :data:`Axes`; None keeps the input's size (adaptive pooling) or takes the default (a pool's stride).
OptionalAxes = Annotated[
    Int | tuple[Int | None, ...] | None,
    AxisSeries(lambda value: value is None or is_integer(value), "an integer", "None"),
]
#: Padding of each side, last axis first, as torch's pad layers take it.
Sides = Annotated[Int | tuple[Int, ...], AxisSeries(is_integer, "an integer", sides=2)]
#: A list of sizes; a single number is none.
Sizes = Annotated[tuple[Int, ...], Series(INTEGER)]
#: The size of a tensor along the axes of the layer.
SizeOfAxes = Annotated[tuple[Int, ...], AxisSizes()]
#: A size for all axes, or one for each.
Size = Annotated[Int | tuple[Int, ...], Either(INTEGER, Series(INTEGER))]
#: A scale factor, or one per axis; None, where torch takes a size in its place, is no factor and goes without saying.
Factors = Annotated[float | tuple[float, ...] | None, Either(NUMBER, Series(NUMBER), Single(_is_none))]

_PLAIN: dict[Any, ArgumentKind] = {Int: INTEGER, int: INTEGER, bool: FLAG, float: NUMBER, str: WORD, Shape: SHAPE}


def argument_kind(annotation: Any) -> ArgumentKind | None:
    """The kind of argument that an annotation names; None where it names none."""
    if isinstance(annotation, type):
        return _PLAIN.get(annotation)
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, ArgumentKind):
            return note
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    members = get_args(annotation)
    if NoneType not in members:
        return None
    kind = argument_kind(reduce(or_, [member for member in members if member is not NoneType]))
    return kind and Either(kind, NONE)
