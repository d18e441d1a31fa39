"""The functions of torch's tensors that are layers here: another order, other sizes, a piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from shapecalc.layers import Layer
from shapecalc.layers.dimensions import Expand, Permute, Reshape, Squeeze, Transpose, Unsqueeze, View
from shapecalc.layers.merge import MatMul, Stack
from shapecalc.layers.pieces import Chunk, Select, Slice, Split
from shapecalc.layers.reduction import Maximum, Mean, Total


def _reshape(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    return value.reshape(value.shape[0], *layer.sizes)


def _squeeze(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    return value.squeeze(tuple(range(1, value.dim())) if layer.dim is None else layer.dim)


def _slice(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    index = [slice(None)] * value.dim()
    index[layer.dim] = slice(layer.start, layer.end, layer.step)
    return value[tuple(index)]


def _split(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    lengths = layer.split_size_or_sections
    piece: Tensor = torch.split(inputs[0], lengths, layer.dim)[layer.index]
    return piece


def _maximum(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    if isinstance(layer.dim, tuple):
        return value.amax(layer.dim, keepdim=layer.keepdim)
    return value.max(layer.dim, keepdim=layer.keepdim).values


def leveled(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Tensors aligned from the right, the batch of each first: learned ones may have fewer dimensions."""
    dims = max(value.dim() for value in inputs)
    return tuple([value[(slice(None), *[None] * (dims - value.dim()))] for value in inputs])


#: The function of each layer, applied to its inputs, batch first.
TENSOR_FUNCTIONS: dict[type[Layer], Callable[[Any, tuple[Tensor, ...]], Tensor]] = {
    Permute: lambda layer, inputs: inputs[0].permute(layer.order),
    Transpose: lambda layer, inputs: inputs[0].transpose(layer.dim0, layer.dim1),
    Reshape: _reshape,
    View: lambda layer, inputs: inputs[0].view(inputs[0].shape[0], *layer.sizes),
    Squeeze: _squeeze,
    Unsqueeze: lambda layer, inputs: inputs[0].unsqueeze(layer.dim),
    Expand: lambda layer, inputs: inputs[0].expand(-1, *layer.sizes),
    Select: lambda layer, inputs: inputs[0].select(layer.dim, layer.index),
    Slice: _slice,
    Chunk: lambda layer, inputs: inputs[0].chunk(layer.chunks, layer.dim)[layer.index],
    Split: _split,
    Mean: lambda layer, inputs: inputs[0].mean(layer.dim, keepdim=layer.keepdim),
    Total: lambda layer, inputs: inputs[0].sum(layer.dim, keepdim=layer.keepdim),
    Maximum: _maximum,
    MatMul: lambda _, inputs: torch.matmul(*leveled(inputs)),
    Stack: lambda layer, inputs: torch.stack(inputs, layer.dim),
}
