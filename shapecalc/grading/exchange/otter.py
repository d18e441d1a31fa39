"""Otter-Grader: a notebook for students with tests that ask for an answer, and an autograder whose tests mark it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, final

from shapecalc.grading.exchange.abilities import Ability
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
from shapecalc.grading.exchange.markup import archive, file_stem
from shapecalc.page import visible


@final
class OtterFormat(ExchangeFormat):
    """A notebook for students and an autograder for Otter-Grader."""

    name = "otter"
    title = "an Otter-Grader assignment"
    ending = ".zip"
    lacks = MappingProxyType(
        {
            **NOTEBOOK_LACKS,
            Ability.MISTAKES: "a test passes or fails: students are told neither the mistake nor the key",
            Ability.OPTION_WORDS: "a test passes or fails: students are told neither the mistake nor the key",
            Ability.DERIVATION: "a test passes or fails: students are told neither the mistake nor the key",
        }
    )
    afterwards = (
        "Give students the folder student/, and mark with `otter run NOTEBOOK -a autograder.zip` where shapecalc is "
        "installed, else every answer has 0 points; Otter runs what students wrote."
    )

    def amount(self, bank: QuizBank) -> str:
        return "1 notebook"

    def write(self, bank: QuizBank) -> WrittenFiles:
        cells, name = answer_cells(bank), file_stem(bank.title)
        tests = {f"tests/{cell.variable}.py": _marks(cell) for cell in cells}
        config = json.dumps({"assignment_name": name, "show_stdout": False, "show_hidden": False}, indent=1) + "\n"
        files = {
            f"student/{name}.ipynb": _notebook(bank, cells, name, is_solved=False),
            **{f"student/tests/{cell.variable}.py": _question_asks(cell) for cell in cells},
            f"solution/{name}.ipynb": _notebook(bank, cells, name, is_solved=True),
            "autograder.zip": archive({"otter_config.json": config.encode(), **tests}),
        }
        return WrittenFiles(archive(files))


def _notebook(bank: QuizBank, cells: tuple[AnswerCell, ...], name: str, *, is_solved: bool) -> bytes:
    def parts() -> Iterator[dict[str, Any]]:
        yield markdown_cell("title", f"# {visible(bank.title)}")
        yield code_cell("otter", "import otter\n\ngrader = otter.Notebook()")
        for cell in cells:
            place = f"q{cell.place}"
            yield markdown_cell(f"{place}-text", cell.markdown())
            yield code_cell(f"{place}-answer", (is_solved and cell.solution()) or cell.empty())
            yield code_cell(f"{place}-check", f'grader.check("{cell.variable}")')

    return notebook_bytes(parts(), {"otter": {"assignment_name": name}})


def _question_asks(cell: AnswerCell) -> bytes:
    """The test of students, which fails where there is no answer and knows nothing of the key."""
    body = [
        f'assert {cell.variable} not in ("", None), "{cell.variable} has no answer yet"',
    ]
    return _test_file(cell, _case("answered", 0, body, cell.variable, hidden=False))


def _marks(cell: AnswerCell) -> bytes:
    """The tests that mark: the first part of the points passes from its share on, the second from both on."""
    cases = [_case("answered", 0, [f'assert {cell.variable} not in ("", None)'], cell.variable, hidden=False)]
    for part in range(1, cell.parts + 1):
        body = [
            "from shapecalc.grading.exchange.cell_marks import earned_share",
            f"assert earned_share(QUESTION, {cell.variable}, {cell.parts}) >= {part}",
        ]
        cases.append(_case(f"marks_{part}", cell.points / cell.parts, body, cell.variable, hidden=True))
    return _test_file(cell, f"QUESTION = {cell.content!r}\n", *cases)


def _test_file(cell: AnswerCell, *parts: str) -> bytes:
    head = f'from otter.test_files import test_case\n\nOK_FORMAT = False\n\nname = "{cell.variable}"\n'
    return "\n".join([head, *parts]).encode()


def _case(name: str, points: float, body: list[str], variable: str, *, hidden: bool) -> str:
    lines = [
        f"@test_case(points={points!r}, hidden={hidden})",
        f"def {name}({variable}):",
        *(f"    {line}" for line in body),
    ]
    return "\n".join([*lines, ""])
