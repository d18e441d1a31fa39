"""An answer that is a number or a calculation: 5120, 16*16*20, 16^2·20, 16 x 16 x 20."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, final

from shapecalc.grading.answers.arithmetic import last_operation, read_arithmetic
from shapecalc.grading.answers.kind import NotUnderstoodError, bounded
from shapecalc.grading.answers.numerals import (
    Rational,
    RationalAnswer,
    rational_text,
    read_number,
    read_stated_number,
    whole,
)
from shapecalc.page import visible

#: The most sides of an equation.
MAX_SIDES = 4

#: How an answer may have to be written: the operation that is done last, or none.
FORMS = ("number", "sum", "product", "quotient", "power")
_ROUNDED = re.compile(r"\d[eE][+-]?\d")


@final
@dataclass(frozen=True, slots=True)
class ExpressionAnswer(RationalAnswer):
    """A number, or a calculation of it.

    Attributes:
        key: the right number.
        form: how it must be written: a "product", "sum", "power", "quotient" or "number"; "" for any way.
    """

    name: ClassVar[str] = "expression"
    has_echo: ClassVar[bool] = True
    key: Rational
    form: str = ""

    def read(self, answer: str) -> Rational:
        value = read_calculation(answer)
        form = written_form(answer.partition("=")[0] or answer) if self.form else ""
        if form != self.form:
            raise NotUnderstoodError(f"this is a {form}; the question asks for a {self.form}")
        return value


def read_calculation(answer: str) -> Rational:
    """A number, a calculation (16*16*20, 16^2·20, 16 x 16 x 20), or an equation whose sides agree.

    Raises:
        NotUnderstoodError: it is none of these, has letters in it, or gives two different numbers.
    """
    text = bounded(answer)
    number = read_stated_number(text)
    if number is not None:
        return number
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "=":  # as a spreadsheet has it
        text = text[:start] + " " + text[start + 1 :]
    sides = text.split("=")
    if len(sides) > MAX_SIDES:
        raise NotUnderstoodError(f"at most {MAX_SIDES} sides of an equation are read")
    values: list[Rational] = []
    at = 0
    for side in sides:
        padded = " " * at + side  # the spaces keep the columns that an error names
        number = read_number(padded)
        values.append(calculate(padded) if number is None else number)
        at += len(side) + 1
    if len(set(values)) > 1:
        raise NotUnderstoodError(f"its sides differ: {' and '.join(map(rational_text, values))}")
    return values[0]


def written_form(text: str) -> str:
    """How a calculation that can be read is written: the operation that is done last, or "number"."""
    return "number" if read_number(text) is not None else last_operation(text.rstrip().rstrip("%"))


def calculate(text: str) -> Rational:
    """The value of a calculation.

    Raises:
        NotUnderstoodError: it cannot be read, or has letters in it.
    """
    if _ROUNDED.search(text):
        raise NotUnderstoodError("a number with an exponent may have been rounded; all digits are needed")
    is_percentage = text.rstrip().endswith("%")
    number = read_arithmetic(text.rstrip()[:-1] if is_percentage else text).number
    if number is None:
        raise NotUnderstoodError(f"{visible(text.strip(), 40)!r} is not a number")
    return whole(number / 100 if is_percentage else number)
