"""A kind of answer: how it is read, what a reading earns, and what is worth a remark.

An answer is data: it is matched against small patterns or goes through the reader of expressions, and is never run.
An answer that no reader understands is :class:`NotUnderstoodError`, which gives the reason and the place; nobody loses
a point to a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, final

from shapecalc.errors import SpecError
from shapecalc.layers import shape_text

#: The most characters of one answer.
MAX_ANSWER = 500
#: Spaces of every width, none at all included: they come with what is pasted.
_SPACES = {ord(space): " " for space in "\u00a0\u2007\u2009\u200a\u202f\u3000\t\n\r\u200b\u2060\ufeff"}

#: The right answer: a number, a shape, or the right options, counted from 0.
Key = int | tuple[int, ...]
#: What an answer can be read as.
AnswerValue = int | Decimal | tuple[int, ...]


class NotUnderstoodError(SpecError):
    """An answer could not be read; the message gives the reason and the place."""


@final
@dataclass(frozen=True, slots=True)
class Expectation:
    """What the reader of an answer knows of its question.

    Attributes:
        key: the right answer.
        options: the texts of the options of a choice.
        channels_last: whether a shape is asked for with its channels last; the key already is.
    """

    key: Key
    options: tuple[str, ...] = ()
    channels_last: bool = False


class AnswerKind:
    """A kind of answer. Abstract: each kind is a final class, registered in :mod:`shapecalc.grading.answers`."""

    #: whether the key is a shape.
    is_shape: ClassVar[bool] = False
    #: whether the key is a set of options.
    has_options: ClassVar[bool] = False
    #: whether exactly one option is right.
    has_one_option: ClassVar[bool] = False
    #: whether the value of an answer may differ from its text.
    is_calculated: ClassVar[bool] = False

    def read(self, answer: str, expectation: Expectation) -> AnswerValue:
        """The value of an answer.

        Raises:
            NotUnderstoodError: it cannot be read.
        """
        raise NotImplementedError

    def credit(self, value: AnswerValue, expectation: Expectation) -> Fraction:
        """The part of the points that an answer earns, from 0 to 1."""
        return Fraction(value == expectation.key)

    def remark(self, value: AnswerValue, expectation: Expectation) -> str:
        """What kind of mistake an answer is; "" where that is not known."""
        return "not a whole number" if isinstance(value, Decimal) else ""

    def text(self, value: AnswerValue, expectation: Expectation) -> str:
        """A value as a person writes it."""
        return shape_text(value) if isinstance(value, tuple) else str(value)

    def plain(self, value: AnswerValue | None) -> Any:
        """A value as JSON has it."""
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, Decimal) else value


def is_blank(answer: str) -> bool:
    """Whether nothing was answered."""
    return not answer.translate(_SPACES).strip()


def bounded(answer: str) -> str:
    """An answer with plain spaces.

    Raises:
        NotUnderstoodError: it is too long.
    """
    if len(answer) > MAX_ANSWER:
        raise NotUnderstoodError(f"the answer has {len(answer)} characters; at most {MAX_ANSWER} are read")
    return answer.translate(_SPACES)
