"""What a quiz may ask of a network: a closed set of measures, each with its key from the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never, final, get_args

from shapecalc.algebra import Int, product
from shapecalc.errors import SpecError
from shapecalc.grading.answers.kind import Key
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.measures import Report

Measure = Literal[
    "output_shape", "channels", "height", "width", "length", "values", "parameters", "macs", "receptive_field", "jump"
]
Axis = Literal["depth", "height", "width", "length"]

#: What each measure is, for people and for the reference.
MEASURES: dict[Measure, str] = {
    "output_shape": "the shape that comes out, or one size of it where `dim` says which",
    "channels": "the first size of the shape that comes out",
    "height": "the height that comes out",
    "width": "the width that comes out",
    "length": "the length that comes out of a one-dimensional layer",
    "values": "how many numbers come out: the product of the sizes",
    "parameters": "how many numbers are learned, in one node, in one `tensor` of it, or in the whole network",
    "macs": "multiply-accumulates for one input, of one node or of the whole network",
    "receptive_field": "how many inputs one output sees along an axis",
    "jump": "how many inputs lie between the fields of neighbouring outputs",
}

#: The measures that may say more than which node is meant, and how.
TAKES: dict[str, tuple[Measure, ...]] = {
    "dim": ("output_shape",),
    "tensor": ("parameters",),
    "axis": ("receptive_field", "jump"),
}


@final
@dataclass(frozen=True, slots=True)
class Target:
    """What a question asks of a network.

    Attributes:
        measure: the measure that is asked for.
        node: the node (or input) that it is of; "" for what comes out of the network, or for its total.
        dim: the size of the output shape, counted from 0; None for all of them.
        axis: the axis that it is along; "" where all axes agree.
        tensor: the one of the node's parameters that it is of; "" for all of them.
    """

    measure: Measure
    node: str = ""
    dim: int | None = None
    axis: Axis | Literal[""] = ""
    tensor: str = ""

    @property
    def is_of_many(self) -> bool:
        """Whether the answer comes from many layers: a total, or a field, which grows along the way."""
        return self.measure in TAKES["axis"] or (self.measure in ("parameters", "macs") and not self.node)

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise SpecError(f"There is nothing called {self.measure} to ask; there are {', '.join(MEASURES)}.")
        details = {"dim": self.dim is not None, "tensor": bool(self.tensor), "axis": bool(self.axis)}
        for key, measures in TAKES.items():
            if details[key] and self.measure not in measures:
                raise SpecError(f"{self.measure} takes no {key}; only {' and '.join(measures)} does.")
        if self.tensor and not self.node:
            raise SpecError(f"Say which node holds the tensor {self.tensor}.")


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


def _value(target: Target, report: Report) -> Int | Shape:
    match target.measure:
        case "output_shape":
            shape = shape_of(target, report)
            return shape if target.dim is None else _entry(shape, target.dim)
        case "channels":
            return shape_of(target, report)[0]
        case "height" | "width" | "length":
            shape = shape_of(target, report)
            return shape[dim_of(target.measure, shape)]
        case "values":
            return product(shape_of(target, report))
        case "parameters":
            return _parameters(target, report)
        case "macs":
            return known_work((report[target.node] if target.node else report).macs)
        case "receptive_field" | "jump":
            return _field(target, report)
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


def _parameters(target: Target, report: Report) -> Int:
    if not target.node:
        return report.parameters
    row = report[target.node]
    if not target.tensor:
        return row.parameters
    if target.tensor not in row.weights:
        raise SpecError(f"{target.node} has no tensor {target.tensor}; it has {', '.join(row.weights) or 'none'}.")
    return product(row.weights[target.tensor])


def _field(target: Target, report: Report) -> Int:
    row = report[node_of(target, report)]
    if row.reason:
        raise SpecError(f"The receptive field of {row.name} is only a bound ({row.reason}) and cannot be a key.")
    axis = axis_of(target, report)
    fields = row.fields if axis is None else row.fields[axis : axis + 1]
    sizes = {field.size if target.measure == "receptive_field" else field.jump for field in fields}
    if len(sizes) != 1:
        raise SpecError(f"The axes differ in their {target.measure}; say which axis is meant.")
    return sizes.pop()
