"""Mistakes in the positions for which a count is taken: of weights, and of multiply-accumulates."""

from __future__ import annotations

from shapecalc.algebra import Int, Name, names_in, product
from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas
from shapecalc.grading.mistakes.terms import kernel_factors, of_parameters, sum_of, weights_and_biases
from shapecalc.layers.core.quantity import Quantity

_POSITIONS = Name("positions")


def _not_shared(image: bool, biases: int) -> LineEdit:
    """A weight for each position.

    Args:
        image: whether the positions are those of the input.
        biases: how the biases are counted: 0 not at all, 1 as they are, 2 for each position, too.
    """

    def edit(line: Line) -> EditedTree | None:
        places = line.inputs[0][1:] if image else line.output[1:]
        if not kernel_factors(line.tree) or not places:
            return None
        weights, bias = map(sum_of, weights_and_biases(line.tree))
        count: Int = product(tuple(map(int, places)))
        if biases == 0:
            return weights * count
        return weights * count + bias if biases == 1 else (weights + bias) * count

    return of_parameters(edit)


def _other_grid(line: Line) -> EditedTree | None:
    """The positions of the input for those of the output, or the other way round."""
    if _POSITIONS not in names_in(line.tree):
        return None
    positions = line.numbers[_POSITIONS]
    grids = [product(tuple(map(int, shape[1:]))) for shape in (line.inputs[0], line.output)]
    grid = next((grid for grid in grids if grid != positions), None)
    return None if grid is None else substitute(line.tree, {_POSITIONS: grid})


def _stride_twice(line: Line) -> EditedTree | None:
    """The output's positions divided by the stride again."""
    strides = line.layer.values.get("stride")
    if _POSITIONS not in names_in(line.tree) or not isinstance(strides, tuple):
        return None
    factor = product(tuple(strides))
    return None if factor == 1 else substitute(line.tree, {_POSITIONS: _POSITIONS // factor})


def _bias_work(line: Line) -> EditedTree | None:
    if line.quantity is not Quantity.MACS or line.layer.values.get("bias") is not True:
        return None
    return line.tree + product(tuple(map(int, line.output)))


MISTAKES = (
    Mistake(
        "weights-not-shared",
        4,
        "a weight for each position: K·F·F·D times the positions",
        "You counted the weights anew for each position",
        in_formulas(
            _not_shared(False, 1),
            _not_shared(True, 1),
            _not_shared(False, 0),
            _not_shared(True, 0),
            _not_shared(False, 2),
            _not_shared(True, 2),
            everywhere=False,
        ),
    ),
    Mistake(
        "input-grid-for-output-grid",
        3,
        "work counted over the input's positions where the output's count, or the other way round for transposed",
        "You counted the positions of the other map",
        in_formulas(_other_grid),
    ),
    Mistake(
        "stride-applied-twice",
        5,
        "work counted over the output's positions divided by the stride once more",
        "You divided the positions by the stride again",
        in_formulas(_stride_twice),
    ),
    Mistake(
        "bias-counted-as-work",
        3,
        "+ one operation for each output because of the bias",
        "You counted the bias as work",
        in_formulas(_bias_work),
    ),
)
