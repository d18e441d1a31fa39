"""Deformable convolution as a torch module, in torch's own operators: torchvision's kernel is no part of torch.

As torchvision's, it is one operator, which torch's counter of operations does not look into, and which saves its inputs
for the way back, a mask and a bias of zeros included where there are none.
"""

from __future__ import annotations

import math
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import grid_sample

from shapecalc.layers.deformable import DeformConv2d
from shapecalc.pytorch.modules.registry import module_for

#: The name of the operator.
OPERATOR = "shapecalc::deform_conv2d"


@torch.library.custom_op(OPERATOR, mutates_args=())
def deform_conv2d(
    value: Tensor, weight: Tensor, offset: Tensor, mask: Tensor, bias: Tensor, windows: list[int], masked: bool
) -> Tensor:
    """The convolution of what is read; ``windows`` are stride, padding and dilation, each along height and width."""
    return _convolved(value, weight, offset, mask if masked else None, bias, windows)


@deform_conv2d.register_fake
def _(value: Tensor, weight: Tensor, *others: Any) -> Tensor:
    windows: list[int] = others[3]
    sizes = [
        (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        for size, kernel, stride, padding, dilation in zip(
            value.shape[2:], weight.shape[2:], windows[:2], windows[2:4], windows[4:], strict=True
        )
    ]
    return value.new_empty((value.shape[0], weight.shape[0], *sizes))


def _save(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001  torch names its arguments
    *tensors, ctx.windows, ctx.masked = inputs
    ctx.save_for_backward(*tensors)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    tensors = [tensor.detach().requires_grad_() for tensor in ctx.saved_tensors]
    value, weight, offset, mask, bias = tensors
    with torch.enable_grad():
        output = _convolved(value, weight, offset, mask if ctx.masked else None, bias, ctx.windows)
    return (*torch.autograd.grad(output, tensors, gradient, allow_unused=True), None, None)


deform_conv2d.register_autograd(_backward, setup_context=_save)


def _convolved(
    value: Tensor, weight: Tensor, offset: Tensor, mask: Tensor | None, bias: Tensor, windows: list[int]
) -> Tensor:
    (images, channels), (filters, depth), sizes = value.shape[:2], weight.shape[:2], offset.shape[2:]
    columns = _columns(value, offset, mask, windows, tuple(weight.shape[2:]))
    columns = columns.reshape(images, channels // depth, -1, math.prod(sizes))
    rows = weight.reshape(channels // depth, -1, columns.shape[2])
    return (rows @ columns).reshape(images, filters, *sizes) + bias[:, None, None]


def _columns(value: Tensor, offset: Tensor, mask: Tensor | None, windows: list[int], kernel: tuple[int, ...]) -> Tensor:
    """What each weight of the kernel reads at each place: images × channels × weights × height × width."""
    (images, channels, *sizes), (height, width), taps = value.shape, offset.shape[2:], math.prod(kernel)
    moves = offset.reshape(images, -1, taps, 2, height, width)
    groups = moves.shape[1]
    places = []
    for axis, size in enumerate((height, width)):
        stride, padding, dilation = windows[axis::2]
        numbers = torch.arange(kernel[axis], device=value.device) * dilation
        tap = numbers.repeat_interleave(kernel[1]) if axis == 0 else numbers.repeat(kernel[0])
        step = torch.arange(size, device=value.device) * stride - padding
        place = tap[:, None, None] + (step[:, None] if axis == 0 else step)
        # grid_sample has the borders of the image at -1 and 1
        places.append((2 * (place + moves[:, :, :, axis]) + 1) / sizes[axis] - 1)
    grid = torch.stack(places[::-1], -1).reshape(images * groups, taps * height, width, 2)
    read = grid_sample(value.reshape(images * groups, -1, *sizes), grid, align_corners=False)
    columns = read.reshape(images, groups, channels // groups, taps, height, width)
    if mask is not None:
        columns = columns * mask.reshape(images, groups, 1, taps, height, width)
    return columns.reshape(images, channels, taps, height, width)


@final
@module_for(DeformConv2d)
class DeformableConvolution(nn.Module):
    """A convolution that reads where its second input says, times its third."""

    weight: nn.Parameter
    bias: nn.Parameter | None

    def __init__(self, layer: DeformConv2d) -> None:
        super().__init__()
        self.layer = layer
        shapes = {name: formula.at(env) for name, formula, env in layer.tensors()}
        self.weight = nn.Parameter(torch.empty(*shapes["weight"]))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        bias = shapes["bias"]
        reach = 1 / math.sqrt(self.weight[0].numel())
        self.bias = None if bias is None else nn.Parameter(torch.empty(*bias).uniform_(-reach, reach))

    def forward(self, value: Tensor, offset: Tensor, mask: Tensor | None = None) -> Tensor:
        """The map of filters."""
        bias = value.new_zeros(self.weight.shape[0]) if self.bias is None else self.bias
        weights = value.new_zeros((value.shape[0], 1)) if mask is None else mask
        windows = [*self.layer.values["stride"], *self.layer.values["padding"], *self.layer.values["dilation"]]
        output: Tensor = deform_conv2d(value, self.weight, offset, weights, bias, windows, mask is not None)
        return output

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)
