"""Modules of torchvision's layers that torch.nn lacks."""

from __future__ import annotations

from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.layers.torchvision import DropPath, FrozenBatchNorm2d, LayerNorm2d, StochasticDepth
from shapecalc.pytorch.modules.registry import module_for


@final
class ChannelNorm(nn.LayerNorm):
    """A layer norm over the channels of a map, which are its second dimension."""

    def forward(self, value: Tensor) -> Tensor:
        """The map, normalised at each position."""
        return super().forward(value.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


@module_for(LayerNorm2d)
def _channel_norm(layer: LayerNorm2d) -> ChannelNorm:
    sizes = [int(str(size)) for size in layer.normalized_shape]
    return ChannelNorm(sizes, layer.eps, layer.elementwise_affine, bias=layer.bias)


@final
@module_for(FrozenBatchNorm2d)
class FrozenNorm(nn.Module):
    """A batch norm whose numbers are buffers; it loads those of a batch norm, too."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, layer: FrozenBatchNorm2d) -> None:
        super().__init__()
        self.layer = layer
        for name, formula in layer.buffers.items():
            start = torch.zeros if name in ("bias", "running_mean") else torch.ones
            self.register_buffer(name, start(formula.at(layer.values)))

    def forward(self, value: Tensor) -> Tensor:
        """The map, scaled and shifted."""
        scale = self.weight * (self.running_var + self.layer.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return value * scale[:, None, None] + shift[:, None, None]

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *arguments: Any) -> None:
        state_dict.pop(f"{prefix}num_batches_tracked", None)  # a batch norm counts its batches
        super()._load_from_state_dict(state_dict, prefix, *arguments)

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)


@final
@module_for(StochasticDepth, DropPath)
class RandomDrop(nn.Module):
    """Zeroes whole inputs of a batch in training, and enlarges the others so that the mean stays."""

    def __init__(self, layer: StochasticDepth | DropPath) -> None:
        super().__init__()
        self.layer = layer
        self.together = layer.values.get("mode") == "batch"
        self.enlarges = layer.values.get("scale_by_keep", True)

    def forward(self, value: Tensor) -> Tensor:
        """The batch, with some of its inputs zero."""
        survival = 1 - self.layer.probability()
        if not self.training or survival == 1:
            return value
        mask = value.new_empty((1 if self.together else value.shape[0], *[1] * (value.dim() - 1)))
        mask.bernoulli_(survival)
        if self.enlarges and survival > 0:
            mask.div_(survival)
        return value * mask

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)
