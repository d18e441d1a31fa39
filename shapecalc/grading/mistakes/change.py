"""What a mistake changes: a closed set. Together with the place where it is made, a change is an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

from shapecalc.algebra.edits import Calculation, Number
from shapecalc.algebra.memo import remember
from shapecalc.grading.mistakes.line import EditedTree, Line, LineForm, SizeReadError, Sizes, calculation_of
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity

if TYPE_CHECKING:
    from shapecalc.grading.mistakes.mistake import Mistake
    from shapecalc.grading.mistakes.working import Working

#: What somebody may answer: a number or the sizes of a shape.
Outcome = Number | Sizes
#: An edited formula; None where a line has nothing to edit.
LineEdit = Callable[[Line], EditedTree | None]


@final
class EditedFormula(NamedTuple):
    """A formula with a mistake in it, and how it is worked out."""

    tree: EditedTree
    calculation: Calculation


@final
class EditedValue(NamedTuple):
    """What comes out of a formula with a mistake in it."""

    tree: EditedTree
    value: Number


@final
@dataclass(frozen=True, slots=True, eq=False)
class FormulaChange:
    """A formula is edited, at one node or at all of them.

    Attributes:
        edit: the edited formula of a line.
        axis: the axis along which alone it is; "" for all of them.
        is_lasting: whether it is the same for every question, and reads neither the node nor the axis of a line; then
            what it makes of a form is remembered.
    """

    edit: LineEdit
    axis: str = ""
    is_lasting: bool = False

    def edited(self, line: Line) -> EditedFormula | None:
        """What it makes of a line; None where it changes nothing."""
        if self.is_lasting and line.form is not None:
            formula = _edited_form(self, line.form)
            if formula is not _BY_SIZE:
                return formula
        return self.edited_anew(line)

    def edited_value(self, line: Line) -> EditedValue | None:
        """What it makes of a line, with its value; None where it changes nothing.

        Raises:
            ZeroDivisionError, KeyError: as :meth:`Line.value`.
        """
        if self.is_lasting and self in line.remembered:
            remembered: EditedValue | None = line.remembered[self]
            return remembered
        formula = self.edited(line)
        edited = None if formula is None else EditedValue(formula.tree, formula.calculation(line.numbers))
        if self.is_lasting:
            line.remembered[self] = edited
        return edited

    def edited_anew(self, line: Line) -> EditedFormula | None:
        """As :meth:`edited`, without what is remembered."""
        tree = self.edit(line)
        return None if tree is None or tree == line.tree else EditedFormula(tree, calculation_of(tree))


#: Stands for an edit that depends on the sizes of a line.
_BY_SIZE = EditedFormula(0, calculation_of(0))


@remember()
def _edited_form(change: FormulaChange, form: LineForm) -> EditedFormula | None:
    try:
        return change.edited_anew(form.line)
    except SizeReadError:
        return _BY_SIZE


Changes = tuple[FormulaChange, ...]


@final
class LastingChanges:
    """The changes that are the same for every question. Compared by identity."""

    def __init__(self, changes: Iterable[FormulaChange]) -> None:
        self.changes = tuple(changes)

    def of(self, line: Line) -> tuple[Changes, Changes]:
        """Those that change a line, and those that may."""
        return ((), self.changes) if line.form is None else _changes_of_form(self, line.form)


@remember(lambda changes: sum(map(len, changes)))
def _changes_of_form(lasting: LastingChanges, form: LineForm) -> tuple[Changes, Changes]:
    """The changes that change every line of a form, and those for which it depends on the sizes."""
    formulas = [(change, _edited_form(change, form)) for change in lasting.changes]
    settled = [change for change, formula in formulas if formula is not None and formula is not _BY_SIZE]
    return tuple(settled), tuple([change for change, formula in formulas if formula is _BY_SIZE])


@final
@dataclass(frozen=True, slots=True, eq=False)
class LayerChange:
    """A layer is read as another one."""

    layer: Layer


@final
@dataclass(frozen=True, slots=True, eq=False)
class RunChange:
    """A layer is run so many times: 0 or 2."""

    times: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class AnswerChange:
    """Something else is answered than what is asked.

    Attributes:
        answer: what is answered, from the working; None where there is no such thing.
        equation: how it is worked out, in words, or "".
    """

    answer: Callable[[Working], Outcome | None]
    equation: str = ""


@final
@dataclass(frozen=True, slots=True, eq=False)
class ValueChange:
    """The number is changed at the end: by a unit, for example.

    Attributes:
        change: the changed number.
        equation: the same in words, behind the number: "·8".
    """

    change: Callable[[Number], Number]
    equation: str = ""


#: The closed set, for ``match`` with ``assert_never``.
Alteration = FormulaChange | LayerChange | RunChange | AnswerChange | ValueChange


@final
@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """A mistake at a place.

    Attributes:
        mistake: the mistake.
        node: where it is made; "" where it is made everywhere, or is one of the whole.
        change: what it changes.
        detail: what is particular of this edit, in words that follow those of the mistake, or "".
        extra: how much less plausible than its mistake this edit is.
        quantities: what the formulas give that it changes at its node.
    """

    mistake: Mistake
    node: str
    change: Alteration
    detail: str = ""
    extra: int = 0
    quantities: frozenset[Quantity] = frozenset()
