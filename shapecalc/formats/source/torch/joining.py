"""Functions that join tensors, or part them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra import Int, product
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.names import names_in
from shapecalc.algebra.normal_form import factored, normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import dimension_index, layer_if_legal, make, spread, tensor, unknown_in
from shapecalc.formats.source.torch.elementwise import joined
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.torch.shaping import unsqueeze
from shapecalc.formats.source.values import (
    BATCH,
    RepeatedItems,
    Tensor,
    Unknown,
    Value,
)
from shapecalc.layers import shape_text
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.core.layer import MAX_INPUTS

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


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
    dim = dim if axis is None else axis
    if isinstance(tensors, RepeatedItems):
        return _repeated(cat(reader, node, [*tensors.items], dim), tensors.times, dim, node)
    items = _tensors(reader, tensors, "torch.cat", node)
    if items is None or unknown_in(dim):
        return Tensor(None)
    ranks = {len(each.shape or ()) for each in items}
    if len(ranks) > 1:
        shapes = " and ".join(shape_text(each.shape or ()) for each in items)
        raise Fault("shape", f"torch.cat needs tensors with as many dimensions, but they are {shapes}.", node)
    if len(items) == 1:
        return items[0]
    first = dimension_index(dim, ranks.pop(), node)
    while len(items) > MAX_INPUTS:
        parts = [items[start : start + MAX_INPUTS] for start in range(0, len(items), MAX_INPUTS)]
        items = [cat(reader, node, part, dim) for part in parts]
    count = len(reader.run.assumptions)
    whole = reader.run.apply(make("Concat", (first + 1,), node), items, node)
    reader.run.note_between(count, items)
    return whole


def _repeated(value: Tensor, times: Int, dim: Value, node: ast.AST) -> Tensor:
    """A tensor as often as a size in letters says, one behind the other."""
    if value.shape is None or unknown_in(dim):
        return Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    return Tensor((*value.shape[:along], normal(value.shape[along] * times), *value.shape[along + 1 :]))


@declare("torch.stack")
def stack(reader: Interpreter, node: ast.AST, tensors: Value, dim: Value = 0) -> Value:
    """Tensors side by side along a new dimension."""
    if isinstance(tensors, RepeatedItems):
        return _repeated(stack(reader, node, [*tensors.items], dim), tensors.times, dim, node)
    items = _tensors(reader, tensors, "torch.stack", node)
    if items is None or unknown_in(dim):
        return Tensor(None)
    if len(items) == 1:
        return unsqueeze(reader, node, items[0], dim)
    if len(items) > MAX_INPUTS:
        return cat(reader, node, [unsqueeze(reader, node, each, dim) for each in items], dim)
    first = dimension_index(dim, len(items[0].shape or ()) + 1, node)
    return reader.run.apply(make("Stack", (first + 1,), node), items, node)


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
    elif BATCH in names_in(size):
        return Unknown("the pieces of the batch", line_of(node))
    else:
        condition = Condition("the pieces must be equal", (Comparison(chunks, Relation.DIVIDES, size),))
        reader.run.require(condition, f"chunk parts a size of {size} into {chunks}.", node)
        sizes = [normal(size // chunks)] * chunks
    return tuple(
        [
            _part(reader, value, (along, each), ("Chunk", (chunks, along + 1, index)), node)
            for index, each in enumerate(sizes)
        ]
    )


def _part(
    reader: Interpreter, value: Tensor, piece: tuple[int, Int], layer: tuple[str, tuple[Value, ...]], node: ast.AST
) -> Tensor:
    """A piece of a tensor: the dimension that it cuts and the size of the piece, and the layer that takes it."""
    (along, size), shape = piece, value.shape or ()
    output = (*shape[:along], size, *shape[along + 1 :])
    return reader.run.drawn(layer_if_legal(layer[0], *layer[1]), (value,), output, node)


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
        message = f"The pieces of split add up to {total}, but dimension {dim} has {size}."
        reader.run.require(
            Condition("the pieces must add up", (Comparison(total, Relation.EQUAL, size),)), message, node
        )
        lengths = tuple(split_size_or_sections)
        layers = [("Split", (lengths, along + 1, index)) for index in range(len(lengths))]
        return tuple(
            [_part(reader, value, (along, each), layer, node) for each, layer in zip(lengths, layers, strict=True)]
        )
    if not isinstance(size, int) or not isinstance(split_size_or_sections, int) or split_size_or_sections < 1:
        return Unknown("the pieces of a size in letters", line_of(node))
    step = split_size_or_sections
    return tuple(
        [
            _part(reader, value, (along, min(step, size - start)), ("Split", (step, along + 1, start // step)), node)
            for start in range(0, size, step)
        ]
    )


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
    return tuple([reader.run.apply(make("Select", (along + 1, place), node), (value,), node) for place in range(size)])


@declare("Tensor.select", "torch.select")
def select(reader: Interpreter, node: ast.AST, input: Value, dim: Value, index: Value) -> Value:
    """One entry along a dimension."""
    value = tensor(reader, input, "select", node)
    if value.shape is None or unknown_in(dim, index):
        return Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    size = value.shape[along]
    if isinstance(index, int) and index < 0:
        index = normal(size + index)
    options = (Comparison(normal(index + 1), Relation.AT_MOST, size),)
    reader.run.require(Condition("the entry must be there", options), f"Dimension {dim} has {size} entries.", node)
    return reader.run.drawn(
        layer_if_legal("Select", along + 1, index), (value,), (*value.shape[:along], *value.shape[along + 1 :]), node
    )


@declare("Tensor.narrow", "torch.narrow")
def narrow(reader: Interpreter, node: ast.AST, input: Tensor, dim: Value, start: Value, length: Value) -> Value:
    """A piece of a tensor along one dimension."""
    if input.shape is None or unknown_in(dim, start, length):
        return Tensor(None)
    along = dimension_index(dim, len(input.shape), node)
    size = input.shape[along]
    if isinstance(start, int) and start < 0:
        start = normal(size + start)
    condition = Condition("the piece must fit", (Comparison(normal(start + length), Relation.AT_MOST, size),))
    message = f"narrow takes {length} from {start} on, but dimension {dim} has {size}."
    reader.run.require(condition, message, node)
    return _part(reader, input, (along, length), ("Slice", (along + 1, start, normal(start + length))), node)


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
