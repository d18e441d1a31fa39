"""The data sets that come with shapecalc: what a plan needs to know of them before any of them is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapecalc.layers import Shape, shape_text


@final
@dataclass(frozen=True, slots=True)
class DataSetFacts:
    """What is known of a data set without its samples.

    Attributes:
        name: its name.
        shape: the shape of one sample.
        output_shape: what a net must give for one sample.
        train: the number of samples that a net learns from.
        validation: the number of samples that select the best weights.
        test: the number of samples that only the final measurement uses.
        classes: how many classes there are; 0 where a sample has several labels, or numbers.
        labels: how many labels there are; 0 where a sample has one class, or numbers.
    """

    name: str
    shape: Shape
    output_shape: Shape
    train: int
    validation: int
    test: int
    classes: int = 0
    labels: int = 0

    def wanted(self) -> str:
        """What it asks of a net, as a clause."""
        if self.classes or self.labels:
            count, noun = (self.classes, "class") if self.classes else (self.labels, "label")
            plural = "" if count == 1 else "es" if noun == "class" else "s"
            return f"{self.name} has {count} {noun}{plural}"
        shape = shape_text(self.output_shape)
        return f"{self.name} has {shape} value{'s' * (shape != '1')} for each sample"


#: The data sets by name; a test compares them with what opens them.
BUILT_IN_DATA: dict[str, DataSetFacts] = {
    facts.name: facts
    for facts in (
        DataSetFacts("digits", (1, 8, 8), (10,), 1257, 180, 360, 10),
        DataSetFacts("mnist5k", (1, 28, 28), (10,), 3500, 500, 1000, 10),
        DataSetFacts("shapes", (3, 32, 32), (5,), 2800, 400, 800, labels=5),
        DataSetFacts("series", (1, 64), (1, 64), 1400, 200, 400),
    )
}
#: Those whose files must be copied or downloaded.
PUBLISHED_DATA: dict[str, DataSetFacts] = {
    facts.name: facts
    for facts in (
        DataSetFacts("mnist", (1, 28, 28), (10,), 54_000, 6_000, 10_000, 10),
        DataSetFacts("fashion-mnist", (1, 28, 28), (10,), 54_000, 6_000, 10_000, 10),
        DataSetFacts("cifar10", (3, 32, 32), (10,), 45_000, 5_000, 10_000, 10),
        DataSetFacts("cifar100", (3, 32, 32), (100,), 45_000, 5_000, 10_000, 100),
    )
}
