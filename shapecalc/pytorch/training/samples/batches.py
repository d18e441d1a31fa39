"""Which samples a step learns from: a pure function of the seed, the epoch and the step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from shapecalc.pytorch.training.samples.labelled import Positions, SampleDataset, Samples
from shapecalc.pytorch.training.seeds import seed_of


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """What one process takes at once.

    Attributes:
        positions: the samples.
        counted: False for a batch that only keeps a process in step with the others: it has no weight.
        step_size: the number of samples of the whole step, over all its batches and processes.
        ends_step: whether the weights move after this batch.
    """

    positions: list[int]
    counted: bool
    step_size: int
    ends_step: bool


@final
@dataclass(frozen=True, slots=True)
class Batching:
    """How the training samples are dealt to steps, batches and processes.

    Attributes:
        positions: the training samples.
        batch_size: samples per batch and process.
        accumulate: batches per step and process.
        processes: the number of processes.
        least: the fewest samples of a batch: of a last batch with fewer, the samples are left out of their epoch.
        seed: the seed of the training.
    """

    positions: Positions
    batch_size: int
    accumulate: int
    processes: int
    least: int
    seed: int

    @property
    def steps(self) -> int:
        """The number of steps of an epoch."""
        whole, rest = divmod(len(self.positions), self._step_size)
        return whole + (rest >= self._fewest) or 1

    @property
    def _step_size(self) -> int:
        return self.batch_size * self.accumulate * self.processes

    @property
    def _fewest(self) -> int:
        return self.least * self.processes if self.least > 1 else 1

    def order(self, epoch: int) -> list[int]:
        """The training samples in the order of an epoch."""
        generator = torch.Generator().manual_seed(seed_of("order", self.seed, epoch))
        return [self.positions[place] for place in torch.randperm(len(self.positions), generator=generator).tolist()]

    def batches(self, epoch: int, first_step: int, process: int, *, most_steps: int | None = None) -> Iterator[Batch]:
        """What a process takes from a step of the epoch on, in so many steps at most; steps count from 0."""
        order = self.order(epoch)
        last = self.steps if most_steps is None else min(self.steps, first_step + most_steps)
        for step in range(first_step, last):
            yield from self._deal(order[step * self._step_size : (step + 1) * self._step_size], process)

    def _deal(self, samples: list[int], process: int) -> Iterator[Batch]:
        size = self.batch_size * self.processes
        rest = len(samples) % size
        if rest < self._fewest and rest < len(samples):
            samples = samples[: len(samples) - rest]
        groups = [samples[start : start + size] for start in range(0, len(samples), size)]
        for number, group in enumerate(groups, start=1):
            share = group[process :: self.processes]
            yield Batch(share or samples[:1], bool(share), len(samples), number == len(groups))


def batch_loader(
    samples: Samples, batches: list[list[int]], *, workers: int, pin: bool
) -> DataLoader[tuple[Tensor, Tensor]]:
    """The samples of each batch in turn; torch's own generator is left alone."""
    return DataLoader(
        SampleDataset(samples),
        batch_sampler=batches,
        collate_fn=_as_they_are,
        num_workers=workers,
        pin_memory=pin,
        generator=torch.Generator(),
    )


def _as_they_are(batch: Any) -> Any:
    return batch
