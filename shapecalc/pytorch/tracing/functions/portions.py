"""Functions that take parts of tensors, reduce them, or join several."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import Any

from torch import Tensor

from shapecalc.layers import Layer
from shapecalc.layers.dimensions import Unsqueeze
from shapecalc.layers.merge import Concat, Stack
from shapecalc.layers.pieces import Chunk, Select, Slice, Split
from shapecalc.layers.reduction import Maximum, Mean, Total
from shapecalc.pytorch.tracing.functions.table import FunctionSite, Translation, as_tuple, entry
from shapecalc.pytorch.tracing.graph import Value


@entry("chunk tensor_split")
def _chunk(at: FunctionSite, input: Tensor, chunks: int, dim: int = 0) -> Translation | None:
    value = at.value(input)
    return value and Translation([Chunk(chunks, value.dim(dim), at.output)], (value,))


@entry("split split_with_sizes")
def _split(at: FunctionSite, input: Tensor, lengths: Any = None, dim: int = 0, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    lengths = next(iter(kwargs.values()), lengths) if lengths is None else lengths
    return value and Translation([Split(as_tuple(lengths), value.dim(dim), at.output)], (value,))


@entry("unbind")
def _unbind(at: FunctionSite, input: Tensor, dim: int = 0) -> Translation | None:
    value = at.value(input)
    return value and Translation([Select(value.dim(dim), at.output)], (value,))


@entry("iter")
def _iterate(at: FunctionSite, input: Tensor) -> Translation | None:
    return _unbind(at, input)


@entry("select")
def _select(at: FunctionSite, input: Tensor, dim: int, index: int) -> Translation | None:
    value = at.value(input)
    return value and Translation([Select(value.dim(dim), index)], (value,))


@entry("narrow")
def _narrow(at: FunctionSite, input: Tensor, dim: int, start: int, length: int) -> Translation | None:
    value = at.value(input)
    return value and Translation([Slice(value.dim(dim), start, start + length)], (value,))


@entry("getitem")
def _getitem(at: FunctionSite, input: Tensor, index: Any) -> Translation | None:
    value = at.value(input)
    if value is None:
        return None
    items = [*index] if isinstance(index, tuple) else [index]
    if not all(isinstance(item, int | slice | EllipsisType | None) and not isinstance(item, bool) for item in items):
        return None
    dims = len(value.sizes[0])
    taken = sum(item is not None and item is not ... for item in items)
    place = items.index(...) if ... in items else len(items)
    items[place : place + 1] = [slice(None)] * (dims - taken)
    layers: list[Layer] = []
    dim = 0  # of the input, then of what comes out
    gone = 0
    for item in items:
        if item is None:
            layers.append(Unsqueeze(_shifted(value, dim, gone)))
            gone -= 1
            continue
        if isinstance(item, int):
            layers.append(Select(_shifted(value, dim, gone), item))
            gone += 1
        elif item != slice(None) and not (value.batch == dim and item.start in (None, 0) and item.stop is None):
            layers.append(Slice(_shifted(value, dim, gone), item.start, item.stop, item.step or 1))
        dim += 1
    return Translation(layers, (value,))


def _shifted(value: Value, dim: int, gone: int) -> int:
    """A dimension as a layer counts it, behind layers that took some away before it."""
    if dim == len(value.sizes[0]):
        return len(value.shapes[0]) + 1 - gone
    return value.dim(dim) - gone if value.dim(dim) else 0


@entry("mean sum amax max")
def _reduce(
    at: FunctionSite, input: Tensor, dim: Any = None, keepdim: bool = False, **kwargs: Any
) -> Translation | None:
    value = at.value(input)
    dim = kwargs.get("axis", dim)
    if value is None or dim is None or at.output or isinstance(dim, Tensor):
        return None
    cls: type[Layer] = {"mean": Mean, "sum": Total}.get(kwargs["_name"], Maximum)
    places = tuple(map(value.dim, dim)) if isinstance(dim, tuple | list) else value.dim(dim)
    return Translation([cls(places, keepdim or kwargs.get("keepdims", False))], (value,))


@entry("cat concat concatenate stack")
def _concat(at: FunctionSite, tensors: Sequence[Tensor], dim: int = 0, **kwargs: Any) -> Translation | None:
    known = [at.operand(tensor) for tensor in tensors]
    dim = kwargs.get("axis", dim)
    if len(known) == 1:
        return Translation((), tuple(known)) if kwargs["_name"] != "stack" else None
    dims = len(known[0].sizes[0])
    if kwargs["_name"] == "stack":
        place = range(dims + 1)[dim]
        number = dim if dim < 0 else known[0].dim(place) if place < dims else len(known[0].shapes[0]) + 1
        return Translation([Stack(number)], tuple(known))
    return Translation([Concat(known[0].dim(dim))], tuple(known))
