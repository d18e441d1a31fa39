"""Shapes as a person writes them: 3x130x130, 130, 3xHxW, (3, 130, 130)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from shapecalc.algebra import Expr, Int, Name
from shapecalc.errors import SpecError, quoted
from shapecalc.formats.text.expression import CONSTANTS, read_expression
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.layers import Shape, is_argument_word
from shapecalc.layers.core.kinds import is_integer

#: More dimensions than any layer takes, and few enough to print.
MAX_DIMS = 16
#: A longer text is no shape.
MAX_LENGTH = 10_000

#: A shape as a caller may give it: a text, a number, or the sizes.
ShapeLike = int | str | Expr | tuple[Int | str, ...]

#: The syntax of a text: words with crosses, stars, commas or spaces between them, perhaps in brackets; expressions with
#: crosses or commas between them; or numbers with the same sign between all of them.
Style = Literal["words", "expressions", "numbers"]

_OPEN, _CLOSE = "([⌊⌈", ")]⌋⌉"
#: What shows that sizes are expressions, besides a double star: 3x(H + 1)x⌊W/2⌋.
_EXPRESSION = frozenset(_OPEN + _CLOSE + "^")


class ShapeLimitError(SpecError):
    """A shape has more sizes, or a size more digits, than are read."""


def read_shape(
    shape: object,
    *,
    style: Style = "words",
    down: bool = False,
    minimum: int | None = 1,
    expected: str = "a shape such as 3x130x130",
) -> Shape:
    """A shape from text (``"3x130x130"``), a number, or a sequence of numbers and letters.

    Args:
        shape: what is read.
        style: the syntax of a text.
        down: whether a ``/`` in an expression may be inexact; it is then rounded down.
        minimum: the smallest size, if there is one.
        expected: what the messages expect.

    Raises:
        ShapeLimitError: it has more than 16 sizes, or a size more than 100 digits.
        SpecError: it is not a shape, or has a size below the minimum.
    """
    if isinstance(shape, str):
        parts: Sequence[object] = _texts(shape, style)
    elif isinstance(shape, Sequence) and not isinstance(shape, bytes | bytearray):
        parts = shape
    elif isinstance(shape, int | Expr):
        parts = [shape]
    else:
        raise SpecError(f"Expected {expected} but got {quoted(shape)}.")
    sizes = [_size(part, style, down) if isinstance(part, str) else part for part in parts]
    return _shape_of(shape, sizes, minimum, expected)


def _texts(shape: str, style: Style) -> list[str]:
    """The texts of the sizes."""
    if len(shape) > MAX_LENGTH:
        raise SpecError(f"A shape of {len(shape):,} characters is too long; write one such as 3x130x130.")
    text = shape.strip().replace(" by ", " x ")
    if text in {"x", "X"}:  # it separates nothing: it is a letter
        return [text]
    if style == "words":
        texts = _words(text)
    elif style == "expressions":
        texts = _split(text[1:-1].strip().removesuffix(",") if _is_wrapped(text) else text, "x×,")
    else:
        text = text.replace("X", "x")
        texts = _split(text, next((sign for sign in "x," if sign in text), " "))
    if style != "numbers":
        texts = [size for part in texts for size in _by_capital(part)]
    if len(texts) > 1 and "" in texts:
        raise SpecError(f"A size is missing in {shape!r}; write a shape such as 3x130x130.")
    return texts


def _words(text: str) -> list[str]:
    """Words between any signs or spaces; in expressions, stars and spaces are part of a size."""
    bare = text.strip("()[]").strip().rstrip(",")
    if "**" in bare or not _EXPRESSION.isdisjoint(bare):
        return _split(text, "x×,")
    texts = [_without_crosses(part.split()) or [""] for part in _split(bare, "x×*,")] if bare else []
    return [size for part in texts for size in part]


def _without_crosses(words: list[str]) -> list[str]:
    """The words without each X that stands between two."""
    sizes, crosses = words[::2], words[1::2]
    return sizes if len(sizes) > len(crosses) and set(crosses) == {"X"} and "X" not in sizes else words


def _by_capital(text: str) -> list[str]:
    """The sizes around each X that stands between two; a name of several letters keeps its own."""
    sizes = _split(text, "X")
    is_name = text.isidentifier() and not all(len(size) == 1 or size.isdecimal() for size in sizes)
    return [text] if "" in sizes or is_name else sizes


def _split(text: str, separators: str) -> list[str]:
    """The pieces of a text between the separators that stand outside of brackets."""
    if separators == " ":
        return text.split()
    return [text[start:end].strip() for start, end in _spans(text, separators)]


def _spans(text: str, separators: str) -> Iterator[tuple[int, int]]:
    depth = start = 0
    for at, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth == 0 and sign in separators and text[max(at - 2, 0) : at + 2] != "max(":
            yield start, at
            start = at + 1
    yield start, len(text)


def _is_wrapped(text: str) -> bool:
    """Whether one pair of brackets stands around several sizes."""
    if not (text[:1] + text[-1:] in ("()", "[]") and "," in text):
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth == 0:
            return at == len(text) - 1
    return False


def _size(text: str, style: Style, down: bool) -> Int:
    if text.isdecimal():
        if len(text) > MAX_DIGITS:
            raise ShapeLimitError(f"A size has more than {MAX_DIGITS} digits.")
        return int(text)
    if style == "numbers":
        raise SpecError(f"{text!r} is not a size; write a number.")
    if style == "words" and text.isidentifier() and not is_argument_word(text) and text not in CONSTANTS:
        return Name(text)
    try:
        return read_expression(text, down=down)
    except SpecError as refused:
        if "**" in text or "^" in text or style == "expressions" or text.isidentifier():
            raise SpecError(f"{text!r} is not a size: {refused}") from None
        raise SpecError(f"{text!r} is not a size; write a number, a letter, or a shape such as 3x130x130.") from None


def _shape_of(shape: object, sizes: Sequence[object], minimum: int | None, expected: str) -> Shape:
    if any(isinstance(size, int) and abs(size) >= 10**MAX_DIGITS for size in sizes):
        raise ShapeLimitError(f"A size has more than {MAX_DIGITS} digits.")
    if not all(map(is_integer, sizes)):
        raise SpecError(f"Expected {expected} but got {quoted(shape)}.")
    if not 1 <= len(sizes) <= MAX_DIMS:
        error = ShapeLimitError if sizes else SpecError
        raise error(f"A shape has between 1 and {MAX_DIMS} sizes, but {shape!r} has {len(sizes)}.")
    for size in sizes:
        if minimum is not None and isinstance(size, int) and size < minimum:
            raise SpecError(f"A size must be at least {minimum}, but {shape!r} has {size}.")
    return tuple(sizes)  # type: ignore[arg-type]  # every size has just been checked
