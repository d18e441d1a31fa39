"""The numbers on the sheets: drawn from a seed, or the weights of a file. Nothing that is read can run."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import BinaryIO, NamedTuple, final

from shapecalc.drawing.sheet.bounds import check_size
from shapecalc.drawing.windows import whole_sizes
from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular
from shapecalc.measures import Report
from shapecalc.page import visible

#: The most bytes that describe the tensors of a file.
MAX_HEADER = 1_000_000
#: The digits behind the point of a number that is drawn.
_DIGITS = 4
#: How Python calls the number types of safetensors that are read; a bfloat16 is the upper half of a float32.
_TYPES = {"F64": "d", "F32": "f", "F16": "e", "BF16": "H"}


@final
class Numbers(NamedTuple):
    """A tensor of numbers.

    Attributes:
        shape: its sizes.
        flat: the numbers, the last dimension running fastest.
    """

    shape: tuple[int, ...]
    flat: tuple[float, ...]

    def at(self, *index: int) -> float:
        """An entry."""
        place = 0
        for size, position in zip(self.shape, index, strict=True):
            place = place * size + position
        return self.flat[place]


def tensors_on_sheets(report: Report) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor that a sheet holds, by torch's name: weights and statistics, of owners alone."""
    return {
        f"{row.name}.{name}": whole_sizes(shape)
        for row in report
        if not row.share
        for name, shape in {**row.weights, **row.buffers}.items()
        if name not in row.layer.counters
    }


def seeded_values(report: Report, seed: int = 0) -> dict[str, Numbers]:
    """A number for each entry of the inputs and the weights: the same for the same net and seed.

    Inputs are from 0 to 1; weights with several dimensions from -1/√n to 1/√n, with n the entries of one filter, as
    torch draws them; other weights and variances from 0.5 to 1.5, biases and means from -0.5 to 0.5. All are rounded
    to 4 digits.

    Args:
        report: the measured net, with an input in numbers.
        seed: of Python's generator.

    Returns:
        The inputs by their names, the weights by torch's.

    Raises:
        SpecError: a size is a letter, or there would be more numbers than sheets may hold.
    """
    check_size(report)
    random = Random(seed)  # noqa: S311  no secrets
    values: dict[str, Numbers] = {}
    for name, shape in report.net.inputs.items():
        values[name] = _drawn(random, whole_sizes(shape), 0.0, 1.0)
    for name, sizes in tensors_on_sheets(report).items():
        values[name] = _drawn(random, sizes, *_range(name, sizes))
    return values


def _range(name: str, sizes: tuple[int, ...]) -> tuple[float, float]:
    if len(sizes) > 1:
        bound = 1 / math.sqrt(math.prod(sizes[1:]))
        return -bound, bound
    return (0.5, 1.5) if name.endswith(("weight", "var")) else (-0.5, 0.5)


def _drawn(random: Random, sizes: tuple[int, ...], low: float, high: float) -> Numbers:
    return Numbers(sizes, tuple(round(random.uniform(low, high), _DIGITS) for _ in range(math.prod(sizes))))


def read_values(path: Path, report: Report) -> dict[str, Numbers]:
    """The weights of a file of safetensors, by torch's names.

    https://huggingface.co/docs/safetensors/index#format

    Raises:
        SpecError: it cannot be read, is none, or a tensor of the net is missing, has another shape or number type, or
            holds a number that is not finite.
    """
    try:
        with open_regular(path) as file:
            header, start = _header(path, file)
            return {
                name: Numbers(shape, tuple(_read(path, file, header, start, name, shape)))
                for name, shape in tensors_on_sheets(report).items()
            }
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None


def _header(path: Path, file: BinaryIO) -> tuple[Mapping[str, object], int]:
    """What a file says of its tensors, and where their numbers begin."""
    length = int.from_bytes(file.read(8), "little")
    if length > MAX_HEADER:
        raise SpecError(
            f"{path} is no file of safetensors, or describes its tensors in more than {MAX_HEADER:,} bytes."
        )
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise SpecError(f"{path} is no file of safetensors.")
    return header, 8 + length


def _read(
    path: Path, file: BinaryIO, header: Mapping[str, object], start: int, name: str, shape: tuple[int, ...]
) -> Iterator[float]:
    match header.get(name):
        case {"dtype": str(dtype), "shape": list(sizes), "data_offsets": [int(first), int(last)]}:
            pass
        case None:
            names = ", ".join(visible(str(key), 40) for key in [*header][:8])
            raise SpecError(f"{path} has no tensor {name}; it has {names}.")
        case _:
            raise SpecError(f"{path} does not describe the tensor {name} as safetensors does.")
    if tuple(sizes) != shape:
        raise SpecError(f"{path}: {name} has the shape {sizes}, but the net needs {list(shape)}.")
    form = _TYPES.get(dtype)
    if form is None:
        raise SpecError(f"{path}: {name} has numbers of type {visible(dtype, 20)}; {', '.join(_TYPES)} are read.")
    count = math.prod(shape)
    file.seek(start + max(first, 0))
    content = file.read(count * struct.calcsize(f"<{form}"))
    if last - first != count * struct.calcsize(f"<{form}") or len(content) < last - first:
        raise SpecError(f"{path} has too few bytes for {name}.")
    numbers = struct.unpack(f"<{count}{form}", content)
    if dtype == "BF16":
        numbers = struct.unpack(f"<{count}f", b"".join(struct.pack("<HH", 0, number) for number in numbers))
    if not all(map(math.isfinite, numbers)):
        raise SpecError(f"{path}: {name} holds numbers that are not finite.")
    yield from numbers
