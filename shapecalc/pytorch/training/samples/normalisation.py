"""The mean and the spread of each channel, from the training samples alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import final

import torch
from torch import Tensor

from shapecalc.pytorch.training.samples.labelled import Samples

#: Samples that are read at once.
_CHUNK = 1024


@final
@dataclass(frozen=True, slots=True)
class Normalisation:
    """What is taken from each channel, and what it is divided by.

    Attributes:
        mean: the mean of each channel over the training samples.
        std: its standard deviation; 1 where all values are the same.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __call__(self, inputs: Tensor) -> Tensor:
        """A batch, normalised: number of samples x channels x sizes."""
        mean, std = self._beside(inputs)
        return (inputs - mean) / std

    def undo(self, inputs: Tensor) -> Tensor:
        """A normalised batch as it was."""
        mean, std = self._beside(inputs)
        return inputs * std + mean

    def _beside(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """The means and the spreads, with the sizes of a batch."""
        sizes = (1, -1, *[1] * (inputs.dim() - 2))
        return inputs.new_tensor(self.mean).reshape(sizes), inputs.new_tensor(self.std).reshape(sizes)

    def as_text(self) -> str:
        """What the weights file says of it, as JSON."""
        return json.dumps(asdict(self))


def measure_normalisation(samples: Samples) -> Normalisation:
    """The mean and the standard deviation of each channel over the training samples, in double precision."""
    totals, squares, count = torch.zeros(1), torch.zeros(1), 0
    for start in range(0, len(samples.train), _CHUNK):
        values = samples.inputs.read(samples.train[start : start + _CHUNK]).double().transpose(0, 1).flatten(1)
        totals = totals + values.sum(1)
        squares = squares + values.square().sum(1)
        count += values.shape[1]
    means = totals / count
    spreads = (squares / count - means.square()).clamp_min(0).sqrt()
    return Normalisation(tuple(means.tolist()), tuple(value if value > 1e-6 else 1.0 for value in spreads.tolist()))
