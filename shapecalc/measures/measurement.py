"""All questions asked of a net at once, and what is remembered of its layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import compress, count
from operator import attrgetter
from typing import Any

from shapecalc.algebra import Expr, total
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.saving import INDEX
from shapecalc.measures.contiguity import NO_COPIES, Contiguity
from shapecalc.measures.effort import Effort
from shapecalc.measures.field.propagation import propagate
from shapecalc.measures.field.sequences import start
from shapecalc.measures.field.state import State
from shapecalc.measures.layer import LayerMeasures, copying, measure_layer
from shapecalc.measures.memory import Memory
from shapecalc.measures.parameters import net_tensors
from shapecalc.measures.report import Report, Row
from shapecalc.measures.saving import LayerSaving, measure_values
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
    is_special = unpooling.is_needed or contiguity.is_needed
    for node in net.nodes:
        name, layer, inputs, _, _ = node
        read = tuple(map(states.__getitem__, inputs))
        try:
            shapes = tuple(map(_SHAPE, read))
            if len(read) > 1:
                shapes = _aligned(layer, shapes, read)
            measures = measure_layer(layer.interned, shapes)
            # most layers leave every position where it is
            state = read[0] if measures.is_still else _behind(measures, read)
            if is_special:
                if measures.storage.reads_indices:
                    state = _unpooled(unpooling, node, measures, states | {name: state})
                copies = contiguity.enter(node, measures.layer, shapes, measures.output_shape)
                measures = measures if copies is NO_COPIES else copying(measures, copies)
        except ShapeError as refusal:
            raise with_repairs(net, node, refusal) from None
        states[name] = state
        layers.append(measures)
        if measures.has_letters:
            effort.enter(name, layer.interned, measures)
        if state.layout.has_tables:
            effort.read(name, measures, states[inputs[0]], state)
    return _report(net, layers, [*states.values()][len(net.inputs) :], setting, effort)


#: As Row._make, without a frame of Python's own for each of thousands of rows.
_row: Callable[[tuple[Any, ...]], Row] = partial(tuple.__new__, Row)
#: Parts of a place, of the measures of a layer and of what training adds, read likewise.
_SHAPE, _LENGTHS, _TENSORS, _MACS = map(attrgetter, ("shape", "lengths", "tensors", "macs"))
_SAVED, _REASON = map(attrgetter, ("saved", "reason"))


def _aligned(layer: Layer, shapes: tuple[Shape, ...], states: tuple[State, ...]) -> tuple[Shape, ...]:
    """The shapes that reach a layer which reads these places, as it aligns those of learned tensors."""
    if all(map(_LENGTHS, states)):
        return shapes
    return layer.alignment(shapes, tuple([not state.lengths for state in states]))


@remember()
def _behind(measures: LayerMeasures, states: tuple[State, ...]) -> State:
    """What is seen behind a layer wherever it reads the same places; a place is a single object."""
    return propagate(measures.layer, measures.motion, measures.output_shape, states)


def _unpooled(unpooling: Unpooling, node: Node, measures: LayerMeasures, states: dict[str, State]) -> State:
    """What is true behind an unpooling, whose values go where its pooling found them.

    Raises:
        ShapeError: it does not restore what its pooling reduced.
    """
    unpooling.check(node, lambda name: states[name].shape)
    twin = unpooling.windows(node)
    motion = twin.motion(measures.input_shapes, measures.output_shape)
    return propagate(twin, motion, measures.output_shape, (states[node.inputs[0]],))


def _report(net: Net, layers: list[LayerMeasures], states: list[State], setting: Setting, effort: Effort) -> Report:
    graph = wiring(net)
    training, inference = measure_values(graph, tuple(net.inputs.values()), tuple(layers), setting)
    rows = tuple(map(_row, zip(net.nodes, layers, states, training, strict=True)))
    tensors = net_tensors(graph, tuple(map(_TENSORS, layers)))
    weight = setting.weight_size
    numbers, extra = OPTIMIZERS[setting.optimizer]
    memory = Memory(
        setting=setting,
        parameters=weight * tensors.parameters,
        buffers=weight * tensors.buffered + (INDEX - weight) * tensors.counted,
        gradients=0 if setting.is_integer else weight * tensors.trainable,
        optimizer=numbers * weight * tensors.trainable + extra * tensors.weights,
        saved=total([*map(_SAVED, training)]),
        inference=inference,
        reason=_reason(net, training, setting),
    )
    return Report(
        net=net,
        rows=rows,
        parameters=tensors.parameters,
        trainable=tensors.trainable,
        buffers=tensors.buffered,
        macs=add_work([*map(_MACS, layers)]),
        memory=memory,
        has_letters=effort.has_letters,
        steps=effort.steps(len(rows)),
    )


def _reason(net: Net, training: tuple[LayerSaving, ...], setting: Setting) -> str:
    """Why there is no training, or why what is saved is only a bound, with the first node where it is."""
    if setting.is_integer:
        return untrained(setting.dtype)
    place = next(compress(count(), map(_REASON, training)), None)
    return "" if place is None else f"{net.nodes[place].name}: {training[place].reason}"
