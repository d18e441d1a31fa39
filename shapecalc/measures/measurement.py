"""All questions asked of a net at once, and what is remembered of its layers."""

from __future__ import annotations

from shapecalc.algebra import total
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapeError
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.field.propagation import initial, propagate
from shapecalc.measures.field.state import State
from shapecalc.measures.layer import LayerMeasures, measure_layer
from shapecalc.measures.memory import memory
from shapecalc.measures.parameters import NO_TENSORS
from shapecalc.measures.report import Report, Row
from shapecalc.measures.sizes import input_shapes
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
    return add_domain(raw_report(net, dtype))


def add_domain(report: Report) -> Report:
    """A report of :func:`raw_report` with the domain of its letters, and no more cases than it leaves."""
    if not report.has_letters:
        return report
    from shapecalc.measures.simplification import simplify_on_domain  # noqa: PLC0415  only letters have a domain

    return simplify_on_domain(report)


def raw_report(net: Net, dtype: str) -> Report:
    """As :func:`measure`, but letters are left as the layers give them: without a domain, and with every case."""
    states = {name: initial(shape) for name, shape in input_shapes(net).items()}
    rows: list[Row] = []
    for node in net.nodes:
        try:
            measures, state = _behind(node.layer.interned, tuple([states[name] for name in node.inputs]))
        except ShapeError as refusal:
            raise _with_repairs(net, node, refusal) from None
        states[node.name] = state
        rows.append(Row(node, measures, state))
    return _report(net, rows, dtype)


@remember()
def _behind(interned: Interned, states: tuple[State, ...]) -> tuple[LayerMeasures, State]:
    """What is true behind a layer wherever it reads the same places.

    Layers and places are compared by identity, so that one look-up of a node is cheap: whatever lies before it is a
    single object.
    """
    measures = measure_layer(interned, tuple([state.shape for state in states]))
    return measures, propagate(measures.layer, measures.motion, measures.output_shape, states)


def _with_repairs(net: Net, node: Node, refusal: ShapeError) -> ShapeError:
    from shapecalc.measures.repairs import repairs  # noqa: PLC0415  only a mistake needs it

    return ShapeError(refusal.reason, node=node.name, repairs=repairs(net, node.name))


def _report(net: Net, rows: list[Row], dtype: str) -> Report:
    layers = [row.measures for row in rows]
    owners = [row for row in rows if row.measures.tensors is not NO_TENSORS and not row.node.share]
    parameters = total([row.measures.parameters for row in owners])
    buffers = total([row.measures.tensors.buffered for row in owners])
    return Report(
        net=net,
        rows=tuple(rows),
        parameters=parameters,
        trainable=total([row.measures.parameters for row in owners if row.node.trainable]),
        buffers=buffers,
        macs=total([layer.macs for layer in layers]),
        memory=memory(net, [layer.stored for layer in layers], parameters, buffers, dtype),
        has_letters=True in {layer.has_letters for layer in layers},
    )
