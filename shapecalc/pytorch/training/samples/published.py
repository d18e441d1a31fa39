"""Published sets of small images, in the files that their authors give: MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100.

Nothing is unpickled: CIFAR is read from its binary version, not from the one for Python.
"""

from __future__ import annotations

import gzip
import math
import tarfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.text.files import open_regular, read_text, reason_of
from shapecalc.layers import Shape
from shapecalc.pytorch.training.samples.labelled import Goal, Positions, Samples
from shapecalc.pytorch.training.samples.splitting import VALIDATION, stratified

#: The most images of one file.
MAX_IMAGES = 200_000
_DIGITS = tuple("0123456789")
_CLOTHES = ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """Images of bytes that lie in memory.

    Attributes:
        values: uint8, number of images x channels x height x width.
    """

    values: Tensor

    @property
    def shape(self) -> Shape:
        """The shape of one image."""
        return tuple(self.values.shape[1:])

    def __len__(self) -> int:
        """The number of images."""
        return len(self.values)

    def read(self, positions: Sequence[int]) -> Tensor:
        """The images at the given positions, with values from 0 to 1."""
        return self.values[torch.as_tensor(positions, dtype=torch.long)].float() / 255


def open_published(name: str, root: str) -> Samples:
    """A published set by its name, from a folder, or by download into it.

    Its own test images are the test samples; a tenth of its training images, the same share of each class, selects the
    best weights.

    Args:
        name: mnist, fashion-mnist, cifar10 or cifar100.
        root: the folder: the files lie in it, or where torchvision puts them in it; else they are downloaded there.

    Raises:
        SpecError: no folder is named, or a file is damaged.
        ShapecalcError: the files are not there and cannot be downloaded.
    """
    if not root:
        raise SpecError(f"{name} is read from a folder, or downloaded into one; name it with --root FOLDER.")
    read = PUBLISHED[name]
    try:
        (images, labels), (test_images, test_labels), names = read(Path(root))
    except FileNotFoundError:
        _download(name, Path(root))
        (images, labels), (test_images, test_labels), names = read(Path(root))
    learned, validation = stratified(name, labels, names, (VALIDATION,))
    test: Positions = tuple(range(len(labels), len(labels) + len(test_labels)))
    pixels, targets = torch.cat((images, test_images)), torch.cat((labels, test_labels))
    return Samples(name, Goal.CLASS, Pixels(pixels), targets, names, learned, validation, test)


#: Images and their classes.
_Part = tuple[Tensor, Tensor]
#: Reads the training images, the test images and the names of the classes from a folder.
Reader = Callable[[Path], tuple[_Part, _Part, tuple[str, ...]]]


def _mnist(folder: str, names: tuple[str, ...]) -> Reader:
    def read(root: Path) -> tuple[_Part, _Part, tuple[str, ...]]:
        place = _place(root, f"{folder}/raw", "train-images-idx3-ubyte")
        parts: list[_Part] = []
        for part in ("train", "t10k"):
            images = _idx(place, f"{part}-images-idx3-ubyte", 3).unsqueeze(1)
            parts.append(_checked(place, images, _idx(place, f"{part}-labels-idx1-ubyte", 1), names))
        return parts[0], parts[1], names

    return read


def _place(root: Path, inner: str, name: str) -> Path:
    """The folder with a file, which may be compressed: the root, or one inside it.

    Raises:
        FileNotFoundError: neither has it.
    """
    for folder in (root, root / inner):
        if any((folder / f"{name}{ending}").exists() for ending in ("", ".gz")):
            return folder
    raise FileNotFoundError(root)


def _idx(folder: Path, name: str, dimensions: int) -> Tensor:
    """An array of bytes in the IDX format: 0, 0, 8 for bytes, the dimensions, each of their sizes in four bytes.

    Source: yann.lecun.com/exdb/mnist, "The IDX file format".
    """
    path = folder / name
    header = 4 + 4 * dimensions
    content = _unpacked(path if path.exists() else folder / f"{name}.gz", header + MAX_IMAGES * 28 ** (dimensions - 1))
    sizes = [int.from_bytes(content[start : start + 4], "big") for start in range(4, header, 4)]
    if content[:4] != bytes((0, 0, 8, dimensions)) or len(content) != header + math.prod(sizes):
        raise SpecError(f"{path} is damaged, or no IDX file of {dimensions} dimensions.")
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=header).reshape(sizes).copy())


def _unpacked(path: Path, most: int) -> bytes:
    """The content of a file, which may be compressed, up to a bound.

    Raises:
        SpecError: it cannot be read or holds more.
    """
    try:
        with open_regular(path) as file:
            content = (gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SpecError(f"Cannot read {path}: {reason_of(error)}.") from None
    if len(content) > most:
        raise SpecError(f"{path} holds more than {most:,} bytes.")
    return content


def _cifar(folder: str, train: tuple[str, ...], test: str, names: tuple[str, ...]) -> Reader:
    def read(root: Path) -> tuple[_Part, _Part, tuple[str, ...]]:
        place = _place(root, folder, test)
        own = names or tuple(read_text(place / "fine_label_names.txt").split())
        labels = 1 if names else 2  # CIFAR-100 has a coarse label before the fine one
        files = [_records(place / name, labels, own) for name in train]
        images, classes = (torch.cat(column) for column in zip(*files, strict=True))
        return (images, classes), _records(place / test, labels, own), own

    return read


def _records(path: Path, labels: int, names: tuple[str, ...]) -> _Part:
    """The images of a file of CIFAR's binary version: for each, its labels, then 3 x 32 x 32 bytes."""
    size = labels + 3 * 32 * 32
    content = _unpacked(path, MAX_IMAGES * size)
    if not content or len(content) % size:
        raise SpecError(f"{path} is damaged: its {len(content):,} bytes are no multiple of {size:,}.")
    rows = torch.from_numpy(np.frombuffer(content, np.uint8).reshape(-1, size).copy())
    return _checked(path, rows[:, labels:].reshape(-1, 3, 32, 32), rows[:, labels - 1], names)


def _checked(path: Path, images: Tensor, labels: Tensor, names: tuple[str, ...]) -> _Part:
    if len(images) != len(labels):
        raise SpecError(f"{path} has {len(images)} images but {len(labels)} labels.")
    if int(labels.max()) >= len(names):
        raise SpecError(f"{path} has a label {int(labels.max())}, but there are {len(names)} classes.")
    return images, labels.long()


def _download(name: str, root: Path) -> None:
    """Let torchvision fetch the files, and check them.

    Raises:
        ShapecalcError: torchvision is not installed, or nothing comes.
    """
    try:
        from torchvision import datasets  # noqa: PLC0415  it need not be installed
    except ModuleNotFoundError as error:
        raise ShapecalcError(
            f"{root} has no files of {name}, and a download needs {error.name}, which is not installed. Try pip "
            "install torchvision, or copy the files there."
        ) from None
    try:
        _DOWNLOADS[name](datasets, str(root))
    except (OSError, RuntimeError, tarfile.TarError, EOFError) as error:
        raise ShapecalcError(
            f"{root} has no files of {name}, and they cannot be downloaded: {reason_of(error)}. Copy them there."
        ) from None


def _archive(name: str, md5: str) -> Callable[[Any, str], None]:
    def fetch(datasets: Any, root: str) -> None:
        datasets.utils.download_and_extract_archive(f"https://www.cs.toronto.edu/~kriz/{name}", root, md5=md5)

    return fetch


def _resources(folder: str) -> Callable[[Any, str], None]:
    def fetch(datasets: Any, root: str) -> None:
        data_set = getattr(datasets, folder)
        for name, md5 in data_set.resources:
            datasets.utils.download_url(data_set.mirrors[0] + name, f"{root}/{folder}/raw", name, md5)

    return fetch


_DOWNLOADS: dict[str, Callable[[Any, str], None]] = {
    "mnist": _resources("MNIST"),
    "fashion-mnist": _resources("FashionMNIST"),
    "cifar10": _archive("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"),
    "cifar100": _archive("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"),
}
#: What reads each set from its folder.
PUBLISHED: dict[str, Reader] = {
    "mnist": _mnist("MNIST", _DIGITS),
    "fashion-mnist": _mnist("FashionMNIST", _CLOTHES),
    "cifar10": _cifar(
        "cifar-10-batches-bin", tuple(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin", _THINGS
    ),
    "cifar100": _cifar("cifar-100-binary", ("train.bin",), "test.bin", ()),
}
