"""An answer that is a word or a few, one of those that the question accepts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from shapecalc.errors import nearest
from shapecalc.grading.answers.choice import folded
from shapecalc.grading.answers.kind import AnswerKind, Judgement, bounded
from shapecalc.page import visible

_QUOTES = "\"'`„“”‚‘’«».!,;: "


@final
@dataclass(frozen=True, slots=True)
class TextAnswer(AnswerKind[str]):
    """A word or a few, compared without regard to case, spaces, hyphens and quotes.

    Attributes:
        key: the first of the accepted answers.
        accepted: every accepted answer.
        rejected: answers that are known to be wrong.
        unlisted: what an answer on neither list is: "wrong" or "by-hand".
    """

    name: ClassVar[str] = "text"
    key: str
    accepted: tuple[str, ...]
    rejected: tuple[str, ...] = ()
    unlisted: str = "by-hand"

    def read(self, answer: str) -> str:
        return " ".join(bounded(answer).split())

    def judge(self, reading: str) -> Judgement:
        word = comparable(reading)
        accepted = [comparable(text) for text in self.accepted]
        if word in accepted:
            return Judgement(Fraction(1))
        if word in map(comparable, self.rejected):
            return Judgement(Fraction(0))
        near = nearest(word, accepted)
        if near:
            return Judgement(None, f"nearly {self.accepted[accepted.index(near)]!r}")
        return Judgement(Fraction(0)) if self.unlisted == "wrong" else Judgement(None, "on no list of the question")

    def echo(self, reading: str) -> str:
        return visible(reading)

    def accepts_word(self, answer: str) -> bool:
        return comparable(answer) in map(comparable, (*self.accepted, *self.rejected)) if comparable(answer) else False


def comparable(text: str) -> str:
    """A text as it is compared: folded, with hyphens as spaces, without quotes around it."""
    return " ".join(folded(text).strip(_QUOTES).replace("-", " ").replace("_", " ").split())
