"""What a quiz may ask of a network: a closed set of measures, and what each may say of its place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final, get_args

from shapecalc.errors import SpecError

Measure = Literal[
    "output_shape",
    "channels",
    "height",
    "width",
    "length",
    "values",
    "positions",
    "padding",
    "parameters",
    "macs",
    "macs_with_bias",
    "flops",
    "flops_with_bias",
    "activations",
    "bytes",
    "saved_bytes",
    "receptive_field",
    "jump",
    "field_interval",
    "inference_bytes",
    "training_bytes",
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
    "positions": "how many places the map has that comes out: the product of its sizes without the channels",
    "padding": "what a layer puts before and after an axis together",
    "parameters": "how many numbers are learned, in one node, in one `tensor` of it (or one size of that, where `dim` "
    "says which), or in the whole network",
    "macs": "multiply-accumulates for one input, of one node or of the whole network",
    "macs_with_bias": "the same, and an addition for each output that has a bias",
    "flops": "operations for one input: two for each multiply-accumulate",
    "flops_with_bias": "the same, and an addition for each output that has a bias",
    "activations": "how many numbers the inputs and what comes out of every layer are together",
    "bytes": "bytes of the parameters of one node or of the whole network, as float32",
    "saved_bytes": "bytes that training saves for the way back, at one node or in the whole network, as float32",
    "receptive_field": "how many inputs one output sees along an axis",
    "jump": "how many inputs lie between the fields of neighbouring outputs",
    "field_interval": "the first and the last input along an axis that one `output`, counted from 0, sees",
    "inference_bytes": "the most bytes that inputs and outputs of layers take at one time, without weights, as float32",
    "training_bytes": "bytes of a training step: weights, gradients and what is saved for the way back, as float32",
}

#: The measures that may say more than which node is meant, and how.
TAKES: dict[str, tuple[Measure, ...]] = {
    "dim": ("output_shape", "parameters"),
    "tensor": ("parameters",),
    "axis": ("receptive_field", "jump", "padding", "field_interval"),
    "output": ("field_interval",),
}
#: The measures of work: how many operations a multiply-accumulate is, and whether those of biases count.
WORK: dict[Measure, tuple[int, bool]] = {
    "macs": (1, False),
    "macs_with_bias": (1, True),
    "flops": (2, False),
    "flops_with_bias": (2, True),
}
_SUMS: tuple[Measure, ...] = ("parameters", "bytes", "saved_bytes")
_FIELDS: tuple[Measure, ...] = ("receptive_field", "jump", "field_interval")
#: The measures of memory of the whole network alone.
_MEMORY: tuple[Measure, ...] = ("inference_bytes", "training_bytes")


def quantity_of(measure: Measure) -> tuple[str, Fraction]:
    """What the numbers of a measure count, bytes, MACs, or nothing but a count; and how much of it a 1 is."""
    if measure in WORK:
        return "MACs", Fraction(1, WORK[measure][0])
    return ("bytes" if measure in ("bytes", "saved_bytes", *_MEMORY) else "count"), Fraction(1)


@final
@dataclass(frozen=True, slots=True)
class Target:
    """What a question asks of a network.

    Attributes:
        measure: the measure that is asked for.
        node: the node (or input) that it is of; "" for what comes out of the network, or for its total.
        dim: the size of the output shape, or of the tensor, counted from 0; None for all of them.
        axis: the axis that it is along; "" where all axes agree.
        tensor: the one of the node's parameters that it is of; "" for all of them.
        output: the output whose inputs are meant, counted from 0; None for none.
    """

    measure: Measure
    node: str = ""
    dim: int | None = None
    axis: Axis | Literal[""] = ""
    tensor: str = ""
    output: int | None = None

    @property
    def is_of_many(self) -> bool:
        """Whether the answer comes from many layers: a total, or a field, which grows along the way."""
        return self.measure in ("activations", *_FIELDS, *_MEMORY) or self.is_total

    @property
    def is_total(self) -> bool:
        """Whether the answer is a sum over all layers."""
        return (self.measure in _SUMS or self.measure in WORK) and not self.node

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise SpecError(f"There is nothing called {self.measure} to ask; there are {', '.join(MEASURES)}.")
        details = {
            "dim": self.dim is not None,
            "tensor": bool(self.tensor),
            "axis": bool(self.axis),
            "output": self.output is not None,
        }
        for key, measures in TAKES.items():
            if details[key] and self.measure not in measures:
                raise SpecError(f"{self.measure} takes no {key}; only {' and '.join(measures)} does.")
        if self.tensor and not self.node:
            raise SpecError(f"Say which node holds the tensor {self.tensor}.")
        if self.measure == "parameters" and self.dim is not None and not self.tensor:
            raise SpecError(f"Say of which tensor the size {self.dim} is.")
        if self.measure == "field_interval" and self.output is None:
            raise SpecError("Say which output sees the inputs, counted from 0, as in output: 0.")
        if self.measure in _MEMORY and self.node:
            raise SpecError(f"{self.measure} is of the whole network and takes no node.")
