"""The lines of a working: the very formulas of the layers, with every name that they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from shapecalc.algebra import Int, Name, name_values, product
from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.line import Line, Sizes
from shapecalc.grading.quiz.target import WORK, Target
from shapecalc.grading.quiz.target_values import additions_of, operations_of, padding_env
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.shapes import entries_of
from shapecalc.layers.padding_rules import rule_of
from shapecalc.measures import Report, Row
from shapecalc.measures.field.sliding import JUMP, SIZE
from shapecalc.measures.work import OPERATIONS

#: Every name stands in a tree, those too that a textbook leaves out.
_ALL_NAMES: Mapping[str, int] = MappingProxyType({})
_WEIGHTS = Name("weights")
_FIELD, _KERNEL, _DILATION, _STRIDE, _JUMP = map(Name, ("field", "kernel_size", "dilation", "stride", "jump"))
#: The recurrence of a field, with every name.
_FIELD_TREES: tuple[tuple[Quantity, Int], ...] = (
    (Quantity.FIELD, SIZE.function(_FIELD, _KERNEL, _DILATION, _JUMP)),
    (Quantity.JUMP, JUMP.function(_JUMP, _STRIDE)),
)


class NotWorkedOutError(Exception):
    """With these mistakes, nothing comes out."""


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


def inputs_of(row: Row) -> tuple[Sizes, ...]:
    """The sizes that really come into a node."""
    return cast("tuple[Sizes, ...]", row.input_shapes)


def size_lines(row: Row, layer: Layer, inputs: tuple[Sizes, ...], image: Sizes) -> tuple[Line, ...]:
    """The formulas of the sizes that come out of a layer, one for each of the last sizes."""
    lines: list[Line] = []
    for quantity, axis, formula, env in layer.steps(cast("tuple[Shape, ...]", inputs)):
        numbers = name_values(env)
        tree = formula.tree(env, silent=_ALL_NAMES)
        trees = tree if quantity is Quantity.SHAPE else (tree,)
        lines += [Line(row.name, quantity, axis, part, numbers, layer, inputs, image=image) for part in trees]
        if len(lines) > 1 and (lines[-2].tree, lines[-2].numbers) == (lines[-1].tree, numbers):
            lines[-1] = replace(lines[-1], remembered=lines[-2].remembered)
    if lines and lines[0].quantity is Quantity.SIZE and len(row.output_shape) == len(lines) + 1:
        channels = Line(row.name, Quantity.CHANNELS, "", Name("D"), lines[0].numbers, layer, inputs)
        lines.insert(0, channels)  # a pooling leaves the channels as they come
    return tuple(lines)


def values_line(node: str, shape: Sizes, layer: Layer | None, image: Sizes, *, first: int) -> Line:
    """The product of the sizes at a node, from the first that counts."""
    names = tuple([Name("input", place) for place in range(first, len(shape))])
    numbers = name_values({"input": shape})
    return Line(node, Quantity.VALUES, "", product(names), numbers, cast("Layer", layer), (shape,), image=image)


def padding_line(row: Row, target: Target, report: Report) -> Line:
    """What a layer puts before and after an axis together."""
    env = padding_env(target, report)
    rule = rule_of(env["padding"])
    tree: Int = Name("before") + Name("after")
    if rule is not None:
        tree = rule[0].tree(env, silent=_ALL_NAMES) + rule[1].tree(env, silent=_ALL_NAMES)
    elif env["before"] == env["after"]:
        tree = 2 * Name("padding")
    return Line(row.name, Quantity.PADDING, "", tree, name_values(env), row.layer, inputs_of(row))


def count_lines(
    row: Row, layer: Layer, inputs: tuple[Sizes, ...], output: Sizes, target: Target, image: Sizes
) -> tuple[Line, ...]:
    """The formula of the parameters or of the operations of a layer; () where it has none."""
    quantity = cast("Quantity", quantity_of(target))
    if quantity is Quantity.PARAMETERS and row.share:
        return ()
    numbers: dict[Name, Any] = {}
    terms: list[Int] = []
    for tree, values in _terms(layer, quantity, inputs, output, target):
        # a recurrent layer has the same names for each of its layers: those with other numbers become numbers
        clash = {name: number for name, number in values.items() if numbers.get(name, number) != number}
        terms.append(substitute(tree, clash))
        numbers |= {name: number for name, number in values.items() if name not in clash}
    if not terms:
        return ()
    if inputs != row.input_shapes and layer.infers:
        numbers |= name_values(layer.inferred(cast("tuple[Shape, ...]", inputs)))
    tree = sum(terms[1:], terms[0])
    if quantity is Quantity.MACS:
        factor, _ = WORK[target.measure]
        additions = 0 if additions_of(row, target.measure) == 0 else product(cast("Shape", output))
        tree = OPERATIONS.function(factor, tree, additions)
    return (Line(row.name, quantity, "", tree, numbers, layer, inputs, output, image),)


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


def window_numbers(layer: Layer, row: Row, axis: int) -> dict[Name, Any]:
    """The numbers of a window along an axis of the input; none where every position stays.

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


def field_lines(row: Row, numbers: Mapping[Name, Any], size: Any, jump: Any) -> tuple[Line, ...]:
    """The steps of the recurrence at a layer: for the field, and for the jump.

    Args:
        row: the layer.
        numbers: those of its window.
        size: the field before it.
        jump: the jump before it.
    """
    numbers = {**numbers, _FIELD: size, _JUMP: jump}
    inputs = inputs_of(row)
    return tuple([Line(row.name, quantity, "", tree, numbers, row.layer, inputs) for quantity, tree in _FIELD_TREES])


def grow(size: Any, jump: Any, numbers: Mapping[Name, Any]) -> tuple[Any, Any]:
    """The field and the jump behind a window: the values of :func:`field_lines`, without their trees."""
    return SIZE.function(size, numbers[_KERNEL], numbers[_DILATION], jump), JUMP.function(jump, numbers[_STRIDE])
