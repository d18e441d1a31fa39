"""What a page sends: the moment that it is from, whether another one was quicker, and what became of it."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, final


class Acknowledgement(Enum):
    """What became of answers that were sent."""

    SAVED = auto()
    HANDED_IN = auto()
    SENT_TWICE = auto()
    OLD_PAGE = auto()
    OVERTAKEN = auto()
    CHANGED = auto()
    OVER = auto()
    USED_UP = auto()
    NOT_UNDERSTOOD = auto()
    EMPTY = auto()


@final
class PageMark(NamedTuple):
    """What a page holds of the moment at which it was made.

    Attributes:
        attempts: how many attempts there were.
        version: of the quiz.
        number: of the page; a later one has a higher number.
    """

    attempts: int
    version: str
    number: int


@final
class LastSaving(NamedTuple):
    """Which page of a student saved last.

    Attributes:
        page: its number.
        number: of the saving; pages that were made later have higher ones.
    """

    page: int
    number: int

    def overtakes(self, page: PageMark) -> bool:
        """Whether another page saved since this one was made."""
        return self.page != page.number < self.number
