"""Mistakes in the padding of a window, and in what it keeps."""

from __future__ import annotations

from shapecalc.algebra import Int, Name
from shapecalc.algebra.edits import rewrite, substitute
from shapecalc.algebra.expr import Expr, Minus, Plus, Times
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import (
    AFTER,
    BEFORE,
    KERNEL,
    PADDING,
    SIZE,
    STRIDE,
    is_transposed,
)
from shapecalc.grading.mistakes.question import KEPT_INPUT
from shapecalc.grading.mistakes.windows import by_stride, of_windows, unlimited
from shapecalc.layers.core.quantity import Quantity

#: What padding goes into.
_PADDED = frozenset({Quantity.SIZE, Quantity.PADDING})
_NO_PADDING: dict[Name, Int] = {PADDING: 0, BEFORE: 0, AFTER: 0}


def _without_padding(line: Line) -> EditedTree | None:
    if not any(line.numbers.get(name) for name in _NO_PADDING) or line.quantity not in _PADDED:
        return None
    return substitute(line.tree, _NO_PADDING)


def padding_replaced(tree: Int, amount: Int) -> Int:
    """Another amount in the place of the padding of both sides together."""

    def rule(part: Expr) -> Int | None:
        match part:
            case Times(2, Name("padding")) | Plus(Name("before"), Name("after")):
                return amount
        return None

    return rewrite(tree, rule)


def _cut_once(line: Line) -> EditedTree | None:
    return padding_replaced(line.tree, PADDING) if is_transposed(line) else None


def _padding_once(line: Line) -> EditedTree | None:
    if is_transposed(line):
        return None
    name = PADDING if line.numbers.get(BEFORE) == line.numbers.get(AFTER) else BEFORE
    return padding_replaced(line.tree, name) if line.quantity in _PADDED else None


def _padding_once_after(line: Line) -> EditedTree | None:
    is_even = line.numbers.get(BEFORE) == line.numbers.get(AFTER)
    return None if is_even or line.quantity is not Quantity.SIZE else padding_replaced(line.tree, AFTER)


def _padding_taken_off(line: Line) -> EditedTree | None:
    """The padding with the other sign."""
    if line.quantity is not Quantity.SIZE or not line.numbers.get(PADDING):
        return None
    doubled = 2 * PADDING
    return rewrite(line.tree, lambda part: _with_other_sign(part, doubled))


def _with_other_sign(part: Expr, padding: Int) -> Int | None:
    match part:
        case Plus(left, right) if right == padding:
            return left - padding
        case Minus(left, right) if right == padding:
            return left + padding
    return None


def _padding(amount: Int, *, only_without: bool) -> LineEdit:
    """Another amount in the place of the padding, of a window that has none or of any."""

    def edit(line: Line) -> EditedTree | None:
        if is_transposed(line) or (only_without and line.numbers.get(PADDING) != 0):
            return None
        return padding_replaced(unlimited(line.tree), amount)

    return of_windows(edit)


def _unchanged(line: Line) -> EditedTree | None:
    return None if is_transposed(line) or line.numbers.get(STRIDE) == 1 else SIZE


def _unchanged_at_stride_one(line: Line) -> EditedTree | None:
    return None if is_transposed(line) or line.numbers.get(STRIDE) != 1 else SIZE


MISTAKES = (
    Mistake("padding-ignored", 1, "P taken as 0", "You left out the padding", in_formulas(_without_padding)),
    Mistake(
        "padding-once",
        2,
        "P in the place of 2P",
        "You counted the padding of one side only",
        together(in_formulas(_padding_once, _padding_once_after), in_formulas(_cut_once, extra=2)),
    ),
    Mistake(
        "padding-sign",
        5,
        "− 2P in the place of + 2P, or the other way round behind a transposed convolution",
        "You gave the padding the other sign",
        in_formulas(_padding_taken_off),
    ),
    Mistake(
        "same-in-spite-of-stride",
        3,
        "size unchanged, or ⌈W/S⌉, where the layer's padding is fixed",
        'You took the padding for "same"',
        in_formulas(of_windows(by_stride), of_windows(_unchanged)),
    ),
    Mistake(
        "padding-invented",
        3,
        "P of (F − 1)/2, or 1, where the layer has 0",
        "You added a padding that the layer does not have",
        in_formulas(
            _padding(KERNEL - 1, only_without=True), _padding(2, only_without=True), _padding(1, only_without=True)
        ),
    ),
    Mistake(
        "same-means-half-kernel",
        4,
        "padding of ⌊F/2⌋ on both sides taken for 'same' whatever F, S and d are",
        "You padded by half of the kernel",
        in_formulas(_padding(2 * (KERNEL // 2), only_without=False)),
    ),
    Mistake(
        "stride-one-keeps-size",
        3,
        "size unchanged because the stride is 1",
        "You left the size as it was",
        together(in_formulas(of_windows(_unchanged_at_stride_one)), KEPT_INPUT),
    ),
)
