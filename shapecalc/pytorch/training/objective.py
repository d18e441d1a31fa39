"""What is minimised: the loss that belongs to what a net learns to give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never, final

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from shapecalc.pytorch.training.samples.labelled import Goal


@final
@dataclass(frozen=True, slots=True)
class Objective:
    """The loss of each sample, averaged over its own values.

    Attributes:
        goal: what the net learns to give.
        label_smoothing: the share of a label that is spread over all classes.
        auxiliary_weight: the weight of the loss of each output after the first.
    """

    goal: Goal
    label_smoothing: float
    auxiliary_weight: float

    def training_losses(self, outputs: Tensor | tuple[Tensor, ...], targets: Tensor) -> Tensor:
        """The loss of each sample while training: auxiliary outputs and label smoothing included."""
        first, *auxiliary = outputs if isinstance(outputs, tuple) else (outputs,)
        losses = self._losses(first, targets, self.label_smoothing)
        for output in auxiliary:
            losses = losses + self.auxiliary_weight * self._losses(output, targets, self.label_smoothing)
        return losses

    def losses(self, output: Tensor, targets: Tensor) -> Tensor:
        """The loss of each sample of the first output, as it is measured: without label smoothing."""
        return self._losses(output, targets, 0.0)

    def _losses(self, output: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        match self.goal:
            case Goal.CLASS:
                return cross_entropy(output, targets, reduction="none", label_smoothing=smoothing)
            case Goal.LABELS:
                smooth = targets * (1 - smoothing) + smoothing / 2
                return binary_cross_entropy_with_logits(output, smooth, reduction="none").flatten(1).mean(1)
            case Goal.VALUES:
                return mse_loss(output, targets, reduction="none").flatten(1).mean(1)
            case _:
                assert_never(self.goal)
