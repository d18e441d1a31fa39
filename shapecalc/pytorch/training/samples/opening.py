"""The data sets by name."""

from __future__ import annotations

from collections.abc import Callable

import torch
from sklearn.datasets import load_digits

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.splitting import split


def open_data(name: str) -> Samples:
    """The data set called ``name``.

    Raises:
        SpecError: there is none; the message lists all data sets.
    """
    if name not in DATA_SETS:
        hint = did_you_mean(name, DATA_SETS)
        raise SpecError(f"There is no data set {name!r}{hint}; known are: {', '.join(DATA_SETS)}.")
    return DATA_SETS[name]()


def _digits() -> Samples:
    """Handwritten digits: 1797 images of 1x8x8 from scikit-learn, their grey values of 0 to 16 scaled to 0 to 1."""
    bundled = load_digits()
    images = torch.tensor(bundled.images / 16, dtype=torch.float32).unsqueeze(1)
    return split("digits", images, torch.tensor(bundled.target))


#: Every data set by its name.
DATA_SETS: dict[str, Callable[[], Samples]] = {"digits": _digits}
