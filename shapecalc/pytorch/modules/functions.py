"""Modules for layers without weights that torch has no class for: operators and functions as modules."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from shapecalc.layers import Layer
from shapecalc.layers.arithmetic import Power, Scale
from shapecalc.layers.capsule import CapsuleLength, CapsuleMask, Squash
from shapecalc.layers.merge import Add, Concat, MatMul, Multiply
from shapecalc.layers.sized import Crop, Interpolate
from shapecalc.pytorch.modules.registry import module_for
from shapecalc.pytorch.modules.tensors import TENSOR_FUNCTIONS, leveled


def sizes(value: Tensor) -> tuple[int, ...]:
    """A tensor's sizes without its batch, as numbers; while torch traces a module, its shape holds tensors."""
    return tuple(map(int, value.shape[1:]))


def _scale(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    value = inputs[0]
    if layer.factor != 1 or layer.offset == 0:  # a new tensor even for a factor of 1, as in a program
        value = value * layer.factor
    return value if layer.offset == 0 else value + layer.offset


def _crop(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    value: Tensor = inputs[0]
    fitted = layer.replace(size=sizes(inputs[1])[1:]) if len(inputs) > 1 else layer
    for axis, (_, env) in enumerate(fitted.axis_envs(sizes(value)), 2):
        value = value.narrow(axis, env["left"], env["n_out"])
    return value


def _interpolate(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    size = tuple(inputs[1].shape[2:]) if len(inputs) > 1 else layer.size
    resized: Tensor = functional.interpolate(inputs[0], size, mode=layer.mode, align_corners=layer.align_corners)
    return resized


def squash(value: Tensor, dim: int) -> Tensor:
    """The vectors along a dimension, shortened to a length below 1, without a division by 0."""
    length: Tensor = torch.linalg.vector_norm(value, dim=dim, keepdim=True)
    return value * (length / (1 + length * length))


def _mask(_: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    longest = torch.linalg.vector_norm(value, dim=1, keepdim=True).argmax(2, keepdim=True)
    return value * torch.zeros_like(value[:, :1]).scatter(2, longest, 1)


#: The function of each layer, applied to its inputs, batch first.
FUNCTIONS: dict[type[Layer], Callable[[Any, tuple[Tensor, ...]], Tensor]] = {
    # as people write them: some counters of work distinguish a + b from torch.add(a, b)
    Add: lambda _, inputs: reduce(operator.add, leveled(inputs)),
    Multiply: lambda _, inputs: reduce(operator.mul, leveled(inputs)),
    Concat: lambda layer, inputs: torch.cat(inputs, layer.dim),
    Crop: _crop,
    Interpolate: _interpolate,
    Scale: _scale,
    Power: lambda layer, inputs: inputs[0] ** layer.exponent,
    Squash: lambda _, inputs: squash(inputs[0], 1),
    CapsuleLength: lambda _, inputs: torch.linalg.vector_norm(inputs[0], dim=1),
    CapsuleMask: _mask,
    **TENSOR_FUNCTIONS,
}

#: Layers that stretch what they read to one size.
STRETCHING = (Add, Multiply, MatMul)


@final
@module_for(*FUNCTIONS)
class Function(nn.Module):
    """A layer of :data:`FUNCTIONS` as a module."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, *inputs: Tensor) -> Tensor:
        """The output of the layer."""
        return FUNCTIONS[type(self.layer)](self.layer, inputs)

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)
