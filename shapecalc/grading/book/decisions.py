"""Decisions by hand: what a person gave for an answer, and why.

A decision belongs to the answer that it was made on. Where a later attempt with another answer counts, that is judged
anew, and the mark says that the decision was on another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple, final

from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.page import visible

#: Who decides that a mark is not lowered when a quiz changes.
NEVER_LOWER = "regrade --never-lower"
#: The most characters of a reason.
MAX_REASON = 1_000
#: The most of an answer in a remark.
_ANSWER = 32


@final
class Decision(NamedTuple):
    """What a person gave for an answer.

    Attributes:
        student: whose answer.
        question: the question's id.
        points: what it is worth.
        because: why.
        by: who decided.
        at: when, in UTC, as ISO 8601 writes it.
        answer: the answer that it is on, safe to print; None for any, as early gradebooks have it.
    """

    student: str
    question: str
    points: Fraction
    because: str
    by: str = ""
    at: str = ""
    answer: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self._asdict(), "points": plain_points(self.points)}

    def is_on(self, answer: str) -> bool:
        """Whether it is on this answer."""
        return self.answer is None or self.answer == visible(answer)

    @property
    def is_floor(self) -> bool:
        """Whether it keeps a mark from being lowered, and lets it rise."""
        return self.by == NEVER_LOWER


def standing(decisions: Sequence[Decision], answer: str) -> Decision | None:
    """The decision that counts for an answer: the last one on it; else the last one, which is outdated."""
    return next(
        (decision for decision in reversed(decisions) if decision.is_on(answer)), next(reversed(decisions), None)
    )


def standing_decisions(result: Result, decisions: Mapping[str, Sequence[Decision]]) -> dict[str, Decision]:
    """The decisions that count for a student's marks, by question.

    Args:
        result: the marks.
        decisions: all decisions on them, by question, the earliest first.
    """
    by_question = {
        mark.question.id: standing(decisions.get(mark.question.id, ()), mark.answer) for mark in result.marks
    }
    return {question: decision for question, decision in by_question.items() if decision is not None}


def decided_by_hand(result: Result, decisions: Mapping[str, Decision]) -> Result:
    """A result with what was decided by hand, by question."""
    if not decisions:
        return result
    return Result(result.student, tuple([_decided(mark, decisions.get(mark.question.id)) for mark in result.marks]))


def _decided(mark: Mark, decision: Decision | None) -> Mark:
    if decision is None or (decision.is_floor and (mark.points >= decision.points or not decision.is_on(mark.answer))):
        return mark
    points = decision.points
    share = f"{plain_points(points)} of {plain_points(mark.question.points)}"
    if not decision.is_on(mark.answer):
        former = visible((decision.answer or "").strip(), _ANSWER) or "no answer"
        note = f"{share} was decided by hand on another answer, {former}; this one is judged anew"
        return replace(mark, note="; ".join(filter(None, (mark.note, note))))
    verdict = Verdict.RIGHT if points >= mark.question.points else Verdict.PARTLY if points else Verdict.WRONG
    decider = "not lowered" if decision.is_floor else "decided by hand"
    return replace(mark, points=points, verdict=verdict, note=visible(f"{decider}, {share}: {decision.because}"))
