"""Notebooks for nbgrader and Otter: a model of each place's marking, over right answers and named mistakes."""

from __future__ import annotations

import contextlib
import io
import re
import sys
import types
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import nbformat
import pytest

from shapecalc.grading import QuizTemplate, load_template, plain_seeds
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.cell_marks import answer_text, earned_points
from shapecalc.grading.exchange.cells import answer_cells
from shapecalc.grading.exchange.export import export_quiz
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quizzes import QUIZ_NAMES
from shapecalc.grading.submissions.notebooks import notebook_answers

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS\n?", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)


def notebook(template: QuizTemplate) -> Any:
    """The notebook for nbgrader, which is valid and whose cells have nbgrader's metadata, version 3."""
    content = nbformat.reads(export_quiz(template, "nbgrader").files.content.decode(), as_version=4)
    nbformat.validate(content)
    for cell in content.cells:
        assert set(cell.metadata.nbgrader) - {"points"} == {
            *("schema_version", "grade", "grade_id", "locked", "solution", "task"),
        }
        assert re.fullmatch(r"[a-zA-Z0-9_-]+", cell.metadata.nbgrader.grade_id)
    return content


def nbgrader_score(source: str, names: Mapping[str, Any], points: float) -> float:
    """What nbgrader gives a cell: 0 for an error or anything on stderr, a last number as it is, else all points."""
    *body, last = source.splitlines()
    lines = [line for line in (*body, last) if not line.startswith("#")]
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
        try:
            scope = dict(names)
            exec("\n".join(lines[:-1]), scope)  # noqa: S102  a cell of our own
            value = eval(lines[-1], scope)  # noqa: S307  likewise
        except (AssertionError, NameError):
            return 0
    if errors.getvalue():
        return 0
    assert isinstance(value, int | float)
    assert 0 <= value <= points
    return value


def otter_score(source: str, variable: str, value: Any) -> float:
    """What Otter gives a test file: the points of each case that raises nothing."""
    cases: list[tuple[float, Any]] = []

    def test_case(points: float, **_: bool) -> Any:
        return lambda function: cases.append((points, function))

    module = types.ModuleType("otter.test_files")
    module.test_case = test_case  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "otter", types.ModuleType("otter"))
        patch.setitem(sys.modules, "otter.test_files", module)
        exec(source, {})  # noqa: S102  a file of our own
    score = 0.0
    for points, function in cases:
        with contextlib.suppress(AssertionError):
            function(**{variable: value})
            score += points
    return score


@pytest.mark.parametrize("name", ["one-layer", "flatten", "padding-and-stride", "kernels"])
def test_marks_are_ours(name):
    """Each test answer, and no answer, earns what it earns here, in both notebooks."""
    template = load_template(f"quiz:{name}")
    cells = answer_cells(QuizBank(template, 1))
    graded = {cell.id: cell for cell in notebook(template).cells}
    files = zipfile.ZipFile(BytesIO(export_quiz(template, "otter").files.content))
    autograder = zipfile.ZipFile(BytesIO(files.read("autograder.zip")))
    for cell in cells:
        marks = graded[f"q{cell.place}-marks"]
        tests = autograder.read(f"tests/{cell.variable}.py").decode()
        for answer in ("", *(text for text, _ in cell.question.tests[:3])):
            ours = float(judge(cell.question, answer).points)
            assert nbgrader_score(marks.source, {cell.variable: answer}, cell.points) == pytest.approx(ours, abs=1e-4)
            assert otter_score(tests, cell.variable, answer) == pytest.approx(ours, abs=1e-4)


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_students_cannot_read_the_key(name):
    """Without what nbgrader takes out, and in what Otter's students get, there is no key."""
    template = load_template(f"quiz:{name}")
    for cell in notebook(template).cells:
        released = SOLUTION.sub("", HIDDEN.sub("", cell.source))
        assert "earned_points" not in released
        assert "### BEGIN" not in released
    files = zipfile.ZipFile(BytesIO(export_quiz(template, "otter").files.content))
    for path in files.namelist():
        if path.startswith("student/"):
            assert b"QUESTION" not in files.read(path)
            assert b"earned_share" not in files.read(path)


def test_what_is_no_plain_value_is_asked_for_nothing():
    """An object of a student's class is never called, whatever it defines."""

    class Evil(str):
        __slots__ = ()

        def __str__(self) -> str:
            raise SystemExit

        __repr__ = __eq__ = __len__ = __iter__ = __str__  # type: ignore[assignment]
        __hash__ = None  # type: ignore[assignment]

    assert answer_text(Evil("30")) == "a value of the class Evil"
    assert answer_text([Evil("30")]) == "a value of the class list"
    assert [answer_text(value) for value in (30, 30.0, "30", None, (3, 8, 8), ["a", "c"])] == [
        *("30", "30", "30", "", "(3, 8, 8)", "a, c"),
    ]


def test_nothing_is_written_to_the_error_stream(capsys):
    """Nbgrader takes anything there for a failure."""
    cell = answer_cells(QuizBank(load_template("quiz:one-layer"), 1))[0]
    assert earned_points(cell.content, str(cell.question.key)) == 1
    assert earned_points(cell.content, "x" * 100_000) == 0
    assert capsys.readouterr().err == ""


def test_the_notebook_is_read_back_by_grade():
    """The solution of the exported notebook earns all points where `grade` reads it."""
    template = load_template("quiz:one-layer")
    read = notebook_answers(export_quiz(template, "nbgrader").files.content.decode())
    for question in template.in_file_order(plain_seeds("1")).questions:
        assert judge(question, read[question.id]).verdict is Verdict.RIGHT
