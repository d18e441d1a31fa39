"""An answer that is a whole number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from shapecalc.grading.answers.expression import calculate
from shapecalc.grading.answers.kind import NotUnderstoodError, bounded
from shapecalc.grading.answers.numerals import Rational, RationalAnswer, rational_text, read_stated_number


@final
@dataclass(frozen=True, slots=True)
class IntegerAnswer(RationalAnswer):
    """A whole number; one with a fraction is read, and wrong."""

    name: ClassVar[str] = "integer"
    key: int

    def read(self, answer: str) -> Rational:
        return read_integer(answer)


def read_integer(answer: str) -> Rational:
    """A number: 5120, 5,120, 5 120, 5_120, 5'120, 5120.0 or = 5120 values; one with a fraction is returned as it is.

    Raises:
        NotUnderstoodError: it is not a number, or could be two (5.120).
    """
    text = bounded(answer)
    number = read_stated_number(text)
    if number is None:
        raise NotUnderstoodError(_why_no_number(text))
    return number


def _why_no_number(text: str) -> str:
    try:
        return f"this is a calculation (of {rational_text(calculate(text))}); the question asks for the number itself"
    except NotUnderstoodError as refused:
        return str(refused)
