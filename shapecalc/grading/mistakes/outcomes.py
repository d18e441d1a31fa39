"""What comes out of a working: after some mistakes, or from what was stated before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, cast, final

from shapecalc.errors import ShapecalcError
from shapecalc.grading.mistakes.change import Edit, FormulaChange, Outcome
from shapecalc.grading.mistakes.line import Sizes
from shapecalc.grading.mistakes.lines import NotWorkedOutError, inputs_of
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.statements import Statement
from shapecalc.grading.mistakes.working import Working
from shapecalc.grading.quiz.target_values import number_of_shape

#: What ends a working: a kernel that does not fit any more, a size of nothing, a name that is a word; a formula that
#: takes whole sizes alone and met a fraction, or a shape that has fewer sizes than it needs.
_ENDS = (
    *(NotWorkedOutError, ShapecalcError, ZeroDivisionError, KeyError, OverflowError),
    *(TypeError, AttributeError, IndexError),
)


@final
class Consequence(NamedTuple):
    """What follows from what was stated before.

    Attributes:
        value: the answer that follows.
        shapes: the sizes at each node, as they are worked out on the way.
    """

    value: Outcome
    shapes: Mapping[str, Sizes]


def work_out(sheet: Sheet, edits: Sequence[Edit], statements: Sequence[Statement] = ()) -> Outcome | None:
    """What is answered after some mistakes, or from what was stated before; None where nothing comes out."""
    try:
        is_short = not statements and _is_of_sizes(sheet, edits)
        outcome = _sizes_at_node(sheet, edits[0]) if is_short else Working(sheet, edits, statements).outcome()
    except _ENDS:
        return None
    return outcome if _is_number(outcome) else None


def consequence_of(sheet: Sheet, statements: Sequence[Statement]) -> Consequence | None:
    """What follows from what was stated before; None where nothing comes out."""
    try:
        working = Working(sheet, (), statements)
        outcome = working.outcome()
    except _ENDS:
        return None
    return Consequence(cast("Outcome", outcome), working.shapes) if _is_number(outcome) else None


def _is_number(outcome: Outcome | None) -> bool:
    """Whether an outcome is a number, or numbers: a letter is no answer."""
    sizes = outcome if isinstance(outcome, tuple) else (outcome,)
    return all(isinstance(size, int | Fraction) for size in sizes)


def _is_of_sizes(sheet: Sheet, edits: Sequence[Edit]) -> bool:
    """Whether the only mistake is made in the formulas of the very sizes that are asked for."""
    return len(edits) == 1 and sheet.asks_size and edits[0].node == sheet.node and _is_lasting(edits[0])


def _is_lasting(edit: Edit) -> bool:
    return isinstance(edit.change, FormulaChange) and edit.change.is_lasting


def _sizes_at_node(sheet: Sheet, edit: Edit) -> Outcome | None:
    """What :class:`Working` comes to after such a mistake, with nothing to carry on: the commonest case by far."""
    change, row = cast("FormulaChange", edit.change), sheet.by_name[sheet.node]
    lines = sheet.lines(row)
    if not lines:
        return Working(sheet, (edit,)).outcome()
    sheet.steps += 1
    edited = [change.edited_value(line) for line in lines]
    sizes = [line.result if value is None else value.value for line, value in zip(lines, edited, strict=True)]
    shape = (*inputs_of(row)[0][: len(row.output_shape) - len(sizes)], *sizes)
    if min(shape) <= 0:
        raise NotWorkedOutError
    return cast("Outcome", number_of_shape(sheet.target, shape))
