"""All questions asked of a net at once, and what is remembered of its layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from shapecalc.algebra import Expr, Int, total
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapeError
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.saving import INDEX
from shapecalc.measures.contiguity import NO_COPIES, Contiguity
from shapecalc.measures.effort import Effort
from shapecalc.measures.field.propagation import propagate
from shapecalc.measures.field.sequences import start
from shapecalc.measures.field.state import State
from shapecalc.measures.layer import LayerMeasures, copying, layer_of, measure_layer
from shapecalc.measures.memory import Memory
from shapecalc.measures.parameters import NO_TENSORS
from shapecalc.measures.report import Report, Row
from shapecalc.measures.saving import measure_values
from shapecalc.measures.schedule import wiring
from shapecalc.measures.setting import OPTIMIZERS, Setting, read_setting, untrained
from shapecalc.measures.sizes import with_repairs
from shapecalc.measures.unpooling import Unpooling
from shapecalc.measures.work import add_work
from shapecalc.net import Net, Node
from shapecalc.net.arguments import check_net


def measure(
    net: Net, *, batch: int | str | Expr = 1, optimizer: str = "sgd", dtype: str = "float32", device: str = "cpu"
) -> Report:
    """Every measure of a net: shapes, parameters, multiply-accumulates, memory and receptive fields.

    Where letters stand for sizes, each measure is an expression in them, and the report's ``domain`` says for which
    numbers it holds.

    Args:
        net: the network; its inputs must have shapes (numbers or letters, without the batch).
        batch: how many inputs are computed at a time, for memory and training; a number or a letter.
        optimizer: whose state memory includes: sgd, momentum, adam or adamw.
        dtype: the number type for which memory is given: float32, float16 (fp16), bfloat16 (bf16), amp, ...
        device: cpu or cuda; where torch saves other tensors on CUDA, those count there.

    Raises:
        ShapeError: a layer refuses what reaches it; the error names the node and the smallest repairs.
        SpecError: an input has no shape, or a word is not known.
    """
    check_net(net)
    return add_domain(raw_report(net, read_setting(batch, optimizer, dtype, device)))


def add_domain(report: Report) -> Report:
    """A report of :func:`raw_report` with the domain of its letters, and no more cases than it leaves."""
    if not report.has_letters:
        return report
    from shapecalc.measures.simplification import simplify_on_domain  # noqa: PLC0415  only letters have a domain

    return simplify_on_domain(report)


def raw_report(net: Net, setting: Setting) -> Report:
    """As :func:`measure`, but letters are left as the layers give them: without a domain, and with every case."""
    states = start(net)
    layers: list[LayerMeasures] = []
    unpooling, contiguity, effort = Unpooling(net), Contiguity(net, setting.batch), Effort()
    for node in net.nodes:
        name, layer, inputs, _, _ = node
        try:
            measures, state = _behind(layer.interned, tuple(map(states.__getitem__, inputs)))
            states[name] = state
            if measures.storage.reads_indices:
                states[name] = _unpooled(unpooling, node, measures, states)
            if contiguity.is_needed:
                copies = contiguity.enter(node, measures.layer, measures.input_shapes, measures.output_shape)
                if copies is not NO_COPIES:
                    measures = copying(measures, copies)
        except ShapeError as refusal:
            raise with_repairs(net, node, refusal) from None
        layers.append(measures)
        if measures.has_letters:
            effort.enter(name, layer.interned, measures)
        if state.layout.has_tables:
            effort.read(name, measures, states[inputs[0]], state)
    training, inference = measure_values(wiring(net), tuple(net.inputs.values()), tuple(layers), setting)
    fields = [*states.values()][len(net.inputs) :]
    rows = tuple(map(_row, zip(net.nodes, layers, fields, training, strict=True)))
    return _report(net, rows, inference, setting, effort)


#: As Row._make, without a frame of Python's own for each of thousands of rows.
_row: Callable[[tuple[Any, ...]], Row] = partial(tuple.__new__, Row)


@remember()
def _behind(interned: Interned, states: tuple[State, ...]) -> tuple[LayerMeasures, State]:
    """What is true behind a layer wherever it reads the same places.

    Layers and places are compared by identity, so that one look-up of a node is cheap: whatever lies before it is a
    single object.
    """
    inputs = tuple([state.shape for state in states])
    if len(states) > 1 and any(not state.lengths for state in states):
        inputs = layer_of(interned).alignment(inputs, tuple([not state.lengths for state in states]))
    measures = measure_layer(interned, inputs)
    return measures, propagate(measures.layer, measures.motion, measures.output_shape, states)


def _unpooled(unpooling: Unpooling, node: Node, measures: LayerMeasures, states: dict[str, State]) -> State:
    """What is true behind an unpooling, whose values go where its pooling found them.

    Raises:
        ShapeError: it does not restore what its pooling reduced.
    """
    unpooling.check(node, lambda name: states[name].shape)
    twin = unpooling.windows(node)
    motion = twin.motion(measures.input_shapes, measures.output_shape)
    return propagate(twin, motion, measures.output_shape, (states[node.inputs[0]],))


def _report(net: Net, rows: tuple[Row, ...], inference: Int | None, setting: Setting, effort: Effort) -> Report:
    owners = [row for row in rows if row.measures.tensors is not NO_TENSORS and not row.node.share]
    parameters = total([row.measures.parameters for row in owners])
    trained = [row.measures for row in owners if row.node.trainable]
    trainable = total([measures.parameters for measures in trained])
    tensors = [row.measures.tensors for row in owners]
    buffers = total([layer.buffered for layer in tensors])
    integers = sum([layer.counted for layer in tensors])
    weight = setting.weight_size
    numbers, extra = OPTIMIZERS[setting.optimizer]
    memory = Memory(
        setting=setting,
        parameters=weight * parameters,
        buffers=weight * buffers + (INDEX - weight) * integers,
        gradients=0 if setting.is_integer else weight * trainable,
        optimizer=numbers * weight * trainable + extra * sum([len(measures.tensors.weights) for measures in trained]),
        saved=total([row.saving.saved for row in rows]),
        inference=inference,
        reason=_reason(rows, setting),
    )
    return Report(
        net=net,
        rows=rows,
        parameters=parameters,
        trainable=trainable,
        buffers=buffers,
        macs=add_work([row.measures.macs for row in rows]),
        memory=memory,
        has_letters=effort.has_letters,
        steps=effort.steps(len(rows)),
    )


def _reason(rows: tuple[Row, ...], setting: Setting) -> str:
    """Why there is no training, or why what is saved is only a bound, with the first node where it is."""
    if setting.is_integer:
        return untrained(setting.dtype)
    return next((f"{row.name}: {row.saving.reason}" for row in rows if row.saving.reason), "")
