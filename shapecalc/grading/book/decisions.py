"""Decisions by hand: what a person gave for an answer, and why."""

from __future__ import annotations

from collections.abc import Mapping
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
    """

    student: str
    question: str
    points: Fraction
    because: str
    by: str = ""
    at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self._asdict(), "points": plain_points(self.points)}

    @property
    def is_floor(self) -> bool:
        """Whether it keeps a mark from being lowered, and lets it rise."""
        return self.by == NEVER_LOWER


def decided_by_hand(result: Result, decisions: Mapping[str, Decision]) -> Result:
    """A result with what was decided by hand, by question."""
    if not decisions:
        return result
    return Result(result.student, tuple([_decided(mark, decisions.get(mark.question.id)) for mark in result.marks]))


def _decided(mark: Mark, decision: Decision | None) -> Mark:
    if decision is None or (decision.is_floor and mark.points >= decision.points):
        return mark
    points = decision.points
    verdict = Verdict.RIGHT if points >= mark.question.points else Verdict.PARTLY if points else Verdict.WRONG
    decider = "not lowered" if decision.is_floor else "decided by hand"
    note = f"{decider}, {plain_points(points)} of {plain_points(mark.question.points)}: {decision.because}"
    return replace(mark, points=points, verdict=verdict, note=visible(note))
