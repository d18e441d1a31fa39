"""Memory: bytes of parameters and activations for a number type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Int, plain, product, total
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Layer, Shape
from shapecalc.net import Net

#: Bytes of one number.
DTYPES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "int16": 2, "int8": 1}

CONVENTION = (
    "for one input; each layer's output is a new tensor unless the layer is a view or works in place; forward keeps "
    "only what a later layer still reads, training keeps everything for the backward pass"
)


@final
@dataclass(frozen=True)
class Memory:
    """Bytes by what they are for. Divide by 2**20 for MiB.

    Attributes:
        dtype: the number type.
        parameters: all parameters and buffers.
        forward: the most that inputs and outputs of layers take at one time in a forward pass without gradients;
            None where letters make more moments than can be compared.
        training: the input and all layers' outputs, kept for the backward pass.
        gradients: one gradient for each parameter.
    """

    dtype: str
    parameters: Int
    forward: Int | None
    training: Int
    gradients: Int

    def as_dict(self) -> dict[str, object]:
        """For JSON: numbers as they are, expressions as text."""
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
    training = total([*map(product, net.inputs.values()), *new])
    peak = _peak(net, new) if isinstance(training, int) else None
    return Memory(
        dtype, size * (parameters + buffers), None if peak is None else size * peak, size * training, size * parameters
    )


def _peak(net: Net, new: list[Any]) -> int:
    """The most numbers alive at one time."""
    alive = peak = 0
    for born, dying in _lives(net, new):
        alive += born
        peak = max(peak, alive)
        if dying:
            alive -= sum(dying)
    return peak


def live_sets(net: Net, new: list[Int]) -> list[list[tuple[Int, int]]]:
    """For sizes with letters: the sizes that are alive at one time, each with its number; each different set once."""
    alive: Counter[Int] = Counter()
    sets: dict[frozenset[tuple[Int, int]], list[tuple[Int, int]]] = {}
    objects: dict[Int, Int] = {}  # equal sizes as one object, which is looked up without being compared
    new = [objects.setdefault(entries, entries) for entries in new]
    for born, dying in _lives(net, new):
        alive[born] += 1
        live = [(size, times) for size, times in alive.items() if times]
        sets.setdefault(frozenset(live), live)
        alive.subtract(dying)
    return list(sets.values())


def _lives(net: Net, new: list[Any]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """What the inputs and each layer newly hold, and what nothing reads after it."""
    sizes = {name: product(shape) for name, shape in net.inputs.items()}
    owner = {name: name for name in sizes}  # whose memory a node's output is
    last: dict[str, int] = {}  # the last step that reads a memory
    for step, (node, entries) in enumerate(zip(net.nodes, new, strict=True)):
        name, reads = node.name, node.inputs
        for read in reads:
            last[owner[read]] = step
        if entries == 0:
            owner[name] = owner[reads[0]]
        else:
            owner[name] = name
            sizes[name] = entries
    for name in net.outputs:
        last.pop(owner[name], None)  # what comes out stays
    freed: dict[int, list[Any]] = {}
    for memory, step in last.items():
        freed.setdefault(step, []).append(sizes[memory])
    for name in net.inputs:
        yield sizes[name], ()
    for step, born in enumerate(new):
        yield born, freed.get(step, ())
