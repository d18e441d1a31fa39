"""Augmentation: training batches are changed at random, on the device that trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, final, get_args

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Shape, shape_text
from shapecalc.pytorch.training.samples.labelled import Goal, Samples

#: What may be done to images, in the order in which it is done.
Change = Literal["flip", "crop", "rotate", "erase", "mix-up"]
CHANGES: tuple[Change, ...] = get_args(Change)
#: The largest angle of a rotation, in degrees.
ANGLE = 15.0
#: A crop moves an image by at most this share of its size.
SHIFT = 1 / 8
#: The share of an image's area that is erased, from and to; half of the images are.
ERASED = (0.02, 0.2)
#: Both parameters of the beta distribution from which the share of the other image is drawn: small shares are likely.
BLEND = 0.2


@final
@dataclass(frozen=True, slots=True, eq=False)
class Augmentation:
    """Changes a batch of normalised images at random, with numbers from torch's own generator.

    After normalisation, 0 is the mean of the training images; it fills what a change leaves empty.

    Attributes:
        geometry: kornia's transformations, one after another; each image draws its own numbers.
        mixed: whether images and their targets are mixed in pairs.
        classes: the number of classes; 0 for labels.
    """

    geometry: nn.Module
    mixed: bool
    classes: int

    def __call__(self, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The changed images, and their targets: shares of classes or labels where images are mixed."""
        with torch.no_grad():
            inputs = self.geometry(inputs)
            return mix_up(inputs, self._shares(targets)) if self.mixed else (inputs, targets)

    def _shares(self, targets: Tensor) -> Tensor:
        return one_hot(targets, self.classes).float() if self.classes else targets


def mix_up(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Each sample with a share of another of its batch, and their targets in the same shares.

    Source: Zhang et al. (2018), "mixup: Beyond Empirical Risk Minimization", arXiv:1710.09412, with one share for each
    sample.
    """
    parameter = torch.tensor(BLEND)
    shares = torch.distributions.Beta(parameter, parameter).sample((len(inputs),)).to(inputs.device)
    other = torch.randperm(len(inputs)).to(inputs.device)
    return _blended(inputs, other, shares), _blended(targets, other, shares)


def _blended(values: Tensor, other: Tensor, shares: Tensor) -> Tensor:
    return torch.lerp(values, values[other], shares.reshape(-1, *[1] * (values.dim() - 1)))


def make_augmentation(names: Sequence[Change], samples: Samples, shape: Shape = ()) -> Augmentation | None:
    """The augmentation of the settings; None where there is nothing to change.

    Args:
        names: the changes.
        samples: the data set.
        shape: the shape to which its images are scaled first; () for their own.

    Raises:
        SpecError: the samples are not images of classes or labels.
        ShapecalcError: kornia is not installed.
    """
    if not names:
        return None
    if len(samples.shape) != 3:
        raise SpecError(
            f"Augmentation changes images (channels x height x width), but the samples of {samples.name} are "
            f"{shape_text(samples.shape)}; leave --augment out."
        )
    if samples.goal is Goal.VALUES:
        raise SpecError(
            f"Augmentation is for classes and labels, but {samples.name} has values, which would have to change with "
            "the image; leave --augment out."
        )
    try:
        import kornia.augmentation as library  # noqa: PLC0415  it takes seconds, and few trainings need it
    except ModuleNotFoundError as error:
        raise ShapecalcError(
            f"Augmentation needs {error.name}, which is not installed. Try pip install 'shapecalc[train]'."
        ) from None
    sizes = tuple(size for size in (shape or samples.shape)[1:] if isinstance(size, int))  # of samples they are numbers
    geometry = [_GEOMETRY[name](library, sizes) for name in CHANGES if name in names and name in _GEOMETRY]
    classes = len(samples.names) if samples.goal is Goal.CLASS else 0
    return Augmentation(nn.Sequential(*geometry), "mix-up" in names, classes)


def _crop(library: Any, sizes: tuple[int, ...]) -> Any:
    rows, columns = (max(round(SHIFT * size), 1) for size in sizes)
    return library.RandomCrop(sizes, padding=(columns, rows))  # left and right, then top and bottom


#: How kornia makes each change that leaves the target as it is.
_GEOMETRY: dict[Change, Callable[[Any, tuple[int, ...]], Any]] = {
    "flip": lambda library, _: library.RandomHorizontalFlip(p=0.5),
    "crop": _crop,
    "rotate": lambda library, _: library.RandomRotation(ANGLE, p=1.0),
    "erase": lambda library, _: library.RandomErasing(scale=ERASED, p=0.5),
}
