"""How a training went: losses, score and rate by epoch, with the best epoch marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecalc.pytorch.figures.canvas import label, rendered
from shapecalc.pytorch.training.measuring import SCORES
from shapecalc.pytorch.training.results import Training

#: Losses that differ by more than this factor are drawn on a logarithmic axis.
_WIDE = 50


def draw_curves(training: Training) -> dict[str, bytes]:
    """The curves of a training, as SVG and PNG."""

    def draw(figure: Any) -> None:
        best = f"best epoch: {training.best.number} of {len(training.history)}"
        figure.suptitle(f"Training on {label(training.data, 40)}, {best}")
        panels = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 1))
        epochs = [epoch.number for epoch in training.history]
        _draw_losses(panels[0], training, epochs)
        _draw_score(panels[1], training, epochs)
        panels[2].plot(epochs, [epoch.lr for epoch in training.history], ".-", color="tab:green")
        panels[2].set_ylabel("learning rate")
        panels[2].set_xlabel("epoch")
        panels[2].xaxis.get_major_locator().set_params(integer=True)
        panels[2].set_xlim(0.5, len(epochs) + 0.5)
        for panel in panels:
            panel.grid(alpha=0.3)
            panel.axvline(training.best.number, color="tab:gray", linestyle="--", linewidth=1)

    return rendered(draw, (6.4, 7.2), ("svg", "png"))


def _draw_losses(panel: Any, training: Training, epochs: Sequence[int]) -> None:
    best = training.best
    learned = [epoch.train_loss for epoch in training.history]
    validated = [epoch.validation_loss for epoch in training.history]
    panel.plot(epochs, learned, ".-", color="tab:blue", label="training")
    panel.plot(epochs, validated, ".-", color="tab:orange", label="validation")
    panel.plot(best.number, best.validation_loss, "o", color="tab:red", label=f"best: {best.validation_loss:.4g}")
    values = [value for value in (*learned, *validated) if value > 0]
    if values and max(values) > _WIDE * min(values):
        panel.set_yscale("log")
    panel.set_ylabel("loss")
    panel.legend()


def _draw_score(panel: Any, training: Training, epochs: Sequence[int]) -> None:
    best = training.best
    panel.plot(epochs, [epoch.validation_score for epoch in training.history], ".-", color="tab:orange")
    panel.plot(
        best.number,
        best.validation_score,
        "o",
        color="tab:red",
        label=f"epoch {best.number}: {best.validation_score:.4g}",
    )
    panel.set_ylabel(f"validation {SCORES[training.goal].replace('_', ' ')}")
    panel.legend()
