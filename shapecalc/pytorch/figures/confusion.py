"""How often each class was taken for each other one."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapecalc.pytorch.figures.canvas import label, rendered
from shapecalc.pytorch.training.results import Training

#: The most classes whose cells have numbers.
_NUMBERED = 20
#: The most classes whose names all stand at the axes; of more, every second or third.
_NAMED = 120
#: The shares that are written beside the colours.
_SHARES = (0, 0.01, 0.05, 0.2, 0.5, 1)


def draw_confusion(training: Training) -> dict[str, bytes]:
    """The confusion matrix of a training with classes, as SVG and PNG."""
    counts = np.array(training.scores.confusion)
    # the square root lets rare mistakes be seen beside the diagonal
    shades = np.sqrt(counts / counts.sum(1, keepdims=True).clip(1))
    side = min(max(0.42 * len(counts), 3.6), 11.0)

    def draw(figure: Any) -> None:
        panel = figure.subplots()
        image = panel.imshow(shades, cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
        bar = figure.colorbar(image, ax=panel, shrink=0.8, label="share of the samples of the class")
        bar.set_ticks(np.sqrt(_SHARES), labels=[f"{100 * share:g} %" for share in _SHARES])
        panel.set_title(
            f"Test on {label(training.data, 40)}: {100 * training.accuracy:.2f} % of {training.tested} right"
        )
        panel.set_xlabel("taken for")
        panel.set_ylabel("class")
        _name_axes(panel, training.names, side)
        if len(counts) <= _NUMBERED:
            _write_counts(panel, counts, shades)

    return rendered(draw, (side + 1.8, side + 0.8), ("svg", "png"))


def _name_axes(panel: Any, names: tuple[str, ...], side: float) -> None:
    step = -(-len(names) // _NAMED)
    places, texts = range(0, len(names), step), [label(name) for name in names[::step]]
    size = min(9.0, max(4.0, 72 * side / len(texts) * 0.75))
    upright = max(map(len, texts)) * size * 0.6 > 72 * side / len(texts)
    panel.set_xticks(places, texts, fontsize=size, rotation=90 if upright else 0)
    panel.set_yticks(places, texts, fontsize=size)


def _write_counts(panel: Any, counts: Any, shades: Any) -> None:
    for row, column in zip(*np.nonzero(counts), strict=True):
        color = "white" if shades[row, column] > 0.6 else "black"
        panel.text(column, row, str(counts[row, column]), ha="center", va="center", color=color, fontsize=8)
