"""Values that stand in a quiz file, read as answers are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shapecalc.errors import SpecError
from shapecalc.grading.answers.expression import read_calculation
from shapecalc.grading.answers.integer import read_integer
from shapecalc.grading.answers.interval import read_interval
from shapecalc.grading.answers.kind import NotUnderstoodError
from shapecalc.grading.answers.number import COUNT, Unit, read_unit
from shapecalc.grading.answers.numerals import Rational
from shapecalc.grading.answers.shape import read_shape_answer

Value = TypeVar("Value")


def read_with(reader: Callable[[str], Value], text: str) -> Value:
    """A value that a reader of answers reads.

    Raises:
        SpecError: it cannot be read.
    """
    try:
        return reader(text)
    except NotUnderstoodError as refused:
        raise SpecError(f"The value {text!r} cannot be read: {refused}.") from None


def whole_number(text: str) -> int:
    """A whole number."""
    value = read_with(read_integer, text)
    if isinstance(value, int):
        return value
    raise SpecError(f"The value {text!r} is not a whole number.")


def rational(text: str) -> Rational:
    """A number or a calculation of it."""
    return read_with(read_calculation, text)


def shape_value(text: str) -> tuple[int, ...]:
    """A shape."""
    return read_with(read_shape_answer, text)


def interval_value(text: str) -> tuple[int, int]:
    """An interval."""
    return read_with(read_interval, text)


def unit_value(text: str) -> Unit:
    """A unit; a text without a word is a count.

    Raises:
        SpecError: it is no unit.
    """
    unit = read_with(read_unit, text) if text.strip() else COUNT
    if unit is None:
        raise SpecError(f"The unit {text!r} is not known; write MiB, MB, KiB, bytes, bits, MACs, GMAC or GFLOP.")
    return unit
