"""The data sets that a net can be trained on: images with labels, in three parts that never change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from sklearn.datasets import load_digits  # type: ignore[import-untyped]
from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]
from torch import Tensor
from torch.utils.data import TensorDataset

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Shape

#: The shares of the images that choose the weights to keep, and that measure them at the end.
VALIDATION, TEST = 0.1, 0.2
#: The split is part of the data set: results with different seeds are about the same test images.
_SPLIT_SEED = 0


@final
@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Labelled images, and which of them serve for what.

    Attributes:
        name: what the data set is called.
        images: float32, number of images x channels x height x width.
        labels: the class of each image, counted from 0.
        train: the positions of the images to learn from.
        validation: of those that choose the weights to keep.
        test: of those that nothing but the last measurement sees.
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
        """How many classes there are."""
        return int(self.labels.max()) + 1

    def part(self, positions: tuple[int, ...]) -> TensorDataset:
        """The images and labels at these positions, as torch's loaders take them."""
        return TensorDataset(self.images[list(positions)], self.labels[list(positions)])


def open_data(name: str) -> Data:
    """The data set called ``name``.

    Raises:
        SpecError: there is none; the message lists those that there are.
    """
    if name not in DATA:
        raise SpecError(f"There is no data set {name!r}{did_you_mean(name, DATA)}; known are: {', '.join(DATA)}.")
    return DATA[name]()


def split(name: str, images: Tensor, labels: Tensor) -> Data:
    """A data set from images and labels: split by a fixed draw, with each class in each part as often as in the whole.

    Raises:
        ValueError: a class has too few images to be in every part.
    """
    positions = list(range(len(labels)))
    classes = labels.tolist()
    rest, test = train_test_split(positions, test_size=TEST, stratify=classes, random_state=_SPLIT_SEED)
    train, validation = train_test_split(
        rest,
        test_size=VALIDATION / (1 - TEST),
        stratify=[classes[position] for position in rest],
        random_state=_SPLIT_SEED,
    )
    return Data(name, images, labels, tuple(train), tuple(validation), tuple(test))


def _digits() -> Data:
    """Handwritten digits: 1797 images of 1x8x8 that come with scikit-learn, their greys of 0 to 16 scaled to 0 to 1."""
    bundled = load_digits()
    images = torch.tensor(bundled.images / 16, dtype=torch.float32).unsqueeze(1)
    return split("digits", images, torch.tensor(bundled.target))


#: Every data set by its name.
DATA: dict[str, Callable[[], Data]] = {"digits": _digits}
