"""Functions that give a tensor another shape, join tensors, or part them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra import Int, product
from shapecalc.algebra.normal_form import factored, normal
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import BatchFold, line_of
from shapecalc.formats.source.torch.elementwise import joined
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.torch.tensors import count
from shapecalc.formats.source.values import BATCH, Ratio, Tensor, Unknown, Value
from shapecalc.layers import Layer, layer_classes, shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def spread(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Sizes or dimensions, written one by one or in brackets."""
    return tuple(values[0]) if len(values) == 1 and isinstance(values[0], tuple | list) else values


def unknown_in(*values: Value) -> Unknown | None:
    """The first value that is not known, in tuples and lists too."""
    for value in values:
        inner = unknown_in(*value) if isinstance(value, tuple | list) else value
        if isinstance(inner, Unknown):
            return inner
    return None


def tensor(reader: Interpreter, value: Value, name: str, node: ast.AST) -> Tensor:
    """A value that must be a tensor; one of unknown shape where it is not known.

    Raises:
        Fault: it is something else.
    """
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Unknown):
        reader.run.skip(value)
        return Tensor(None)
    what = "None" if value is None else f"a {type(value).__name__.lower()}"
    raise Fault("type", f"{name} takes a tensor but gets {what}.", node, type_="TypeError")


def shaped(
    reader: Interpreter, layer: str, args: dict[str, Value] | tuple[Value, ...], value: Tensor, node: ast.AST
) -> Tensor:
    """What a layer of the engine, for whom the batch is one more dimension, makes of a tensor."""
    unknown = unknown_in(*(args.values() if isinstance(args, dict) else args))
    if unknown is not None or value.shape is None:
        if unknown is not None:
            reader.run.skip(unknown)
        return Tensor(None, value.kind)
    made = make(layer, args, node)
    return Tensor(reader.run.through(made, (value.shape,), node), value.kind, passed=value.passed)


def make(layer: str, args: dict[str, Value] | tuple[Value, ...], node: ast.AST) -> Layer:
    """A layer of the engine.

    Raises:
        Fault: it refuses its arguments.
    """
    cls = layer_classes()[layer]
    try:
        return cls(**args) if isinstance(args, dict) else cls(*args)
    except ShapecalcError as refused:
        raise Fault("argument", str(refused), node, type_="ValueError") from None


def dimension_index(dim: Value, dims: int, node: ast.AST) -> int:
    """A dimension as an index from the left.

    Raises:
        Fault: there is none of that number.
    """
    if not isinstance(dim, int) or not -dims <= dim < dims:
        message = f"There is no dimension {dim}: the tensor has {dims}, from {-dims} to {dims - 1}."
        raise Fault("dimension", message, node, type_="IndexError")
    return dim % dims


@declare("Tensor.view", "Tensor.reshape", "Tensor.resize", "Tensor.unsafe_view")
def view(reader: Interpreter, node: ast.AST, input: Tensor, *size: Value, dtype: Value = None) -> Value:
    """The entries in their order under other sizes."""
    sizes = spread(size)
    if any(isinstance(each, float | Ratio) for each in sizes):
        message = "A size is a float: '/' gives one even where it comes out even; use '//'."
        raise Fault("type", message, node, type_="TypeError")
    if any(isinstance(each, Tensor | str) for each in sizes):
        return Tensor(None, input.kind)
    output = shaped(reader, "Reshape", (sizes,), input, node)
    if input.shape and output.shape and input.shape[0] == BATCH != output.shape[0]:
        features = output.shape[1:]
        if features != input.shape[len(input.shape) - len(features) :]:  # what is kept as it is may be a sequence's
            reader.run.folds.append(BatchFold(node, reader.run.file, input.shape, output.shape))
    return output


@declare("torch.reshape")
def reshape(reader: Interpreter, node: ast.AST, input: Value, shape: Value) -> Value:
    """As the method."""
    return view(reader, node, tensor(reader, input, "torch.reshape", node), shape)


@declare("Tensor.view_as", "Tensor.reshape_as")
def view_as(reader: Interpreter, node: ast.AST, input: Tensor, other: Tensor) -> Value:
    """Under the sizes of another tensor."""
    return Tensor(None) if other.shape is None else view(reader, node, input, other.shape)


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
    return Tensor(tuple(value.shape[dim] for dim in places), value.kind, passed=value.passed)


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
    return value if value.shape is None else Tensor(value.shape[::-1], value.kind)


@declare("torch.movedim", "Tensor.movedim", "torch.moveaxis", "Tensor.moveaxis")
def movedim(reader: Interpreter, node: ast.AST, input: Value, source: Value, destination: Value) -> Value:
    """Dimensions moved to other places."""
    value = tensor(reader, input, "movedim", node)
    if value.shape is None or unknown_in(source, destination):
        return Tensor(None, value.kind)
    rank = len(value.shape)
    pairs = [(source, destination)] if isinstance(source, int) else [*zip(source, destination, strict=True)]
    moved = {dimension_index(to, rank, node): dimension_index(dim, rank, node) for dim, to in pairs}
    others = iter([dim for dim in range(rank) if dim not in moved.values()])
    return permute(reader, node, value, *[moved[dim] if dim in moved else next(others) for dim in range(rank)])


@declare("torch.squeeze", "Tensor.squeeze", "Tensor.squeeze_")
def squeeze(reader: Interpreter, node: ast.AST, input: Value, dim: Value = None) -> Value:
    """Without dimensions of size 1; the batch is taken to be larger."""
    value = tensor(reader, input, "squeeze", node)
    if value.shape is None or unknown_in(dim):
        return Tensor(None, value.kind)
    dims = spread((dim,)) if dim is not None else tuple(range(len(value.shape)))
    places = {dimension_index(each, len(value.shape), node) for each in dims}
    sizes = [size for number, size in enumerate(value.shape) if not (number in places and size == 1)]
    return Tensor(tuple(sizes), value.kind, passed=value.passed)


@declare("torch.unsqueeze", "Tensor.unsqueeze", "Tensor.unsqueeze_")
def unsqueeze(reader: Interpreter, node: ast.AST, input: Value, dim: Value) -> Value:
    """With a dimension of size 1."""
    value = tensor(reader, input, "unsqueeze", node)
    if value.shape is None or unknown_in(dim):
        return Tensor(None, value.kind)
    first = dimension_index(dim, len(value.shape) + 1, node)
    return Tensor((*value.shape[:first], 1, *value.shape[first:]), value.kind)


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
    widened = Tensor((*[1] * lead, *value.shape), value.kind)
    return shaped(reader, "Expand", (sizes,), widened, node)


@declare("Tensor.expand_as")
def expand_as(reader: Interpreter, node: ast.AST, input: Tensor, other: Tensor) -> Value:
    """Stretched to the sizes of another tensor."""
    return Tensor(None) if other.shape is None else expand(reader, node, input, other.shape)


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


def _tensors(reader: Interpreter, tensors: Value, name: str, node: ast.AST) -> list[Tensor] | None:
    """The tensors of a list; None where one of them is not known."""
    if isinstance(tensors, Unknown):
        reader.run.skip(tensors)
        return None
    if isinstance(tensors, Tensor):
        message = f"{name} takes a list of tensors; write {name}([a, b])."
        raise Fault("type", message, node, type_="TypeError")
    items = [tensor(reader, each, name, node) for each in reader.iterate(tensors, node)]
    if not items:
        raise Fault("type", f"{name} gets no tensors.", node, type_="RuntimeError")
    return None if any(each.shape is None for each in items) else items


@declare("torch.cat", "torch.concat", "torch.concatenate")
def cat(reader: Interpreter, node: ast.AST, tensors: Value, dim: Value = 0, *, axis: Value = None) -> Value:
    """Tensors one behind the other."""
    items = _tensors(reader, tensors, "torch.cat", node)
    dim = dim if axis is None else axis
    if items is None or unknown_in(dim):
        return Tensor(None)
    ranks = {len(each.shape or ()) for each in items}
    if len(ranks) > 1:
        shapes = " and ".join(shape_text(each.shape or ()) for each in items)
        raise Fault("shape", f"torch.cat needs tensors with as many dimensions, but they are {shapes}.", node)
    if len(items) == 1:
        return items[0]
    first = dimension_index(dim, ranks.pop(), node)
    layer = make("Concat", (first + 1,), node)
    return Tensor(reader.run.through(layer, tuple([each.shape or () for each in items]), node), items[0].kind)


@declare("torch.stack")
def stack(reader: Interpreter, node: ast.AST, tensors: Value, dim: Value = 0) -> Value:
    """Tensors side by side along a new dimension."""
    items = _tensors(reader, tensors, "torch.stack", node)
    if items is None or unknown_in(dim):
        return Tensor(None)
    if len(items) == 1:
        return unsqueeze(reader, node, items[0], dim)
    first = dimension_index(dim, len(items[0].shape or ()) + 1, node)
    layer = make("Stack", (first + 1,), node)
    return Tensor(reader.run.through(layer, tuple([each.shape or () for each in items]), node), items[0].kind)


@declare("torch.chunk", "Tensor.chunk")
def chunk(reader: Interpreter, node: ast.AST, input: Value, chunks: Value, dim: Value = 0) -> Value:
    """A tensor parted into as many pieces."""
    value = tensor(reader, input, "chunk", node)
    if value.shape is None or unknown_in(chunks, dim):
        return Unknown("the pieces of a tensor", line_of(node))
    along = dimension_index(dim, len(value.shape), node)
    size = value.shape[along]
    if isinstance(size, int):
        step = -(-size // chunks)
        sizes: list[Int] = [min(step, size - start) for start in range(0, size, step)]
    else:
        sizes = [normal(size // chunks)] * chunks
    return tuple(_part(value, along, each) for each in sizes)


def _part(value: Tensor, along: int, size: Int) -> Tensor:
    shape = value.shape or ()
    return Tensor((*shape[:along], size, *shape[along + 1 :]), value.kind)


@declare("torch.split", "Tensor.split")
def split_tensor(
    reader: Interpreter, node: ast.AST, input: Value, split_size_or_sections: Value, dim: Value = 0
) -> Value:
    """A tensor parted into pieces of a size, or of several."""
    value = tensor(reader, input, "split", node)
    unknown = unknown_in(split_size_or_sections, dim)
    if value.shape is None or unknown:
        return unknown or Unknown("the pieces of a tensor", line_of(node))
    along = dimension_index(dim, len(value.shape), node)
    size = value.shape[along]
    if isinstance(split_size_or_sections, list | tuple):
        total = sum(split_size_or_sections)
        if isinstance(size, int) and isinstance(total, int) and total != size:
            message = f"The pieces of split add up to {total}, but dimension {dim} has {size}."
            raise Fault("shape", message, node)
        return tuple(_part(value, along, each) for each in split_size_or_sections)
    if not isinstance(size, int) or not isinstance(split_size_or_sections, int) or split_size_or_sections < 1:
        return Unknown("the pieces of a size in letters", line_of(node))
    step = split_size_or_sections
    return tuple(_part(value, along, min(step, size - start)) for start in range(0, size, step))


@declare("torch.unbind", "Tensor.unbind")
def unbind(reader: Interpreter, node: ast.AST, input: Value, dim: Value = 0) -> Value:
    """The tensors along a dimension."""
    value = tensor(reader, input, "unbind", node)
    if value.shape is None or unknown_in(dim):
        return Unknown("the pieces of a tensor", line_of(node))
    along = dimension_index(dim, len(value.shape), node)
    size = value.shape[along]
    if not isinstance(size, int):
        return Unknown("the pieces of a size in letters", line_of(node))
    return tuple(Tensor((*value.shape[:along], *value.shape[along + 1 :]), value.kind) for _ in range(size))


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


@declare("Tensor.narrow", "torch.narrow")
def narrow(reader: Interpreter, node: ast.AST, input: Tensor, dim: Value, start: Value, length: Value) -> Value:
    """A piece of a tensor along one dimension."""
    if input.shape is None or unknown_in(dim, length):
        return Tensor(None)
    return _part(input, dimension_index(dim, len(input.shape), node), length)


@declare("Tensor.unfold")
def unfold(reader: Interpreter, node: ast.AST, input: Tensor, dimension: Value, size: Value, step: Value) -> Value:
    """Windows along a dimension, each in a new dimension at the end."""
    if input.shape is None or unknown_in(dimension, size, step):
        return Tensor(None)
    along = dimension_index(dimension, len(input.shape), node)
    windows = factored((input.shape[along] - size) // step + 1)
    return Tensor((*input.shape[:along], windows, *input.shape[along + 1 :], size), input.kind)


@declare("torch.meshgrid")
def meshgrid(reader: Interpreter, node: ast.AST, *tensors: Value, indexing: str = "ij") -> Value:
    """The coordinates of a grid."""
    items = [tensor(reader, each, "meshgrid", node) for each in spread(tensors)]
    if any(each.shape is None for each in items):
        return Unknown("a grid", line_of(node))
    sizes = [product(each.shape or ()) for each in items]
    if indexing == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return tuple(Tensor(tuple(sizes), each.kind) for each in items)


@declare("torch.broadcast_tensors")
def broadcast_tensors(reader: Interpreter, node: ast.AST, *tensors: Value) -> Value:
    """Tensors stretched to a common shape."""
    items = [tensor(reader, each, "broadcast_tensors", node) for each in tensors]
    if any(each.shape is None for each in items):
        return Unknown("tensors", line_of(node))
    shape = items[0].shape or ()
    for each in items[1:]:
        shape = joined(reader.run, shape, each.shape or (), node)
    return tuple(Tensor(shape, each.kind) for each in items)
