"""The questions that can be asked of a net, one file each, and the report that answers them all."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from shapecalc.algebra import Int
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape
from shapecalc.measure.field import State, initial, through
from shapecalc.measure.footprint import footprint as footprint
from shapecalc.measure.memory import memory, stored
from shapecalc.measure.parameters import Held, held
from shapecalc.measure.report import Report as Report
from shapecalc.measure.report import Row as Row
from shapecalc.measure.sizes import CACHE, apply, given
from shapecalc.measure.work import macs
from shapecalc.net import Net, Node


def measure(net: Net, *, dtype: str = "float32") -> Report:
    """Every measure of a net: shapes, parameters, multiply-accumulates, memory and receptive fields.

    Args:
        net: the network; its inputs must have shapes (numbers or letters, without the batch).
        dtype: the number type for which memory is given.

    Raises:
        ShapeError: a layer refuses what reaches it; the error names the node and the smallest repairs.
        SpecError: an input has no shape, or there is no such dtype.
    """
    shapes: dict[str, Shape] = given(net)
    states: dict[str, State] = {name: initial(shape) for name, shape in shapes.items()}
    rows: list[Row] = []
    new: list[Int] = []
    for node in net.nodes:
        name, layer, reads, share, trains = node
        inputs = tuple([shapes[read] for read in reads])
        try:
            facts, state = _at(layer, inputs, tuple([states[read] for read in reads]))
        except ShapeError as refused:
            raise _mended(net, node, refused) from None
        layer, output, keeps, cost, entries = facts
        shapes[name] = output
        states[name] = state
        new.append(entries)
        own = 0 if share else keeps.parameters
        rows.append(
            Row(name, layer, reads, inputs, output, keeps.weights, keeps.buffers, own, cost, state.axes, share, trains)
        )
    return _report(net, rows, new, dtype)


class _Facts(NamedTuple):
    """What a layer does to inputs, wherever it stands: remembered once for each distinct layer and input."""

    layer: Layer
    output: Shape
    held: Held
    macs: Int
    stored: Int


@lru_cache(CACHE)
def _facts(layer: Layer, inputs: tuple[Shape, ...]) -> _Facts:
    completed, output = apply(layer, inputs)
    return _Facts(completed, output, held(completed), macs(completed, inputs, output), stored(completed, output))


@lru_cache(CACHE)
def _at(layer: Layer, inputs: tuple[Shape, ...], states: tuple[State, ...]) -> tuple[_Facts, State]:
    """The facts, and the fields behind the layer: one look-up for a layer that has been met with these inputs."""
    facts = _facts(layer, inputs)
    return facts, through(facts.layer, inputs, facts.output, states)


def _mended(net: Net, node: Node, refused: ShapeError) -> ShapeError:
    from shapecalc.solve import repairs  # only a mistake needs it

    return ShapeError(refused.reason, node=node.name, repairs=repairs(net, node.name))


def _report(net: Net, rows: list[Row], new: list[Int], dtype: str) -> Report:
    parameters: Int = 0
    trainable: Int = 0
    buffers: Int = 0
    work: Int = 0
    for row in rows:
        own, cost = row.parameters, row.macs
        if own != 0:
            parameters = parameters + own
            if row.trainable:
                trainable = trainable + own
        if cost != 0:
            work = work + cost
        if row.buffers and not row.share:
            buffers = buffers + held(row.layer).buffered
    return Report(net, tuple(rows), parameters, trainable, buffers, work, memory(net, new, parameters, buffers, dtype))
