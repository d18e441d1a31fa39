"""Work: multiply-accumulates of one forward pass of one input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from shapecalc.algebra import Formula, Int, product, total
from shapecalc.layers import Layer, Shape
from shapecalc.measures.parameters import layer_tensors

#: What is counted, for people who compare the number with another tool's.
CONVENTION = (
    "multiply-accumulates of convolutions, transposed convolutions (by input positions), dense and recurrent "
    "layers, attention, capsules and products of matrices, for one input; no bias, normalisation, activation or pooling"
)
#: The operations of a layer: those of its multiply-accumulates, and the additions of its biases.
OPERATIONS = Formula(lambda factor, macs, additions: factor * macs + additions)


def bias_additions(layer: Layer, output: Shape) -> Int | None:
    """How many additions the bias of a completed layer costs: one for each number that comes out.

    None where it has other biases than a single one, as a recurrent layer does.
    """
    biases = [name for name in layer_tensors(layer).weights if "bias" in name]
    if not biases:
        return 0
    return product(output) if biases == ["bias"] else None


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
    return None if None in layers else total(cast("Sequence[Int]", layers))
