"""What a question says of its feedback and of further attempts; whoever shows or records marks keeps to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import assert_never, final


class Feedback(StrEnum):
    """When a student sees what was wrong, and the key."""

    NOW = "now"
    AFTER_DEADLINE = "after-deadline"
    NEVER = "never"


class Counts(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    AVERAGE = "average"


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """When feedback is shown, and how often a question may be answered.

    Attributes:
        feedback: when it is shown.
        attempts: how often the question may be answered; 0 for any number of times.
        penalty: the part of the points that each attempt behind the first costs.
        counts: which attempt counts.
    """

    feedback: Feedback = Feedback.NOW
    attempts: int = 0
    penalty: Fraction = Fraction(0)
    counts: Counts = Counts.BEST

    def share(self, attempt: int) -> Fraction:
        """The part of its points that an attempt may still earn; attempts count from 1."""
        if self.attempts and attempt > self.attempts:
            return Fraction(0)
        return max(Fraction(0), 1 - self.penalty * (attempt - 1))

    def counting(self, points: Sequence[Fraction]) -> Fraction:
        """What attempts with these points, penalties taken off, earn together."""
        if not points:
            return Fraction(0)
        match self.counts:
            case Counts.BEST:
                return max(points)
            case Counts.FIRST:
                return points[0]
            case Counts.LAST:
                return points[-1]
            case Counts.AVERAGE:
                return sum(points, Fraction(0)) / len(points)
            case _:
                assert_never(self.counts)


#: Feedback at once, any number of attempts, the best of which counts.
DEFAULT_POLICY = Policy()
