"""The mean and the spread of each channel, from the training samples alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from typing import final

import torch
from torch import Tensor

from shapecalc.layers import Shape
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.scaling import numbers_of, scale_images

#: The most numbers that are read at once, unless one sample has more.
_CHUNK = 1 << 22


@final
@dataclass(frozen=True, slots=True)
class Normalisation:
    """What is taken from each channel, and what it is divided by.

    Attributes:
        mean: the mean of each channel over the training samples.
        std: its standard deviation; 1 where all values are the same.
        shape: images get this shape first; None where they have the shape that the net takes.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    shape: Shape | None = None

    def __call__(self, inputs: Tensor) -> Tensor:
        """A batch, normalised: number of samples x channels x sizes."""
        if self.shape is not None:
            inputs = scale_images(inputs, self.shape)
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
        return json.dumps({"mean": self.mean, "std": self.std})


def measure_normalisation(samples: Samples, shape: Shape | None = None) -> Normalisation:
    """The mean and the standard deviation of each channel over the training samples, in double precision.

    Args:
        samples: the data set.
        shape: the shape that a net takes, where it may be another than that of the samples.
    """
    scaled = shape if shape != samples.shape else None
    totals, squares, count = torch.zeros(1), torch.zeros(1), 0
    chunk = max(_CHUNK // max(prod(numbers_of(scaled or samples.shape)), 1), 1)
    for start in range(0, len(samples.train), chunk):
        images = samples.inputs.read(samples.train[start : start + chunk])
        values = (images if scaled is None else scale_images(images, scaled)).double().transpose(0, 1).flatten(1)
        totals = totals + values.sum(1)
        squares = squares + values.square().sum(1)
        count += values.shape[1]
    means = totals / count
    spreads = (squares / count - means.square()).clamp_min(0).sqrt()
    stds = tuple(value if value > 1e-6 else 1.0 for value in spreads.tolist())
    return Normalisation(tuple(means.tolist()), stds, scaled)
