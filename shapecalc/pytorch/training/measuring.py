"""A net measured on one part of the samples, in eval mode; every sample counts once, over any number of processes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import torch
from accelerate import Accelerator
from sklearn.metrics import average_precision_score
from torch import Tensor, nn

from shapecalc.pytorch.modules.refusals import one_line_refusals
from shapecalc.pytorch.training.objective import Objective
from shapecalc.pytorch.training.samples.batches import batch_loader
from shapecalc.pytorch.training.samples.labelled import Goal, Positions, Samples
from shapecalc.pytorch.training.samples.normalisation import Normalisation

#: What the score of a goal is called.
SCORES = {Goal.CLASS: "accuracy", Goal.LABELS: "average_precision", Goal.VALUES: "error"}


@final
@dataclass(frozen=True, slots=True)
class Scores:
    """What was measured.

    Attributes:
        loss: the mean loss.
        score: the share of right classes; or the mean average precision over the labels; or the root of the mean
            squared error.
        confusion: for classes: how often each class (row) was taken for each class (column).
        by_label: for labels: the average precision of each.
    """

    loss: float
    score: float
    confusion: tuple[tuple[int, ...], ...] = ()
    by_label: tuple[float, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Evaluator:
    """Measures a module on parts of the samples.

    Attributes:
        accelerator: the processes and the device.
        samples: the data set.
        normalisation: applied to every batch.
        objective: the loss.
        batch_size: samples per batch and process.
        workers: processes that read samples.
    """

    accelerator: Accelerator
    samples: Samples
    normalisation: Normalisation
    objective: Objective
    batch_size: int
    workers: int = 0

    @torch.no_grad()
    def measure(self, module: nn.Module, positions: Positions) -> Scores:
        """The scores of the module over the samples at the positions; the module is left in eval mode."""
        module.eval()
        share = list(positions[self.accelerator.process_index :: self.accelerator.num_processes])
        batches = [share[start : start + self.batch_size] for start in range(0, len(share), self.batch_size)]
        device = self.accelerator.device
        parts: list[tuple[Tensor, Tensor, Tensor]] = []
        for values, goals in batch_loader(self.samples, batches, workers=self.workers, pin=device.type == "cuda"):
            inputs, targets = values.to(device, non_blocking=True), goals.to(device, non_blocking=True)
            with one_line_refusals("run"):
                output = module(self.normalisation(inputs))
            output = output[0] if isinstance(output, tuple) else output
            parts.append((self.objective.losses(output, targets), self._reduced(output), targets))
        losses, outputs, targets = (self._gather(torch.cat(column)) for column in zip(*parts, strict=True))
        return self._scores(losses.double().mean().item(), outputs, targets)

    def _reduced(self, output: Tensor) -> Tensor:
        """What the scores need of an output."""
        return output.argmax(1) if self.objective.goal is Goal.CLASS else output.float()

    def _gather(self, values: Tensor) -> Tensor:
        """The values of all processes, which may have different numbers of them."""
        if self.accelerator.num_processes == 1:
            return values.cpu()
        counts: Any = self.accelerator.gather(torch.tensor([len(values)], device=values.device))
        padded: Any = self.accelerator.gather(self.accelerator.pad_across_processes(values))
        rows = padded.reshape(self.accelerator.num_processes, -1, *values.shape[1:])
        return torch.cat([row[:count] for row, count in zip(rows, counts.tolist(), strict=True)]).cpu()

    def _scores(self, loss: float, outputs: Tensor, targets: Tensor) -> Scores:
        if self.objective.goal is Goal.CLASS:
            classes = len(self.samples.names)
            counts = torch.bincount(targets * classes + outputs, minlength=classes**2).reshape(classes, classes)
            share = counts.diagonal().sum().item() / len(targets)
            return Scores(loss, share, confusion=tuple(map(tuple, counts.tolist())))
        if self.objective.goal is Goal.LABELS:
            by_label = tuple(
                float(average_precision_score(targets[:, label], outputs[:, label])) if targets[:, label].any() else 0.0
                for label in range(targets.shape[1])
            )
            return Scores(loss, sum(by_label) / len(by_label), by_label=by_label)
        return Scores(loss, math.sqrt((outputs.double() - targets.double()).square().mean().item()))
