"""Memory: bytes of parameters and activations for a number type."""

from __future__ import annotations

from typing import Any, NamedTuple

from shapecalc.algebra import Int, product
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Layer, Shape
from shapecalc.net import Net

#: Bytes of one number.
DTYPES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "int16": 2, "int8": 1}

CONVENTION = (
    "for one input; each layer's output is a new tensor unless the layer is a view or works in place; forward keeps "
    "only what a later layer still reads, training keeps everything for the backward pass"
)


class Memory(NamedTuple):
    """Bytes by what they are for. Divide by 2**20 for MiB.

    Attributes:
        dtype: the number type.
        parameters: all parameters and buffers.
        forward: the most that inputs and outputs of layers take at one time in a forward pass without gradients;
            None where letters leave the largest moment open.
        training: the input and all layers' outputs, kept for the backward pass.
        gradients: one gradient for each parameter.
    """

    dtype: str
    parameters: Int
    forward: int | None
    training: Int
    gradients: Int

    def as_dict(self) -> dict[str, object]:
        """For JSON: numbers as they are, expressions as text."""
        from shapecalc.measure.report import plain

        values = {"parameters": self.parameters, "forward": self.forward, "training": self.training}
        return {"dtype": self.dtype, "unit": "bytes"} | {
            name: plain(value) for name, value in (values | {"gradients": self.gradients}).items()
        }


def bytes_of(dtype: str) -> int:
    """Bytes of one number of this type.

    Raises:
        SpecError: there is no such type.
    """
    if dtype not in DTYPES:
        raise SpecError(f"There is no number type {dtype}{did_you_mean(dtype, DTYPES)}; known are {', '.join(DTYPES)}.")
    return DTYPES[dtype]


def stored(layer: Layer, output: Shape) -> Int:
    """How many new numbers a layer's output is: none for a view, or for a layer that works in place."""
    return 0 if layer.view or layer.values.get("inplace") is True else product(output)


def memory(net: Net, new: list[Int], parameters: Int, buffers: Int, dtype: str) -> Memory:
    """The memory of a net.

    Args:
        net: the network.
        new: for each node how many numbers its layer newly stores (:func:`stored`).
        parameters: how many numbers the weights hold.
        buffers: how many numbers the buffers hold.
        dtype: the number type.
    """
    size = bytes_of(dtype)
    given = {name: product(shape) for name, shape in net.inputs.items()}
    training: Int = 0
    for entries in (*given.values(), *new):
        training = training + entries
    peak = _peak(net, given, new) if isinstance(training, int) else None
    return Memory(
        dtype, size * (parameters + buffers), None if peak is None else size * peak, size * training, size * parameters
    )


def _peak(net: Net, given: dict[str, Any], new: list[Any]) -> int:
    """The most numbers alive at once, each freed after the last layer that reads it."""
    owner = {name: name for name in given}  # whose memory a node's output is
    sizes = dict(given)
    last: dict[str, int] = {}  # the last step that reads a memory
    for step, (node, entries) in enumerate(zip(net.nodes, new, strict=True)):
        for read in node.inputs:
            last[owner[read]] = step
        if entries:
            owner[node.name] = node.name
            sizes[node.name] = entries
        else:
            owner[node.name] = owner[node.inputs[0]]
    for name in net.outputs:
        last.pop(owner[name], None)  # what comes out stays
    freed = [0] * len(new)
    for memory, step in last.items():
        freed[step] += sizes[memory]
    alive: int = sum(given.values())
    peak = alive
    for entries, dying in zip(new, freed, strict=True):
        alive += entries
        peak = max(peak, alive)
        alive -= dying
    return peak
