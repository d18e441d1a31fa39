"""docs/reference/quizzes.md: the quizzes that come with shapecalc, and what they ask."""

from __future__ import annotations

from shapecalc.grading import Quiz, load_quiz, shelf
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "quizzes.md"

HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from the files of shapecalc/grading/quizzes. -->

# The quizzes that come with shapecalc

Every command and function that takes a quiz takes one of these as `quiz:NAME`, and `shapecalc quiz list` lists them.
Most questions draw their numbers; the texts below are those of `--seed 1`. [The tutorial for
teachers](../tutorial-teacher.md) shows how one is used, and how one becomes a quiz of your own.
"""


def page() -> str:
    """The page as it should be."""
    table = ["| quiz | title | questions | kinds |", "| --- | --- | ---: | --- |"]
    parts: list[str] = []
    for entry in shelf().entries:
        kinds = ", ".join(f"{count} {kind}" for kind, count in entry.kinds)
        table.append(f"| `{entry.name}` | {entry.title} | {entry.questions} | {kinds} |")
        parts += [f"## {entry.title}", "", f"`{entry.name}`", "", *_questions(load_quiz(entry.name)), ""]
    return "\n".join((HEAD, *table, "", *parts)).rstrip() + "\n"


def _questions(quiz: Quiz) -> list[str]:
    rows = [f"| `{question.id}` | {question.kind} | {_cell(question.text)} |" for question in quiz.questions]
    return ["| question | kind | text |", "| --- | --- | --- |", *rows]


def _cell(text: str) -> str:
    """A text in which no bracket reads as a link or bar as a column."""
    return text.strip().replace("|", "\\|").replace("](", "] (").replace("[", "\\[").replace("*", "\\*")
