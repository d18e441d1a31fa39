"""All questions asked of a net at once, and what is remembered of its layers."""

from __future__ import annotations

from typing import NamedTuple

from shapecalc.algebra import Int, names_in, normal, short, total
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.motion import Motion
from shapecalc.measures.field.propagation import State, initial, propagate
from shapecalc.measures.memory import memory, stored
from shapecalc.measures.parameters import LayerTensors, layer_tensors
from shapecalc.measures.report import Report, Row
from shapecalc.measures.sizes import apply, input_shapes
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
    return add_domain(raw_report(net, dtype))


def add_domain(report: Report) -> Report:
    """A report of :func:`raw_report` with the domain of its letters, and no more cases than it leaves."""
    if not report.has_letters:
        return report
    from shapecalc.measures.simplification import simplify_on_domain  # only letters have a domain

    return simplify_on_domain(report)


def raw_report(net: Net, dtype: str) -> Report:
    """As :func:`measure`, but letters are left as the layers give them: without a domain, and with every case."""
    states = {name: initial(shape) for name, shape in input_shapes(net).items()}
    rows: list[Row] = []
    new: list[Int] = []
    has_letters = False
    for node in net.nodes:
        try:
            facts, state = _behind(node.layer.interned, tuple([states[name] for name in node.inputs]))
        except ShapeError as refusal:
            raise _with_repairs(net, node, refusal) from None
        states[node.name] = state
        new.append(facts.stored)
        has_letters = has_letters or facts.has_letters
        rows.append(_row(node, facts, state))
    return _report(net, rows, new, dtype, has_letters=has_letters)


class _Facts(NamedTuple):
    """What is true of a layer on some input shapes, wherever they come from."""

    layer: Layer
    motion: Motion
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    tensors: LayerTensors
    parameters: Int
    macs: Int
    stored: Int
    has_letters: bool


@remember()
def _behind(interned: Interned, states: tuple[State, ...]) -> tuple[_Facts, State]:
    """What is true behind a layer wherever it reads the same places.

    Layers and places are compared by identity, so that one look-up of a node is cheap: whatever lies before it is a
    single object.
    """
    facts = _facts(interned, tuple([state.shape for state in states]))
    return facts, propagate(facts.layer, facts.motion, facts.output_shape, states)


@remember()
def _facts(interned: Interned, inputs: tuple[Shape, ...]) -> _Facts:
    layer, output = apply(interned.layer, inputs)
    tensors = layer_tensors(layer)
    return _Facts(
        layer=layer,
        motion=layer.motion(inputs, output),
        input_shapes=inputs,
        output_shape=output,
        tensors=tensors,
        parameters=normal(tensors.parameters),
        macs=short(macs(layer, inputs, output)),
        stored=stored(layer, output),
        has_letters=bool(names_in((*inputs, *interned.values))),
    )


def _row(node: Node, facts: _Facts, state: State) -> Row:
    return Row(
        name=node.name,
        reads=node.inputs,
        share=node.share,
        trainable=node.trainable,
        layer=facts.layer,
        input_shapes=facts.input_shapes,
        output_shape=facts.output_shape,
        weights=facts.tensors.weights,
        buffers=facts.tensors.buffers,
        parameters=0 if node.share else facts.parameters,
        macs=facts.macs,
        fields=state.axes,
    )


def _with_repairs(net: Net, node: Node, refusal: ShapeError) -> ShapeError:
    from shapecalc.measures.repairs import repairs  # only a mistake needs it

    return ShapeError(refusal.reason, node=node.name, repairs=repairs(net, node.name))


def _report(net: Net, rows: list[Row], new: list[Int], dtype: str, *, has_letters: bool) -> Report:
    owners = [row for row in rows if row.parameters != 0]
    parameters = total([row.parameters for row in owners])
    trainable = total([row.parameters for row in owners if row.trainable])
    buffers = total([layer_tensors(row.layer).buffered for row in rows if row.buffers and not row.share])
    work = total([row.macs for row in rows])
    return Report(
        net=net,
        rows=tuple(rows),
        parameters=parameters,
        trainable=trainable,
        buffers=buffers,
        macs=work,
        memory=memory(net, new, parameters, buffers, dtype),
        has_letters=has_letters,
    )
