"""Mistakes in how many windows there are: the + 1, and the rounding."""

from __future__ import annotations

from shapecalc.algebra import Int, names_in
from shapecalc.algebra.edits import Unrounded, round_down, round_up
from shapecalc.algebra.expr import Binary, CeilDiv, FloorDiv, Plus
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas
from shapecalc.grading.mistakes.names import (
    STRIDE,
    is_window,
)
from shapecalc.grading.mistakes.windows import by_stride, of_windows, unlimited
from shapecalc.layers.core.quantity import Quantity


def _quotient(change: LineEdit) -> LineEdit:
    """An edit of a formula that divides by the stride."""

    def edit(line: Line) -> EditedTree | None:
        return change(line) if is_window(line) and _divides(line.tree) else None

    return edit


def _divides(tree: Int) -> bool:
    return isinstance(tree, Binary) and (
        isinstance(tree, FloorDiv | CeilDiv) or _divides(tree.left) or _divides(tree.right)
    )


def _plus_one(tree: Int) -> tuple[Int, Int] | None:
    """The numerator and the divisor of a quotient to which 1 is added."""
    match unlimited(tree):
        case Plus(FloorDiv(left, right) | CeilDiv(left, right), 1):
            return left, right
    return None


def _without_plus_one(line: Line) -> EditedTree | None:
    tree = unlimited(line.tree)
    match tree:
        case Plus(FloorDiv() | CeilDiv() as quotient, 1):
            return quotient
        case Plus(left, 1) if STRIDE not in names_in(tree):  # a formula for a stride of 1
            return left
    return None


def _plus_one_in_divisor(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and parts[0] // (parts[1] + 1)


def _plus_one_in_divisor_unrounded(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and Unrounded(parts[0] // (parts[1] + 1))


def _plus_one_inside(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and (parts[0] + 1) // parts[1]


def _unrounded(line: Line) -> EditedTree | None:
    tree = unlimited(line.tree)
    return Unrounded(tree) if line.quantity is Quantity.SIZE and _divides(tree) else None


_CEIL = _quotient(lambda line: round_up(line.tree))
_FLOOR = _quotient(lambda line: round_down(unlimited(line.tree)))

MISTAKES = (
    Mistake(
        "plus-one-forgotten",
        1,
        "size = ⌊(W − F + 2P)/S⌋, without the + 1",
        "You left out the + 1",
        in_formulas(of_windows(_without_plus_one)),
    ),
    Mistake(
        "plus-one-in-divisor",
        4,
        "size = (W − F + 2P)/(S + 1)",
        "You added the 1 to the divisor",
        in_formulas(of_windows(_plus_one_in_divisor), of_windows(_plus_one_in_divisor_unrounded)),
    ),
    Mistake(
        "plus-one-inside-division",
        5,
        "size = ⌊(W − F + 2P + 1)/S⌋: the 1 is divided, too",
        "You divided the 1 as well",
        in_formulas(of_windows(_plus_one_inside)),
    ),
    Mistake(
        "not-floored",
        2,
        "the quotient is left a fraction: (W − F + 2P)/S + 1",
        "You did not round the quotient down",
        in_formulas(_unrounded),
    ),
    Mistake(
        "ceil-for-floor",
        3,
        "rounded up where the layer rounds down",
        "You rounded up",
        in_formulas(_CEIL, of_windows(by_stride)),
    ),
    Mistake(
        "floor-for-ceil",
        2,
        "rounded down where the layer rounds up (ceil_mode)",
        "You rounded down",
        in_formulas(_FLOOR),
    ),
)
