"""Data sets that are drawn, the same everywhere: coloured shapes with several labels, and series of numbers."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.samples.splitting import unstratified

#: The labels of an image of shapes.
SHAPES = ("disc", "square", "triangle", "ring", "cross")
_IMAGES, _SIDE, _MOST_SHAPES = 4000, 32, 3
_SERIES, _LENGTH = 2000, 64

_Floats = NDArray[np.float64]


def draw_shapes() -> Samples:
    """4000 images of 3x32x32, each with one to three kinds of shapes in random colours, sizes and places on noise."""
    random = np.random.Generator(np.random.PCG64(0))
    images = random.normal(0.2, 0.05, (_IMAGES, 3, _SIDE, _SIDE))
    labels = np.zeros((_IMAGES, len(SHAPES)))
    for image, present in zip(images, labels, strict=True):
        kinds = random.permutation(len(SHAPES))[: random.integers(1, _MOST_SHAPES + 1)]
        present[kinds] = 1
        for kind in kinds:
            radius = random.uniform(4, 8)
            row, column = random.uniform(radius, _SIDE - radius, 2)
            image[:, _mask(SHAPES[kind], row, column, radius)] = random.uniform(0.4, 1, (3, 1))
    inputs = InMemory(torch.tensor(images.clip(0, 1), dtype=torch.float32))
    targets = torch.tensor(labels, dtype=torch.float32)
    return Samples("shapes", Goal.LABELS, inputs, targets, SHAPES, *unstratified("shapes", inputs))


def _mask(kind: str, row: float, column: float, radius: float) -> NDArray[np.bool_]:
    """The pixels of a shape around a place."""
    rows, columns = np.indices((_SIDE, _SIDE))
    down, right = rows - row, columns - column
    distance = np.hypot(down, right)
    in_square = np.maximum(abs(down), abs(right)) <= radius
    match kind:
        case "disc":
            return np.asarray(distance <= radius)
        case "square":
            return np.asarray(in_square)
        case "triangle":  # its tip is at the top
            return np.asarray(in_square & (2 * abs(right) <= down + radius))
        case "ring":
            return np.asarray((distance <= radius) & (distance >= 0.6 * radius))
        case _:  # a cross
            return np.asarray(in_square & (np.minimum(abs(down), abs(right)) <= radius / 4))


def draw_series() -> Samples:
    """2000 series of 1x64 numbers and, for each number, the next: two waves of random periods with a little noise."""
    random = np.random.Generator(np.random.PCG64(0))
    time = np.arange(_LENGTH + 1)
    values = random.normal(0, 0.02, (_SERIES, _LENGTH + 1))
    for shortest, longest in ((6, 12), (14, 40)):
        period = random.uniform(shortest, longest, (_SERIES, 1))
        phase = random.uniform(0, 2 * np.pi, (_SERIES, 1))
        height = random.uniform(0.5, 1, (_SERIES, 1))
        values += height * np.sin(2 * np.pi * time / period + phase)
    series = torch.tensor(values, dtype=torch.float32).unsqueeze(1)
    inputs = InMemory(series[..., :-1].contiguous())
    return Samples("series", Goal.VALUES, inputs, series[..., 1:].contiguous(), (), *unstratified("series", inputs))
