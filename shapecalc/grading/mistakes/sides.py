"""Mistakes between the axes: height for width, one side for both, the pads of another side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LayerChange, LineEdit
from shapecalc.grading.mistakes.mistake import Mistake, together
from shapecalc.grading.mistakes.names import (
    SIZE,
)
from shapecalc.grading.mistakes.question import SAME_SHRINK, TURNED_SHAPE
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row


def _misread(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """Pads that are read in another order."""
    for row in sheet.places:
        for layer in chain(_other_pads(row), other_sides(row, ("padding",))):
            yield Edit(mistake, row.name, LayerChange(layer), f"as if the layer were {layer!r}")


def _other_pads(row: Row) -> Iterator[Layer]:
    """A padding layer with its pads in the order of another library."""
    pads = row.layer.values.get("padding")
    if row.layer.is_window or not isinstance(pads, tuple) or len(pads) != 4 or "W" not in type(row.layer).gives:
        return
    left, right, top, bottom = pads
    for order in ((top, bottom, left, right), (left, top, right, bottom), (left, right, bottom, top)):
        if order != pads:
            yield row.layer.replace(padding=order)


def other_sides(row: Row, names: tuple[str, ...]) -> Iterator[Layer]:
    """A layer with the values of some arguments exchanged between height and width."""
    values = {name: row.layer.values[name] for name in names if name in row.layer.per_axis}
    uneven = {name: value for name, value in values.items() if isinstance(value, tuple) and len({*value}) > 1}
    if uneven:
        yield row.layer.replace(**{name: value[::-1] for name, value in uneven.items()})


def _turned(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A layer whose arguments are those of the other axis."""
    for row in sheet.places:
        for names in (("kernel_size",), tuple(row.layer.per_axis)):
            for layer in other_sides(row, names):
                yield Edit(mistake, row.name, LayerChange(layer), f"as if the layer were {layer!r}")


def _one_side(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The formula applied to one side alone, or the result of one side given to both."""
    for row in sheet.places:
        axes = [line.axis for line in sheet.lines(row) if line.quantity is Quantity.SIZE]
        if len(axes) == 2:
            for place, axis in enumerate(axes):
                yield Edit(mistake, row.name, FormulaChange(lambda _: SIZE, axis), f"and not to the {axis}")
                words = f"and took its result for the {axis}"
                yield Edit(mistake, row.name, FormulaChange(_size_of(1 - place), axis), words, 1)


def _size_of(place: int) -> LineEdit:
    """The size along another axis in the place of that along this one."""
    return lambda line: substitute(line.tree, {SIZE: line.inputs[0][1 + place]})  # type: ignore[dict-item]


MISTAKES = (
    Mistake(
        "padding-order-misread",
        4,
        "the pads of one side or axis used for another",
        "You used the pads of one side for another",
        _misread,
    ),
    Mistake(
        "height-and-width-swapped",
        4,
        "H and W exchanged, in a shape or as the axis of a kernel",
        "You exchanged height and width",
        together(_turned, TURNED_SHAPE),
    ),
    Mistake(
        "one-side-only",
        5,
        "the formula applied to one side, the other kept; or both sides given one side's result",
        "You applied the formula to one side",
        together(_one_side, SAME_SHRINK),
    ),
)
