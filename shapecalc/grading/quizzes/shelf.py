"""The quizzes that come with shapecalc, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, final

from shapecalc.grading.quiz.template import load_template
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from shapecalc.page import Column, Page, Presentable, Table


@final
@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """A quiz that comes with shapecalc.

    Attributes:
        name: by which it is called, ``quiz:...``.
        title: what it is about.
        kinds: how many questions of each kind it has, in the order of the quiz.
    """

    name: str
    title: str
    kinds: tuple[tuple[str, int], ...]

    @property
    def questions(self) -> int:
        """How many questions it has."""
        return sum(count for _, count in self.kinds)


@final
@dataclass(frozen=True, slots=True)
class Shelf(Presentable):
    """All quizzes that come with shapecalc."""

    entries: tuple[ShelfEntry, ...]

    def page(self) -> Page:
        columns = (Column("quiz"), Column("title", least=20), Column("questions", "right"))
        rows = [(each.name, each.title, str(each.questions)) for each in self.entries]
        return Page((Table(columns, tuple(rows)),))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each quiz with its kinds of questions, and how many there are of each."""
        return {
            "quizzes": [
                {"name": each.name, "title": each.title, "questions": each.questions, "kinds": dict(each.kinds)}
                for each in self.entries
            ]
        }


def shelf() -> Shelf:
    """All quizzes that come with shapecalc, in the order of a course."""
    entries: list[ShelfEntry] = []
    for name in QUIZ_NAMES:
        template = load_template(PREFIX + name)
        entries.append(ShelfEntry(PREFIX + name, template.title, tuple(Counter(template.kinds).items())))
    return Shelf(tuple(entries))
