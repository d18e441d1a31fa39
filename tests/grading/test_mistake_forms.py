"""What mistakes make of formulas without their sizes is what they make of them with all numbers."""

from __future__ import annotations

from itertools import product

import pytest

from shapecalc.grading import plain_seeds
from shapecalc.grading.mistakes import outcomes
from shapecalc.grading.mistakes.change import FormulaChange
from shapecalc.grading.mistakes.line import Line, SizeReadError
from shapecalc.grading.mistakes.outcomes import work_out
from shapecalc.grading.mistakes.table import NumberTable
from shapecalc.grading.quiz.template import load_template
from shapecalc.grading.quizzes import PREFIX
from tests.grading.quizzes import question

#: Quizzes about sizes, counts and fields.
NAMES = ("one-layer", "parameters", "fields")


def _tables(name: str) -> list[NumberTable]:
    quiz = load_template(PREFIX + name).variant(plain_seeds("1"))
    return [question.diagnoses.table for question in quiz.questions if question.diagnoses]


@pytest.mark.parametrize("name", NAMES)
def test_forms(name: str) -> None:
    """A lasting change makes of a line, by its form, what it makes of the line itself."""
    for table in _tables(name):
        changes = [edit.change for edit in table.edits if isinstance(edit.change, FormulaChange)]
        lines = [line for row in table.sheet.places for line in table.sheet.lines(row)]
        for change, line in product(changes, lines):
            formula, anew = change.edited(line), change.edited_anew(line)
            assert (formula and formula.tree) == (anew and anew.tree)


@pytest.mark.parametrize("name", NAMES)
def test_sizes_at_the_node(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way to the sizes of the layer in question comes to what the whole working comes to."""
    tables = _tables(name)
    short = [[work_out(table.sheet, (edit,)) for edit in table.edits] for table in tables]
    monkeypatch.setattr(outcomes, "_is_of_sizes", lambda *_: False)
    assert short == [[work_out(table.sheet, (edit,)) for edit in table.edits] for table in tables]


def test_variants_share_forms() -> None:
    """The formulas of two inputs have the same forms, of which no size can be read."""
    lines, others = (_lines(shape) for shape in ("3x32x32", "3x57x57"))
    assert all(line.form is other.form for line, other in zip(lines, others, strict=True))
    form = lines[-1].form
    assert form is not None
    line = form.line
    assert line.number("stride") == 2
    for read in (lambda: line.number("W"), lambda: line.inputs[0], lambda: line.image == (), lambda: [*line.numbers]):
        with pytest.raises(SizeReadError):
            read()


def _lines(shape: str) -> tuple[Line, ...]:
    asked = question("integer", "Conv2d(3, 8, 5, stride=2)", shape, ask="width")
    assert asked.diagnoses is not None
    sheet = asked.diagnoses.table.sheet
    return sheet.lines(sheet.rows[0])
