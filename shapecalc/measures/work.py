"""Work: multiply-accumulates of one forward pass of one input."""

from __future__ import annotations

from shapecalc.algebra import Int
from shapecalc.layers import Layer, Shape

#: What is counted, for people who compare the number with another tool's.
CONVENTION = (
    "multiply-accumulates of convolutions, transposed convolutions (by input positions), dense and recurrent "
    "layers, attention, capsules and products of matrices, for one input; no bias, normalisation, activation or pooling"
)


def macs(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Int:
    """The multiply-accumulates of a completed layer for one input; see :data:`CONVENTION`."""
    total: Int = 0
    for _, formula, env in layer.work(inputs, output):
        total = total + formula.at(env)
    return total
