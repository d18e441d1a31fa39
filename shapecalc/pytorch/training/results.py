"""The settings and the result of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from shapecalc.errors import SpecError, quoted
from shapecalc.formats import spec_of
from shapecalc.net import Net
from shapecalc.page import Lines, Page, Presentable


@final
@dataclass(frozen=True)  # no slots: the defaults of train() are read from the class
class Settings:
    """The settings of a training.

    Attributes:
        epochs: the number of passes over the training images.
        batch_size: images per step and process; at least 2, because batch norm cannot learn from a single image.
        lr: the highest learning rate; the rate rises to it and falls again.
        seed: the seed for the first weights, the order of the images and dropout.
    """

    epochs: int = 20
    batch_size: int = 64
    lr: float = 0.005
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch_size", 2), ("seed", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 1 << 32:
                raise SpecError(
                    f"Expected a whole number from {least} to {(1 << 32) - 1} but got {name}={quoted(value)}."
                )
        if isinstance(self.lr, bool) or not isinstance(self.lr, int | float) or not 0 < self.lr < math.inf:
            raise SpecError(f"Expected a number above 0 but got lr={quoted(self.lr)}.")


@final
@dataclass(frozen=True, slots=True)
class Epoch:
    """The results of one epoch; losses are mean cross entropies in nats, accuracies are shares of 1."""

    number: int
    train_loss: float
    validation_loss: float
    validation_accuracy: float


@final
@dataclass(frozen=True, slots=True)
class Training(Presentable):
    """A finished training.

    Attributes:
        net: the net, with the shape of the images.
        data: the name of the data set.
        settings: the settings.
        history: one entry for each epoch.
        accuracy: the share of the test images that the best weights classify correctly.
        tested: the number of test images.
        path: the file with the best weights, for :func:`load_trained`; None if nothing was written.
    """

    net: Net
    data: str
    settings: Settings
    history: tuple[Epoch, ...]
    accuracy: float
    tested: int
    path: Path | None

    @property
    def best(self) -> Epoch:
        """The epoch with the best weights."""
        return lowest(self.history)

    def as_dict(self) -> dict[str, Any]:
        """The content of the history file, which ``--json`` prints as well."""
        return {
            "net": spec_of(self.net),
            "input": [*next(iter(self.net.inputs.values()))],
            "data": self.data,
            **asdict(self.settings),
            "history": [asdict(epoch) for epoch in self.history],
            "best_epoch": self.best.number,
            "test_accuracy": self.accuracy,
            "test_images": self.tested,
            "weights": str(self.path) if self.path else None,
        }

    def page(self) -> Page:
        """The accuracy on the test images, and the path of the weights."""
        right = round(self.accuracy * self.tested)
        accuracy = (
            f"test accuracy {100 * self.accuracy:.2f} % ({right} of {self.tested} {self.data}), with the weights of "
            f"epoch {self.best.number} of {len(self.history)} (validation loss {self.best.validation_loss:.4f})"
        )
        return Page((Lines((accuracy, f"weights in {self.path}") if self.path else (accuracy,)),))


def lowest(history: Sequence[Epoch]) -> Epoch:
    """The epoch with the smallest validation loss; the first of several."""
    return min(history, key=lambda epoch: epoch.validation_loss)
