"""What a question says of its feedback and of further attempts; whoever shows or records marks keeps to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import final


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
        carried: the part of its points that an answer earns that is worked out correctly from an earlier wrong one.
    """

    feedback: Feedback = Feedback.NOW
    attempts: int = 0
    penalty: Fraction = Fraction(0)
    counts: Counts = Counts.BEST
    carried: Fraction = Fraction(1)

    def share(self, attempt: int) -> Fraction:
        """The part of its points that an attempt may still earn; attempts count from 1."""
        if self.attempts and attempt > self.attempts:
            return Fraction(0)
        return max(Fraction(0), 1 - self.penalty * (attempt - 1))


#: Feedback at once, any number of attempts, the best of which counts; errors that are carried cost nothing again.
DEFAULT_POLICY = Policy()
