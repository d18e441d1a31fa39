"""Recordings read into a net: a node for each call, of a layer that is known or of what was measured."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cache
from itertools import chain

from torch import Tensor

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer
from shapecalc.layers.attention import MultiheadAttention
from shapecalc.layers.dimensions import Transpose
from shapecalc.layers.norm import BatchNorm1d
from shapecalc.layers.opaque import Opaque
from shapecalc.layers.unpool import MaxUnpool
from shapecalc.pytorch.modules.parameters import FreeParameter
from shapecalc.pytorch.tracing.functions import FUNCTIONS, Entry, FunctionSite, Translation
from shapecalc.pytorch.tracing.graph import Graph, Placement, Unfollowable, Value, placement
from shapecalc.pytorch.tracing.leaves import layer_of_module
from shapecalc.pytorch.tracing.recording import RecordedCall, tensors_in
from shapecalc.pytorch.tracing.work import work_of, work_of_rows

#: Why an entry of the table has nothing to say of a call: its arguments are not those that it knows.
_NOT_KNOWN = (TypeError, ValueError, LookupError, ShapecalcError)


def read(graph: Graph, calls: Sequence[RecordedCall]) -> None:
    """Add what one call is, which all recordings have, to a net.

    Args:
        graph: the net so far.
        calls: the call in each recording.
    """
    for index, tensor in enumerate(calls[0].outputs):
        try:
            graph.values[id(tensor)] = _output(graph, calls, index)
        except Unfollowable as reason:
            graph.values[id(tensor)] = reason


def _output(graph: Graph, calls: Sequence[RecordedCall], index: int) -> Value:
    """The value of one of a call's outputs."""
    call = calls[0]
    if isinstance(call.function, FreeParameter):
        return graph.operand(call.function.value)
    sizes = tuple([entry.shapes[index] for entry in calls])
    try:
        place = placement(sizes, graph.batches, _reads(graph, call, create=False))
    except Unfollowable as reason:
        where = f" in {call.path}" if call.path else ""
        raise Unfollowable(f"{_title(call)}{where}: {reason}") from None
    before = len(graph.nodes)
    step = (
        _module_step(graph, call, index, place)
        if call.is_module
        else _step(FunctionSite(graph, place.shapes, index), call)
    )
    node = "" if step is None else _known_node(graph, step, place)
    if not node:
        graph.withdraw(before)
        node = _measured_node(graph, calls, index, place)
    graph.shapes[node] = place.shapes
    if len(call.outputs) > 1 and (index or not call.is_module):
        graph.pieces.update(entry.name for entry in graph.nodes[before:])
    return Value(node, *place, sizes)


def _title(call: RecordedCall) -> str:
    return type(call.function).__name__ if call.is_module else call.name


def _reads(graph: Graph, call: RecordedCall, *, create: bool) -> list[Value]:
    """The values among the arguments of a call; of parameters only where they may become nodes."""
    find = graph.value if create else graph.place
    return [value for value in map(find, tensors_in((call.args, call.kwargs))) if value is not None]


def _known_node(graph: Graph, step: Translation, place: Placement) -> str:
    """The node of layers that are known; "" where they do not give what the call gave.

    What they give at other sizes is compared when the net is whole.
    """
    if not graph.fits(step.layers, step.inputs, place.shapes[:1]):
        return ""
    is_shared = graph.has(step.name) and any(True for layer in step.layers for _ in layer.tensors())
    return graph.add(step.layers, step.inputs, name=step.name, share=step.name if is_shared else "")


def _module_step(graph: Graph, call: RecordedCall, index: int, place: Placement) -> Translation | None:
    """What a module is that is a layer; None for what it returns besides its output."""
    if index:
        return None
    layer = layer_of_module(call.module)
    values = [graph.operand(tensor) for tensor in tensors_in((call.args, call.kwargs))]
    if layer.values.get("output_size") is None and isinstance(layer, MaxUnpool) and call.kwargs.get("output_size"):
        layer = layer.replace(output_size=tuple(call.kwargs["output_size"]))
    if values and values[0].folded and isinstance(layer, BatchNorm1d) and len(values[0].sizes[0]) == len(_ROWS):
        return Translation([Transpose(*_ROWS), layer, Transpose(*_ROWS)], tuple(values), call.path)
    if isinstance(layer, MultiheadAttention):
        return Translation([layer], tuple(_sources(values)), call.path)
    inputs = tuple(values[: 1 if isinstance(layer, MaxUnpool) else type(layer).arity[1]])
    if len(inputs) > 1 and not graph.fits([layer], inputs, place.shapes):  # what it was built for may be inferred here
        layer = layer.replace(**dict.fromkeys(layer.infers))
    return Translation([layer], inputs, call.path)


#: The dimensions of rows that are folded into the batch, and of their features.
_ROWS = (1, 2)
#: The inputs of attention: query, key and value.
_ATTENDED = 3


def _sources(values: list[Value]) -> list[Value]:
    """Query, key and value, each named once where they are the same."""
    query, key, value = values[:_ATTENDED] if len(values) >= _ATTENDED else (values * _ATTENDED)[:_ATTENDED]
    if key != value:
        return [query, key, value]
    return [query] if query == key else [query, key]


def _step(at: FunctionSite, call: RecordedCall) -> Translation | None:
    """What a function is, by the table; None where the table does not know it."""
    rule = FUNCTIONS.get(call.name)
    if rule is None:
        return None
    named = {"_name": call.name} if _takes_more(rule) else {}
    try:
        return rule(at, *call.args, **call.kwargs, **named)
    except _NOT_KNOWN:
        return None


@cache
def _takes_more(rule: Entry) -> bool:
    """Whether an entry serves several functions, and takes the name of the one that is called."""
    return any(
        parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in inspect.signature(rule).parameters.values()
    )


def _measured_node(graph: Graph, calls: Sequence[RecordedCall], index: int, place: Placement) -> str:
    """The node of a call that no layer is: its output as it was measured, and the parameters of a module."""
    call = calls[0]
    graph.has_hidden_sizes |= any(entry.numbers() != call.numbers() for entry in calls)
    reads = _reads(graph, call, create=True)
    if not reads:
        reads = [graph.operand(tensor) for tensor in tensors_in((call.args, call.kwargs))]
    rows = []
    for number, (entry, recording) in enumerate(zip(calls, graph.recordings, strict=True)):
        batch = 1 if place.batch is None or place.single else recording.batch
        dim = reads[0].batch
        macs = work_of_rows(entry, dim, batch) if call.is_module and dim is not None else None
        macs = 0 if index else work_of(entry, batch) if macs is None else macs
        rows.append((tuple([value.shapes[number] for value in reads]), place.shapes[number], macs))
    own = _own_tensors(call) if call.is_module and not index else {}
    owner = call.path if own and graph.has(call.path) else ""
    weights = tuple([(name, tuple(tensor.shape)) for name, tensor in own.items()])
    layer: Layer = Opaque(_title(call), tuple(dict.fromkeys(rows)), weights)
    return graph.add([layer], reads, name=call.path if own else "", share=owner)


def _own_tensors(call: RecordedCall) -> dict[str, Tensor]:
    return dict(chain(call.module.named_parameters()))
