"""Somebody's working: the sizes and counts of a net, layer by layer, with the mistakes that were made on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple, assert_never, cast, final

from shapecalc.algebra import Name
from shapecalc.algebra.edits import Number, Unrounded, simplest
from shapecalc.grading.mistakes.change import (
    AnswerChange,
    Edit,
    FormulaChange,
    LayerChange,
    Outcome,
    RunChange,
    ValueChange,
)
from shapecalc.grading.mistakes.line import EditedTree, Line, Sizes
from shapecalc.grading.mistakes.lines import (
    NotWorkedOutError,
    count_lines,
    field_lines,
    grow,
    inputs_of,
    padding_line,
    values_line,
)
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.statements import Statement, Statements, fitted
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key, number_of_shape
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row


class EditedLine(NamedTuple):
    """A line that a mistake has changed.

    Attributes:
        line: the line.
        tree: the edited formula.
        value: what it gives.
        edit: the mistake.
    """

    line: Line
    tree: EditedTree
    value: Number
    edit: Edit


class FieldStep(NamedTuple):
    """A window on the way of a field, with its numbers along the axis."""

    row: Row
    numbers: Mapping[Name, Any]


@final
class Working:
    """What somebody works out with some mistakes, or from values that were stated before.

    Attributes:
        shapes: the sizes at each node.
        edited: the lines that a mistake has changed.

    Raises:
        NotWorkedOutError: nothing comes out.
    """

    def __init__(self, sheet: Sheet, edits: Sequence[Edit], statements: Sequence[Statement] = ()) -> None:
        self.sheet = sheet
        self.edits = edits
        self.stated = Statements(sheet, statements) if statements else None
        self.shapes = sheet.shapes  # copied before the first change
        self.edited: list[EditedLine] = []
        self._layers: dict[str, Layer] = {}
        self._runs: dict[str, int] = {}
        self._formulas: list[Edit] = []
        for edit in edits:
            if isinstance(edit.change, FormulaChange):
                self._formulas.append(edit)
            elif isinstance(edit.change, LayerChange):
                self._layers[edit.node] = edit.change.layer
            elif isinstance(edit.change, RunChange):
                self._runs[edit.node] = edit.change.times
        #: the nodes where something is made otherwise; "" for all of them.
        self._touched = {*self._layers, *self._runs, *(edit.node for edit in self._formulas)}
        #: the nodes from which other sizes come than the right ones.
        self._resized: set[str] = set()
        # no field depends on a size
        if (self._touched or self.stated) and sheet.quantity is not Quantity.FIELD:
            self._walk()

    def _walk(self) -> None:
        """Work out the sizes behind every mistake, and behind every size that was stated."""
        for row in self.sheet.rows:
            inputs = self.inputs(row)
            shape = self._output(row, inputs) if self._is_touched(row) else cast("Sizes", row.output_shape)
            if self.stated and self.stated.touches(row):
                shape = self.stated.resized(row, inputs, shape)
            self._resize(row, shape)

    def _is_touched(self, row: Row) -> bool:
        """Whether something is made otherwise at a node, or other sizes come into it."""
        return not (self._touched.isdisjoint((row.name, "")) and self._resized.isdisjoint(row.reads))

    def _resize(self, row: Row, shape: Sizes) -> None:
        if shape != row.output_shape:
            if any(size <= 0 for size in shape):
                raise NotWorkedOutError
            if not self._resized:
                self.shapes = dict(self.shapes)
            self.shapes[row.name] = shape
            self._resized.add(row.name)

    def entering(self, row: Row, shape: Sizes) -> Working:
        """The same working, where other sizes come into a node than those of the nodes that it reads."""
        working = Working(self.sheet, self.edits)
        working._resize(row, working._run(row, working.layer(row), (shape, *working.inputs(row)[1:])))
        for later in self.sheet.rows[self.sheet.rows.index(row) + 1 :]:
            if working._is_touched(later):
                working._resize(later, working._output(later, working.inputs(later)))
        return working

    def inputs(self, row: Row) -> tuple[Sizes, ...]:
        """The sizes that come into a node."""
        if self._resized.isdisjoint(row.reads):
            return inputs_of(row)
        return tuple([self.shapes[name] for name in row.reads])

    def layer(self, row: Row) -> Layer:
        """The layer of a node, as it is read."""
        layer = self._layers.get(row.name, row.layer)
        return fitted(layer, inputs_of(row), self.inputs(row)) if self.stated else layer

    def _output(self, row: Row, inputs: tuple[Sizes, ...]) -> Sizes:
        shape = inputs[0] if inputs else self.sheet.shapes[row.name]
        for _ in range(self._runs.get(row.name, 1)):
            shape = self._run(row, self.layer(row), inputs)
            inputs = (shape, *inputs[1:])
        return shape

    def _run(self, row: Row, layer: Layer, inputs: tuple[Sizes, ...]) -> Sizes:
        if not self._has_formula(row.name):
            return self.sheet.output(layer, inputs)
        self.sheet.steps += 1
        lines = self.sheet.size_lines(row, layer, inputs)
        if not lines:
            return self.sheet.output(layer, inputs)
        sizes = tuple([self._value(line) for line in lines])
        return (*inputs[0][: len(row.output_shape) - len(sizes)], *sizes)

    def _has_formula(self, node: str) -> bool:
        return any(edit.node in ("", node) for edit in self._formulas)

    def _value(self, line: Line) -> Number:
        """What a line gives, after the mistakes made in it."""
        edited: EditedLine | None = None
        for edit in self._formulas:
            change = cast("FormulaChange", edit.change)
            if edit.node in ("", line.node) and change.axis in ("", line.axis):
                outcome = change.edited_value(_with_tree(line, edited.tree) if edited else line)
                if outcome is not None:
                    edited = EditedLine(line, *outcome, edit)
                    self.edited.append(edited)
        return edited.value if edited else line.result

    def outcome(self) -> Outcome | None:
        """What is answered."""
        value: Outcome | None = None
        for edit in self.edits:
            if isinstance(edit.change, AnswerChange):
                value = edit.change.answer(self)
                if value is None:
                    return None
        if value is None:
            value = self.measure(self.sheet.target)
        for edit in self.edits:
            if isinstance(edit.change, ValueChange) and not isinstance(value, tuple):
                value = edit.change.change(value)
        return value

    def measure(self, target: Target) -> Outcome:
        """What is asked, or something else that could be."""
        node = self.sheet.node if target == self.sheet.target else target.node
        match target.measure:
            case "output_shape" | "channels" | "height" | "width" | "length":
                return cast("Outcome", number_of_shape(target, self.shapes[node]))
            case "values" | "positions":
                return self._values(node, int(target.measure == "positions"))
            case "padding":
                row = self.sheet.by_name[node]
                return self._value(padding_line(row, self.sheet.target, self.sheet.report))
            case "parameters" | "macs" | "macs_with_bias" | "flops" | "flops_with_bias":
                return self.count(self.sheet.by_name[target.node]) if target.node else self.total()
            case "bytes":
                width = self.sheet.report.memory.setting.weight_size
                return width * (self.count(self.sheet.by_name[target.node]) if target.node else self.total())
            case "saved_bytes" | "inference_bytes" | "training_bytes" | "field_interval":
                return cast("Outcome", find_key(target, self.sheet.report))  # mistakes are not followed here
            case "activations":
                return sum([prod(shape) for shape in self.shapes.values()])
            case "receptive_field" | "jump":
                return self._field(target, node)
            case _:
                assert_never(target.measure)

    def _values(self, node: str, first: int) -> Number:
        if self.stated and not first and node in self.stated.values and node not in self.stated.sizes:
            return self.stated.values[node]
        row = self.sheet.by_name.get(node)
        line = values_line(node, self.shapes[node], row.layer if row else None, self.sheet.image, first=first)
        return self._value(line)

    def total(self) -> Number:
        """The counts of all layers: those that differ from the right ones, and the rest of the right total."""
        counts = self.stated.counts if self.stated else {}
        if "" in counts:
            return counts[""]
        rows = [row for row in self.sheet.rows if self._is_recounted(row)]
        right = cast("int", find_key(self.sheet.target, self.sheet.report))
        if self.sheet.target.measure == "bytes":
            right //= self.sheet.report.memory.setting.weight_size
        return simplest(right + sum([self.count(row) - cast("int", self.sheet.count(row)) for row in rows]))

    def count(self, row: Row) -> Number:
        """The parameters of a layer or the operations that it costs, whichever is asked."""
        times = self._runs.get(row.name, 1)
        if times == 0:
            return 0
        if self.stated and row.name in self.stated.counts:
            return self.stated.counts[row.name]
        right = cast("int", self.sheet.count(row))
        if right == 0 or not self._is_recounted(row):
            return right * times
        if self.stated and row.name in self.stated.tensors:
            return self._count_from_tensors(row, self.stated.tensors[row.name]) * times
        return self._count_anew(row, self.sheet.target) * times

    def _is_recounted(self, row: Row) -> bool:
        """Whether the count of a layer may differ from the right one."""
        is_stated = self.stated is not None and (row.name in self.stated.counts or row.name in self.stated.tensors)
        return is_stated or row.name in self._resized or self._is_touched(row)

    def _count_anew(self, row: Row, target: Target) -> Number:
        inputs, output = self.inputs(row), self.shapes[row.name]
        lines = count_lines(row, self.layer(row), inputs, output, target, self.sheet.image)
        return sum([self._value(line) for line in lines]) if lines else cast("int", self.sheet.count(row))

    def _count_from_tensors(self, row: Row, tensors: Mapping[str, int]) -> Number:
        """A count in which tensors have as many entries as was stated: the parameters, or the work of a weight."""
        count = self._count_anew(row, self.sheet.target)
        for name, entries in tensors.items():
            counted = self._count_anew(row, Target("parameters", row.name, tensor=name))
            if self.sheet.quantity is Quantity.PARAMETERS:
                count += entries - counted
            elif count % counted == 0:  # each entry of a weight is multiplied equally often
                count = count // counted * entries
        return count

    def steps(self) -> tuple[FieldStep, ...]:
        """The windows on the way of a field.

        Raises:
            NotWorkedOutError: some layer on the way does not slide a window.
        """
        steps: list[FieldStep] = []
        for row in self.sheet.rows:
            if len(row.reads) != 1:
                raise NotWorkedOutError
            numbers = self.sheet.window_numbers(row, self.layer(row))
            steps += [FieldStep(row, numbers)] * self._runs.get(row.name, 1) if numbers else []
        return tuple(steps)

    def _field(self, target: Target, node: str) -> Number:
        """The field or the jump behind a layer; with mistakes, of the layer in question alone."""
        if node != self.sheet.node:
            return cast("int", find_key(target, self.sheet.report))
        size: Number = 1
        jump: Number = 1
        for step in self.steps():
            if self._has_formula(step.row.name):
                size, jump = map(self._value, field_lines(step.row, step.numbers, size, jump))
            else:
                size, jump = grow(size, jump, step.numbers)
            if self.stated:
                size = self.stated.fields.get(step.row.name, size)
                jump = self.stated.jumps.get(step.row.name, jump)
        return size if target.measure == "receptive_field" else jump


def _with_tree(line: Line, tree: EditedTree) -> Line:
    """A line with a formula that has been edited before."""
    return line if isinstance(tree, Unrounded) else replace(line, tree=tree, remembered={})
