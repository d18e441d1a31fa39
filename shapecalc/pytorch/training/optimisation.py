"""The optimizer and the schedule of its rate."""

from __future__ import annotations

from typing import Any

from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau

from shapecalc.pytorch.training.settings import Settings

#: The momentum of plain gradient descent.
MOMENTUM = 0.9
#: A plateau of this many epochs without a lower validation loss halves the rate.
PLATEAU = 3


def make_optimizer(groups: list[dict[str, Any]], settings: Settings) -> Optimizer:
    """The optimizer of the settings, over groups of weights that may have a rate of their own."""
    if settings.optimizer == "sgd":
        return SGD(groups, settings.lr, momentum=MOMENTUM, nesterov=True, weight_decay=settings.weight_decay)
    return AdamW(groups, settings.lr, weight_decay=settings.weight_decay)


def make_schedule(optimizer: Optimizer, settings: Settings, steps: int) -> Any:
    """The schedule of the settings over all steps of a training."""
    match settings.schedule:
        case "one-cycle":
            return OneCycleLR(optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=max(steps, 2))
        case "cosine":
            return CosineAnnealingLR(optimizer, steps)
        case "plateau":
            return ReduceLROnPlateau(optimizer, factor=0.5, patience=PLATEAU)
        case "constant":
            return ConstantLR(optimizer, factor=1.0)
