"""Mistakes in the stride of a window, and in what poolings do to a size."""

from __future__ import annotations

from math import prod

from shapecalc.algebra import Int, ceildiv
from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import (
    SIZE,
    STRIDE,
    is_pool,
    is_transposed,
)
from shapecalc.grading.mistakes.windows import argument, of_windows, unlimited


def _stride_then_window(rounded_up: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        if is_transposed(line) or line.numbers.get(STRIDE) == 1:
            return None
        size = ceildiv(SIZE, STRIDE) if rounded_up else SIZE // STRIDE
        return substitute(unlimited(line.tree), {SIZE: size, STRIDE: 1})

    return of_windows(edit)


def _pools(tree: Int) -> LineEdit:
    """Another formula in the place of a pooling's."""
    return of_windows(lambda line: tree if is_pool(line.layer) else None)


def _multiplied(transposed: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        is_stride = is_transposed(line) is transposed and line.numbers.get(STRIDE) != 1
        return SIZE * STRIDE if is_stride else None

    return of_windows(edit)


def _pixels(line: Line) -> EditedTree | None:
    places = line.inputs[0][1:]
    numbers = [size for size in places if isinstance(size, int)]
    if len(places) < 2 or len(numbers) < len(places) or line.inputs[0] != line.image:
        return None
    return substitute(line.tree, {SIZE: prod(numbers)})


MISTAKES = (
    Mistake(
        "stride-ignored",
        2,
        "S taken as 1 in a convolution",
        "You left out the stride",
        together(in_formulas(argument(STRIDE, 1, pools=False)), in_formulas(argument(STRIDE, 1, pools=True), extra=2)),
    ),
    Mistake(
        "stride-multiplies",
        2,
        "size = W·S in a layer that divides, or a transposed layer taken as W·S",
        "You multiplied the size by the stride",
        together(in_formulas(_multiplied(True)), in_formulas(_multiplied(False), extra=3)),
    ),
    Mistake(
        "stride-then-window",
        5,
        "W/S first, then the window at stride 1 on the result",
        "You divided by the stride first, and then slid the window in steps of 1",
        in_formulas(_stride_then_window(False), _stride_then_window(True)),
    ),
    Mistake(
        "pool-stride-one",
        3,
        "S of a pooling taken as 1 where it is F by default",
        "You moved the window of the pooling in steps of 1",
        in_formulas(argument(STRIDE, 1, pools=True)),
    ),
    Mistake(
        "pool-halves",
        3,
        "a pooling taken to halve whatever its arguments say",
        "You halved the size",
        in_formulas(_pools(SIZE // 2), _pools(ceildiv(SIZE, 2))),
    ),
    Mistake(
        "area-factor-for-side",
        4,
        "a factor of the area used for each side (a pooling of 2 divides a side by 4)",
        "You divided each side by the factor of the area",
        in_formulas(_pools(SIZE // (STRIDE * STRIDE))),
    ),
    Mistake(
        "pixel-count-for-side",
        7,
        "the number of pixels used as a side",
        "You used the number of pixels as a side",
        in_formulas(of_windows(_pixels), everywhere=False),
    ),
)
