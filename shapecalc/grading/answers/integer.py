"""An answer that is a number."""

from __future__ import annotations

from decimal import Decimal
from typing import final

from shapecalc.grading.answers.expression import calculate
from shapecalc.grading.answers.kind import AnswerKind, Expectation, NotUnderstoodError, bounded
from shapecalc.grading.answers.number import read_number


@final
class IntegerAnswer(AnswerKind):
    """A whole number; one with a fraction is read, and wrong."""

    def read(self, answer: str, expectation: Expectation) -> int | Decimal:
        return read_integer(answer)


def read_integer(answer: str) -> int | Decimal:
    """A number: 5120, 5,120, 5 120, 5_120, 5'120 or 5120.0; one with a fraction is returned as it is.

    Raises:
        NotUnderstoodError: it is not a number, or could be two (5.120).
    """
    text = bounded(answer)
    number = read_number(text)
    if number is None:
        raise NotUnderstoodError(_why_no_number(text))
    return number


def _why_no_number(text: str) -> str:
    try:
        return f"this is a calculation (of {calculate(text)}); the question asks for the number itself"
    except NotUnderstoodError as refused:
        return str(refused)
