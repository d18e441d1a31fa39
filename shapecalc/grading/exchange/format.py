"""A format of a place: what it can say, and how a quiz is written in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from shapecalc.grading.exchange.abilities import NOWHERE, Ability, Shortcoming
from shapecalc.grading.exchange.bank import QuizBank


@final
@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """A quiz as a format has it.

    Attributes:
        content: the file.
        beside: files that stand beside it, each with what its name has in front of its ending: ``-key``.
        shortcomings: what could not be written beyond what the format lacks for every quiz.
    """

    content: bytes
    beside: tuple[tuple[str, bytes], ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()


class ExchangeFormat(ABC):
    """A format. Abstract: each format is a class in a file of its own.

    Attributes:
        name: what ``--to`` calls it.
        title: what people call it.
        ending: how the name of its file ends.
        lacks: what it cannot say, each with the consequence.
        afterwards: what is still to do where the file is taken.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    ending: ClassVar[str]
    lacks: ClassVar[Mapping[Ability, str]] = NOWHERE
    afterwards: ClassVar[str] = ""

    def amount(self, bank: QuizBank) -> str:
        """How much is written, in words."""
        count = sum(len(pool.entries) for pool in bank.pools)
        return f"{count:,} variant{'s' * (count != 1)}"

    @abstractmethod
    def write(self, bank: QuizBank) -> WrittenFiles:
        """The quiz in this format, the same bytes for the same quiz.

        Raises:
            SpecError: a variant of it cannot be made.
        """
