"""Mistakes in the channels that come out, and in what a flattening makes of a map."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra import Name, names_in, product
from shapecalc.algebra.edits import factors_of, substitute
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.counts import OF_EARLIER_CHANNELS
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import OUTPUTS, STRIDE, is_pool
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.layers.core.quantity import Quantity

_DEPTH = Name("D")
_CHANNELS = Name("input", 0)
#: A product of the sizes of a map: what a flattening gives, or how many values there are.
_PRODUCTS = frozenset({Quantity.SHAPE, Quantity.VALUES})


def _channels(change: LineEdit, *, pools: bool = False) -> LineEdit:
    """An edit of the channels of a layer, or of those of a pooling."""

    def edit(line: Line) -> EditedTree | None:
        if line.quantity is not Quantity.CHANNELS or (line.tree == _DEPTH) is not pools:
            return None
        return change(line) if is_pool(line.layer) or not pools else None

    return edit


def _with_inputs(line: Line, change: str) -> EditedTree | None:
    name = next((name for name in names_in(line.tree) if name.name in OUTPUTS), None)
    if name is None:
        return None
    return _DEPTH * name if change == "product" else _DEPTH + name


def _flattened(change: LineEdit) -> LineEdit:
    """An edit of the product of the sizes of a whole map."""

    def edit(line: Line) -> EditedTree | None:
        if line.quantity not in _PRODUCTS or len(factors_of(line.tree)) < 2:
            return None
        return change(line) if _CHANNELS in factors_of(line.tree) else None

    return edit


def _without_channels(line: Line) -> EditedTree | None:
    return product(tuple([factor for factor in factors_of(line.tree) if factor != _CHANNELS]))


def _with_channels(channels: int) -> LineEdit:
    return _flattened(lambda line: substitute(line.tree, {_CHANNELS: channels}))


def _of_earlier(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A map that is flattened with the channels of an earlier layer."""
    names = [*sheet.report.net.inputs, *(row.name for row in sheet.rows)]
    shapes = [sheet.shapes[name] for name in names]
    channels = dict.fromkeys([shape[0] for shape in shapes if len(shape) > 1 and isinstance(shape[0], int)])
    nodes = [*dict.fromkeys([*(row.name for row in sheet.places), sheet.node])]
    for count in channels:
        for node in nodes:
            yield Edit(mistake, node, FormulaChange(_with_channels(count)))


def _global(line: Line) -> EditedTree | None:
    return 1 if line.quantity is Quantity.SIZE and is_pool(line.layer) else None


MISTAKES = (
    Mistake(
        "channels-multiplied",
        4,
        "output channels = D·K",
        "You multiplied the channels by the filters",
        in_formulas(_channels(lambda line: _with_inputs(line, "product")), everywhere=False),
    ),
    Mistake(
        "channels-kept",
        2,
        "output channels = input channels",
        "You kept the channels that come in",
        in_formulas(_channels(lambda _: _DEPTH)),
    ),
    Mistake(
        "pool-changes-channels",
        2,
        "a pooling taken to divide (or change) the channels",
        "You let the pooling change the channels",
        in_formulas(
            _channels(lambda line: _DEPTH // STRIDE if STRIDE in line.numbers else None, pools=True),
            _channels(lambda line: _DEPTH // (STRIDE * STRIDE) if STRIDE in line.numbers else None, pools=True),
            _channels(lambda _: _DEPTH // 2, pools=True),
            _channels(lambda _: 1, pools=True),
        ),
    ),
    Mistake(
        "flatten-without-channels",
        2,
        "H·W in the place of C·H·W",
        "You left out the channels",
        in_formulas(_flattened(_without_channels)),
    ),
    Mistake(
        "flatten-without-area",
        2,
        "C in the place of C·H·W",
        "You left out the height and the width",
        in_formulas(_flattened(lambda _: _CHANNELS)),
    ),
    Mistake(
        "channels-of-the-image",
        3,
        "D of the net's input used in a later layer",
        "You used the channels of an earlier layer",
        together(_of_earlier, OF_EARLIER_CHANNELS),
    ),
    Mistake(
        "global-pool-assumed",
        3,
        "C where the map is flattened whole",
        "You took the pooling for a global one",
        in_formulas(_global),
    ),
)
