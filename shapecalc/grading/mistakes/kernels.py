"""Mistakes in the kernel of a window, and in its dilation."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra import Int, Name
from shapecalc.algebra.edits import rewrite, substitute
from shapecalc.algebra.expr import Expr, Minus, Plus, Times
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import (
    DILATION,
    KERNEL,
)
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.windows import argument, of_windows
from shapecalc.layers.core.quantity import Quantity


def _extent(extent: Int) -> LineEdit:
    """Another extent of a dilated kernel."""

    def rule(part: Expr) -> Int | None:
        match part:
            case Plus(Times(Name("dilation"), Minus(Name("kernel_size"), 1)), 1):
                return extent
        return None

    return lambda line: rewrite(line.tree, rule) if line.quantity is Quantity.SIZE else None


def _kernel(kernel: Int) -> LineEdit:
    """Another kernel in the formula of a size."""

    def edit(line: Line) -> EditedTree | None:
        return substitute(line.tree, {KERNEL: kernel})

    return of_windows(edit)


def _kernel_by(name: str) -> LineEdit:
    """Another argument of the layer in the place of its kernel."""

    def edit(line: Line) -> EditedTree | None:
        number = line.number(name)
        if not isinstance(number, int) or number == line.numbers[KERNEL]:
            return None
        return substitute(line.tree, {KERNEL: Name(name)})

    return of_windows(edit)


def _dilation_of_another(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The dilation of a layer before, in a layer that has none."""
    before: set[int] = set()
    for row in sheet.places:
        numbers = [line.numbers.get(DILATION) for line in sheet.lines(row)]
        if 1 in numbers:
            for dilation in sorted(before):
                yield Edit(mistake, row.name, FormulaChange(argument(DILATION, dilation)), f"but {dilation}", 2)
        before |= {number for number in numbers if isinstance(number, int) and number > 1}


MISTAKES = (
    Mistake(
        "dilation-ignored",
        2,
        "d taken as 1",
        "You left out the layer's own dilation",
        together(in_formulas(argument(DILATION, 1)), _dilation_of_another),
    ),
    Mistake(
        "dilation-times-kernel",
        6,
        "extent d·F in the place of d·(F − 1) + 1",
        "You took another extent of the kernel",
        in_formulas(_extent(DILATION * KERNEL), _extent(KERNEL * (DILATION - 1) + 1), _extent(KERNEL + DILATION - 1)),
    ),
    Mistake(
        "dilation-sign",
        7,
        "extent d·(F − 1) − 1 (the sign of the last term)",
        "You took the wrong sign in the extent of the kernel",
        in_formulas(_extent(DILATION * (KERNEL - 1) - 1)),
    ),
    Mistake(
        "kernel-off-by-one",
        7,
        "F + 1 or F − 1 in the place of F",
        "You took a kernel that is 1 too large or too small",
        in_formulas(_kernel(KERNEL + 1), _kernel(KERNEL - 1), everywhere=False),
    ),
    Mistake(
        "kernel-ignored",
        7,
        "(W + 2P)/S + 1, without − F",
        "You did not subtract the kernel",
        in_formulas(_kernel(0)),
    ),
    Mistake(
        "argument-for-kernel",
        7,
        "another argument of the layer, such as D or S, in the place of F",
        "You took another argument for the kernel",
        in_formulas(_kernel_by("stride"), _kernel_by("in_channels"), everywhere=False),
    ),
)
