"""Several attempts at a question: which of them counts, and what it earns, by the policy of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.quiz.policy import Counts, Policy


def counting_mark(marks: Sequence[Mark], policy: Policy) -> Mark:
    """The mark that several attempts at a question, at least one, earn together."""
    if len(marks) == 1:
        return marks[0]
    points = [mark.points * policy.share(attempt) for attempt, mark in enumerate(marks, 1)]
    if policy.counts is Counts.AVERAGE:
        return _average(marks, points)
    if policy.counts is Counts.BEST:
        at = _best(marks, points, policy)
    else:
        at = 0 if policy.counts is Counts.FIRST else len(marks) - 1
    return _with_note(replace(marks[at], points=points[at]), f"attempt {at + 1} of {len(marks)}")


def _best(marks: Sequence[Mark], points: Sequence[Fraction], policy: Policy) -> int:
    """The attempt that earns most; one that a person has to look at, where it may turn out to earn more."""
    best = max(range(len(marks)), key=lambda at: (points[at], marks[at].verdict is not Verdict.BLANK, -at))
    for at, mark in enumerate(marks):
        if mark.verdict.is_undecided and mark.question.points * policy.share(at + 1) > points[best]:
            return at
    return best


def _average(marks: Sequence[Mark], points: Sequence[Fraction]) -> Mark:
    """The last attempt's mark with the average of all attempts' points; undecided where an attempt is."""
    mark = next((mark for mark in marks if mark.verdict.is_undecided), marks[-1])
    average = sum(points, Fraction(0)) / len(points)
    parts = " + ".join(str(plain_points(part)) for part in points[:8]) + (" + …" if len(points) > 8 else "")
    decided = Fraction(0) if mark.verdict.is_undecided else average
    return _with_note(replace(mark, points=decided), f"the average of {len(points)} attempts: {parts}")


def _with_note(mark: Mark, note: str) -> Mark:
    return replace(mark, note=f"{mark.note}; {note}" if mark.note else note)
