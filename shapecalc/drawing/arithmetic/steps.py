"""The steps of a layer or a chain of layers: for each output what is read of each map before it."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple, final

from shapecalc.drawing.arithmetic.readings import AxisReading, readings_of
from shapecalc.errors import SpecError
from shapecalc.kernels.application import Cell
from shapecalc.layers.core.motion import STILL
from shapecalc.measures.report import Report, Row

#: Steps of a picture, and layers of a chain.
MAX_STEPS, MAX_CHAIN = 600, 6


@final
class LayerStage(NamedTuple):
    """A layer of the chain, with what it reads along rows and columns; a map of one axis has one row.

    Attributes:
        row: its measures.
        rows: what it reads along the rows of its input.
        columns: along the columns.
        groups: how many groups its channels are in.
    """

    row: Row
    rows: AxisReading
    columns: AxisReading
    groups: int

    @property
    def kernel_size(self) -> Cell | None:
        """How many numbers its kernel has along both axes; None where that differs from output to output."""
        return (self.rows.taps, self.columns.taps) if self.rows.taps and self.columns.taps else None

    @property
    def axes(self) -> tuple[AxisReading, ...]:
        """What it reads along the axes that its input has."""
        return (self.rows, self.columns) if len(self.row.output_shape) > 2 else (self.columns,)

    def sources(self, cell: Cell) -> list[tuple[Cell, Cell]]:
        """The places that an output reads, each with its place in the kernel."""
        return [
            ((row, column), (down, right))
            for (row, down), (column, right) in product(self.rows.reads[cell[0]], self.columns.reads[cell[1]])
        ]

    def inside(self, cell: Cell) -> Cell | None:
        """Where a place takes its value from; None for a zero beside the map."""
        row, column = self.rows.inside(cell[0]), self.columns.inside(cell[1])
        return None if row is None or column is None else (row, column)


@final
class ReadingStep(NamedTuple):
    """One output.

    Attributes:
        cell: its row and column.
        group: the group of channels that it belongs to.
        reads: what is read of each map, the input first; padding included.
        taps: the places in the kernel of the last layer.
    """

    cell: Cell
    group: int
    reads: tuple[frozenset[Cell], ...]
    taps: frozenset[Cell]


_ALONE = AxisReading(1, 0, 1, (0, 1), 1, (((0, 0),),), "zeros", is_transposed=False)


def stages_of(report: Report) -> tuple[LayerStage, ...]:
    """The layers that read windows, in the order of the chain; those that keep each value at its place are left out.

    Raises:
        SpecError: the net is no chain, is too long, or a layer cannot be drawn.
    """
    if not report.net.is_chain:
        raise SpecError(
            "Arithmetic is drawn of one layer, or of a chain of layers each of which reads the one before it."
        )
    rows = [row for row in report if row.measures.motion != STILL]
    if not rows:
        raise SpecError("No layer reads windows, so there are no steps. Try a convolution or a pooling.")
    if len(rows) > MAX_CHAIN:
        raise SpecError(
            f"Arithmetic is drawn of a chain of at most {MAX_CHAIN} layers that read windows, not {len(rows)}."
        )
    stages = []
    for row in rows:
        readings = readings_of(row)
        groups = row.layer.values.get("groups", 1)
        pair = (_ALONE, *readings)[-2:]
        stages.append(LayerStage(row, pair[0], pair[1], groups if isinstance(groups, int) else 1))
    return tuple(stages)


def reading_steps(stages: tuple[LayerStage, ...]) -> list[ReadingStep]:
    """A step for each output of the last layer, row by row; where its channels are in groups, one for each group.

    Raises:
        SpecError: there are too many.
    """
    last = stages[-1]
    cells = list(product(range(len(last.rows.reads)), range(len(last.columns.reads))))
    groups = last.groups if len(stages) == 1 else 1
    if len(cells) * groups > MAX_STEPS:
        raise SpecError(
            f"There are {len(cells) * groups:,} steps, and at most {MAX_STEPS} are drawn. Try a smaller --input."
        )
    return [_step(stages, cell, group) for cell in cells for group in range(groups)]


def _step(stages: tuple[LayerStage, ...], cell: Cell, group: int) -> ReadingStep:
    reads: list[frozenset[Cell]] = []
    outputs = {cell}
    for stage in reversed(stages):
        places = {place for output in outputs for place, _ in stage.sources(output)}
        reads.append(frozenset(places))
        outputs = {inner for place in places if (inner := stage.inside(place)) is not None}
    taps = frozenset(tap for _, tap in stages[-1].sources(cell))
    return ReadingStep(cell, group, tuple(reads[::-1]), taps)
