"""Functions that give a tensor another shape."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra import product
from shapecalc.algebra.names import names_in
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.layout import strides_of
from shapecalc.formats.source.notes import BatchFold
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import (
    dimension_index,
    dimension_indices,
    shaped,
    spread,
    tensor,
    unknown_in,
)
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.torch.tensors import count
from shapecalc.formats.source.values import (
    BATCH,
    Ratio,
    Tensor,
    Unknown,
    Value,
)
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.strides import viewed

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@declare("Tensor.view", "Tensor.unsafe_view")
def view(reader: Interpreter, node: ast.AST, input: Tensor, *size: Value, dtype: Value = None) -> Value:
    """The same memory under other sizes."""
    output = reshaped(reader, node, input, *size)
    if input.shape and output.shape and names_in((input.shape, output.shape)) <= {BATCH}:
        _require_order(reader, input, output.shape, node)
    return output


#: The order of the values is compared with a shape in the time of so many steps.
_ORDER = 40


def _require_order(reader: Interpreter, input: Tensor, sizes: Shape, node: ast.AST) -> None:
    """Refuse a view for which torch would have to copy the values.

    Raises:
        Fault: they do not lie in the order of their shape.
    """
    reader.run.step(node, _ORDER)
    shape, strides = input.shape or (), strides_of(input)
    advice = "write reshape, or contiguous() before it"
    if strides is None:
        reader.run.unknown(f"whether the values lie in the order that a view needs; {advice}", node)
    elif viewed(strides, shape, sizes) is None:
        message = (
            f"The values of {shape_text(shape)} do not lie in memory in the order of this shape, and torch refuses a "
            f"view that would have to copy them: {advice}."
        )
        raise Fault("shape", message, node)


@declare("Tensor.reshape", "Tensor.resize")
def reshaped(reader: Interpreter, node: ast.AST, input: Tensor, *size: Value) -> Tensor:
    """The entries in their order under other sizes."""
    sizes = spread(size)
    if any(isinstance(each, float | Ratio) for each in sizes):
        message = "A size is a float: '/' gives one even where it comes out even; use '//'."
        raise Fault("type", message, node, type_="TypeError")
    if any(isinstance(each, Tensor | str) for each in sizes):
        return Tensor(None, input.kind)
    if _keeps_batch(input, sizes):
        sizes = (BATCH, *sizes[1:])
    try:
        output = shaped(reader, "Reshape", (sizes,), input, node)
    except Fault as fault:
        fault.message = _view_message(fault.message, sizes, input.shape or ())
        fault.shapes = (input.shape or (), sizes)
        raise
    if input.shape and output.shape and input.shape[0] == BATCH != output.shape[0]:
        features = output.shape[1:]
        if features != input.shape[len(input.shape) - len(features) :]:  # what is kept as it is may be a sequence's
            reader.run.folds.append(BatchFold(node, reader.run.file, input.shape, output.shape))
    return output


def _view_message(message: str, sizes: Shape, shape: Shape) -> str:
    """A refused view in the numbers of one example, where it keeps the batch."""
    count, asked = product(shape[1:]), product(sizes[1:])
    hint = message.partition("those of the input.")[2]
    if sizes[0] == -1 and isinstance(count, int) and isinstance(asked, int) and shape[0] == BATCH:
        return f"each example of {shape_text(shape)} has {count:,} values, not {asked:,}.{hint}"
    return message


def _keeps_batch(input: Tensor, sizes: tuple[Value, ...]) -> bool:
    """Whether ``view(-1, 400)`` is of maps whose sizes have letters, and so fixes them: -1 is then the batch."""
    shape = input.shape or ()
    is_flat = len(sizes) > 1 and sizes[0] == -1 and all(isinstance(size, int) for size in sizes)
    is_map = len(shape) > 2 and shape[0] == BATCH and shape[-1] != sizes[-1]
    return is_flat and is_map and bool(names_in(shape[1:]))


@declare("torch.reshape")
def reshape(reader: Interpreter, node: ast.AST, input: Value, shape: Value) -> Value:
    """As the method."""
    return reshaped(reader, node, tensor(reader, input, "torch.reshape", node), shape)


@declare("Tensor.reshape_as")
def reshape_as(reader: Interpreter, node: ast.AST, input: Tensor, other: Tensor) -> Value:
    """The entries in their order under the sizes of another tensor."""
    shape = tensor(reader, other, "reshape_as", node).shape
    return Tensor(None) if shape is None else reshaped(reader, node, input, shape)


@declare("Tensor.view_as")
def view_as(reader: Interpreter, node: ast.AST, input: Tensor, other: Tensor) -> Value:
    """The same memory under the sizes of another tensor."""
    shape = tensor(reader, other, "view_as", node).shape
    return Tensor(None) if shape is None else view(reader, node, input, shape)


@declare("torch.flatten", "Tensor.flatten", "Tensor.ravel", "torch.ravel")
def flatten(reader: Interpreter, node: ast.AST, input: Value, start_dim: Value = 0, end_dim: Value = -1) -> Value:
    """Dimensions joined into one."""
    value = tensor(reader, input, "torch.flatten", node)
    if value.shape is not None and isinstance(start_dim, int) and isinstance(end_dim, int):
        first, last = (dimension_index(dim, len(value.shape), node) for dim in (start_dim, end_dim))
        return shaped(reader, "Flatten", (first + 1, last + 1), value, node)
    return shaped(reader, "Flatten", (start_dim, end_dim), value, node)


@declare("torch.unflatten", "Tensor.unflatten")
def unflatten(reader: Interpreter, node: ast.AST, input: Value, dim: Value, sizes: Value) -> Value:
    """A dimension parted into several."""
    value = tensor(reader, input, "torch.unflatten", node)
    if value.shape is None:
        return value
    return shaped(reader, "Unflatten", (dimension_index(dim, len(value.shape), node) + 1, tuple(sizes)), value, node)


@declare("torch.permute", "Tensor.permute")
def permute(reader: Interpreter, node: ast.AST, input: Value, *dims: Value) -> Value:
    """The dimensions in another order."""
    value = tensor(reader, input, "permute", node)
    order = spread(dims)
    if value.shape is None or unknown_in(*order):
        return Tensor(None, value.kind)
    rank = len(value.shape)
    places = [dimension_index(dim, rank, node) for dim in order]
    if sorted(places) != [*range(rank)]:
        message = f"permute{tuple(order)} must name each of the {rank} dimensions of {shape_text(value.shape)} once."
        raise Fault("dimension", message, node)
    return shaped(reader, "Permute", (0, *[place + 1 for place in places]), value, node)


@declare(
    "torch.transpose", "Tensor.transpose", "torch.swapaxes", "Tensor.swapaxes", "torch.swapdims", "Tensor.swapdims"
)
def transpose(reader: Interpreter, node: ast.AST, input: Value, dim0: Value, dim1: Value) -> Value:
    """Two dimensions exchanged."""
    value = tensor(reader, input, "transpose", node)
    if value.shape is None or unknown_in(dim0, dim1):
        return Tensor(None, value.kind)
    order = [*range(len(value.shape))]
    first, second = dimension_index(dim0, len(order), node), dimension_index(dim1, len(order), node)
    order[first], order[second] = second, first
    return permute(reader, node, value, *order)


@declare("torch.t", "Tensor.t")
def turn(reader: Interpreter, node: ast.AST, input: Value) -> Value:
    """A matrix turned over."""
    value = tensor(reader, input, "t", node)
    return value if value.shape is None else permute(reader, node, value, *reversed(range(len(value.shape))))


@declare("torch.movedim", "Tensor.movedim", "torch.moveaxis", "Tensor.moveaxis")
def movedim(reader: Interpreter, node: ast.AST, input: Value, source: Value, destination: Value) -> Value:
    """Dimensions moved to other places."""
    value = tensor(reader, input, "movedim", node)
    if value.shape is None or unknown_in(source, destination):
        return Tensor(None, value.kind)
    rank = len(value.shape)
    pairs = [(source, destination)] if isinstance(source, int) else [*zip(source, destination, strict=True)]
    places, targets = (dimension_indices(dims, rank, node) for dims in zip(*pairs, strict=True))
    moved = dict(zip(targets, places, strict=True))
    others = iter([dim for dim in range(rank) if dim not in moved.values()])
    return permute(reader, node, value, *[moved[dim] if dim in moved else next(others) for dim in range(rank)])


@declare("torch.flip", "Tensor.flip")
def flip(reader: Interpreter, node: ast.AST, input: Value, *dims: Value) -> Value:
    """The entries along dimensions in the reverse order."""
    value = tensor(reader, input, "flip", node)
    if value.shape is None or unknown_in(*dims):
        return Tensor(value.shape, value.kind)
    dimension_indices(spread(dims), len(value.shape), node)
    return Tensor(value.shape, value.kind)


@declare("torch.roll", "Tensor.roll")
def roll(reader: Interpreter, node: ast.AST, input: Value, shifts: Value, dims: Value = None) -> Value:
    """The entries moved along dimensions, those at the end to the start."""
    value = tensor(reader, input, "roll", node)
    if value.shape is not None and dims is not None and not unknown_in(dims):
        places = [dimension_index(dim, len(value.shape), node) for dim in spread((dims,))]
        steps = spread((shifts,))
        if len(steps) != len(places):
            message = f"torch.roll gets {len(steps)} shifts for {len(places)} dimensions; it takes one for each."
            raise Fault("shape", message, node)
    return Tensor(value.shape, value.kind)


@declare("torch.squeeze", "Tensor.squeeze", "Tensor.squeeze_")
def squeeze(reader: Interpreter, node: ast.AST, input: Value, dim: Value = None) -> Value:
    """Without dimensions of size 1; the batch is taken to be larger."""
    value = tensor(reader, input, "squeeze", node)
    if value.shape is None or unknown_in(dim):
        return Tensor(None, value.kind)
    dims = spread((dim,)) if dim is not None else tuple(range(len(value.shape)))
    places = dimension_indices(dims, len(value.shape), node)
    single = tuple([place + 1 for place in sorted(places) if value.shape[place] == 1])
    return shaped(reader, "Squeeze", single if len(single) == 1 else (single,), value, node) if single else value


@declare("torch.unsqueeze", "Tensor.unsqueeze", "Tensor.unsqueeze_")
def unsqueeze(reader: Interpreter, node: ast.AST, input: Value, dim: Value) -> Value:
    """With a dimension of size 1."""
    value = tensor(reader, input, "unsqueeze", node)
    if value.shape is None or unknown_in(dim):
        return Tensor(None, value.kind)
    first = dimension_index(dim, len(value.shape) + 1, node)
    return shaped(reader, "Unsqueeze", (first + 1,), value, node)


@declare("Tensor.expand", "torch.broadcast_to", "Tensor.broadcast_to")
def expand(reader: Interpreter, node: ast.AST, input: Value, *size: Value) -> Value:
    """Sizes of 1 stretched."""
    value = tensor(reader, input, "expand", node)
    sizes = spread(size)
    if value.shape is None or unknown_in(*sizes):
        return Tensor(None, value.kind)
    lead = len(sizes) - len(value.shape)
    if lead < 0:
        message = f"expand{tuple(sizes)} names fewer sizes than {shape_text(value.shape)} has dimensions."
        raise Fault("shape", message, node)
    for _ in range(lead):
        value = shaped(reader, "Unsqueeze", (1,), value, node)
    return shaped(reader, "Expand", (sizes,), value, node)


@declare("Tensor.expand_as")
def expand_as(reader: Interpreter, node: ast.AST, input: Tensor, other: Tensor) -> Value:
    """Stretched to the sizes of another tensor."""
    shape = tensor(reader, other, "expand_as", node).shape
    return Tensor(None) if shape is None else expand(reader, node, input, shape)


@declare("Tensor.repeat", "torch.tile", "Tensor.tile")
def repeat(reader: Interpreter, node: ast.AST, input: Value, *repeats: Value) -> Value:
    """Copies side by side along each dimension."""
    value = tensor(reader, input, "repeat", node)
    times = spread(repeats)
    if value.shape is None or unknown_in(*times):
        return Tensor(None, value.kind)
    if len(times) < len(value.shape):
        message = f"repeat{tuple(times)} names fewer numbers than {shape_text(value.shape)} has dimensions."
        raise Fault("shape", message, node)
    sizes = (*[1] * (len(times) - len(value.shape)), *value.shape)
    return Tensor(tuple(normal(size * number) for size, number in zip(sizes, times, strict=True)), value.kind)


@declare("Tensor.size")
def size(reader: Interpreter, node: ast.AST, input: Tensor, dim: Value = None) -> Value:
    """The sizes of a tensor, or one of them."""
    if input.shape is None or unknown_in(dim):
        return Unknown("the size of a tensor", line_of(node))
    return input.shape if dim is None else input.shape[dimension_index(dim, len(input.shape), node)]


@declare("Tensor.dim", "Tensor.ndimension")
def dimensions(reader: Interpreter, node: ast.AST, input: Tensor) -> Value:
    """How many dimensions a tensor has."""
    return Unknown("the dimensions of a tensor", line_of(node)) if input.shape is None else len(input.shape)


@declare("Tensor.numel", "Tensor.nelement", "torch.numel")
def numel(reader: Interpreter, node: ast.AST, input: Tensor) -> Value:
    """How many entries a tensor has."""
    return count(input, node)
