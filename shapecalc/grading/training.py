"""Grades by training: what is trained, within which bounds, and what came out of it.

This room never trains: whoever grades hands it a trainer. Where there is none, a person looks at the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int
from shapecalc.catalogue.data_sets import BUILT_IN_DATA, DataSetFacts
from shapecalc.formats import dumps
from shapecalc.measures import measure
from shapecalc.net import Net

#: The samples of a step of a training by which an answer is graded.
TRAINED_BATCH = 64
#: The most steps of it.
MAX_TRAINED_STEPS = 10_000
#: The most parameters of its net.
MAX_TRAINED_PARAMETERS = 5_000_000
#: The most multiply-accumulates of all its steps.
MAX_TRAINED_WORK = 2_000_000_000_000
#: The most bytes of one of them.
MAX_TRAINED_MEMORY = 1_073_741_824


@final
class TrainingTask(NamedTuple):
    """A training by which an answer is graded.

    Attributes:
        data: the name of a data set with classes.
        steps: the number of steps.
        seed: decides everything random.
        accuracy: the share of test samples that must be classified rightly for all points.
    """

    data: str
    steps: int
    seed: int
    accuracy: Fraction

    @property
    def facts(self) -> DataSetFacts:
        """What is known of the data set."""
        return BUILT_IN_DATA[self.data]

    @property
    def chance(self) -> Fraction:
        """The accuracy of a guess."""
        return Fraction(1, self.facts.classes)

    def credit(self, accuracy: Fraction) -> Fraction:
        """What an accuracy is worth: 1 from the threshold on, 0 at that of a guess, hundredths between them."""
        share = (accuracy - self.chance) / (self.accuracy - self.chance)
        return Fraction(max(0, min(100, int(100 * share))), 100)

    def excess(self, net: Net) -> str:
        """Which bound the training of a net passes, with the numbers; "" where it passes none."""
        report = measure(net, batch=TRAINED_BATCH, optimizer="adamw")
        step = report.training_macs
        amounts: tuple[tuple[str, Int | None, int], ...] = (
            ("parameters", report.trainable, MAX_TRAINED_PARAMETERS),
            ("MACs of the training", None if step is None else step * self.steps, MAX_TRAINED_WORK),
            ("bytes of a step", report.memory.training, MAX_TRAINED_MEMORY),
        )
        for noun, amount, bound in amounts:
            if not isinstance(amount, int):
                return f"its {noun} are not known"
            if amount > bound:
                return f"it has {amount:,} {noun}, and at most {bound:,} are trained"
        return ""


@final
class TrainedNet(NamedTuple):
    """What came out of a training, as receipts keep it.

    Attributes:
        net: which net was trained in which way: :func:`digest`.
        data: the name of the data set.
        seed: of the training.
        steps: the number of steps.
        right: how many test samples it classifies rightly.
        tested: how many there are.
        processor: the kind of processor: on the same kind, with the same versions, the numbers are the same.
        versions: of the packages, by name.
        refusal: why it was not trained to the end, or "".
    """

    net: str
    data: str
    seed: int
    steps: int
    right: int
    tested: int
    processor: str
    versions: Mapping[str, str]
    refusal: str = ""

    @property
    def accuracy(self) -> Fraction:
        """The share of the test samples that it classifies rightly."""
        return Fraction(self.right, self.tested or 1)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self._asdict(), "versions": dict(self.versions)}


#: Trains a net as a task says; None where it does not train this one. It can be pickled, and raises nothing that is the
#: net's fault.
Trainer = Callable[[Net, TrainingTask], TrainedNet | None]


def digest(net: Net, task: TrainingTask) -> str:
    """Tells nets and trainings apart: the start of the SHA-256 of what decides the outcome."""
    return sha256(repr((dumps(net), task.data, task.steps, task.seed)).encode()).hexdigest()[:16]


def supposed_training(net: Net, task: TrainingTask) -> TrainedNet:
    """A trainer that trains nothing: it supposes that each net learns all samples, to see what else is asked of it."""
    count = task.facts.test
    return TrainedNet(digest(net, task), task.data, task.seed, task.steps, count, count, "none", {})


@final
class RecordedTrainings:
    """Trainings that were done before, as a trainer: what is recorded is not trained again.

    Args:
        trainings: what came out of them.
        otherwise: trains what is not recorded; None where nothing is trained.
    """

    def __init__(self, trainings: Iterable[TrainedNet], otherwise: Trainer | None = None) -> None:
        self._by_net = {trained.net: trained for trained in trainings}
        self._otherwise = otherwise

    def __call__(self, net: Net, task: TrainingTask) -> TrainedNet | None:
        """What the record has of a training."""
        trained = self._by_net.get(digest(net, task))
        return self._otherwise(net, task) if trained is None and self._otherwise else trained


def recorded_trainings(marks: Iterable[Mapping[str, Any]]) -> list[TrainedNet]:
    """The trainings that marks as data hold; what cannot be read is left out, and so not believed."""
    entries = [entries for mark in marks if isinstance(entries := mark.get("trainings"), list)]
    return [TrainedNet(**entry) for mark_entries in entries for entry in mark_entries if _is_training(entry)]


def _is_training(entry: Any) -> bool:
    types = {"right": int, "tested": int, "seed": int, "steps": int, "versions": dict}
    return (
        isinstance(entry, dict)
        and entry.keys() == set(TrainedNet._fields)
        and all(type(value) is types.get(name, str) for name, value in entry.items())
        and 0 <= entry["right"] <= entry["tested"]
    )
