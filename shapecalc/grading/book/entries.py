"""What a gradebook keeps of a student: what was handed in, and each mark as data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple, final

from shapecalc.grading.book.marking import AttemptRule
from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Mark, plain_points
from shapecalc.grading.quiz.policy import Counts
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.page import visible

#: What a mark has beside its content: columns of their own, and what the version of the quiz has.
_ELSEWHERE = ("question", "verdict", "points", "out_of", "key", "derivation")
#: The marks whose records are remembered.
MAX_RECORDS = 20_000


@final
class MarkRecord(NamedTuple):
    """A mark as the book keeps it.

    Attributes:
        question: the question's id.
        verdict: its verdict.
        points: its points, exactly: ``3/2``.
        content: the rest of the mark as JSON, without key and derivation, which the quiz's version has.
    """

    question: str
    verdict: str
    points: str
    content: str

    @property
    def data(self) -> dict[str, Any]:
        """The rest of the mark as data."""
        data: dict[str, Any] = json.loads(self.content)
        return data


@final
class BookEntry(NamedTuple):
    """What a student handed in, and what it got.

    Attributes:
        student: who.
        attempts: the answers of each attempt by the questions' ids, as JSON.
        rule: what a teacher said of attempts, as JSON.
        hash: the version of the quiz that the marks are from.
        marks: the marks; out of a book, in the order of the questions' ids.
    """

    student: str
    attempts: str
    rule: str
    hash: str
    marks: tuple[MarkRecord, ...]


@final
class Recorder:
    """Makes entries of results; a mark that many students have is written once."""

    def __init__(self) -> None:
        self._records: dict[int, tuple[Mark, MarkRecord]] = {}

    def entry(self, result: Result, sitting: Sitting, rule: AttemptRule, version_hash: str) -> BookEntry:
        """What the book keeps of a result."""
        attempts = attempts_text(sitting, [mark.question.id for mark in result.marks])
        marks = tuple([self._record(mark) for mark in result.marks])
        return BookEntry(sitting.student, attempts, rule_text(rule), version_hash, marks)

    def _record(self, mark: Mark) -> MarkRecord:
        entry = self._records.get(id(mark))
        if entry is None:
            if len(self._records) >= MAX_RECORDS:
                self._records.clear()
            # the mark is kept beside, so that no later one has its identity
            entry = self._records[id(mark)] = mark, record_of(mark)
        return entry[1]


def attempts_text(sitting: Sitting, ids: Sequence[str]) -> str:
    """The attempts of a sitting as the book keeps them."""
    return json.dumps([dict(zip(ids, answers, strict=True)) for answers in sitting.attempts])


def sitting_of(entry: BookEntry, quiz: Quiz) -> Sitting:
    """The sitting of an entry, in the order of a quiz's questions; of a question that is new, the answers are blank."""
    ids = [question.id for question in quiz.questions]
    attempts = json.loads(entry.attempts)
    return Sitting(entry.student, tuple([tuple([answers.get(name, "") for name in ids]) for answers in attempts]))


def record_of(mark: Mark) -> MarkRecord:
    """What the book keeps of a mark."""
    # the version of the quiz has the derivation; writing it anew for each mark would take longer than judging
    content = {key: value for key, value in mark.as_dict(derivation="-").items() if key not in _ELSEWHERE}
    return MarkRecord(mark.question.id, str(mark.verdict), str(mark.points), json.dumps(content))


def rule_text(rule: AttemptRule) -> str:
    """A rule as JSON."""
    return json.dumps(rule_data(rule))


def rule_data(rule: AttemptRule) -> dict[str, str | None]:
    """A rule as data."""
    counts = None if rule.counts is None else str(rule.counts)
    return {"attempts": counts, "penalty": None if rule.penalty is None else str(rule.penalty)}


def rule_from(data: dict[str, str | None]) -> AttemptRule:
    """The rule that :func:`rule_data` wrote."""
    counts, penalty = data["attempts"], data["penalty"]
    return AttemptRule(Counts(counts) if counts else None, None if penalty is None else Fraction(penalty))


def questions_data(quiz: Quiz) -> list[dict[str, Any]]:
    """What the book keeps of a version of a quiz."""
    return [
        {
            "id": question.id,
            "text": visible(question.text),
            "kind": question.kind,
            "points": str(question.points),
            # where numbers are drawn, each student's receipt has the key
            "key": "" if question.numbers else question.key_words,
            "derivation": "" if question.numbers else steps_text(question.steps),
        }
        for question in quiz.questions
    ]


def points_text(points: str | Fraction) -> str:
    """Points as a person reads them."""
    return str(plain_points(Fraction(points)))
