"""Modules for the layers that torch has no class for: operators and functions as modules, and capsules."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from shapecalc.layers import Layer
from shapecalc.layers import capsule as capsules
from shapecalc.layers.merge import Add, Concat, Multiply
from shapecalc.layers.sized import Crop, Interpolate


def _cropped(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    value: Tensor = inputs[0]
    # where torch traces a module, sizes are tensors
    fitted = layer.replace(size=tuple(map(int, inputs[1].shape[2:]))) if len(inputs) > 1 else layer
    for axis, (_, env) in enumerate(fitted.axis_envs(tuple(value.shape[1:])), 2):
        value = value.narrow(axis, env["left"], env["n_out"])
    return value


def _interpolated(layer: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    size = tuple(inputs[1].shape[2:]) if len(inputs) > 1 else layer.size
    resized: Tensor = functional.interpolate(inputs[0], size, mode=layer.mode, align_corners=layer.align_corners)
    return resized


def _squashed(value: Tensor, dim: int) -> Tensor:
    """The vectors along a dimension, shortened to a length below 1; written so that nothing is divided by 0."""
    length: Tensor = torch.linalg.vector_norm(value, dim=dim, keepdim=True)
    return value * (length / (1 + length * length))


def _masked(_: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    (value,) = inputs
    longest = torch.linalg.vector_norm(value, dim=1, keepdim=True).argmax(2, keepdim=True)
    return value * torch.zeros_like(value[:, :1]).scatter(2, longest, 1)


#: What each layer without weights does with its inputs, batch first.
FUNCTIONS: dict[type[Layer], Callable[[Any, tuple[Tensor, ...]], Tensor]] = {
    # as a person writes them: a + b, which some counters of work tell from torch.add(a, b)
    Add: lambda _, inputs: reduce(operator.add, inputs),
    Multiply: lambda _, inputs: reduce(operator.mul, inputs),
    Concat: lambda layer, inputs: torch.cat(inputs, layer.dim),
    Crop: _cropped,
    Interpolate: _interpolated,
    capsules.Squash: lambda _, inputs: _squashed(inputs[0], 1),
    capsules.CapsuleLength: lambda _, inputs: torch.linalg.vector_norm(inputs[0], dim=1),
    capsules.CapsuleMask: _masked,
}


@final
class Function(nn.Module):
    """A layer of :data:`FUNCTIONS` as a module."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, *inputs: Tensor) -> Tensor:
        """The one tensor that the layer makes of its inputs."""
        return FUNCTIONS[type(self.layer)](self.layer, inputs)

    def extra_repr(self) -> str:
        """The layer in its own words."""
        return repr(self.layer)


@final
class Capsules(nn.Module):
    """Capsules fed by routing by agreement, from batch × vector × capsules to the same.

    Source: procedure 1 of Sabour, Frosst and Hinton (2017), https://arxiv.org/abs/1710.09829.
    """

    def __init__(self, layer: capsules.Capsules) -> None:
        super().__init__()
        self.layer = layer
        self.iterations: Any = layer.num_iterations  # a number, as all of a module's arguments
        self.weight = nn.Parameter(torch.empty(*map(int, type(layer).parameters["weight"].at(layer.values))))
        nn.init.normal_(self.weight, std=0.1)  # as the paper's authors start it

    def forward(self, lower: Tensor) -> Tensor:
        """The upper capsules that the lower ones agree on."""
        votes = self.votes(lower)
        logits = votes.new_zeros(votes.shape[:3])
        for left in reversed(range(self.iterations)):
            weights = logits.softmax(1)  # each lower capsule deals its vote out among the upper ones
            upper = _squashed(weights.unsqueeze(2) @ votes, 3)
            if left:
                logits = logits + (votes @ upper.transpose(2, 3)).squeeze(3)
        return upper.squeeze(2).transpose(1, 2)

    def votes(self, lower: Tensor) -> Tensor:
        """What each lower capsule predicts of each upper one: batch × upper × lower × vector."""
        count, outputs, width, _ = self.weight.shape
        found = torch.bmm(self.weight.flatten(1, 2), lower.permute(2, 1, 0))
        return found.reshape(count, outputs, width, len(lower)).permute(3, 1, 0, 2)

    def extra_repr(self) -> str:
        """The layer in its own words."""
        return repr(self.layer)
