"""What a place is told of a question: the answers that it recognises, each with its worth and its words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

from shapecalc.grading.answers.choice import Parts


@final
class WrongNumber(NamedTuple):
    """A wrong number with a name: what a mistake gives.

    Attributes:
        value: the number.
        says: what is said to whom has made the mistake.
    """

    value: Fraction
    says: str


@final
class WrongText(NamedTuple):
    """A wrong answer as it is written, and what is said of it, or ""."""

    text: str
    says: str


@final
@dataclass(frozen=True, slots=True)
class NumberItem:
    """A number.

    Attributes:
        key: the right number, which a float has exactly unless there is a tolerance.
        tolerance: how far off a right number may be.
        wrong: what mistakes give, the most plausible first.
    """

    key: Fraction
    tolerance: Fraction
    wrong: tuple[WrongNumber, ...] = ()

    def margin(self, value: Fraction) -> Fraction:
        """How far off a wrong number may be: as much of it as of the key."""
        return self.tolerance * abs(value / self.key) if self.tolerance and self.key else Fraction(0)


@final
@dataclass(frozen=True, slots=True)
class TextItem:
    """A text, one of some.

    Attributes:
        right: the right ones, the key first, no two the same but for case.
        wrong: wrong ones.
    """

    right: tuple[str, ...]
    wrong: tuple[WrongText, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class ItemOption:
    """An option, and what is said to whom chooses it, or ""."""

    text: str
    is_right: bool
    says: str = ""


@final
@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """One of some options, or all that are right.

    Attributes:
        options: the options.
        parts: what is worth a part of the points; None where one option is chosen.
        is_shuffled: whether they may stand in any order.
    """

    options: tuple[ItemOption, ...]
    parts: Parts | None
    is_shuffled: bool

    @property
    def right(self) -> tuple[int, ...]:
        """The right options, counted from 0."""
        return tuple([place for place, option in enumerate(self.options) if option.is_right])


@final
@dataclass(frozen=True, slots=True)
class EssayItem:
    """A text that a person marks."""


#: The closed set, for ``match`` with ``assert_never``.
Item = NumberItem | TextItem | ChoiceItem | EssayItem
