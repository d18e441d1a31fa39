"""Verdicts: one answer, judged by the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, final

from shapecalc.grading.answers.kind import NotUnderstoodError, is_blank, is_no_answer
from shapecalc.grading.layout import laid_out
from shapecalc.grading.mistakes import Diagnosis, decide, diagnoses_text
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.grading.training import TrainedNet, Trainer
from shapecalc.page import Page, Presentable, visible

#: The most of an answer's own text in one place.
ANSWER = 32


#: The mistakes of which a kind's own remark says the same.
_REMARKS = frozenset(
    {
        *("channels-last", "batch-included", "not-floored"),
        *("megabyte-for-mebibyte", "bits-for-bytes", "mac-for-flop", "flop-for-mac"),
    }
)


class Verdict(StrEnum):
    """What can be said of an answer."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "wrong"
    BLANK = "blank"
    NOT_UNDERSTOOD = "not understood"
    LOOK_BY_HAND = "look by hand"

    @property
    def is_undecided(self) -> bool:
        """Whether a person has to look before the answer has points."""
        return self in (Verdict.NOT_UNDERSTOOD, Verdict.LOOK_BY_HAND)

    @property
    def key(self) -> str:
        """The verdict as a key of JSON."""
        return self.replace(" ", "_")


@final
@dataclass(frozen=True, slots=True)
class Mark(Presentable):
    """What one answer got, and why.

    Attributes:
        question: the question, with its key and the key's derivation.
        answer: what was written.
        verdict: whether it is right.
        points: what it got; 0 until a person has looked, where it is undecided.
        value: what it was read as, by the kind of the question; None where it is blank or not understood.
        note: a remark on it: what could not be read and where, or what kind of mistake it is.
        mistakes: the mistakes with names that give it, each entry an explanation of its own, the simplest first; None
            where there is no number or shape to look them up for.
        is_carried: whether it is worked out correctly from an earlier wrong answer.
        sources: the questions to which these answers are.
        trainings: what came out of the trainings that decided it, those of other attempts included.
    """

    question: Question
    answer: str
    verdict: Verdict
    points: Fraction
    value: Any = None
    note: str = ""
    mistakes: tuple[Diagnosis, ...] | None = None
    is_carried: bool = False
    sources: tuple[str, ...] = ()
    trainings: tuple[TrainedNet, ...] = ()

    def as_dict(self, derivation: str = "") -> dict[str, Any]:
        """For JSON: options as letters, shapes as lists, points as numbers.

        Args:
            derivation: how the key comes about, where that is in words already.
        """
        question = self.question
        trainings = {"trainings": [trained.as_dict() for trained in self.trainings]} if self.trainings else {}
        options = {"options": [visible(option.text) for option in question.options]} if question.order else {}
        return {
            "question": question.id,
            "verdict": str(self.verdict),
            "points": plain_points(self.points),
            "out_of": plain_points(question.points),
            "answer": visible(self.answer),
            "read": question.answer.plain(self.value),
            "key": question.answer.plain(question.key),
            "note": self.note,
            "mistakes": [diagnosis.as_dict() for diagnosis in self.mistakes or ()],
            "carried": self.is_carried,
            "derivation": derivation or steps_text(question.steps),
            **options,
            **trainings,
        }

    @property
    def needs_words(self) -> bool:
        """Whether there is something to say of it: it is not simply right, and not blank."""
        return self.is_carried or self.verdict not in (Verdict.RIGHT, Verdict.BLANK)

    def words(self) -> str:
        """The verdict with what was written, what was expected and what went wrong."""
        answer = visible(self.answer.strip(), ANSWER)
        if self.verdict is Verdict.NOT_UNDERSTOOD:
            return f"not understood, look by hand: {answer} ({self.note})"
        if self.verdict is Verdict.BLANK:
            return str(self.verdict)
        kind = self.question.answer
        credit = (
            f" ({float(self.points):g} of {float(self.question.points):g})" if self.verdict is Verdict.PARTLY else ""
        )
        echo = kind.echo(self.value) if kind.has_echo else answer
        value = f" = {echo}" if _bare(echo) != _bare(answer) else ""
        is_key = self.verdict is Verdict.RIGHT and not self.is_carried
        key = "" if is_key else f"; the key is {kind.key_text}"
        is_named = any(name in _REMARKS for each in self.mistakes or () for name, _ in each.edits)
        note = f" ({self.note})" if self.note and not is_named else ""
        return f"{self.verdict}{credit}: {answer}{value}{key}{note}{self._mistakes_words()}"

    def _mistakes_words(self) -> str:
        """What is said of the mistakes; nothing where none was looked for."""
        if self.mistakes is None:
            return ""
        if self.mistakes:
            return f". {diagnoses_text(self.mistakes)}"
        return "" if self.note else ". No mistake with a name gives this."

    def page(self) -> Page:
        return Page((laid_out([(self.question.id, self.words())], "", margin=0),))


def _bare(text: str) -> str:
    """A text as it is compared with its echo, which may have other spaces and letters of another size."""
    return "".join(text.split()).casefold()


def with_decisions(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks of one student, where a mistake that explains several answers stands first for each of them."""
    wrong = [mark.mistakes or () for mark in marks]
    if sum(map(bool, wrong)) < 2:
        return tuple(marks)
    decided = zip(marks, decide(wrong), strict=True)
    return tuple(
        [
            replace(mark, mistakes=mistakes) if mistakes != mark.mistakes and mistakes else mark
            for mark, mistakes in decided
        ]
    )


def plain_points(points: Fraction) -> int | float:
    """Points as JSON has them: whole, or to four decimals."""
    return points.numerator if points.denominator == 1 else round(float(points), 4)


def judge(question: Question, answer: str, trainer: Trainer | None = None) -> Mark:
    """The verdict on one answer; nothing that a student can write raises.

    Args:
        question: the question.
        answer: what was written.
        trainer: trains nets, where a question asks for that; without one, a person looks at the answer.
    """
    kind = question.answer
    if is_blank(answer) or (is_no_answer(answer) and not kind.accepts_word(answer)):
        return Mark(question, answer, Verdict.BLANK, Fraction(0))
    try:
        reading = kind.read(answer)
    except NotUnderstoodError as refused:
        return Mark(question, answer, Verdict.NOT_UNDERSTOOD, Fraction(0), note=visible(str(refused)))
    judgement = kind.judge(reading)
    if judgement.awaited and trainer:
        judgement = judgement.awaited.settled(trainer) or judgement
    credit = judgement.credit
    if credit is None:
        note, trainings = visible(judgement.note), judgement.trainings
        return Mark(question, answer, Verdict.LOOK_BY_HAND, Fraction(0), reading, note, trainings=trainings)
    verdict = Verdict.RIGHT if credit == 1 else Verdict.PARTLY if credit else Verdict.WRONG
    mistakes = None if verdict is Verdict.RIGHT else question.diagnose(reading)
    return Mark(
        question,
        answer,
        verdict,
        credit * question.points,
        reading,
        visible(judgement.note),
        mistakes,
        trainings=judgement.trainings,
    )
