"""Somebody's working: the sizes and counts of a net, layer by layer, with the mistakes that were made on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple, assert_never, cast, final

from shapecalc.algebra import Int, Name, name_values, product
from shapecalc.algebra.edits import Number, Unrounded, simplest, substitute
from shapecalc.errors import ShapecalcError
from shapecalc.grading.mistakes.change import (
    AnswerChange,
    Edit,
    FormulaChange,
    LayerChange,
    LineEdit,
    Outcome,
    RunChange,
    ValueChange,
)
from shapecalc.grading.mistakes.line import EditedTree, Line, Sizes
from shapecalc.grading.quiz.target import (
    WORK,
    Target,
    additions_of,
    axis_of,
    find_key,
    node_of,
    number_of_shape,
    operations_of,
    padding_env,
)
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.shapes import entries_of
from shapecalc.layers.padding_rules import rule_of
from shapecalc.measures import Report, Row
from shapecalc.measures.field.sliding import JUMP, SIZE
from shapecalc.measures.work import OPERATIONS

#: Every name stands in a tree, those too that a textbook leaves out.
_ALL_NAMES: Mapping[str, int] = MappingProxyType({})
_WEIGHTS = Name("weights")
_KERNEL, _DILATION, _STRIDE, _JUMP = Name("kernel_size"), Name("dilation"), Name("stride"), Name("jump")
#: The recurrence of a field, with every name.
_FIELD_TREES: tuple[tuple[Quantity, Int], ...] = (
    (Quantity.FIELD, SIZE.function(Name("field"), _KERNEL, _DILATION, _JUMP)),
    (Quantity.JUMP, JUMP.function(_JUMP, _STRIDE)),
)


class NotWorkedOutError(Exception):
    """With these mistakes, nothing comes out."""


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
    """What a layer on the way of a field does along the axis, with its numbers: none where it keeps the positions."""

    node: str
    numbers: Mapping[Name, Any]


@final
class Sheet:
    """A question about a net, ready to be worked out with mistakes.

    Args:
        report: the net's report.
        target: what is asked.

    Attributes:
        rows: the layers that matter, in their order.
        steps: the layers that have been worked out so far.
    """

    def __init__(self, report: Report, target: Target) -> None:
        self.report = report
        self.target = target
        self.node = node_of(target, report)
        self.rows: tuple[Row, ...] = tuple(self._rows())
        self.by_name = {row.name: row for row in report}
        shapes = {**report.net.inputs, **{row.name: row.output_shape for row in report}}
        self.shapes = cast("dict[str, Sizes]", shapes)  # with letters, nothing is worked out
        self.steps = 0
        self._outputs: dict[tuple[Interned, tuple[Sizes, ...]], Sizes] = {}
        self._size_lines: dict[tuple[str, Interned, tuple[Sizes, ...]], list[Line]] = {}
        self._windows: dict[tuple[Interned, str], dict[Name, Any]] = {}
        self._lines: dict[str, tuple[Line, ...]] = {}

    @property
    def image(self) -> Sizes:
        """The shape of the net's first input."""
        return self.shapes[next(iter(self.report.net.inputs))]

    def _rows(self) -> Iterable[Row]:
        if self.target.is_total or self.target.measure == "activations":
            return self.report
        if self.node in self.report.net.inputs:
            return ()
        names = {node.name for node in self.report.net.ancestors(self.node)}
        return [row for row in self.report if row.name in names]

    def is_near(self, node: str) -> bool:
        """Whether a node is what the question is about, as every node is of a total or a field."""
        return self.target.is_of_many or node == self.node

    def right(self) -> Working:
        """The working without a mistake."""
        return Working(self, ())

    def value(self, edits: Sequence[Edit]) -> Outcome | None:
        """What is answered after these mistakes; None where nothing comes out."""
        try:
            return Working(self, edits).outcome()
        except (NotWorkedOutError, ShapecalcError, ZeroDivisionError, KeyError, OverflowError):
            return None  # a kernel that does not fit any more, a size of nothing, a name that is a word
        except (TypeError, AttributeError):
            return None  # a formula that takes whole sizes alone met a fraction

    @property
    def quantity(self) -> Quantity | None:
        """The quantity of the formula whose value is asked; None of a size, for which there may be several."""
        return quantity_of(self.target)

    def nodes_changed_by(self, edit: LineEdit) -> dict[str, frozenset[Quantity]]:
        """The nodes with formulas that an edit changes, and the quantities of these formulas."""
        nodes: dict[str, frozenset[Quantity]] = {}
        for row in self.rows:
            quantities = frozenset([line.quantity for line in self.lines(row) if _has_edit(edit, line)])
            if quantities:
                nodes[row.name] = quantities
        return nodes

    def lines(self, row: Row) -> tuple[Line, ...]:
        """The formulas of a layer that matter for the question, with the numbers of the right working."""
        if row.name not in self._lines:
            self._lines[row.name] = self._right_lines(row)
        return self._lines[row.name]

    def _right_lines(self, row: Row) -> tuple[Line, ...]:
        working = self.right()
        if self.quantity is Quantity.FIELD:  # no field depends on a size
            return tuple(working.field_lines(row))
        lines = [*working.size_lines(row, row.layer, inputs_of(row))]
        match self.quantity:
            case Quantity.PARAMETERS | Quantity.MACS as quantity:
                lines += working.count_lines(row, quantity)
            case Quantity.PADDING if row.name == self.node:
                lines.append(working.padding_line())
            case Quantity.VALUES if row.name == self.node:
                lines.append(working.values_line(row.name, self.first))
        return tuple(lines)

    @property
    def first(self) -> int:
        """The first size of a shape that counts in a product: the positions leave the channels out."""
        return int(self.target.measure == "positions")

    def window_numbers(self, layer: Layer, row: Row, axis: int) -> dict[Name, Any]:
        """The numbers of a window along an axis; none where every position stays.

        Raises:
            NotWorkedOutError: it is no window.
        """
        place = (layer.interned, row.name)
        if place not in self._windows:
            self._windows[place] = _window_numbers(layer, row, axis)
        return self._windows[place]

    def remembered_lines(
        self, node: str, layer: Layer, inputs: tuple[Sizes, ...], lines: Callable[[], list[Line]]
    ) -> list[Line]:
        """The lines of a layer for some sizes, made once."""
        place = (node, layer.interned, inputs)
        if place not in self._size_lines:
            self._size_lines[place] = lines()
        return self._size_lines[place]

    def output(self, layer: Layer, inputs: tuple[Sizes, ...]) -> Sizes:
        """What comes out of a layer, remembered: many mistakes come to the same sizes."""
        place = (layer.interned, inputs)
        if place not in self._outputs:
            self.steps += 1
            self._outputs[place] = _output_shape(layer, inputs)
        return self._outputs[place]


def _has_edit(edit: LineEdit, line: Line) -> bool:
    tree = edit(line)
    return tree is not None and tree != line.tree


@final
class Working:
    """What somebody works out with some mistakes.

    Attributes:
        shapes: the sizes at each node.
        traces: the lines that a mistake has changed.

    Raises:
        NotWorkedOutError: nothing comes out.
    """

    def __init__(self, sheet: Sheet, edits: Sequence[Edit]) -> None:
        self.sheet = sheet
        self.edits = edits
        self.shapes: dict[str, Sizes] = dict(sheet.shapes)
        self.traces: list[EditedLine] = []
        self._layers = {edit.node: edit.change.layer for edit in edits if isinstance(edit.change, LayerChange)}
        self._runs = {edit.node: edit.change.times for edit in edits if isinstance(edit.change, RunChange)}
        self._formulas = [edit for edit in edits if isinstance(edit.change, FormulaChange)]
        if edits and sheet.quantity is not Quantity.FIELD:
            self._walk()

    def _walk(self) -> None:
        """Work out the sizes behind every mistake."""
        touched = {*self._layers, *self._runs, *(edit.node for edit in self._formulas)}
        changed: set[str] = set()
        for row in self.sheet.rows:
            if not touched.isdisjoint((row.name, "")) or not changed.isdisjoint(row.reads):
                shape = self._output(row, self.inputs(row))
                if shape != row.output_shape:
                    if any(size <= 0 for size in shape):
                        raise NotWorkedOutError
                    self.shapes[row.name] = shape
                    changed.add(row.name)

    def entering(self, row: Row, shape: Sizes) -> Working:
        """The same working, where other sizes come into a node than those of the nodes that it reads."""
        working = Working(self.sheet, ())
        working.shapes |= self.shapes
        working.edits, working._formulas = self.edits, self._formulas
        working.shapes[row.name] = working._run(row, self.layer(row), (shape, *self.inputs(row)[1:]))
        changed = {row.name}
        for later in self.sheet.rows[self.sheet.rows.index(row) + 1 :]:
            if not changed.isdisjoint(later.reads):
                working.shapes[later.name] = working._output(later, working.inputs(later))
                changed.add(later.name)
        return working

    def inputs(self, row: Row) -> tuple[Sizes, ...]:
        """The sizes that come into a node."""
        inputs = tuple([self.shapes[name] for name in row.reads])
        return inputs_of(row) if inputs == tuple([self.sheet.shapes[name] for name in row.reads]) else inputs

    def layer(self, row: Row) -> Layer:
        """The layer of a node, as it is read."""
        return self._layers.get(row.name, row.layer)

    def _output(self, row: Row, inputs: tuple[Sizes, ...]) -> Sizes:
        shape = inputs[0] if inputs else self.sheet.shapes[row.name]
        for _ in range(self._runs.get(row.name, 1)):
            shape = self._run(row, self.layer(row), inputs)
            inputs = (shape, *inputs[1:])
        return shape

    def _run(self, row: Row, layer: Layer, inputs: tuple[Sizes, ...]) -> Sizes:
        if not any(edit.node in ("", row.name) for edit in self._formulas):
            return self.sheet.output(layer, inputs)
        self.sheet.steps += 1
        lines = self.size_lines(row, layer, inputs)
        sizes = tuple([self._value(line) for line in lines])
        if not lines:
            return self.sheet.output(layer, inputs)
        lead = len(row.output_shape) - len(sizes)
        return (*inputs[0][:lead], *sizes)

    def _value(self, line: Line) -> Number:
        """What a line gives, after the mistakes made in it."""
        tree: EditedTree = line.tree
        for edit in self._formulas:
            change = cast("FormulaChange", edit.change)
            if edit.node in ("", line.node) and change.axis in ("", line.axis):
                changed = change.edit(with_tree(line, tree))
                if changed is not None and changed != tree:
                    tree = changed
                    self.traces.append(EditedLine(line, tree, line.value(tree), edit))
        return line.value(tree)

    def size_lines(self, row: Row, layer: Layer, inputs: tuple[Sizes, ...]) -> list[Line]:
        """The formulas of the sizes that come out of a layer, one for each of the last sizes."""
        return self.sheet.remembered_lines(row.name, layer, inputs, lambda: self._size_lines(row, layer, inputs))

    def _size_lines(self, row: Row, layer: Layer, inputs: tuple[Sizes, ...]) -> list[Line]:
        lines: list[Line] = []
        for quantity, axis, formula, env in layer.steps(inputs):  # type: ignore[arg-type]  # fractions too
            numbers = name_values(env)
            tree = formula.tree(env, silent=_ALL_NAMES)
            trees = tree if quantity is Quantity.SHAPE else (tree,)
            lines += [
                Line(row.name, quantity, axis, part, numbers, layer, inputs, image=self.sheet.image) for part in trees
            ]
        if lines and lines[0].quantity is Quantity.SIZE and len(row.output_shape) == len(lines) + 1:
            kept = Line(row.name, Quantity.CHANNELS, "", Name("D"), lines[0].numbers, layer, inputs)
            lines.insert(0, kept)  # a pooling leaves the channels as they come
        return lines

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
        node = target.node or (self.sheet.node if target == self.sheet.target else "")
        match target.measure:
            case "output_shape" | "channels" | "height" | "width" | "length":
                return cast("Outcome", number_of_shape(target, self.shapes[node]))
            case "values" | "positions":
                return self._value(self.values_line(node, int(target.measure == "positions")))
            case "padding":
                return self._value(self.padding_line())
            case "parameters" | "macs" | "macs_with_bias" | "flops" | "flops_with_bias":
                rows = [self.sheet.by_name[node]] if target.node else self.sheet.rows
                return simplest(sum([self.count(row) for row in rows], Fraction(0)))
            case "bytes":
                rows = [self.sheet.by_name[node]] if target.node else self.sheet.rows
                width = self.sheet.report.memory.setting.weight_size
                return simplest(width * sum([self.count(row) for row in rows], Fraction(0)))
            case "saved_bytes" | "inference_bytes" | "training_bytes" | "field_interval":
                return cast("Outcome", find_key(target, self.sheet.report))  # mistakes are not followed here
            case "activations":
                return sum([cast("int", product(cast("Shape", shape))) for shape in self.shapes.values()])
            case "receptive_field" | "jump":
                size, jump = self.field(target)
                return size if target.measure == "receptive_field" else jump
            case _:
                assert_never(target.measure)

    def padding_line(self) -> Line:
        """What the layer in question puts before and after an axis together."""
        row = self.sheet.by_name[self.sheet.node]
        env = padding_env(self.sheet.target, self.sheet.report)
        rule = rule_of(env["padding"])
        tree: Int = Name("before") + Name("after")
        if rule is not None:
            tree = rule[0].tree(env, silent=_ALL_NAMES) + rule[1].tree(env, silent=_ALL_NAMES)
        elif env["before"] == env["after"]:
            tree = 2 * Name("padding")
        return Line(row.name, Quantity.PADDING, "", tree, name_values(env), row.layer, inputs_of(row))

    def values_line(self, node: str, first: int = 0) -> Line:
        """The product of the sizes at a node, from the first that counts."""
        shape = self.shapes[node]
        env = {"input": shape}
        names = tuple([Name("input", place) for place in range(first, len(shape))])
        row = self.sheet.by_name.get(node)
        layer = cast("Layer", row.layer if row else None)
        return Line(
            node, Quantity.VALUES, "", product(names), name_values(env), layer, (shape,), image=self.sheet.image
        )

    def count(self, row: Row) -> Number:
        """The parameters of a layer or the operations that it costs, whichever is asked."""
        times, target = self._runs.get(row.name, 1), self.sheet.target
        if times == 0:
            return 0
        quantity = cast("Quantity", self.sheet.quantity)
        right = count_of(row, target)
        is_same = self.inputs(row) == row.input_shapes and self.shapes[row.name] == row.output_shape
        if (is_same or right == 0) and row.name not in self._layers and not self._has_formula(row.name):
            return cast("int", right) * times
        return sum([self._value(line) for line in self.count_lines(row, quantity)]) * times

    def _has_formula(self, node: str) -> bool:
        return any(edit.node in ("", node) for edit in self._formulas)

    def count_lines(self, row: Row, quantity: Quantity) -> list[Line]:
        """The formula of the parameters or of the multiply-accumulates of a layer."""
        if quantity is Quantity.PARAMETERS and row.share:
            return []
        layer, inputs, output = self.layer(row), self.inputs(row), self.shapes[row.name]
        numbers: dict[Name, Any] = {}
        terms: list[Int] = []
        for tree, values in _terms(layer, quantity, inputs, output, self.sheet.target):
            clash = {key: number for key, number in values.items() if numbers.get(key, number) != number}
            terms.append(substitute(tree, clash))
            numbers |= {key: number for key, number in values.items() if key not in clash}
        if not terms:
            return []
        if inputs != row.input_shapes and layer.infers:
            numbers |= name_values(layer.inferred(inputs))  # type: ignore[arg-type]  # fractions too
        tree = sum(terms[1:], terms[0])
        if quantity is Quantity.MACS:
            tree = self._operations(row, tree, output)
        return [Line(row.name, quantity, "", tree, numbers, layer, inputs, output, self.sheet.image)]

    def _operations(self, row: Row, macs: Int, output: Sizes) -> Int:
        """The operations that cost so many multiply-accumulates, as the question counts them."""
        measure = self.sheet.target.measure
        factor, _ = WORK[measure]
        additions = 0 if additions_of(row, measure) == 0 else product(cast("Shape", output))
        return OPERATIONS.function(factor, macs, additions)  # type: ignore[no-any-return]

    def windows(self) -> tuple[FieldStep, ...]:
        """What each layer on the way does along the axis of a field.

        Raises:
            NotWorkedOutError: some layer does not slide a window.
        """
        axis = axis_of(self.sheet.target, self.sheet.report) or 0
        windows: list[FieldStep] = []
        for row in self.sheet.rows:
            if len(row.reads) != 1:
                raise NotWorkedOutError
            numbers = self.sheet.window_numbers(self.layer(row), row, axis)
            windows += [FieldStep(row.name, numbers)] * self._runs.get(row.name, 1) if numbers else []
        return tuple(windows)

    def field(self, target: Target) -> tuple[Number, Number]:
        """The size and the jump of the field behind the last layer."""
        size: Number = 1
        jump: Number = 1
        for window in self.windows():
            numbers = window.numbers
            if self._has_formula(window.node):
                row = self.sheet.by_name[window.node]
                lines = _field_lines(row, {**numbers, Name("field"): size, Name("jump"): jump})
                size, jump = map(self._value, lines)
            else:  # the same formulas, without their trees
                size = SIZE.function(size, numbers[_KERNEL], numbers[_DILATION], jump)
                jump = JUMP.function(jump, numbers[_STRIDE])
        return size, jump

    def field_lines(self, row: Row) -> list[Line]:
        """The recurrence at a layer, with the numbers of the right working."""
        axis = axis_of(self.sheet.target, self.sheet.report) or 0
        try:
            numbers = self.sheet.window_numbers(row.layer, row, axis)
            before = self.sheet.report[row.reads[0]].fields[axis] if row.reads[0] in self.sheet.by_name else None
        except NotWorkedOutError:
            return []
        if not numbers:
            return []
        size, jump = (before.size, before.jump) if before else (1, 1)
        return _field_lines(row, {**numbers, Name("field"): size, Name("jump"): jump})


def inputs_of(row: Row) -> tuple[Sizes, ...]:
    """The sizes that really come into a node."""
    return cast("tuple[Sizes, ...]", row.input_shapes)


def _output_shape(layer: Layer, inputs: tuple[Sizes, ...]) -> Sizes:
    """What comes out of a layer: its formulas take fractions, too."""
    return cast("Sizes", layer.output_shape(cast("tuple[Shape, ...]", inputs)))


def with_tree(line: Line, tree: EditedTree) -> Line:
    """A line with a formula that has been edited before."""
    if tree is line.tree or isinstance(tree, Unrounded):
        return line
    return replace(line, tree=tree)


def _terms(
    layer: Layer, quantity: Quantity, inputs: tuple[Sizes, ...], output: Sizes, target: Target
) -> Iterator[tuple[Int, Mapping[Name, Any]]]:
    """The terms of a count, each with the numbers in it."""
    if quantity is Quantity.PARAMETERS:
        for name, formula, env in layer.tensors():
            sizes = formula.tree(env, silent=_ALL_NAMES)
            if sizes is not None and target.tensor in ("", name):
                yield entries_of(sizes) if target.dim is None else sizes[target.dim], name_values(env)
        return
    weight = type(layer).parameters.get("weight")
    for _, formula, env in layer.work(cast("Any", inputs), cast("Any", output)):
        tree = formula.tree(env, silent=_ALL_NAMES)
        if weight is not None:  # a convolution's work names the number of its weights
            tree = substitute(tree, {_WEIGHTS: entries_of(weight.tree(env, silent=_ALL_NAMES))})
        yield tree, name_values(env)


def _window_numbers(layer: Layer, row: Row, axis: int) -> dict[Name, Any]:
    """The numbers of a window along an axis; none where every position stays.

    Raises:
        NotWorkedOutError: it is no window.
    """
    shape, output = row.input_shapes[0], row.output_shape
    motion = layer.motion(row.input_shapes, output)
    dim = len(shape) - len(row.fields) + axis
    slide = motion.slide(dim)
    if slide is None:
        if motion.dims is not None or dim in motion.full or dim in motion.lost:
            raise NotWorkedOutError
        return {}
    outputs, inputs = slide.cycle()
    first, step, taps = slide.taps(0)
    if slide.reads.transposed or outputs != 1:
        raise NotWorkedOutError
    numbers = {"kernel_size": taps, "dilation": step, "stride": inputs, "padding": -first}
    return {Name(name): number for name, number in numbers.items()}


def _field_lines(row: Row, numbers: Mapping[Name, Any]) -> list[Line]:
    inputs = inputs_of(row)
    return [Line(row.name, quantity, "", tree, numbers, row.layer, inputs) for quantity, tree in _FIELD_TREES]


def quantity_of(target: Target) -> Quantity | None:
    """The quantity of the formula whose value is asked; None of a size, for which there may be several."""
    match target.measure:
        case "values" | "positions":
            return Quantity.VALUES
        case "parameters" | "bytes":
            return Quantity.PARAMETERS
        case "padding":
            return Quantity.PADDING
        case "receptive_field" | "jump":
            return Quantity.FIELD
        case measure:
            return Quantity.MACS if measure in WORK else None


def count_of(row: Row, target: Target) -> Int:
    """The right count of a layer."""
    if target.measure in WORK:
        return operations_of(row, target.measure)
    if target.measure == "saved_bytes":
        return row.saved
    if not target.tensor:
        return row.parameters
    shape = row.weights[target.tensor]
    return product(shape) if target.dim is None else shape[target.dim]
