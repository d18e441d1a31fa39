"""A question about a net, ready to be worked out with mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, cast, final

from shapecalc.algebra import Int, Name
from shapecalc.grading.mistakes.change import FormulaChange, LastingChanges
from shapecalc.grading.mistakes.line import Line, Sizes
from shapecalc.grading.mistakes.lines import (
    NotWorkedOutError,
    count_lines,
    count_of,
    field_lines,
    inputs_of,
    padding_line,
    quantity_of,
    size_lines,
    values_line,
    window_numbers,
)
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import axis_of, node_of
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row

#: The most layers in which a mistake is looked for; of more, those that are nearest to what is asked.
MAX_PLACES = 60

_SIZES = frozenset({"output_shape", "channels", "height", "width", "length"})
_NO_CHANGES = LastingChanges(())
_NOTHING: frozenset[Quantity] = frozenset()


@final
class Sheet:
    """A question about a net, ready to be worked out with mistakes.

    Args:
        report: the net's report.
        target: what is asked.
        lasting: the changes of formulas that are looked for in every question.

    Attributes:
        rows: the layers that matter, in their order.
        places: those of them in which a mistake is looked for.
        steps: the layers that have been worked out so far.
    """

    def __init__(self, report: Report, target: Target, lasting: LastingChanges = _NO_CHANGES) -> None:
        self.report = report
        self.lasting = lasting
        self.target = target
        self.node = node_of(target, report)
        self.rows: tuple[Row, ...] = tuple(self._rows())
        self.places = self.rows[-MAX_PLACES:]
        self.by_name = {row.name: row for row in report}
        shapes = {**report.net.inputs, **{row.name: row.output_shape for row in report}}
        self.shapes = cast("dict[str, Sizes]", shapes)  # with letters, nothing is worked out
        #: whether sizes at a layer are asked for
        self.asks_size = target.measure in _SIZES and self.node in self.by_name
        self.steps = 0
        self._counts: dict[str, Int] = {}
        self._outputs: dict[tuple[Interned, tuple[Sizes, ...]], Sizes] = {}
        self._size_lines: dict[tuple[str, Interned, tuple[Sizes, ...]], tuple[Line, ...]] = {}
        self._windows: dict[tuple[str, Interned], dict[Name, Any]] = {}
        self._lines: dict[str, tuple[Line, ...]] = {}

    def _rows(self) -> Iterable[Row]:
        if self.target.is_total or self.target.measure == "activations":
            return self.report
        if self.node in self.report.net.inputs:
            return ()
        names = {node.name for node in self.report.net.ancestors(self.node)}
        return [row for row in self.report if row.name in names]

    @property
    def image(self) -> Sizes:
        """The shape of the net's first input."""
        return self.shapes[next(iter(self.report.net.inputs))]

    @property
    def quantity(self) -> Quantity | None:
        """The quantity of the formula whose value is asked; None of a size, for which there may be several."""
        return quantity_of(self.target)

    @property
    def first(self) -> int:
        """The first size of a shape that counts in a product: the positions leave the channels out."""
        return int(self.target.measure == "positions")

    @property
    def axis(self) -> int:
        """The axis of the input along which a field is asked."""
        return axis_of(self.target, self.report) or 0

    def is_near(self, node: str) -> bool:
        """Whether a node is what the question is about, as every node is of a total or a field."""
        return self.target.is_of_many or node == self.node

    def count(self, row: Row) -> Int:
        """The right count of a layer."""
        if row.name not in self._counts:
            self._counts[row.name] = count_of(row, self.target)
        return self._counts[row.name]

    def nodes_changed_by(self, change: FormulaChange) -> Mapping[str, frozenset[Quantity]]:
        """The nodes with formulas that are changed, and the quantities of these formulas."""
        if change.is_lasting:
            return self._changed.get(change, {})
        changed: dict[str, frozenset[Quantity]] = {}
        for row in self.places:
            quantities = frozenset([line.quantity for line in self.lines(row) if _is_changed(line, change)])
            if quantities:
                changed[row.name] = quantities
        return changed

    @cached_property
    def _changed(self) -> dict[FormulaChange, dict[str, frozenset[Quantity]]]:
        """What :meth:`nodes_changed_by` gives of each change that is the same for every question."""
        changed: dict[FormulaChange, dict[str, frozenset[Quantity]]] = {}
        for row in self.places:
            distinct = {id(line.remembered): line for line in self.lines(row)}  # lines for several axes may be the same
            for line in distinct.values():
                changes, candidates = self.lasting.of(line)
                for change in (*changes, *(change for change in candidates if _is_changed(line, change))):
                    nodes = changed.setdefault(change, {})
                    nodes[row.name] = nodes.get(row.name, _NOTHING) | {line.quantity}
        return changed

    def lines(self, row: Row) -> tuple[Line, ...]:
        """The formulas of a layer that matter for the question, with the numbers of the right working."""
        if row.name not in self._lines:
            self._lines[row.name] = self._right_lines(row)
        return self._lines[row.name]

    def _right_lines(self, row: Row) -> tuple[Line, ...]:
        if self.quantity is Quantity.FIELD:  # no field depends on a size
            return self._field_lines(row)
        inputs, output = inputs_of(row), self.shapes[row.name]
        lines = self.size_lines(row, row.layer, inputs)
        match self.quantity:
            case Quantity.PARAMETERS | Quantity.MACS:
                return (*lines, *count_lines(row, row.layer, inputs, output, self.target, self.image))
            case Quantity.PADDING if row.name == self.node:
                return (*lines, padding_line(row, self.target, self.report))
            case Quantity.VALUES if row.name == self.node:
                return (*lines, values_line(row.name, output, row.layer, self.image, first=self.first))
            case _:
                return lines

    def _field_lines(self, row: Row) -> tuple[Line, ...]:
        try:
            numbers = self.window_numbers(row, row.layer)
        except NotWorkedOutError:
            return ()
        before = self.by_name[row.reads[0]].fields[self.axis] if row.reads[0] in self.by_name else None
        size, jump = (before.size, before.jump) if before else (1, 1)
        return field_lines(row, numbers, size, jump) if numbers else ()

    def window_numbers(self, row: Row, layer: Layer) -> dict[Name, Any]:
        """The numbers of a window along the axis of the field; none where every position stays.

        Raises:
            NotWorkedOutError: it is no window.
        """
        place = (row.name, layer.interned)
        if place not in self._windows:
            self._windows[place] = window_numbers(layer, row, self.axis)
        return self._windows[place]

    def size_lines(self, row: Row, layer: Layer, inputs: tuple[Sizes, ...]) -> tuple[Line, ...]:
        """The formulas of the sizes that come out of a layer, made once."""
        place = (row.name, layer.interned, inputs)
        if place not in self._size_lines:
            self._size_lines[place] = size_lines(row, layer, inputs, self.image)
        return self._size_lines[place]

    def output(self, layer: Layer, inputs: tuple[Sizes, ...]) -> Sizes:
        """What comes out of a layer, worked out once: many mistakes come to the same sizes."""
        place = (layer.interned, inputs)
        if place not in self._outputs:
            self.steps += 1
            shape = layer.output_shape(cast("tuple[Shape, ...]", inputs))  # its formulas take fractions, too
            self._outputs[place] = cast("Sizes", shape)
        return self._outputs[place]


def _is_changed(line: Line, change: FormulaChange) -> bool:
    try:
        return change.edited(line) is not None
    except (TypeError, ValueError):  # letters stand for sizes that the edit counts with
        return False
