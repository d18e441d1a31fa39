"""A learned tensor as a torch module."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn

from shapecalc.layers.parameter import VALUE, Parameter
from shapecalc.pytorch.modules.registry import module_for


@final
@module_for(Parameter)
class FreeParameter(nn.Module):
    """A learned tensor, given for each input of a batch.

    Args:
        layer: the layer.
        value: its tensor, if there is one already.
    """

    value: nn.Parameter

    def __init__(self, layer: Parameter, value: nn.Parameter | None = None) -> None:
        super().__init__()
        self.layer = layer
        self.value = nn.Parameter(_start(layer)) if value is None else value

    def forward(self, *inputs: Tensor) -> Tensor:
        """The tensor, as often as the first of the inputs has rows."""
        value = self.value if self.layer.batch_dim else self.value.unsqueeze(0)
        return value.expand(inputs[0].shape[0], *[-1] * (value.dim() - 1)) if inputs else value

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)


def _start(layer: Parameter) -> Tensor:
    value = torch.empty(*type(layer).parameters[VALUE].at(layer.values))
    return nn.init.normal_(value, std=0.02) if layer.init is None else nn.init.constant_(value, layer.init)
