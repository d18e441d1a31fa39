"""Edits of the formula of a window that several families of mistakes share."""

from __future__ import annotations

from shapecalc.algebra import Int, Name, ceildiv, names_in
from shapecalc.algebra.edits import substitute
from shapecalc.algebra.expr import Min
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.names import (
    SIZE,
    STRIDE,
    is_pool,
    is_transposed,
    is_window,
)


def unlimited(tree: Int) -> Int:
    """The windows that are counted, without the limit of those that hang over the end."""
    return tree.left if isinstance(tree, Min) else tree


def of_windows(change: LineEdit) -> LineEdit:
    """An edit of the formula of a window alone."""
    return lambda line: change(line) if is_window(line) else None


def argument(name: Name, value: Int, *, pools: bool | None = None) -> LineEdit:
    """Another value in the place of an argument, in every formula of a layer.

    Args:
        name: the argument.
        value: what it is taken for.
        pools: whether the layer has to be a pooling, or must not be one.
    """

    def edit(line: Line) -> EditedTree | None:
        number = line.numbers.get(name)
        if number is None or number == value or name not in names_in(line.tree):
            return None
        if pools is not None and is_pool(line.layer) is not pools:
            return None
        return substitute(line.tree, {name: value})

    return edit


def by_stride(line: Line) -> EditedTree | None:
    """⌈W/S⌉, as if the padding were made for that."""
    if is_transposed(line):
        return None
    return ceildiv(SIZE, STRIDE)
