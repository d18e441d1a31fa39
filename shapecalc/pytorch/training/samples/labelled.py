"""Samples with their targets, in three parts that never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol, final

import torch
from torch import Tensor
from torch.utils.data import Dataset

from shapecalc.catalogue.data_sets import DataSetFacts
from shapecalc.layers import Shape

#: The positions of the samples of one part.
Positions = tuple[int, ...]


class Goal(StrEnum):
    """What a net learns to give for a sample."""

    CLASS = "class"
    #: any number of labels, each present or not
    LABELS = "labels"
    #: numbers
    VALUES = "values"


class SampleInputs(Protocol):
    """What is read of samples by position, from memory or from files."""

    @property
    def shape(self) -> Shape:
        """The shape of one sample."""

    def __len__(self) -> int:
        """The number of samples."""

    def read(self, positions: Sequence[int]) -> Tensor:
        """The samples at the given positions: float32, number of positions x shape."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class InMemory:
    """Samples that lie in memory.

    Attributes:
        values: float32, number of samples x shape of a sample.
    """

    values: Tensor

    @property
    def shape(self) -> Shape:
        """The shape of one sample."""
        return tuple(self.values.shape[1:])

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.values)

    def read(self, positions: Sequence[int]) -> Tensor:
        """The samples at the given positions."""
        return self.values[torch.as_tensor(positions, dtype=torch.long)]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples and targets, split into three parts.

    Attributes:
        name: the name of the data set.
        goal: what a net learns to give.
        inputs: the samples.
        targets: the class of each sample, counted from 0 (int64); or 0 and 1 for each label, or numbers (float32).
        names: the names of the classes or labels; of values, none.
        train: the positions of the samples that a net learns from.
        validation: the positions of the samples that select the best weights.
        test: the positions of the samples that only the final measurement uses.
        origin: what opens the data set again, a name or a path; "" for one that was made in a program.
    """

    name: str
    goal: Goal
    inputs: SampleInputs
    targets: Tensor
    names: tuple[str, ...]
    train: Positions
    validation: Positions
    test: Positions
    origin: str = ""

    @property
    def shape(self) -> Shape:
        """The shape of one sample."""
        return self.inputs.shape

    @property
    def output_shape(self) -> Shape:
        """The shape that a net must give for one sample."""
        return (len(self.names),) if self.goal is not Goal.VALUES else tuple(self.targets.shape[1:])

    def facts(self) -> DataSetFacts:
        """What a plan needs to know of the samples."""
        return DataSetFacts(
            self.name,
            self.shape,
            self.output_shape,
            train=len(self.train),
            validation=len(self.validation),
            test=len(self.test),
            classes=len(self.names) if self.goal is Goal.CLASS else 0,
            labels=len(self.names) if self.goal is Goal.LABELS else 0,
        )

    def fingerprint(self) -> str:
        """Tells whether two openings gave the same targets and the same parts: the start of their SHA-256."""
        digest = sha256(repr((self.name, self.shape, self.train, self.validation, self.test)).encode())
        digest.update(self.targets.numpy().tobytes())
        return digest.hexdigest()[:16]


@final
class SampleDataset(Dataset[Any]):
    """The samples of a data set for torch's loaders, which ask for a whole batch by its positions."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.samples.inputs)

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        """The sample at a position, and its target."""
        inputs, targets = self.__getitems__([position])
        return inputs[0], targets[0]

    def __getitems__(self, positions: list[int]) -> tuple[Tensor, Tensor]:
        """A batch of samples, and their targets."""
        return self.samples.inputs.read(positions), self.samples.targets[torch.as_tensor(positions)]
