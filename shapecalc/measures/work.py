"""Work: multiply-accumulates of one forward pass of one input."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.algebra import Int, total
from shapecalc.layers import Layer, Shape

#: What is counted, for people who compare the number with another tool's.
CONVENTION = (
    "multiply-accumulates of convolutions, transposed convolutions (by input positions), dense and recurrent "
    "layers, attention, capsules and products of matrices, for one input; no bias, normalisation, activation or pooling"
)


def macs(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Int | None:
    """The multiply-accumulates of a completed layer for one input; None where they are not known.

    What counts is in :data:`CONVENTION`.
    """
    if not layer.knows_work(inputs):
        return None
    work: Int = 0
    for _, formula, env in layer.work(inputs, output):
        work = work + formula.at(env)
    return work


def add_work(layers: Sequence[Int | None]) -> Int | None:
    """The work of several layers; None where that of one of them is not known."""
    counted = [work for work in layers if work is not None]
    return total(counted) if len(counted) == len(layers) else None
