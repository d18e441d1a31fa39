"""The table of torch's functions: what an entry sees of a call, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, final

import torch
from torch import Tensor

from shapecalc.layers import Layer, Shape
from shapecalc.pytorch.tracing.graph import Graph, Value
from shapecalc.pytorch.tracing.views import reshaping


@final
class Translation(NamedTuple):
    """What a call is in the net.

    Attributes:
        layers: one behind the other; none where the value stays what it is.
        inputs: what the first of them reads.
        name: of the module whose weights it uses, or "".
    """

    layers: Sequence[Layer]
    inputs: tuple[Value, ...]
    name: str = ""


@final
class FunctionSite(NamedTuple):
    """A call, as an entry of the table sees it.

    Attributes:
        graph: the net so far.
        shapes: what comes out, without the batch, in each recording.
        output: which of the outputs is meant.
    """

    graph: Graph
    shapes: tuple[Shape, ...]
    output: int

    def value(self, tensor: Any) -> Value | None:
        """The value of a tensor; None of a number, and of what depends on nothing that goes into the module."""
        return self.graph.value(tensor) if isinstance(tensor, Tensor) else None

    def operand(self, tensor: Tensor) -> Value:
        """The value of a tensor, whatever it depends on."""
        return self.graph.operand(tensor)

    def reshape(self, value: Value, shapes: Sequence[Shape]) -> Value:
        """A value under other sizes."""
        layers = reshaping(value.shapes, shapes)
        if not layers:
            return value
        return value._replace(node=self.graph.add(layers, (value,)), shapes=tuple(shapes))

    def align(self, *values: Value) -> tuple[Value, ...]:
        """Values with as many dimensions each, as torch stretches them: sizes of 1 are put before."""
        dims = max(len(value.shapes[0]) for value in values if value.batch is not None or not _has_batch(values))
        aligned = []
        for value in values:
            count = len(value.shapes[0])
            if value.node in self.graph.learned and count <= dims:
                aligned.append(value)  # a layer stretches it
            elif count == dims + 1 and value.batch is None and {shape[0] for shape in value.shapes} == {1}:
                aligned.append(self.reshape(value, [shape[1:] for shape in value.shapes]))
            else:
                aligned.append(self.reshape(value, [(1,) * (dims - count) + shape for shape in value.shapes]))
        return tuple(aligned)


def _has_batch(values: Sequence[Value]) -> bool:
    return any(value.batch is not None for value in values)


Entry = Callable[..., Translation | None]

#: How many operands most operators have, and how many dimensions matrices.
PAIR = 2

#: The functions of torch, of its tensors and of torch.nn.functional, by their last names.
FUNCTIONS: dict[str, Entry] = {}


def entry(names: str) -> Callable[[Entry], Entry]:
    """A decorator for the entry of functions of these names."""

    def declare(function: Entry) -> Entry:
        FUNCTIONS.update(dict.fromkeys(names.split(), function))
        return function

    return declare


def as_tuple(value: Any) -> Any:
    """A list of sizes as a tuple; any other value as it is."""
    return tuple(value) if isinstance(value, list | torch.Size) else value
