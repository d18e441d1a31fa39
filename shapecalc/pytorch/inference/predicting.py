"""What a trained net says of samples: classes with probabilities, labels, or numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, final

import torch
from torch import Tensor

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.spreadsheet import cell, csv_text
from shapecalc.layers import shape_text
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.pytorch.inference.inputs import Item, changes_of, read_items
from shapecalc.pytorch.inference.trained import Trained, open_trained
from shapecalc.pytorch.modules.refusals import one_line_refusals
from shapecalc.pytorch.training.samples.labelled import Goal

#: Samples that are computed at once.
_BATCH = 64
#: What a net gives for a sample.
_GIVES = {
    Goal.CLASS: "the net gives classes, each with its probability",
    Goal.LABELS: "the net gives labels, each with its probability",
    Goal.VALUES: "the net gives numbers",
}
#: The titles of the columns, beside the input.
_TITLES = {Goal.CLASS: ("class", "probability"), Goal.LABELS: ("label", "probability"), Goal.VALUES: ("place", "value")}


@final
@dataclass(frozen=True, slots=True)
class Prediction:
    """What a net says of one sample.

    Attributes:
        item: the file of the sample.
        size: the shape of an image in its file, where the net takes another one; else empty.
        scores: classes or labels with their probabilities, the likeliest first; or places with their numbers.
    """

    item: str
    size: tuple[Any, ...]
    scores: tuple[tuple[str, float], ...]


@final
@dataclass(frozen=True, slots=True)
class Predictions(Presentable):
    """What a net says of some samples.

    Attributes:
        path: the weights file.
        goal: what the net gives.
        shape: the shape of a sample.
        predictions: one for each sample.
    """

    path: Path
    goal: Goal
    shape: tuple[Any, ...]
    predictions: tuple[Prediction, ...]

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        name, value = _TITLES[self.goal]
        return {
            "weights": str(self.path),
            "goal": self.goal.value,
            "input": list(self.shape),
            "predictions": [
                {
                    "item": entry.item,
                    "scaled_from": list(entry.size) or None,
                    "scores": [{name: key, value: number} for key, number in entry.scores],
                }
                for entry in self.predictions
            ],
        }

    def csv(self) -> str:
        """A line for each score."""
        rows = [
            (cell(entry.item), cell(key), repr(number)) for entry in self.predictions for key, number in entry.scores
        ]
        return csv_text([("item", *_TITLES[self.goal]), *rows])

    def page(self) -> Page:
        """A table with a row for each score, and which images were changed, and how."""
        name, value = _TITLES[self.goal]
        rows: list[tuple[str, str, str]] = []
        for entry in self.predictions:
            scores = [(key, self._number(number)) for key, number in entry.scores] or [("none", "")]
            rows += [(entry.item if place == 0 else "", *score) for place, score in enumerate(scores)]
        parts: list[Any] = [Table((Column("item"), Column(name), Column(value, "right")), tuple(rows))]
        changed: dict[str, list[Prediction]] = {}
        for entry in self.predictions:
            if entry.size:
                changed.setdefault(changes_of(entry.size, self.shape), []).append(entry)
        for changes, (first, *others) in changed.items():
            count = f" and {len(others)} more" if others else ""
            parts.append(Lines((f"{changes}: {first.item} from {shape_text(first.size)}{count}",)))
        return Page(tuple(parts))

    def _number(self, number: float) -> str:
        return f"{number:.6g}" if self.goal is Goal.VALUES else f"{100 * number:.1f} %"


def predict(
    run: str | Path,
    paths: Iterable[str | Path],
    *,
    top: int | None = None,
    threshold: float | None = None,
    skip_unreadable: bool = False,
) -> Predictions:
    """What the net of a training says of images, and of the samples of NPZ and CSV files.

    Args:
        run: the folder of the run, or a weights file.
        paths: the files; an image is scaled to the size that the net takes.
        top: the most classes that are named for a sample; 3 by default.
        threshold: the probability from which on a label is named; 0.5 by default.
        skip_unreadable: whether files that cannot be read are left out, with a warning, rather than refused.

    Raises:
        SpecError: a file cannot be read, or does not hold what the net takes; or the net gives no classes for ``top``,
            or no labels for ``threshold``.
        ShapecalcError: an output is no finite number.
    """
    if top is not None and top < 1:
        raise SpecError(f"--top must be at least 1, but is {top}.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise SpecError(f"--threshold must be from 0 to 1, but is {threshold:g}.")
    trained = open_trained(run)
    for option, value, goal in (("--top", top, Goal.CLASS), ("--threshold", threshold, Goal.LABELS)):
        if value is not None and trained.goal is not goal:
            raise SpecError(f"{option} would change nothing: {_GIVES[trained.goal]}; leave it out.")
    items = read_items(paths, trained.shape, skip_unreadable=skip_unreadable)
    predictions = tuple(
        _predictions(trained, items, 3 if top is None else top, 0.5 if threshold is None else threshold)
    )
    if not predictions:
        raise SpecError("None of the files can be read, so there is nothing to predict.")
    return Predictions(trained.path, trained.goal, trained.shape, predictions)


def _predictions(trained: Trained, items: Iterator[Item], top: int, threshold: float) -> Iterator[Prediction]:
    while group := list(islice(items, _BATCH)):
        with torch.no_grad(), one_line_refusals("run"):
            outputs = trained(torch.stack([item.values for item in group]))
        for item, output in zip(group, outputs, strict=True):
            if not torch.isfinite(output).all():
                raise ShapecalcError(f"The net gives numbers that are not finite for {item.name}.")
            yield Prediction(item.name, item.size or (), tuple(_scores(trained, output, top, threshold)))


def _scores(trained: Trained, output: Tensor, top: int, threshold: float) -> Iterator[tuple[str, float]]:
    if trained.goal is Goal.VALUES:
        for place, value in enumerate(output.flatten().tolist()):
            yield str(place), value
        return
    of_classes = trained.goal is Goal.CLASS
    probabilities = (output.double().softmax(0) if of_classes else output.double().sigmoid()).tolist()
    order = sorted(range(len(probabilities)), key=lambda place: -probabilities[place])
    for place in order[:top] if of_classes else order:
        if of_classes or probabilities[place] >= threshold:
            yield trained.names[place], probabilities[place]
