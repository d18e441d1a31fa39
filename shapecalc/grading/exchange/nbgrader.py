"""nbgrader: the source of an assignment, whose cells mark by the question and never by what a student can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, final

from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.cells import (
    NOTEBOOK_LACKS,
    AnswerCell,
    answer_cells,
    code_cell,
    markdown_cell,
    notebook_bytes,
)
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.page import visible


@final
class NbgraderFormat(ExchangeFormat):
    """A notebook for nbgrader."""

    name = "nbgrader"
    title = "an nbgrader notebook"
    ending = ".ipynb"
    lacks = MappingProxyType({**NOTEBOOK_LACKS})
    afterwards = (
        "Put the file into source/ASSIGNMENT/ and run `nbgrader generate_assignment`, which takes the keys out. "
        "Run `nbgrader autograde` where shapecalc is installed, else every answer has 0 points; it runs what students "
        "wrote."
    )

    def amount(self, bank: QuizBank) -> str:
        return "1 notebook"

    def write(self, bank: QuizBank) -> WrittenFiles:
        return WrittenFiles(notebook_bytes(_cells(bank)))


def _cells(bank: QuizBank) -> Iterator[dict[str, Any]]:
    yield markdown_cell("title", f"# {visible(bank.title)}", nbgrader=_metadata("title", locked=True))
    for cell in answer_cells(bank):
        place = f"q{cell.place}"
        name = re.sub(r"[^A-Za-z0-9_-]", "_", cell.question.id)
        text = _metadata(f"{place}-text", locked=True)
        yield markdown_cell(f"{place}-text", cell.markdown(), nbgrader=text)
        yield code_cell(f"{place}-answer", _answer(cell), nbgrader=_metadata(name, solution=True))
        marks = {**_metadata(f"{place}-marks", grade=True, locked=True), "points": cell.points}
        yield code_cell(f"{place}-marks", _marks(cell), nbgrader=marks)


def _metadata(name: str, *, grade: bool = False, locked: bool = False, solution: bool = False) -> dict[str, Any]:
    """What nbgrader knows of a cell, by version 3 of its schema."""
    return {
        "schema_version": 3,
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "solution": solution,
        "task": False,
    }


def _answer(cell: AnswerCell) -> str:
    return "\n".join([cell.empty(), "### BEGIN SOLUTION", cell.solution() or "pass", "### END SOLUTION"])


def _marks(cell: AnswerCell) -> str:
    """The cell that marks: it ends in a number, and writes nothing to the error stream."""
    lines = [
        f'assert {cell.variable} not in ("", None), "{cell.variable} has no answer yet"',
        "### BEGIN HIDDEN TESTS",
        "from shapecalc.grading.exchange.cell_marks import earned_points",
        f"earned_points({cell.content!r}, {cell.variable})",
        "### END HIDDEN TESTS",
    ]
    return "\n".join(lines)
