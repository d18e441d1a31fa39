"""Recurrent layers, attention and transformer layers: what they make of sequences, and of the states between."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.layout import turn_over
from shapecalc.formats.source.origins import LeafTensor, Operation, Origin
from shapecalc.formats.source.torch.arguments import flat, make
from shapecalc.formats.source.values import BATCH, LayerObject, Tensor, Unknown, Value
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.conditions import Condition

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

Inputs = list[Value]


def first_shape(output: Value) -> Shape | None:
    """The shape of the first tensor that comes out."""
    first = output[0] if isinstance(output, tuple) else output
    return first.shape if isinstance(first, Tensor) else None


def _parts(module: LayerObject, tensor: Tensor, node: ast.AST) -> tuple[Shape, Int | None]:
    """The sequence length × features of a tensor, and its batch; no batch for a single sequence."""
    shape = tensor.shape or ()
    if len(shape) == 2:
        return shape, None
    if len(shape) != 3:
        takes = "batch × length × features" if module.known().values["batch_first"] else "length × batch × features"
        message = f"{module.known()!r} takes a tensor of 3 dimensions ({takes}), but gets {shape_text(shape)}."
        raise Fault("shape", message, node, cause=module.place)
    first, second, features = shape
    batch, length = (first, second) if module.known().values["batch_first"] else (second, first)
    return (length, features), batch


def _whole(module: LayerObject, sequence: Shape, batch: Int | None) -> Shape:
    """The shape of a sequence with its batch."""
    if batch is None:
        return sequence
    length, features = sequence
    return (batch, length, features) if module.known().values["batch_first"] else (length, batch, features)


def _through(reader: Interpreter, module: LayerObject, shapes: tuple[Shape, ...], node: ast.AST) -> Shape:
    """The shape that comes out of a layer.

    Raises:
        Fault: it refuses the shapes.
    """
    try:
        return reader.run.through(module.known(), shapes, node, cause=module.place)
    except Fault as fault:
        fault.module, fault.shapes = module, shapes
        raise


def _recurrent(
    reader: Interpreter, module: LayerObject, inputs: Inputs, kwargs: dict[str, Value], node: ast.AST
) -> Value:
    tensor, layer = inputs[0], module.known()
    if tensor.shape is None:
        return (Tensor(None), Unknown("a state", 0)) if module.type == "LSTM" else (Tensor(None), Tensor(None))
    sequence, batch = _parts(module, tensor, node)
    output = _through(reader, module, (sequence,), node)
    values = layer.values
    count = values["num_layers"] * (2 if values["bidirectional"] else 1)
    middle = () if batch is None else (batch,)
    hidden = Tensor((count, *middle, values.get("proj_size", 0) or values["hidden_size"]))
    cell = Tensor((count, *middle, values["hidden_size"]))
    state = inputs[1] if len(inputs) > 1 else kwargs.get("hx")
    whole = _drawn(reader, module, [tensor], (output, batch), node)
    _check_state(reader, module, state, (hidden, cell), node)  # the layer has taken the sequence
    if not all(isinstance(each.origin, LeafTensor) and each.origin.is_constant for each in _states(state)):
        whole.made = reader.run.unfollowed(f"nn.{module.type} with a state that the program gives", node)
    hidden.made = _last_states(reader, module, whole, hidden.shape or (), node)
    cell.made = reader.run.unfollowed(f"the cell state of nn.{module.type}", node)
    return (whole, (hidden, cell)) if module.type == "LSTM" else (whole, hidden)


def _drawn(
    reader: Interpreter, module: LayerObject, tensors: list[Tensor], sequence: tuple[Shape, Int | None], node: ast.AST
) -> Tensor:
    """The tensor that comes out of a layer of sequences, with its batch."""
    place = 0 if module.known().values["batch_first"] else 1
    shape, batch = _whole(module, *sequence), None if sequence[1] is None else place
    output = reader.run.drawn(module.known(), tensors, shape, node, batch=batch, module=module)
    is_turned = batch == 0 and not module.type.startswith("Transformer")  # torch computes with the length first
    if is_turned and isinstance(output.made, Operation):
        turn_over(output.made, 0, 1)
    return output


def _states(state: Value) -> list[Tensor]:
    states = state if isinstance(state, tuple | list) else (state,)
    return [each for each in states if isinstance(each, Tensor)]


def _last_states(reader: Interpreter, module: LayerObject, whole: Tensor, shape: Shape, node: ast.AST) -> Origin:
    """Where the last hidden states come from: those of the last layer are the ends of its output."""
    layer, run = module.known(), reader.run
    along = len(whole.shape or ()) - (3 if not layer.values["batch_first"] or len(whole.shape or ()) == 2 else 2)
    size, both = shape[-1], layer.values["bidirectional"]
    inner = run.unfollowed(f"the state of an inner layer of nn.{module.type}", node)
    rows = [Tensor(shape[1:], made=inner) for _ in range(shape[0] - 1 - both)]
    for index, part in ((-1, (None, size)), (0, (size, None))) if both else ((-1, (None, None)),):
        row = run.apply(make("Select", (along + 1, index), node), (whole,), node)
        if both:
            cut = make("Slice", (len(shape) - 1, *part), node)
            row = run.drawn(cut, (row,), shape[1:], node)
        rows.append(row)
    layer = make("Stack", (1,), node) if len(rows) > 1 else make("Unsqueeze", (1,), node)
    return run.drawn(layer, rows, shape, node).origin


def _check_state(
    reader: Interpreter, module: LayerObject, state: Value, expected: tuple[Tensor, Tensor], node: ast.AST
) -> None:
    """Refuse a state of another shape than the layer has."""
    if state is None:
        return
    for each in flat(state):
        if isinstance(each, Tensor) and each.shape is None:
            reader.run.unknown(f"the state of nn.{module.type}", node)
        elif isinstance(each, Unknown):
            reader.run.skip(each)
    if isinstance(state, Unknown):
        return
    states = state if isinstance(state, tuple | list) else (state,)
    if module.type.startswith("LSTM") and (not isinstance(state, tuple | list) or len(states) != 2):
        raise Fault("type", f"The state of an {module.type} is a pair (h, c).", node, type_="TypeError")
    for given, wanted in zip(states, expected, strict=False):
        if isinstance(given, Tensor) and given.shape is not None and wanted.shape is not None:
            try:
                _require_equal(reader, given, wanted.shape, f"The state of {module.known()!r}", node)
            except Fault as fault:
                fault.module, fault.tensors, fault.needed = module, (given,), wanted.shape
                fault.cause = None if given.making is None else given.making.place
                raise


def _require_equal(reader: Interpreter, state: Tensor, wanted: Shape, what: str, node: ast.AST) -> None:
    given = state.shape or ()
    message = f"{what} must be {shape_text(wanted)}, but is {shape_text(given)}."
    if len(given) != len(wanted):
        raise Fault("shape", message, node)
    is_made = isinstance(state.origin, LeafTensor) and state.origin.is_constant
    for size, other in zip(given, wanted, strict=True):
        if is_made and {size, other} > {BATCH} and isinstance(size, Name) and isinstance(other, Name):
            raise Fault("shape", message, node)  # no size of an example is that of every batch
        condition = Condition("the state must have the sizes of the layer", (Comparison(size, Relation.EQUAL, other),))
        reader.run.require(condition, message, node)


def _cell(reader: Interpreter, module: LayerObject, inputs: Inputs, kwargs: dict[str, Value], node: ast.AST) -> Value:
    tensor, layer = inputs[0], module.known()
    if tensor.shape is None:
        return (Tensor(None), Tensor(None)) if module.type == "LSTMCell" else Tensor(None)
    *lead, features = tensor.shape
    if len(lead) > 1:
        message = f"{layer!r} takes a tensor of 2 dimensions (batch × features), but gets {shape_text(tensor.shape)}."
        raise Fault("shape", message, node, cause=module.place)
    shape = (*lead, *_through(reader, module, ((features,),), node))
    output = Tensor(shape, made=reader.run.unfollowed(f"nn.{module.type}", node))
    state = inputs[1] if len(inputs) > 1 else kwargs.get("hx")
    _check_state(reader, module, state, (output, output), node)
    return (output, output) if module.type == "LSTMCell" else output


def _attention(
    reader: Interpreter, module: LayerObject, inputs: Inputs, kwargs: dict[str, Value], node: ast.AST
) -> Value:
    tensors = [each for each in (*inputs, kwargs.get("key"), kwargs.get("value")) if isinstance(each, Tensor)][:3]
    layer = module.known()
    if len(tensors) < 3:
        raise Fault("call", "nn.MultiheadAttention needs a query, a key and a value.", node, type_="TypeError")
    if any(tensor.shape is None for tensor in tensors):
        return Tensor(None), Tensor(None)
    pairs = [_parts(module, tensor, node) for tensor in tensors]
    output = _through(reader, module, tuple([sequence for sequence, _ in pairs]), node)
    batch = pairs[0][1]
    for _, other in pairs[1:]:
        if (batch is None) != (other is None):
            raise Fault("shape", "The query, the key and the value must all have a batch, or none of them.", node)
        if batch is not None and other is not None:
            message = f"The query, the key and the value must have one batch, but have {batch} and {other}."
            condition = Condition("the batches must be equal", (Comparison(batch, Relation.EQUAL, other),))
            reader.run.require(condition, message, node)
    sources = tensors[: 1 if tensors[0] is tensors[1] is tensors[2] else 2 if tensors[1] is tensors[2] else 3]
    whole = _drawn(reader, module, sources, (output, batch), node)
    if kwargs.get("need_weights", True) is False:
        return whole, None
    lead = () if batch is None else (batch,)
    heads = () if kwargs.get("average_attn_weights", True) else (layer.values["num_heads"],)
    weights = reader.run.unfollowed("the weights of nn.MultiheadAttention", node)
    return whole, Tensor((*lead, *heads, pairs[0][0][0], pairs[1][0][0]), made=weights)


def _transformer_layer(
    reader: Interpreter, module: LayerObject, inputs: Inputs, kwargs: dict[str, Value], node: ast.AST
) -> Value:
    layer = module.known()
    tensors = [each for each in inputs if isinstance(each, Tensor)][: type(layer).arity[1]]
    if len(tensors) < type(layer).arity[0]:
        raise Fault("call", f"nn.{module.type} needs {type(layer).arity[0]} tensors.", node, type_="TypeError")
    if any(tensor.shape is None for tensor in tensors):
        return Tensor(None)
    pairs = [_parts(module, tensor, node) for tensor in tensors]
    output = _through(reader, module, tuple([sequence for sequence, _ in pairs]), node)
    return _drawn(reader, module, tensors, (output, pairs[0][1]), node)


#: Those that take sequences of several lengths.
STEPWISE = frozenset({"RNN", "LSTM", "GRU"})

RULES: dict[str, Callable[[Any, LayerObject, Inputs, dict[str, Value], ast.AST], Value]] = {
    "RNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNNCell": _cell,
    "GRUCell": _cell,
    "LSTMCell": _cell,
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _transformer_layer,
    "TransformerDecoderLayer": _transformer_layer,
}
