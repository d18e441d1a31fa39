"""What the engine answers to a target: the numbers of a report that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never, cast

from shapecalc.algebra import Env, Expr, Int, product, total
from shapecalc.errors import SpecError
from shapecalc.grading.answers.kind import Key
from shapecalc.grading.quiz.target import WORK, Measure, Target
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.measures import Report, Row
from shapecalc.measures.work import OPERATIONS, bias_additions


def find_key(target: Target, report: Report) -> Key:
    """The engine's answer.

    Raises:
        SpecError: the network has no such node, axis or tensor, or the answer is not a number: it has letters in it,
            is a fraction, or is only a bound.
    """
    value = _value(target, report)
    if isinstance(value, tuple) and all(isinstance(size, int) for size in value):
        return value  # type: ignore[return-value]  # each size has just been checked
    if isinstance(value, int):
        return value
    text = shape_text(value) if isinstance(value, tuple) else str(value)
    raise SpecError(f"The answer to {target.measure} is {text}, which is not a whole number and cannot be a key.")


def find_expression(target: Target, report: Report) -> Int:
    """The engine's answer as an integer or an expression in letters.

    Raises:
        SpecError: as :func:`find_key`, or it is a shape or a fraction.
    """
    value = _value(target, report)
    if isinstance(value, int | Expr):
        return value
    words = "a shape" if isinstance(value, tuple) else f"{value}"
    raise SpecError(f"The answer to {target.measure} is {words}, and no formula.")


def _value(target: Target, report: Report) -> Int | Shape:  # noqa: C901  one case for each measure
    match target.measure:
        case "output_shape" | "channels" | "height" | "width" | "length" | "values" | "positions":
            return cast("Int | Shape", number_of_shape(target, shape_of(target, report)))
        case "padding":
            return _padding(target, report)
        case "parameters":
            return _parameters(target, report)
        case "macs" | "macs_with_bias" | "flops" | "flops_with_bias":
            rows = [report[target.node]] if target.node else report
            return total([operations_of(row, target.measure) for row in rows])
        case "bytes":
            rows = [report[target.node]] if target.node else report
            return report.memory.setting.weight_size * total([row.parameters for row in rows])
        case "saved_bytes":
            return report[target.node].saved if target.node else report.memory.saved
        case "activations":
            return total([product(shape) for shape in report.net.inputs.values()] + [row.values for row in report])
        case "receptive_field" | "jump":
            return _field(target, report)
        case "field_interval":
            return seen_inputs(target, report)
        case "inference_bytes" | "training_bytes":
            return memory_of(target.measure, report)
        case _:
            assert_never(target.measure)


def known_work(macs: Int | None) -> Int:
    """The multiply-accumulates.

    Raises:
        SpecError: they are not known.
    """
    if macs is None:
        raise SpecError("The work of a layer is not known, so that it cannot be a key.")
    return macs


def node_of(target: Target, report: Report) -> str:
    """The node of a target: its own, or the one whose output comes out of the network."""
    return target.node or report.net.outputs[0]


def shape_of(target: Target, report: Report) -> Shape:
    """The shape at the node or input of a target."""
    name = node_of(target, report)
    return report.net.inputs[name] if name in report.net.inputs else report[name].output_shape


def dim_of(axis: str, shape: Shape) -> int:
    """The dimension of ``shape`` that is called ``axis``.

    Raises:
        SpecError: none is.
    """
    names = AXIS_NAMES.get(len(shape) - 1, ())
    if axis not in names:
        sizes = f"channels and {', '.join(names)}" if names else f"{len(shape)} sizes; ask for output_shape with dim"
        raise SpecError(f"The shape {shape_text(shape)} has no {axis}; it has {sizes}.")
    return 1 + names.index(axis)


def axis_of(target: Target, report: Report) -> int | None:
    """The axis of the network's input that a target is along; None for all of them."""
    if not target.axis:
        return None
    names = AXIS_NAMES.get(len(report[node_of(target, report)].fields), ())
    if target.axis not in names:
        raise SpecError(f"The input has no axis {target.axis}; it has {', '.join(names) or 'none'}.")
    return names.index(target.axis)


def _entry(shape: Shape, dim: int) -> Int:
    if not 0 <= dim < len(shape):
        raise SpecError(f"The shape {shape_text(shape)} has no dim {dim}; it has 0 to {len(shape) - 1}.")
    return shape[dim]


def number_of_shape(target: Target, shape: Sequence[Any]) -> Any:
    """What a question about a shape asks of it, be its sizes right or not."""
    match target.measure:
        case "channels":
            return shape[0]
        case "height" | "width" | "length":
            return shape[dim_of(target.measure, tuple(shape))]
        case "values":
            return product(tuple(shape))
        case "positions":
            return product(tuple(shape[1:]))
        case _:
            return shape if target.dim is None else _entry(tuple(shape), target.dim)


def operations_of(row: Row, measure: Measure) -> Int:
    """The operations of a layer, as a measure of work counts them.

    Raises:
        SpecError: it has biases whose additions are not counted.
    """
    factor, _ = WORK[measure]
    additions = additions_of(row, measure)
    return OPERATIONS.function(factor, known_work(row.macs), additions)  # type: ignore[no-any-return]


def additions_of(row: Row, measure: Measure) -> Int:
    """The additions of a layer's biases, where a measure of work counts them; a norm, which does no work, has none.

    Raises:
        SpecError: there are several biases.
    """
    _, has_bias = WORK[measure]
    additions: Int | None = bias_additions(row.layer, row.output_shape) if has_bias and row.macs != 0 else 0
    if additions is None:
        raise SpecError(f"How often {row.name} adds its biases is not counted; ask for macs or flops.")
    return additions


def padding_env(target: Target, report: Report) -> Env:
    """The numbers along the axis of a layer that pads.

    Raises:
        SpecError: it has no padding, or the axes differ.
    """
    row = report[node_of(target, report)]
    envs = [
        env
        for axis, env in getattr(row.layer, "axis_envs", _no_axes)(row.input_shapes[0])
        if target.axis in ("", axis) and "before" in env
    ]
    if not envs:
        raise SpecError(f"{row.name} pads no {target.axis or 'axis'}.")
    if len({env["before"] + env["after"] for env in envs}) > 1:
        raise SpecError("The axes differ in their padding; say which axis is meant.")
    return envs[0]


def _no_axes(_: Shape) -> tuple[tuple[str, Env], ...]:
    """The axes of a layer that has none."""
    return ()


def _padding(target: Target, report: Report) -> Int:
    env = padding_env(target, report)
    total_padding: Int = env["before"] + env["after"]
    return total_padding


def _parameters(target: Target, report: Report) -> Int:
    if not target.node:
        return report.parameters
    row = report[target.node]
    if not target.tensor:
        return row.parameters
    if target.tensor not in row.weights:
        raise SpecError(f"{target.node} has no tensor {target.tensor}; it has {', '.join(row.weights) or 'none'}.")
    shape = row.weights[target.tensor]
    return product(shape) if target.dim is None else _entry(shape, target.dim)


def memory_of(measure: Measure, report: Report) -> Int:
    """The bytes that inference or a training step of the whole network takes.

    Raises:
        SpecError: they are not known exactly.
    """
    memory = report.memory
    number = memory.inference if measure == "inference_bytes" else memory.training
    if number is None or (measure == "training_bytes" and memory.reason):
        raise SpecError(f"The {measure} of this network are not known exactly and cannot be a key.")
    return number


def seen_inputs(target: Target, report: Report) -> Shape:
    """The first and the last input that an output sees.

    Raises:
        SpecError: they are only a bound, differ along the axes, or there are none.
    """
    row = _exact_row(target, report)
    axis = axis_of(target, report)
    fields = row.fields if axis is None else row.fields[axis : axis + 1]
    intervals = {field.interval(target.output or 0) for field in fields}
    if len(intervals) != 1:
        raise SpecError("The axes differ in what is seen along them; say which axis is meant.")
    interval = intervals.pop()
    counts = [field.count for field in fields]
    if interval is None or any(isinstance(count, int) and count <= (target.output or 0) for count in counts):
        raise SpecError(f"{row.name} has no output {target.output} that sees an input.")
    return interval


def _exact_row(target: Target, report: Report) -> Row:
    """The row of a target's node, whose fields are exact."""
    row = report[node_of(target, report)]
    if row.reason:
        raise SpecError(f"The receptive field of {row.name} is only a bound ({row.reason}) and cannot be a key.")
    return row


def _field(target: Target, report: Report) -> Int:
    row = _exact_row(target, report)
    axis = axis_of(target, report)
    fields = row.fields if axis is None else row.fields[axis : axis + 1]
    sizes = {field.size if target.measure == "receptive_field" else field.jump for field in fields}
    if len(sizes) != 1:
        raise SpecError(f"The axes differ in their {target.measure}; say which axis is meant.")
    return sizes.pop()
