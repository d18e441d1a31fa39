"""Capsules as a torch module: routing by agreement."""

from __future__ import annotations

from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.layers.capsule import Capsules
from shapecalc.pytorch.modules.functions import squash
from shapecalc.pytorch.modules.registry import module_for


@final
@module_for(Capsules)
class CapsuleRouting(nn.Module):
    """Capsules with routing by agreement, from batch × vector × capsules to batch × vector × capsules.

    Source: procedure 1 of Sabour, Frosst and Hinton (2017), https://arxiv.org/abs/1710.09829.
    """

    def __init__(self, layer: Capsules) -> None:
        super().__init__()
        self.layer = layer
        self.iterations: Any = layer.num_iterations  # a module's layer has numbers, no letters
        self.weight = nn.Parameter(torch.empty(*map(int, type(layer).parameters["weight"].at(layer.values))))
        nn.init.normal_(self.weight, std=0.1)  # as in the code of the paper's authors

    def forward(self, lower: Tensor) -> Tensor:
        """The upper capsules on which the lower capsules agree."""
        votes = self.votes(lower)
        logits = votes.new_zeros(votes.shape[:3])
        for remaining in reversed(range(self.iterations)):
            weights = logits.softmax(1)  # each lower capsule distributes its vote over the upper capsules
            upper = squash(weights.unsqueeze(2) @ votes, 3)
            if remaining:
                logits = logits + (votes @ upper.transpose(2, 3)).squeeze(3)
        return upper.squeeze(2).transpose(1, 2)

    def votes(self, lower: Tensor) -> Tensor:
        """The prediction of each lower capsule for each upper capsule: batch × upper × lower × vector."""
        count, outputs, width, _ = self.weight.shape
        products = torch.bmm(self.weight.flatten(1, 2), lower.permute(2, 1, 0))
        return products.reshape(count, outputs, width, len(lower)).permute(3, 1, 0, 2)

    def extra_repr(self) -> str:
        """The layer and its arguments."""
        return repr(self.layer)
