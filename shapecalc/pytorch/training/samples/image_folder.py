"""A folder of images: a class for each sub-folder, read and decoded by Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from tqdm import tqdm

from shapecalc.drawing.images import image_shape, read_picture
from shapecalc.errors import SpecError
from shapecalc.formats.text.files import reason_of
from shapecalc.layers import Shape, shape_text
from shapecalc.pytorch.training.samples.labelled import Goal, Positions, Samples
from shapecalc.pytorch.training.samples.splitting import stratified

#: The files that are read as images.
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
#: Decoded images stay in memory up to this many bytes together.
MAX_DECODED = 1 << 30
#: The sub-folders that hold the parts, where the folder is split already.
_PARTS = {"train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation"}
_PARTS |= {"test": "test", "testing": "test"}


def read_image(path: Path, *, grey: bool, size: tuple[int, int] | None) -> Tensor:
    """An image as its viewer shows it: turned as its EXIF data says, on white where it is transparent.

    Args:
        path: the file.
        grey: one channel rather than three.
        size: height and width to which it is scaled (its shorter side) and cut in the middle; None for its own.

    Returns:
        uint8, channels x height x width.

    Raises:
        SpecError: it cannot be read or has too many pixels.
    """
    image = read_picture(path, grey=grey)
    if size:
        image = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(image))
    return pixels.unsqueeze(0) if grey else pixels.permute(2, 0, 1).contiguous()


@final
@dataclass(frozen=True, slots=True, eq=False)
class ImageFiles:
    """Images in files.

    Attributes:
        paths: the files.
        shape: channels, height and width, the same for all.
        grey: whether they have one channel.
        size: height and width to which images are scaled; None where they all have the same.
        decoded: images by position that stay in memory.
    """

    paths: tuple[Path, ...]
    shape: Shape
    grey: bool
    size: tuple[int, int] | None
    decoded: dict[int, Tensor] = field(repr=False)

    def __len__(self) -> int:
        """The number of images."""
        return len(self.paths)

    def read(self, positions: Sequence[int]) -> Tensor:
        """The images at the given positions, with values from 0 to 1."""
        images = [self._image(position) for position in positions]
        return torch.stack(images).float() / 255

    def _image(self, position: int) -> Tensor:
        image = self.decoded.get(position)
        return read_image(self.paths[position], grey=self.grey, size=self.size) if image is None else image


def open_image_folder(
    folder: Path, *, size: int | None = None, skip_unreadable: bool = False, progress: bool = True
) -> Samples:
    """The images of a folder that has a sub-folder for each class, or such sub-folders in train, val and test.

    Args:
        folder: the folder.
        size: the height and width to which images are scaled; None where all have the same size.
        skip_unreadable: whether an image that cannot be read is left out, with a warning, rather than refused.
        progress: whether to show a bar while images are decoded, if stderr is a terminal.

    Raises:
        SpecError: a class has no image, an image cannot be read, or the images have different sizes.
    """
    files = _labelled_files(folder)
    grey = all(_is_grey(path) for path, _, _ in files)
    sizes = (size, size) if size else None
    shapes: dict[Shape, Path] = {}
    decoded: dict[int, Tensor] = {}
    readable: list[tuple[Path, str, str]] = []
    for entry in tqdm(files, unit="image", disable=None if progress else True):
        try:
            image = read_image(entry[0], grey=grey, size=sizes)
        except SpecError as error:
            if not skip_unreadable:
                raise SpecError(f"{error} Mend or remove it, or use --skip-unreadable.") from None
            warnings.warn(f"{error} It is left out.", stacklevel=2)
            continue
        shapes.setdefault(tuple(image.shape), entry[0])
        if len(decoded) == len(readable) and (len(readable) + 1) * image.numel() <= MAX_DECODED:
            decoded[len(readable)] = image
        readable.append(entry)
    return _samples_of(
        folder, ImageFiles(_paths(readable), _only_shape(folder, shapes), grey, sizes, decoded), readable
    )


def _paths(entries: Sequence[tuple[Path, str, str]]) -> tuple[Path, ...]:
    return tuple(path for path, _, _ in entries)


def _samples_of(folder: Path, inputs: ImageFiles, entries: Sequence[tuple[Path, str, str]]) -> Samples:
    names = sorted({name for _, name, _ in entries})
    targets = torch.tensor([names.index(name) for _, name, _ in entries])
    parts = _parts(folder, targets, names, [part for _, _, part in entries])
    return Samples(folder.name, Goal.CLASS, inputs, targets, tuple(names), *parts)


def _labelled_files(folder: Path) -> list[tuple[Path, str, str]]:
    """Each image with its class and its part ("" where the folder is not split), in the order of their names."""
    below = _folders(folder)
    parts = {path: _PARTS.get(path.name.lower(), "") for path in below}
    if not below or not all(parts.values()):
        parts = {folder: ""}
    entries: list[tuple[Path, str, str]] = []
    for part_folder, part in parts.items():
        for class_folder in _folders(part_folder):
            files = [path for path in sorted(class_folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
            if not files:
                raise SpecError(f"{class_folder} has no images ({', '.join(sorted(SUFFIXES))}); remove it or fill it.")
            entries += [(path, class_folder.name, part) for path in files]
    if len({name for _, name, _ in entries}) < 2:
        raise SpecError(f"{folder} needs a sub-folder with images for each class, and at least two classes.")
    return entries


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise SpecError(f"Cannot read the folder {folder}: {reason_of(error)}.") from None


def _is_grey(path: Path) -> bool:
    try:
        return image_shape(path)[0] == 1
    except SpecError:
        return True  # it is refused, or left out, when it is decoded


def _only_shape(folder: Path, shapes: dict[Shape, Path]) -> Shape:
    """The shape that all images have.

    Raises:
        SpecError: there are none, or two have different ones.
    """
    if len(shapes) == 1:
        return next(iter(shapes))
    if not shapes:
        raise SpecError(f"{folder} has no image that can be read.")
    (first, path), (second, other), *_ = shapes.items()
    raise SpecError(
        f"The images of {folder} have different sizes: {path.name} is {shape_text(first)}, {other.name} "
        f"{shape_text(second)}; --image-size {first[-1]} scales them."
    )


def _parts(
    folder: Path, targets: Tensor, names: Sequence[str], parts: Sequence[str]
) -> tuple[Positions, Positions, Positions]:
    """The parts as the folders say; each must have images."""
    if not any(parts):
        train, validation, test = stratified(str(folder), targets, names)
        return train, validation, test
    by_name: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    for position, part in enumerate(parts):
        by_name[part].append(position)
    if not all(by_name.values()):
        missing = [name for name, positions in by_name.items() if not positions]
        raise SpecError(f"{folder} is split into parts but has no {' and no '.join(missing)} folder.")
    return tuple(by_name["train"]), tuple(by_name["validation"]), tuple(by_name["test"])
