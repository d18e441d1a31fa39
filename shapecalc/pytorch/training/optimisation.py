"""The optimizer and the schedule of its rate."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau

from shapecalc.pytorch.training.settings import Settings

#: The momentum of plain gradient descent.
MOMENTUM = 0.9
#: A plateau of this many epochs without a lower validation loss halves the rate.
PLATEAU = 3
_MOVING = frozenset({"last_epoch", "_step_count", "_last_lr", "best", "num_bad_epochs", "cooldown_counter"})


def make_optimizer(groups: list[dict[str, Any]], settings: Settings) -> Optimizer:
    """The optimizer of the settings, over groups of weights that may have a rate of their own."""
    if settings.optimizer == "sgd":
        return SGD(groups, settings.lr, momentum=MOMENTUM, nesterov=True, weight_decay=settings.weight_decay)
    return AdamW(groups, settings.lr, weight_decay=settings.weight_decay)


def first_state(optimizer: Optimizer, weight: Tensor) -> dict[str, Tensor]:
    """The tensors that an optimizer of :func:`make_optimizer` keeps of a weight, before its first step."""
    if isinstance(optimizer, SGD):
        return {"momentum_buffer": torch.zeros_like(weight)}
    return {
        "step": torch.tensor(0.0),
        "exp_avg": torch.zeros_like(weight),
        "exp_avg_sq": torch.zeros_like(weight),
    }


def moving_values(schedule: Any) -> dict[str, Any]:
    """The plain values of a schedule that change from step to step; everything else follows from the settings."""
    return {name: value for name, value in schedule.state_dict().items() if name in _MOVING}


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
