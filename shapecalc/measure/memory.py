"""Memory: bytes of parameters and activations for a number type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from shapecalc.algebra import Int, product
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Layer, Shape
from shapecalc.net import Net, Node

#: Bytes of one number.
DTYPES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "int16": 2, "int8": 1}

CONVENTION = (
    "for one input; each layer's output is a new tensor unless the layer is a view or works in place; forward keeps "
    "only what a later layer still reads, training keeps everything for the backward pass"
)


@final
@dataclass(frozen=True, slots=True)
class Memory:
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


def memory(
    net: Net,
    rows: Iterable[tuple[Node, Layer, tuple[Shape, ...], Shape]],
    parameters: Int,
    buffers: Int,
    dtype: str,
) -> Memory:
    """The memory of a net that has been walked (:func:`shapecalc.measure.sizes.walk`)."""
    size = bytes_of(dtype)
    kept = {name: product(shape) for name, shape in net.inputs.items()}
    source = {name: name for name in kept}  # whose memory a node's output is
    order = []
    for node, layer, _, output in rows:
        new = stored(layer, output)
        source[node.name] = source[node.inputs[0]] if new == 0 and output else node.name
        kept[node.name] = new
        order.append(node)
    training: Int = 0
    for entries in kept.values():
        training = training + entries
    peak = _peak(net, order, kept, source)
    return Memory(
        dtype, size * (parameters + buffers), None if peak is None else size * peak, size * training, size * parameters
    )


def _peak(net: Net, order: list[Node], kept: dict[str, Int], source: dict[str, str]) -> int | None:
    """The most numbers alive at once, each freed after the last layer that reads it."""
    sizes = {name: entries for name, entries in kept.items() if isinstance(entries, int)}
    if len(sizes) < len(kept):
        return None
    last: dict[str, int] = {source[name]: len(order) for name in net.outputs}
    for step, node in enumerate(order):
        for name in node.inputs:
            last[source[name]] = max(last.get(source[name], 0), step)
    ending: dict[int, list[str]] = {}
    for name, step in last.items():
        ending.setdefault(step, []).append(name)
    alive = peak = sum(sizes[name] for name in net.inputs)
    for step, node in enumerate(order):
        alive += sizes[node.name]
        peak = max(peak, alive)
        alive -= sum(sizes[name] for name in ending.get(step, ()))
    return peak
