"""What a quiz may ask of a network: a closed set of questions, each answered by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never, final, get_args

from shapecalc.algebra import Int, product
from shapecalc.errors import SpecError
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

#: What the engine can answer: a number or a shape, in integers.
Key = int | tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked of a network.

    Attributes:
        measure: what is asked.
        node: of which node (or input); "" for what comes out of the network, or for its total.
        dim: which size of the output shape, counted from 0; None for all of them.
        axis: along which axis; "" where all axes agree.
        tensor: which of the node's parameters; "" for all of them.
    """

    measure: Measure
    node: str = ""
    dim: int | None = None
    axis: Axis | Literal[""] = ""
    tensor: str = ""

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise SpecError(f"There is nothing called {self.measure} to ask; there are {', '.join(MEASURES)}.")
        given = {"dim": self.dim is not None, "tensor": bool(self.tensor), "axis": bool(self.axis)}
        for key, measures in TAKES.items():
            if given[key] and self.measure not in measures:
                raise SpecError(f"{self.measure} takes no {key}; only {' and '.join(measures)} does.")
        if self.tensor and not self.node:
            raise SpecError(f"Say which node holds the tensor {self.tensor}.")

    @property
    def gives_shape(self) -> bool:
        """Whether the answer is a shape rather than a number."""
        return self.measure == "output_shape" and self.dim is None


def answer(ask: Ask, report: Report) -> Key:
    """What the engine answers.

    Raises:
        SpecError: the network has no such node, axis or tensor, or the answer is not a number: it has letters in it,
            is a fraction, or is only a bound.
    """
    found = _measured(ask, report)
    if isinstance(found, tuple) and all(isinstance(size, int) for size in found):
        return found  # type: ignore[return-value]  # each size has just been checked
    if isinstance(found, int):
        return found
    shown = shape_text(found) if isinstance(found, tuple) else str(found)
    raise SpecError(f"The answer to {ask.measure} is {shown}, which is not a whole number and cannot be a key.")


def _measured(ask: Ask, report: Report) -> Int | Shape:
    match ask.measure:
        case "output_shape":
            shape = shape_of(ask, report)
            return shape if ask.dim is None else _entry(shape, ask.dim)
        case "channels":
            return shape_of(ask, report)[0]
        case "height" | "width" | "length":
            shape = shape_of(ask, report)
            return shape[dim_of(ask.measure, shape)]
        case "values":
            return product(shape_of(ask, report))
        case "parameters":
            return _parameters(ask, report)
        case "macs":
            return report[ask.node].macs if ask.node else report.macs
        case "receptive_field" | "jump":
            return _field(ask, report)
        case _:
            assert_never(ask.measure)


def node_of(ask: Ask, report: Report) -> str:
    """The node that is meant: the one named, or the one whose output comes out of the network."""
    return ask.node or report.net.outputs[0]


def shape_of(ask: Ask, report: Report) -> Shape:
    """The shape at the node or input that is meant."""
    name = node_of(ask, report)
    return report.net.inputs[name] if name in report.net.inputs else report[name].output_shape


def dim_of(axis: str, shape: Shape) -> int:
    """Which dimension of ``shape`` is called ``axis``.

    Raises:
        SpecError: none is.
    """
    names = AXIS_NAMES.get(len(shape) - 1, ())
    if axis not in names:
        has = f"channels and {', '.join(names)}" if names else f"{len(shape)} sizes; ask for output_shape with dim"
        raise SpecError(f"The shape {shape_text(shape)} has no {axis}; it has {has}.")
    return 1 + names.index(axis)


def axis_of(ask: Ask, report: Report) -> int | None:
    """Which axis of the network's input is meant; None for all of them."""
    if not ask.axis:
        return None
    names = AXIS_NAMES.get(len(report[node_of(ask, report)].fields), ())
    if ask.axis not in names:
        raise SpecError(f"The input has no axis {ask.axis}; it has {', '.join(names) or 'none'}.")
    return names.index(ask.axis)


def _entry(shape: Shape, dim: int) -> Int:
    if not 0 <= dim < len(shape):
        raise SpecError(f"The shape {shape_text(shape)} has no dim {dim}; it has 0 to {len(shape) - 1}.")
    return shape[dim]


def _parameters(ask: Ask, report: Report) -> Int:
    if not ask.node:
        return report.parameters
    row = report[ask.node]
    if not ask.tensor:
        return row.parameters
    if ask.tensor not in row.weights:
        raise SpecError(f"{ask.node} has no tensor {ask.tensor}; it has {', '.join(row.weights) or 'none'}.")
    return product(row.weights[ask.tensor])


def _field(ask: Ask, report: Report) -> Int:
    row = report[node_of(ask, report)]
    if row.reason:
        raise SpecError(f"The receptive field of {row.name} is only a bound ({row.reason}) and cannot be a key.")
    axis = axis_of(ask, report)
    fields = row.fields if axis is None else row.fields[axis : axis + 1]
    sizes = {field.size if ask.measure == "receptive_field" else field.jump for field in fields}
    if len(sizes) != 1:
        raise SpecError(f"The axes differ in their {ask.measure}; say which axis is meant.")
    return sizes.pop()
