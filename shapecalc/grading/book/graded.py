"""A student's result with what it comes from."""

from __future__ import annotations

from typing import NamedTuple, final

from shapecalc.grading.book.decisions import Decision
from shapecalc.grading.book.marking import AttemptRule
from shapecalc.grading.book.result import Result
from shapecalc.grading.submissions.sittings import Sitting


@final
class GradedSitting(NamedTuple):
    """A student's result with what it comes from.

    Attributes:
        result: the marks, decisions by hand included.
        sitting: what was handed in.
        rule: what counts of several attempts.
        decisions: what was decided by hand, by question.
    """

    result: Result
    sitting: Sitting
    rule: AttemptRule
    decisions: dict[str, Decision]
