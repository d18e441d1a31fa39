"""What a trained net is asked about: images, and the samples of NPZ and CSV files."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import final

from torch import Tensor

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Shape, shape_text
from shapecalc.pytorch.training.samples.arrays import csv_values, npz_values
from shapecalc.pytorch.training.samples.scaling import GREY, numbers_of


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One sample.

    Attributes:
        name: its file, and its place where a file has several.
        values: float32, as the training read its samples.
        size: the shape of an image in its file, where the net takes another one; else None.
    """

    name: str
    values: Tensor
    size: Shape | None = None


def read_items(paths: Iterable[str | Path], shape: Shape, *, skip_unreadable: bool = False) -> Iterator[Item]:
    """The samples of some files, each with the shape that a net takes.

    Args:
        paths: images, NPZ and CSV files.
        shape: of a sample; images are scaled to it and cut in the middle.
        skip_unreadable: whether what cannot be read is left out, with a warning, rather than refused.

    Raises:
        SpecError: a file cannot be read, or its samples have another shape.
    """
    for path in map(Path, paths):
        try:
            yield from _items(path, shape)
        except SpecError as error:
            if not skip_unreadable:
                raise
            warnings.warn(f"{error} It is left out.", stacklevel=2)


def _items(path: Path, shape: Shape) -> list[Item]:
    if path.suffix.lower() in {".npz", ".csv"}:
        values = (npz_values if path.suffix.lower() == ".npz" else csv_values)(path)
        if tuple(values.shape[1:]) != shape and tuple(values.shape[1:]) == shape[1:] and shape[0] == 1:
            values = values.unsqueeze(1)
        if tuple(values.shape[1:]) != shape:
            extent = shape_text(tuple(values.shape[1:]))
            raise SpecError(f"The samples of {path} are {extent}, but the net takes {shape_text(shape)}.")
        return [Item(f"{path}[{place}]", value) for place, value in enumerate(values)]
    return [_image(path, shape)]


def _image(path: Path, shape: Shape) -> Item:
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise SpecError(f"{path} is read as an image, but the net takes {shape_text(shape)}; give NPZ or CSV files.")
    try:
        from shapecalc.drawing.images import image_shape  # noqa: PLC0415  needs Pillow
        from shapecalc.pytorch.training.samples.image_folder import read_image  # noqa: PLC0415  needs Pillow
    except ModuleNotFoundError as error:
        raise ShapecalcError(
            f"An image needs {error.name}, which is not installed. Try pip install 'shapecalc[train]'."
        ) from None
    own = image_shape(path)
    height, width = (int(str(size)) for size in shape[1:])
    pixels = read_image(path, grey=shape[0] == 1, size=None if own[1:] == shape[1:] else (height, width))
    return Item(str(path), pixels.float() / 255, own if own != shape else None)


def changes_of(size: Shape, shape: Shape) -> str:
    """How an image of a size in its file comes to the shape that a net takes, in words."""
    (channels, height, width), (channels_here, height_here, width_here) = numbers_of(size), numbers_of(shape)
    words = []
    if (height, width) != (height_here, width_here):
        words.append(f"scaled to {height_here}x{width_here}")
    if height * width_here != width * height_here:
        words.append("cut in the middle")
    if channels != channels_here:
        words.append("in grey" if channels_here == GREY else "grey in three channels")
    return ", ".join(words)
