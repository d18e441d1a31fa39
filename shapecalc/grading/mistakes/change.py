"""What a mistake changes: a closed set. Together with the place where it is made, a change is an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from shapecalc.algebra.edits import Number
from shapecalc.grading.mistakes.line import EditedTree, Line, Sizes
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
@dataclass(frozen=True, slots=True, eq=False)
class FormulaChange:
    """A formula is edited, at one node or at all of them.

    Attributes:
        edit: the edited formula of a line.
        axis: the axis along which alone it is; "" for all of them.
    """

    edit: LineEdit
    axis: str = ""


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
