"""How the pages of grading are laid out: notes behind the names of questions, in lines of 80 characters."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.grading.quiz.steps import Step, sides
from shapecalc.page import Notes
from shapecalc.page.signs import NO_BREAK

#: The longest line: a gradebook is read beside a list of students.
LINE = 80


def laid_out(notes: Sequence[tuple[str, str]], title: str, *, margin: int) -> Notes:
    """Notes below a title, the words hanging below their first line."""
    return Notes(tuple(notes), title, margin, indent=2, hanging=2, limit=LINE)


def step_words(step: Step) -> str:
    """A step as words that are broken into lines only between the sides of its equation."""
    return f" ={NO_BREAK}".join(side.replace(" ", NO_BREAK) for side in sides(step))
