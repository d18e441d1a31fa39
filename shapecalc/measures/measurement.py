"""The questions that can be asked of a net, one file each, and the report that answers them all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, final

from shapecalc.algebra import Int, names_in, normal, short, total
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.linear import Identity
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.propagation import State, initial, propagate
from shapecalc.measures.memory import memory, stored
from shapecalc.measures.parameters import held
from shapecalc.measures.report import Report, Row
from shapecalc.measures.sizes import CACHE, apply, given
from shapecalc.measures.work import macs
from shapecalc.net import Net, Node


def measure(net: Net, *, dtype: str = "float32") -> Report:
    """Every measure of a net: shapes, parameters, multiply-accumulates, memory and receptive fields.

    Where letters stand for sizes, each measure is an expression in them, and the report's ``domain`` says for which
    numbers it holds.

    Args:
        net: the network; its inputs must have shapes (numbers or letters, without the batch).
        dtype: the number type for which memory is given.

    Raises:
        ShapeError: a layer refuses what reaches it; the error names the node and the smallest repairs.
        SpecError: an input has no shape, or there is no such dtype.
    """
    return with_domain(unsettled(net, dtype))


def with_domain(report: Report) -> Report:
    """A report of :func:`unsettled` with the domain of its letters, and no more cases than it leaves."""
    if not report.has_letters:
        return report
    from shapecalc.measures.simplification import settled  # only letters have a domain

    return settled(report)


def unsettled(net: Net, dtype: str) -> Report:
    """As :func:`measure`, but letters are left as the layers give them: without a domain, and with every case."""
    places: dict[str, _Place] = {name: _source(shape) for name, shape in given(net).items()}
    rows: list[Row] = []
    new: list[Int] = []
    lettered = False
    for node in net.nodes:
        name, layer, reads, share, trainable = node
        try:
            place = _behind(layer.interned, tuple([places[read] for read in reads]))
        except ShapeError as refused:
            raise _mended(net, node, refused) from None
        places[name] = place
        new.append(place.stored)
        lettered = lettered or place.lettered
        row = Row(name, reads, share, trainable, *place.facts)
        rows.append(row._replace(parameters=0) if share else row)
    return _report(net, rows, new, dtype, lettered=lettered)


@final
class _Place:
    """What is known behind a layer wherever it reads the same places; remembered, and compared by identity.

    Comparing and hashing by identity makes one look-up of a node cheap: whatever lies before it is a single object.
    """

    __slots__ = ("facts", "lettered", "shape", "state", "stored")

    def __init__(self, shape: Shape, state: State, stored: Int, facts: _Facts, *, lettered: bool = False) -> None:
        self.shape = shape
        self.state = state
        self.stored = stored
        self.facts = facts
        self.lettered = lettered


#: What a row holds besides its node: the completed layer, its input shapes and output shape, weights, buffers, the
#: number of parameters, multiply-accumulates, and the receptive fields.
_Facts = tuple[Layer, tuple[Shape, ...], Shape, dict[str, Shape], dict[str, Shape], Int, Int, tuple[AxisField, ...]]


@lru_cache(CACHE)
def _source(shape: Shape) -> _Place:
    state = initial(shape)
    return _Place(shape, state, 0, (Identity(), (), shape, {}, {}, 0, 0, state.axes))


@lru_cache(CACHE)
def _behind(interned: Interned, before: tuple[_Place, ...]) -> _Place:
    (layer, inputs, output, *held_and_cost), new, lettered = _alone(interned, tuple([place.shape for place in before]))
    states = tuple([place.state for place in before])
    state = propagate(layer, layer.motion(inputs, output), inputs, output, states)
    return _Place(output, state, new, (layer, inputs, output, *held_and_cost, state.axes), lettered=lettered)


@lru_cache(CACHE)
def _alone(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Any, Int, bool]:
    """What does not depend on where the inputs come from: all facts but the fields, what is stored, any letters."""
    layer, output = apply(interned.layer, inputs)
    keeps = held(layer)
    cost = short(macs(layer, inputs, output))
    facts = (layer, inputs, output, keeps.weights, keeps.buffers, normal(keeps.parameters), cost)
    return facts, stored(layer, output), bool(names_in((*inputs, *interned.layer.values.values())))


def _mended(net: Net, node: Node, refused: ShapeError) -> ShapeError:
    from shapecalc.measures.repairs import repairs  # only a mistake needs it

    return ShapeError(refused.reason, node=node.name, repairs=repairs(net, node.name))


def _report(net: Net, rows: list[Row], new: list[Int], dtype: str, *, lettered: bool) -> Report:
    owned = [row for row in rows if row.parameters != 0]
    parameters = total([row.parameters for row in owned])
    trainable = total([row.parameters for row in owned if row.trainable])
    buffers = total([held(row.layer).buffered for row in rows if row.buffers and not row.share])
    work = total([row.macs for row in rows])
    used = memory(net, new, parameters, buffers, dtype)
    return Report(net, tuple(rows), parameters, trainable, buffers, work, used, lettered)
