"""Data sets from tensors, split at random with a fixed seed."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.model_selection import train_test_split
from torch import Tensor

from shapecalc.errors import SpecError
from shapecalc.page import visible
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Positions, SampleInputs, Samples

#: The share of the samples that selects the best weights, and the share that measures them at the end.
VALIDATION, TEST = 0.1, 0.2
#: The fewest samples from which each part gets some.
_FEWEST = 10
#: The split is part of the data set, so that trainings with different seeds have the same test samples.
_SPLIT_SEED = 0


def split(name: str, images: Tensor, labels: Tensor, names: Sequence[str] = ()) -> Samples:
    """A data set from images and their classes; each class has the same share in each part.

    Args:
        name: the name of the data set.
        images: float32, number of images x channels x height x width.
        labels: the class of each image, counted from 0.
        names: the names of the classes; without them, their numbers.

    Raises:
        SpecError: a class has too few images to be in every part.
    """
    names = tuple(names) or tuple(map(str, range(int(labels.max()) + 1)))
    train, validation, test = stratified(name, labels, names)
    return Samples(name, Goal.CLASS, InMemory(images), labels, names, train, validation, test)


def stratified(
    name: str, labels: Tensor, names: Sequence[str], shares: Sequence[float] = (TEST, VALIDATION)
) -> tuple[Positions, ...]:
    """The positions of the parts; each class has the same share in each.

    Args:
        name: the name of the data set.
        labels: the class of each sample, counted from 0.
        names: the names of the classes.
        shares: of the parts that are taken off one after another, the last part first.

    Returns:
        What remains, for training, and the parts.

    Raises:
        SpecError: a class has too few samples to be in every part.
    """
    classes = labels.tolist()
    remaining, parts, share_left = list(range(len(classes))), [], 1.0
    try:
        for share in shares:
            remaining, part = train_test_split(
                remaining,
                test_size=share / share_left,
                stratify=[classes[position] for position in remaining],
                random_state=_SPLIT_SEED,
            )
            parts.append(tuple(part))
            share_left -= share
    except ValueError:
        fewest, rarest = min((classes.count(label), label) for label in set(classes))
        raise SpecError(
            f"{name} has {len(classes)} samples and {fewest} of class {visible(names[rarest], 40)}, too few for every "
            "class to be in training, validation and test; give each class at least 10."
        ) from None
    return (tuple(remaining), *reversed(parts))


def unstratified(name: str, inputs: SampleInputs) -> tuple[Positions, Positions, Positions]:
    """The positions of the three parts, at random.

    Raises:
        SpecError: there are too few samples.
    """
    if len(inputs) < _FEWEST:
        raise SpecError(
            f"{name} has {len(inputs)} sample{'s' * (len(inputs) != 1)}, too few for training, validation and test; "
            f"give at least {_FEWEST}."
        )
    remaining, test = train_test_split(list(range(len(inputs))), test_size=TEST, random_state=_SPLIT_SEED)
    train, validation = train_test_split(remaining, test_size=VALIDATION / (1 - TEST), random_state=_SPLIT_SEED)
    return tuple(train), tuple(validation), tuple(test)
