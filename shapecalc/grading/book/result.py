"""One student's result: the marks, and on a page those that a teacher should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, final

from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.layout import laid_out
from shapecalc.page import Notes, Page, Presentable, visible

#: The most of a student's name in one place.
NAME = 28


@final
@dataclass(frozen=True, slots=True)
class Result(Presentable):
    """One student's marks, in the order of the questions."""

    student: str
    marks: tuple[Mark, ...]

    @property
    def points(self) -> Fraction:
        """The points of all answers that are decided."""
        return sum((mark.points for mark in self.marks), Fraction(0))

    @property
    def undecided(self) -> Fraction:
        """The points that the answers that are undecided may still get, once a person has looked."""
        open_marks = (mark for mark in self.marks if mark.verdict.is_undecided)
        return sum((mark.question.points for mark in open_marks), Fraction(0))

    @property
    def name(self) -> str:
        """The student's name, safe to print."""
        return visible(self.student, NAME)

    def count(self, verdict: Verdict) -> int:
        """How many answers got this verdict."""
        return sum(mark.verdict is verdict for mark in self.marks)

    def page(self) -> Page:
        out_of = sum((mark.question.points for mark in self.marks), Fraction(0))
        title = f"{self.name}: {self.points_text()} of {plain_points(out_of)}"
        margin = max((len(mark.question.id) for mark in self.marks), default=0) + 2
        return Page((self.notes(title, margin=margin),))

    def notes(self, title: str, *, margin: int) -> Notes:
        """What is wrong with each answer that is not right, and which are blank."""
        notes = [(mark.question.id, mark.words()) for mark in self.marks if mark.needs_words]
        blank = [mark.question.id for mark in self.marks if mark.verdict is Verdict.BLANK]
        if blank:
            notes.append((str(Verdict.BLANK), ", ".join(blank)))
        return laid_out(notes, title, margin=margin)

    def points_text(self) -> str:
        """The points, with those that are undecided: 8 +1?."""
        points = f"{float(self.points):g}"
        return f"{points} +{float(self.undecided):g}?" if self.undecided else points

    def as_dict(self, derivations: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        """For JSON: the points, the number of each verdict, and the marks.

        Args:
            derivations: how the key of a question comes about, by its id, where that is in words already.
        """
        return {
            "student": visible(self.student),
            "points": plain_points(self.points),
            "undecided": plain_points(self.undecided),
            **{verdict.key: self.count(verdict) for verdict in Verdict},
            "marks": [mark.as_dict(derivations.get(mark.question.id, "")) for mark in self.marks],
        }
