"""What somebody stated of a net before, put into the working in place of the right values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple, final

from shapecalc.algebra.edits import Number
from shapecalc.errors import SpecError
from shapecalc.grading.answers.kind import Key
from shapecalc.grading.mistakes.line import Sizes
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.quiz.target import WORK, Target, quantity_of
from shapecalc.grading.quiz.target_values import axis_of, dim_of, node_of
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row

#: The measures that are a size of a shape, or all of them.
_SIZES = ("output_shape", "channels", "height", "width", "length")


@final
class Statement(NamedTuple):
    """An answer to an earlier question about the same net.

    Attributes:
        target: what was asked.
        value: what was answered; of a number that is rounded, the middle of what it may stand for.
        key: the right answer.
        least: the least that a number may stand for that is rounded; None of one that is exact.
        most: the most that it may stand for.
    """

    target: Target
    value: Key
    key: Key
    least: int | None = None
    most: int | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the answer is not the key."""
        return self.value != self.key


@final
class Statements:
    """The values that stand in a working because somebody stated them, by the node that they are of.

    Args:
        sheet: the question that is worked out.
        statements: what was stated before.

    Attributes:
        sizes: sizes of the shape at a node, by their places.
        values: how many numbers there are at a node of several sizes.
        counts: the parameters or the work of a node, whichever is asked; under "", those of the whole net.
        tensors: how many entries the tensors of a node have.
        fields: the receptive field behind a node.
        jumps: the jump behind a node.
    """

    def __init__(self, sheet: Sheet, statements: Iterable[Statement]) -> None:
        self.sizes: dict[str, dict[int, int]] = {}
        self.values: dict[str, int] = {}
        self.counts: dict[str, Number] = {}
        self.tensors: dict[str, dict[str, int]] = {}
        self.fields: dict[str, int] = {}
        self.jumps: dict[str, int] = {}
        stated = [*statements]
        for statement in stated:
            self._put_equal_sides(sheet, statement)
        for statement in stated:
            self._put(sheet, statement)

    def _put(self, sheet: Sheet, statement: Statement) -> None:
        target, value = statement.target, statement.value
        node = node_of(target, sheet.report)
        match target.measure, value:
            case "output_shape" | "channels" | "height" | "width" | "length", _:
                self._put_sizes(sheet, target, node, value)
            case "values", int() if sheet.quantity is not Quantity.VALUES or node != sheet.node:
                if len(sheet.shapes[node]) == 1:
                    self.sizes.setdefault(node, {})[0] = value
                self._put_values(sheet, node, value)
            case "positions", int() if sheet.target.measure != "positions":
                channels = self.sizes.get(node, {}).get(0, sheet.shapes[node][0])
                self._put_values(sheet, node, int(channels) * value)
            case "receptive_field", int() if _is_along(sheet, target):
                self.fields[_window(sheet, node)] = value
            case "jump", int() if _is_along(sheet, target):
                self.jumps[_window(sheet, node)] = value
            case _, int():
                self._put_count(sheet, statement, value)

    def _put_count(self, sheet: Sheet, statement: Statement, value: int) -> None:
        target = statement.target
        if target.tensor:
            if target.dim is None and _has_weights(sheet, target):
                self.tensors.setdefault(target.node, {})[target.tensor] = value
            return
        count = _count(sheet, statement)
        if count is not None:
            self.counts[target.node] = count

    def _put_equal_sides(self, sheet: Sheet, statement: Statement) -> None:
        """Whoever states the width of a square map has worked out the height with it."""
        target, value = statement.target, statement.value
        shape = sheet.shapes[node := node_of(target, sheet.report)]
        places = _places(target, shape) if target.measure in _SIZES else []
        if isinstance(value, int) and len(places) == 1 and places[0] > 0 and not _repeats(sheet, node, 1):
            equal = [place for place in range(1, len(shape)) if shape[place] == shape[places[0]]]
            self.sizes.setdefault(node, {}).update(dict.fromkeys(equal, value))

    def _put_sizes(self, sheet: Sheet, target: Target, node: str, value: Key) -> None:
        places = _places(target, sheet.shapes[node])
        sizes = value if isinstance(value, tuple) else (value,)
        if len(places) == len(sizes) and not _repeats(sheet, node, len(sizes)):
            self.sizes.setdefault(node, {}).update(zip(places, sizes, strict=True))

    def _put_values(self, sheet: Sheet, node: str, value: int) -> None:
        self.values[node] = value
        for row in sheet.rows:  # an activation leaves them as many
            if row.reads[0] in self.values and row.output_shape == sheet.shapes[row.reads[0]]:
                self.values[row.name] = value

    def resized(self, row: Row, inputs: tuple[Sizes, ...], shape: Sizes) -> Sizes:
        """The sizes that come out of a node, with those that were stated in their places."""
        if len(shape) == 1 and inputs and prod(inputs[0]) == shape[0] and row.reads[0] in self.values:
            shape = (self.values[row.reads[0]],)
        stated = self.sizes.get(row.name)
        return tuple([stated.get(place, size) for place, size in enumerate(shape)]) if stated else shape

    def touches(self, row: Row) -> bool:
        """Whether sizes that come out of a node were stated, or how many values come into it."""
        return row.name in self.sizes or not self.values.keys().isdisjoint(row.reads)


def fitted(layer: Layer, right: tuple[Sizes, ...], inputs: tuple[Sizes, ...]) -> Layer:
    """A layer whose arguments say what comes into it, for other sizes than the right ones."""
    if right == inputs or not layer.infers:
        return layer
    before: Mapping[str, Any] = layer.inferred(right)  # type: ignore[arg-type]  # no letters, nor fractions
    after: Mapping[str, Any] = layer.inferred(inputs)  # type: ignore[arg-type]
    changes = {name: size for name, size in after.items() if layer.values[name] == before[name] != size}
    return layer.replace(**changes) if changes else layer


def _repeats(sheet: Sheet, node: str, count: int) -> bool:
    """Whether so many sizes are just what is asked, so that there is nothing to work out from them."""
    asked = sheet.target
    is_whole = asked.measure == "output_shape" and asked.dim is None and count == 1
    return node == sheet.node and asked.measure in _SIZES and not is_whole


def _places(target: Target, shape: Sizes) -> list[int]:
    """The sizes of a shape that a question is about."""
    if target.measure == "channels":
        return [0]
    if target.measure == "output_shape":
        return [*range(len(shape))] if target.dim is None else [target.dim]
    return [dim_of(target.measure, shape)]  # type: ignore[arg-type]  # no letters


def _is_along(sheet: Sheet, target: Target) -> bool:
    """Whether a field is along the axis that is asked about."""
    if sheet.quantity is not Quantity.FIELD or target == sheet.target:
        return False
    try:
        return axis_of(target, sheet.report) in (None, axis_of(sheet.target, sheet.report))
    except SpecError:
        return False


def _window(sheet: Sheet, node: str) -> str:
    """The last window at a node or before it: behind an activation, the field is that of the window before."""
    while node in sheet.by_name and not sheet.window_numbers(sheet.by_name[node], sheet.by_name[node].layer):
        node = sheet.by_name[node].reads[0]
    return node


def _has_weights(sheet: Sheet, target: Target) -> bool:
    """Whether what is asked counts the entries of a tensor, or multiplies each of them."""
    asked = sheet.target
    is_work = asked.measure in WORK and not WORK[asked.measure][1] and target.tensor == "weight"
    return not asked.tensor and (is_work or asked.measure in ("parameters", "bytes"))


def _count(sheet: Sheet, statement: Statement) -> Number | None:
    """A count in the unit of what is asked; None where it is of something else."""
    asked, target, value = sheet.target, statement.target, statement.value
    is_same = (target.measure, target.node) == (asked.measure, asked.node)
    if is_same or isinstance(value, tuple) or asked.tensor:
        return None
    if {target.measure, asked.measure} <= {"parameters", "bytes"}:
        width = sheet.report.memory.setting.weight_size if target.measure == "bytes" else 1
        return _whole(Fraction(value, width), statement)
    if target.measure in WORK and asked.measure in WORK and WORK[target.measure][1] == WORK[asked.measure][1]:
        return _whole(value * quantity_of(target.measure)[1] / quantity_of(asked.measure)[1], statement)
    return None


def _whole(count: Fraction, statement: Statement) -> int | None:
    """A count as a whole number; None where it is none, unless what it comes from is rounded."""
    return round(count) if count.denominator == 1 or statement.least is not None else None
