"""The questions that can be asked of a net, one file each, and the report that answers them all."""

from __future__ import annotations

from shapecalc.algebra import Int
from shapecalc.errors import ShapeError
from shapecalc.measure.field import State, initial, through
from shapecalc.measure.footprint import footprint as footprint
from shapecalc.measure.memory import memory
from shapecalc.measure.parameters import held
from shapecalc.measure.report import Report as Report
from shapecalc.measure.report import Row as Row
from shapecalc.measure.sizes import walk
from shapecalc.measure.work import macs
from shapecalc.net import Net


def measure(net: Net, *, dtype: str = "float32") -> Report:
    """Every measure of a net: shapes, parameters, multiply-accumulates, memory and receptive fields.

    Args:
        net: the network; its inputs must have shapes (numbers or letters, without the batch).
        dtype: the number type for which memory is given.

    Raises:
        ShapeError: a layer refuses what reaches it; the error names the node and the smallest repairs.
        SpecError: an input has no shape, or there is no such dtype.
    """
    try:
        walked = walk(net)
    except ShapeError as refused:
        from shapecalc.solve import repairs  # only a mistake needs it

        raise ShapeError(refused.reason, node=refused.node, repairs=repairs(net, refused.node)) from None
    states: dict[str, State] = {name: initial(shape) for name, shape in net.inputs.items()}
    rows = []
    parameters: Int = 0
    trainable: Int = 0
    buffers: Int = 0
    work: Int = 0
    for node, layer, inputs, output in walked:
        name = node.name
        states[name] = state = through(layer, inputs, output, tuple([states[read] for read in node.inputs]))
        keeps = held(layer)
        own = 0 if node.share else keeps.parameters
        cost = macs(layer, inputs, output)
        parameters = parameters + own
        trainable = trainable + (own if node.trainable else 0)
        buffers = buffers + (0 if node.share else keeps.buffered)
        work = work + cost
        rows.append(
            Row(name, layer, node.inputs, inputs, output, keeps.weights, keeps.buffers, own, cost, state.axes,
                node.share, node.trainable)
        )
    used = memory(net, walked, parameters, buffers, dtype)
    return Report(net, tuple(rows), parameters, trainable, buffers, work, used)
