"""The result of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, final

from shapecalc.formats import spec_of
from shapecalc.net import Net
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.pytorch.training.measuring import SCORES, Scores
from shapecalc.pytorch.training.memory import MemoryUse
from shapecalc.pytorch.training.samples.labelled import Goal
from shapecalc.pytorch.training.settings import Settings


@final
@dataclass(frozen=True, slots=True)
class Epoch:
    """The results of one epoch.

    Attributes:
        number: counted from 1.
        steps: the steps of the training so far.
        lr: the highest rate at the end of the epoch.
        train_loss: the mean loss over the training samples, each when a step took it.
        validation_loss: the mean loss over the validation samples, in eval mode.
        validation_score: their accuracy, mean average precision or error.
        seconds: what the epoch took.
    """

    number: int
    steps: int
    lr: float
    train_loss: float
    validation_loss: float
    validation_score: float
    seconds: float = field(compare=False)

    def as_dict(self, goal: Goal) -> dict[str, Any]:
        """The epoch with the score under its name."""
        return dict(zip(columns(goal), asdict(self).values(), strict=True))


@final
@dataclass(frozen=True, slots=True)
class Training(Presentable):
    """A finished training.

    Attributes:
        net: the net, with the shape of the samples.
        data: the name of the data set.
        goal: what the net learned to give.
        names: the names of the classes or labels.
        settings: the settings.
        history: one entry for each epoch.
        scores: the scores of the best weights on the test samples.
        tested: the number of test samples.
        path: the file with the best weights, for :func:`load_trained`; None if nothing was written.
        memory: the most that was allocated, beside the plan; None where nothing counted it, as on the CPU.
        remark: why the folder has no figures; "" where it has.
    """

    net: Net
    data: str
    goal: Goal
    names: tuple[str, ...]
    settings: Settings
    history: tuple[Epoch, ...]
    scores: Scores
    tested: int
    path: Path | None
    memory: MemoryUse | None = None
    remark: str = ""

    @property
    def best(self) -> Epoch:
        """The epoch with the best weights."""
        return lowest(self.history)

    @property
    def accuracy(self) -> float:
        """The share of the test samples that the best weights classify rightly, for classes; else the test score."""
        return self.scores.score

    @property
    def by_class(self) -> dict[str, float]:
        """For classes the share of each that is recognised, for labels the average precision of each."""
        shares = [row[place] / max(sum(row), 1) for place, row in enumerate(self.scores.confusion)]
        return dict(zip(self.names, shares or self.scores.by_label, strict=False))

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "net": spec_of(self.net),
            "input": [*next(iter(self.net.inputs.values()))],
            "data": self.data,
            "settings": self.settings.model_dump(),
            "history": [epoch.as_dict(self.goal) for epoch in self.history],
            "best_epoch": self.best.number,
            "test_loss": self.scores.loss,
            f"test_{SCORES[self.goal]}": self.scores.score,
            "test_samples": self.tested,
            "by_class": self.by_class,
            "confusion": [list(row) for row in self.scores.confusion],
            "weights": str(self.path) if self.path else None,
            "memory": self.memory.as_dict() if self.memory else None,
        }

    def page(self) -> Page:
        """The score on the test samples, for each class too, and the path of the weights."""
        best = (
            f"with the weights of epoch {self.best.number} of {len(self.history)} "
            f"(validation loss {self.best.validation_loss:.4f})"
        )
        parts: list[Any] = [Lines((f"{self._score_text()}, {best}",))]
        if self.by_class:
            titles = ("class", "right") if self.goal is Goal.CLASS else ("label", "average precision")
            columns = (Column(titles[0]), Column(titles[1], "right"))
            rows = tuple((name, f"{100 * share:.1f} %") for name, share in self.by_class.items())
            parts.append(Table(columns, rows))
        if self.memory:
            parts.append(Lines((self.memory.words(),)))
        if self.path:
            remark = (self.remark,) if self.remark else ()
            parts.append(Lines((f"run in {self.path.parent}, weights in {self.path}", *remark)))
        return Page(tuple(parts))

    def _score_text(self) -> str:
        score = self.scores.score
        match self.goal:
            case Goal.CLASS:
                right = sum(row[place] for place, row in enumerate(self.scores.confusion))
                return f"test accuracy {100 * score:.2f} % ({right} of {self.tested} {self.data})"
            case Goal.LABELS:
                return f"test mean average precision {100 * score:.2f} % ({self.tested} {self.data})"
            case Goal.VALUES:
                return f"test error {score:.4g}, root of the mean square ({self.tested} {self.data})"


def columns(goal: Goal) -> list[str]:
    """The names of the values of an epoch, the score under its own."""
    return [each.name.replace("score", SCORES[goal]) for each in fields(Epoch)]


def lowest(history: Sequence[Epoch]) -> Epoch:
    """The epoch with the smallest validation loss; the first of several."""
    return min(history, key=lambda epoch: epoch.validation_loss)
