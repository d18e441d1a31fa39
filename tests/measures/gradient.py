"""What an output position really depends on, asked of torch: where its gradient is not zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from shapecalc import Net
from shapecalc.layers.adaptive import AdaptiveMaxPool
from shapecalc.layers.merge import Add, Multiply
from shapecalc.layers.pool import MaxPool
from shapecalc.measures import measure
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.layers import module_of
from tests.narrow import integers

#: A gradient below this fraction of the largest is what rounding leaves of a zero.
NOISE = 1e-11

Interval = tuple[int, int]


@final
class Summed(nn.Module):
    """A max pooling as a sum over the same window: the gradient then reaches every tap, not just the largest."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, value: Tensor) -> Tensor:
        layer = self.layer
        stride = layer.stride or layer.kernel_size
        padding = layer.padding
        if isinstance(padding, str):  # its rule has padded the value
            value, padding = value.masked_fill(value.isinf(), 0), (0,) * layer.rank
        pool = {1: functional.max_pool1d, 2: functional.max_pool2d}[layer.rank]
        pooled = pool(value, layer.kernel_size, stride, padding, layer.dilation, layer.ceil_mode)
        amounts: list[int] = []
        for axis in range(layer.rank):  # a window in ceil mode reaches beyond the padding
            reach = (
                (pooled.shape[axis + 2] - 1) * stride[axis] + layer.dilation[axis] * (layer.kernel_size[axis] - 1) + 1
            )
            after = max(reach - value.shape[axis + 2] - padding[axis], 0)
            amounts = [padding[axis], after, *amounts]
        channels = value.shape[1]
        ones = torch.ones(channels, 1, *layer.kernel_size, dtype=value.dtype)
        slide = {1: functional.conv1d, 2: functional.conv2d}[layer.rank]
        found = slide(functional.pad(value, amounts), ones, None, stride, 0, layer.dilation, channels)
        inside: Any = (..., *(slice(size) for size in pooled.shape[2:]))
        return found[inside]


@final
class Averaged(nn.Module):
    """An adaptive max pooling as a mean over the same windows."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, value: Tensor) -> Tensor:
        pool: Any = {1: functional.adaptive_avg_pool1d, 2: functional.adaptive_avg_pool2d}[self.layer.rank]
        sizes = self.layer.output_size
        return pool(value, sizes[0] if self.layer.rank == 1 and sizes[0] else _known(sizes, value))


def _known(sizes: tuple[int | None, ...], value: Tensor) -> list[int]:
    return [size or value.shape[axis + 2] for axis, size in enumerate(sizes)]


def differentiable(net: Net) -> nn.Module:
    """The net in double precision with positive weights, in which no tap's gradient is hidden."""
    module = build(net).eval().double()
    generator = torch.Generator().manual_seed(0)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, 0.5, 1.5, generator=generator)
        parameter.requires_grad_(False)
    for row in measure(net):
        parent, _, name = row.name.rpartition(".")
        if isinstance(row.layer, MaxPool):
            setattr(module.get_submodule(parent), name, Summed(row.layer))
        elif isinstance(row.layer, AdaptiveMaxPool):
            setattr(module.get_submodule(parent), name, Averaged(row.layer))
        elif isinstance(row.layer, Multiply):  # a factor that is padding would hide the other factor
            setattr(module.get_submodule(parent), name, module_of(Add()))
    return module


def seen_by(net: Net) -> Callable[[tuple[int, ...]], tuple[Interval, ...] | None]:
    """A function from an output position to the first and last input with a gradient, along each axis.

    None where no input has one.
    """
    cells_at = cells_by(net)

    def seen(index: tuple[int, ...]) -> tuple[Interval, ...] | None:
        places = cells_at(index)
        return tuple((min(axis), max(axis)) for axis in zip(*places, strict=True)) if places else None

    return seen


def cells_by(net: Net) -> Callable[[tuple[int, ...]], set[tuple[int, ...]]]:
    """A function from an output position to all input positions with a gradient."""
    generator = torch.Generator().manual_seed(1)
    shape = next(iter(net.inputs.values()))
    value = torch.rand((1, *integers(shape)), dtype=torch.float64, generator=generator).add_(0.5).requires_grad_()
    output = differentiable(net)(value)

    def cells(index: tuple[int, ...]) -> set[tuple[int, ...]]:
        total = output[(0, slice(None), *index)].sum()
        if not total.requires_grad:
            return set()
        (gradient,) = torch.autograd.grad(total, value, retain_graph=True, allow_unused=True)
        if gradient is None:
            return set()
        strength = gradient[0].abs().amax(0)
        return set(map(tuple, (strength > NOISE * strength.max()).nonzero().tolist()))

    return cells
