"""The data sets for training: images with labels, in three parts that never change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import TensorDataset

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Shape

#: The share of the images that selects the best weights, and the share that measures them at the end.
VALIDATION, TEST = 0.1, 0.2
#: The split is part of the data set, so that trainings with different seeds have the same test images.
_SPLIT_SEED = 0


@final
@dataclass(frozen=True, slots=True, eq=False)
class LabelledImages:
    """Labelled images, split into three parts.

    Attributes:
        name: the name of the data set.
        images: float32, number of images x channels x height x width.
        labels: the class of each image, counted from 0.
        train: the positions of the training images.
        validation: the positions of the images that select the best weights.
        test: the positions of the images that only the final measurement uses.
    """

    name: str
    images: Tensor
    labels: Tensor
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def shape(self) -> Shape:
        """The shape of one image."""
        return tuple(self.images.shape[1:])

    @property
    def classes(self) -> int:
        """The number of classes."""
        return int(self.labels.max()) + 1

    def part(self, positions: tuple[int, ...]) -> TensorDataset:
        """The images and labels at the given positions, as a data set for torch's loaders."""
        return TensorDataset(self.images[list(positions)], self.labels[list(positions)])


def open_data(name: str) -> LabelledImages:
    """The data set called ``name``.

    Raises:
        SpecError: there is none; the message lists all data sets.
    """
    if name not in DATA_SETS:
        hint = did_you_mean(name, DATA_SETS)
        raise SpecError(f"There is no data set {name!r}{hint}; known are: {', '.join(DATA_SETS)}.")
    return DATA_SETS[name]()


def split(name: str, images: Tensor, labels: Tensor) -> LabelledImages:
    """A data set from images and labels, split at random with a fixed seed; each class has the same share in each part.

    Raises:
        ValueError: a class has too few images to be in every part.
    """
    positions = list(range(len(labels)))
    classes = labels.tolist()
    remaining, test = train_test_split(positions, test_size=TEST, stratify=classes, random_state=_SPLIT_SEED)
    train, validation = train_test_split(
        remaining,
        test_size=VALIDATION / (1 - TEST),
        stratify=[classes[position] for position in remaining],
        random_state=_SPLIT_SEED,
    )
    return LabelledImages(name, images, labels, tuple(train), tuple(validation), tuple(test))


def _digits() -> LabelledImages:
    """Handwritten digits: 1797 images of 1x8x8 from scikit-learn, their grey values of 0 to 16 scaled to 0 to 1."""
    bundled = load_digits()
    images = torch.tensor(bundled.images / 16, dtype=torch.float32).unsqueeze(1)
    return split("digits", images, torch.tensor(bundled.target))


#: Every data set by its name.
DATA_SETS: dict[str, Callable[[], LabelledImages]] = {"digits": _digits}
