"""What a layer makes of the tensors that a program gives it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.notes import LayerCall
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch import sequences
from shapecalc.formats.source.torch.arguments import flat, kind_text
from shapecalc.formats.source.torch.kinds import kind_through, refuse_input
from shapecalc.formats.source.torch.packing import PackedSequence
from shapecalc.formats.source.torch.tensors import remark_batch
from shapecalc.formats.source.values import (
    BATCH,
    LayerObject,
    Tensor,
    Unknown,
    Value,
)
from shapecalc.layers import Layer, Shape, shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: The arguments that number dimensions, the batch being 0, by class.
_DIMENSIONS = {
    "Flatten": ("start_dim", "end_dim"),
    "Unflatten": ("dim",),
    "Softmax": ("dim",),
    "LogSoftmax": ("dim",),
    "Softmin": ("dim",),
    "GLU": ("dim",),
}


#: Layers that take a single example without a batch.
_UNBATCHED = ("Conv", "MaxPool", "AvgPool", "Adaptive", "LPPool", "InstanceNorm", "Fractional", "MaxUnpool")


#: Layers without a fixed number of dimensions whose channels are the dimension behind the batch.
_CHANNELS = frozenset({"GroupNorm", "PReLU", "PixelShuffle", "PixelUnshuffle"})


def run_layer(
    reader: Interpreter, module: LayerObject, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """What a layer makes of its inputs.

    Raises:
        Fault: it refuses them.
    """
    run = reader.run
    if "__loss__" in module.arguments:
        return Tensor(() if module.arguments.get("reduction", "mean") != "none" else None)
    inputs = [
        *args,
        *[value for key, value in kwargs.items() if key in {"input", "x", "query", "src", "tgt", "memory"}],
    ]
    if not inputs:
        raise Fault("call", f"nn.{module.type} needs an input.", node, type_="TypeError")
    first = inputs[0]
    if isinstance(first, Unknown):
        run.skip(first)
        return Tensor(None)
    if not isinstance(first, Tensor):
        return _without_tensor(reader, module, first, [*inputs[1:], *[kwargs[key] for key in {"hx"} & {*kwargs}]], node)
    if module.layer is None:
        unknown = next(value for value in flat(module.arguments) if isinstance(value, Unknown))
        run.skip(unknown)
        return Tensor(None)
    refuse_input(run.frame, module.type, first, node)
    if module.type in sequences.RULES:
        output = sequences.RULES[module.type](reader, module, inputs, kwargs, node)
        shape = sequences.first_shape(output)
    else:
        if first.shape is None:
            return Tensor(None)
        output = run_on(reader, module, [each for each in inputs if isinstance(each, Tensor)], node)
        output.kind, output.passed = kind_through(module.type, first.kind), _PASSED.get(module.type, "")
        shape = output.shape
        _remark(reader, module, first, node)
        if module.layer.values.get("return_indices"):
            output = (output, Tensor(shape, "int", made=output.made))
    if shape is not None:
        run.calls.append(LayerCall(module, run.file, line_of(node), first.shape or (), shape))
    return output


def _without_tensor(
    reader: Interpreter, module: LayerObject, sequence: Value, state: list[Value], node: ast.AST
) -> Value:
    """What a recurrent layer makes of sequences of several lengths, whose last states stand at their own ends.

    Raises:
        Fault: the layer takes no such thing.
    """
    if not isinstance(sequence, PackedSequence) or module.type not in sequences.STEPWISE:
        message = f"nn.{module.type} takes a tensor but gets {kind_text(sequence)}{_tuple_hint(sequence)}."
        raise Fault("type", message, node, type_="TypeError")
    run = reader.run
    if module.layer is None:
        return run.unknown(f"nn.{module.type}", node)
    batch_first = module.layer.values["batch_first"] is True
    tensor = sequence.laid_out(reader, node, batch_first=batch_first)
    output, states = run_layer(reader, module, [tensor, *state], {}, node)
    for each in (output, *flat(states)):
        if isinstance(each, Tensor):
            each.made = run.unfollowed("sequences of several lengths", node)
    return PackedSequence(output, batch_first), states


#: Layers after which a loss must know of them.
_PASSED = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Softmax2d": "softmax"}


def _remark(reader: Interpreter, module: LayerObject, input: Tensor, node: ast.AST) -> None:
    """Note what a layer does with its input that is surely not meant."""
    layer, shape = module.known(), input.shape or ()
    if module.type in {"Softmax", "LogSoftmax"}:
        remark_batch(reader, f"nn.{module.type}", shape, layer.values["dim"], node)
    if module.type.startswith("BatchNorm"):
        maker = input.maker
        if maker is not None and maker.known().values.get("bias") is True:
            message = f"The nn.{module.type} behind it takes the mean away, and the bias with it: write bias=False."
            reader.run.remark("bias-before-norm", message, maker.place, maker.file)
        if len(shape) > 2 and shape[0] == BATCH and all(size == 1 for size in shape[2:]):
            message = (
                f"nn.{module.type} gets {shape_text(shape)}, one value a channel: torch does not train a batch of 1."
            )
            reader.run.remark("norm-of-one-value", message, node)


def _tuple_hint(value: Value) -> str:
    return "; a recurrent layer gives its output and its state" if isinstance(value, tuple) else ""


def run_on(reader: Interpreter, module: LayerObject, tensors: list[Tensor], node: ast.AST) -> Tensor:
    """What comes out of a layer.

    Raises:
        Fault: it refuses the tensors.
    """
    layer = module.known()
    shape = tensors[0].shape or ()
    lead = _lead(module, layer, shape, node)
    full = _renumbered(layer, module.type) if module.type in _DIMENSIONS else layer
    tensors = tensors[: type(layer).arity[1]]
    shapes = tuple([(tensor.shape or ())[lead:] for tensor in tensors])
    try:
        output = reader.run.through(full, shapes, node, cause=module.place)
        if any(layer.values[name] is None for name in layer.infers):
            module.layer = layer.accept(shapes)  # the first input settles what a lazy layer takes
    except Fault as fault:
        fault.message = _told_with_batch(fault.message)
        fault.module, fault.shapes, fault.tensors = module, shapes, tuple(tensors)
        raise
    return reader.run.drawn(full, tensors, (*shape[:lead], *output), node, batch=0 if lead else None, module=module)


def _told_with_batch(message: str) -> str:
    return message.replace(" Shapes are written without the batch.", "")


def _lead(module: LayerObject, layer: Layer, shape: Shape, node: ast.AST) -> int:
    """How many dimensions of a tensor stand before those that a layer reads: the batch, or none."""
    rank = len(shape)
    if not layer.dims:
        return 1 if module.type in _CHANNELS and rank > 1 else 0
    if rank - 1 in layer.dims:
        return 1
    if rank in layer.dims and module.type.startswith(_UNBATCHED):
        return 0
    names = {dims: f"batch × {layer.dim_names[dims]}" for dims in layer.dims}
    takes = " or ".join(f"{dims + 1} dimensions ({names[dims]})" for dims in layer.dims)
    message = f"{layer!r} takes a tensor of {takes}, but gets {shape_text(shape)}, which has {rank}."
    raise Fault("shape", message, node, cause=module.place)


def _renumbered(layer: Layer, name: str) -> Layer:
    """A layer for whom the batch is one more dimension: its dimensions are counted one further."""
    values = dict(layer.values)
    for key in _DIMENSIONS[name]:
        if isinstance(values[key], int) and values[key] >= 0:
            values[key] += 1
    return layer.of_values(values)
