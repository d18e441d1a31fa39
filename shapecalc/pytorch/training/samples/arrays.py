"""Data sets in files of numbers: NPZ and CSV. Nothing is unpickled."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular, reason_of
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.samples.splitting import split, unstratified

#: The most bytes of a file, and of the numbers that it unfolds to.
MAX_BYTES = 4 << 30
#: The names of the two arrays of an NPZ file: samples, then targets.
_PAIRS = (("x", "y"), ("images", "labels"), ("data", "targets"))


def open_npz(path: Path) -> Samples:
    """Samples and targets in an NPZ file, under the names x and y, images and labels, or data and targets.

    Whole numbers in one column are classes; 0 and 1 in several are labels; other numbers are values.

    Raises:
        SpecError: the file is none, is too large, or does not hold such arrays of numbers.
    """
    samples, targets = _arrays(path, _PAIRS)
    if len(samples) != len(targets):
        raise SpecError(f"{path} has {len(samples)} samples but {len(targets)} targets.")
    if not len(samples):
        raise SpecError(f"{path} has no samples.")
    values = _as_values(samples)
    return _samples(path.stem, values.unsqueeze(1) if values.dim() in {1, 3} else values, targets)


def npz_values(path: Path) -> Tensor:
    """The samples alone of an NPZ file, under the name x, images or data.

    Raises:
        SpecError: as :func:`open_npz`.
    """
    (samples,) = _arrays(path, tuple((pair[0],) for pair in _PAIRS))
    return _as_values(samples)


def _arrays(path: Path, choices: tuple[tuple[str, ...], ...]) -> list[NDArray[np.generic]]:
    """The arrays of the first of several sets of names that the file has, each of finite numbers."""
    try:
        with open_regular(path) as file:
            _check_unfolded(path, file)
            file.seek(0)
            with np.load(file, allow_pickle=False) as content:
                names = next((choice for choice in choices if set(choice) <= set(content.files)), None)
                arrays = [content[name] for name in names or ()]
                stored = content.files
    except SpecError:
        raise
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SpecError(f"Cannot read arrays from {path}: {reason_of(error)}.") from None
    if names is None:
        needed = "array x" if len(choices[0]) == 1 else "arrays x and y"
        raise SpecError(f"{path} holds {', '.join(stored[:8]) or 'nothing'}; name the {needed}.")
    for name, array in zip(("samples", "targets"), arrays, strict=False):
        _check_array(path, name, array)
    return arrays


def _check_unfolded(path: Path, file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise SpecError(f"{path} unfolds to more than {MAX_BYTES:,} bytes.")


def _check_array(path: Path, name: str, array: NDArray[np.generic]) -> None:
    if not isinstance(array, np.ndarray):  # a member of the archive that is no array comes as bytes
        raise SpecError(f"{path}: the {name} are no array.")
    if array.dtype.kind not in "biuf":
        raise SpecError(f"{path}: the {name} are of type {array.dtype}, not numbers.")
    if not array.ndim:
        raise SpecError(f"{path}: the {name} are a single number, not an array with an entry for each sample.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise SpecError(f"{path}: the {name} hold numbers that are not finite.")


def _as_values(samples: NDArray[np.generic]) -> Tensor:
    numbers = samples / 255 if samples.dtype == np.uint8 else samples  # bytes are grey values or colours, as in images
    return torch.tensor(numbers, dtype=torch.float32)


def _samples(name: str, values: Tensor, targets: NDArray[np.generic]) -> Samples:
    if targets.ndim == 1 and targets.dtype.kind in "iu":
        names, classes = np.unique(targets, return_inverse=True)
        return split(name, values, torch.tensor(classes.reshape(-1)), [str(each) for each in names])
    inputs = InMemory(values)
    if targets.ndim == 2 and np.isin(targets, (0, 1)).all():
        labels = tuple(map(str, range(targets.shape[1])))
        goals = torch.tensor(targets, dtype=torch.float32)
        return Samples(name, Goal.LABELS, inputs, goals, labels, *unstratified(name, inputs))
    numbers = torch.tensor(targets, dtype=torch.float32)
    numbers = numbers.unsqueeze(1) if numbers.dim() == 1 else numbers
    return Samples(name, Goal.VALUES, inputs, numbers, (), *unstratified(name, inputs))


def open_csv(path: Path) -> Samples:
    """Samples in a CSV file with a header: a column called label (a class) or target (a number), the others numbers.

    Raises:
        SpecError: the file cannot be read, or a cell is no number; the message names the line and the column.
    """
    header, goals, rows = _table(path)
    if len(goals) != 1:
        raise SpecError(f"{path} needs a header with one column called label or target.")
    values = torch.tensor([numbers for numbers, _ in rows], dtype=torch.float32)
    words = [word for _, word in rows]
    if header[goals[0]].strip().lower() == "label":
        names = sorted(set(words), key=lambda word: (not word.isdigit(), int(word) if word.isdigit() else 0, word))
        return split(path.stem, values, torch.tensor([names.index(word) for word in words]), names)
    return _samples(path.stem, values, np.array([_number(path, 0, "target", word) for word in words]))


def csv_values(path: Path) -> Tensor:
    """The samples alone of a CSV file with a header; a column called label or target is left out.

    Raises:
        SpecError: as :func:`open_csv`.
    """
    _, _, rows = _table(path)
    return torch.tensor([numbers for numbers, _ in rows], dtype=torch.float32)


def _table(path: Path) -> tuple[list[str], list[int], list[tuple[list[float], str]]]:
    """The header, the columns of labels or targets, and the numbers and the label of each row."""
    try:
        with open_regular(path) as content, io.TextIOWrapper(content, "utf-8-sig", newline="") as file:
            if os.fstat(content.fileno()).st_size > MAX_BYTES:
                raise SpecError(f"{path} has more than {MAX_BYTES:,} bytes.")
            reader = csv.reader(file)
            header = next(reader, [])
            goals = [at for at, name in enumerate(header) if name.strip().lower() in {"label", "target"}]
            rows = [_row(path, reader.line_num, header, cells, goals) for cells in reader if cells]
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not a text in UTF-8.") from None
    except (OSError, csv.Error) as error:
        raise SpecError(f"Cannot read {path}: {reason_of(error)}.") from None
    if not rows:
        raise SpecError(f"{path} has no samples.")
    return header, goals, rows


def _row(path: Path, line: int, header: list[str], cells: list[str], goals: list[int]) -> tuple[list[float], str]:
    if len(cells) != len(header):
        raise SpecError(f"{path}, line {line}: {len(cells)} cells under a header of {len(header)}.")
    numbers = [_number(path, line, header[at], cell) for at, cell in enumerate(cells) if at not in goals]
    return numbers, cells[goals[0]].strip() if goals else ""


def _number(path: Path, line: int, column: str, cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise SpecError(f"{path}, line {line}, column {column[:40]}: {cell[:40]!r} is not a finite number.")
    return number
