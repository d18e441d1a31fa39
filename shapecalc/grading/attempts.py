"""Several attempts at a quiz: which of them counts, and what it earns, by the policy of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.quiz.policy import Counts, Policy


def counting_marks(attempts: Sequence[Sequence[Mark]], policies: Sequence[Policy]) -> list[Mark]:
    """The marks that several attempts at all questions, at least one, earn together.

    Where the best of them counts, an answer that is carried counts with the attempt from whose wrong answers it
    follows: of the questions that are linked so, either one attempt counts for all, or each question's best without
    what is carried, whichever earns more.

    Args:
        attempts: the marks of each attempt, in the order of the questions.
        policies: the policy of each question.
    """
    if len(attempts) == 1:
        return [*attempts[0]]
    marks = [counting_mark([attempt[number] for attempt in attempts], policy) for number, policy in enumerate(policies)]
    for group in _linked(attempts):
        if all(policies[number].counts is Counts.BEST for number in group):
            for number, mark in zip(group, _best_together(attempts, policies, group), strict=True):
                marks[number] = mark
    return marks


def _linked(attempts: Sequence[Sequence[Mark]]) -> list[list[int]]:
    """The questions that follow from each other in some attempt, in groups."""
    places = {mark.question.id: number for number, mark in enumerate(attempts[0])}
    groups: list[set[int]] = []
    for attempt in attempts:
        for number, mark in enumerate(attempt):
            if mark.sources:
                linked = {number, *(places[name] for name in mark.sources)}
                linked.update(*(group for group in groups if group & linked))
                groups = [group for group in groups if not group & linked] + [linked]
    return [sorted(group) for group in groups]


def _best_together(attempts: Sequence[Sequence[Mark]], policies: Sequence[Policy], group: Sequence[int]) -> list[Mark]:
    """The marks of linked questions that earn most: of one attempt, or of the best ones without what is carried."""
    apart = [
        counting_mark([_without_credit(attempt[number]) for attempt in attempts], policies[number]) for number in group
    ]
    together = [
        [_attempt_mark(attempts, number, at, policies[number]) for number in group] for at in range(len(attempts))
    ]
    return max([*together, apart], key=lambda marks: sum(mark.points for mark in marks))


def _without_credit(mark: Mark) -> Mark:
    return replace(mark, verdict=Verdict.WRONG, points=Fraction(0)) if mark.is_carried else mark


def _attempt_mark(attempts: Sequence[Sequence[Mark]], number: int, at: int, policy: Policy) -> Mark:
    """A mark with the points that it earns in its attempt."""
    mark = attempts[at][number]
    return _with_note(replace(mark, points=mark.points * policy.share(at + 1)), f"attempt {at + 1} of {len(attempts)}")


def counting_mark(marks: Sequence[Mark], policy: Policy) -> Mark:
    """The mark that several attempts at a question, at least one, earn together; those behind the most do not count."""
    marks = marks[: policy.attempts or None]
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
