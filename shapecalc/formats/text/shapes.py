"""Shapes as a person writes them: 3x130x130, 130, 3xHxW, (3, 130, 130)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecalc.algebra import Expr, Int, Name
from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import read_expression
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.layers import Shape

#: More dimensions than any layer takes, and few enough to print.
MAX_DIMS = 16
#: What may stand between two sizes, besides spaces.
_SEPARATORS = str.maketrans("x×*,", "||||")
#: Brackets, and what besides tells that the sizes of a shape are expressions: 3x(H + 1)x⌊W/2⌋.
_OPEN, _CLOSE = "([⌊⌈", ")]⌋⌉"
_EXPRESSION = frozenset(_OPEN + _CLOSE + "^")


def read_shape(shape: object) -> Shape:
    """A shape from text (``"3x130x130"``), a number, or a sequence of numbers and letters.

    Raises:
        SpecError: it is not a shape, or has a size below 1.
    """
    if isinstance(shape, str):
        return _checked(shape, [_size(part) for part in _parts(shape)])
    if isinstance(shape, int | Expr):
        return _checked(shape, [shape])
    if isinstance(shape, Sequence):
        return _checked(shape, [_size(size) if isinstance(size, str) else size for size in shape])
    raise SpecError(f"Expected a shape such as 3x130x130 but got {shape!r}.")


def _parts(shape: str) -> list[str]:
    if len(shape) > MAX_DIMS * (MAX_DIGITS + 2):
        raise SpecError(f"A shape of {len(shape)} characters is too long; write one such as 3x130x130.")
    plain = shape.strip().strip("()[]").strip().rstrip(",")
    if "**" in plain or not _EXPRESSION.isdisjoint(plain):
        return list(sizes_of(shape.strip()))
    parts = [part.split() for part in plain.translate(_SEPARATORS).split("|")]
    if len(parts) > 1 and [] in parts:
        raise SpecError(f"A size is missing in {shape!r}; write a shape such as 3x130x130.")
    return [size for part in parts for size in part]


def sizes_of(text: str) -> Iterator[str]:
    """The pieces of a text between the signs x, × and commas that stand outside of brackets."""
    depth = start = 0
    for at, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth == 0 and sign in "x×," and text[max(at - 2, 0) : at + 2] != "max(":
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _size(text: str) -> Int:
    if text.isdecimal() and len(text) <= MAX_DIGITS:
        return int(text)
    if text.isidentifier():
        return Name(text)
    try:
        return read_expression(text)
    except SpecError as refused:
        if "**" in text or "^" in text:
            raise SpecError(f"{text!r} is not a size: {refused}") from None
        raise SpecError(f"{text!r} is not a size; write a number, a letter, or a shape such as 3x130x130.") from None


def _checked(given: object, sizes: Sequence[object]) -> Shape:
    if any(isinstance(size, int) and abs(size) >= 10**MAX_DIGITS for size in sizes):
        raise SpecError(f"A size has more than {MAX_DIGITS} digits.")
    if not 1 <= len(sizes) <= MAX_DIMS:
        raise SpecError(f"A shape has between 1 and {MAX_DIMS} sizes, but {given!r} has {len(sizes)}.")
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int | Expr):
            raise SpecError(f"Expected a shape such as 3x130x130 but got {given!r}.")
        if isinstance(size, int) and size < 1:
            raise SpecError(f"A size must be at least 1, but {given!r} has {size}.")
    return tuple(sizes)  # type: ignore[arg-type]  # every entry has just been checked
