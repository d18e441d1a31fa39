"""Modules of torchvision's layers that torch.nn lacks."""

from __future__ import annotations

from typing import final

from torch import Tensor, nn

from shapecalc.layers.torchvision import DropPath, LayerNorm2d, StochasticDepth
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
