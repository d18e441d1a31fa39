"""Kernels from wherever a person has them: a name, a matrix, or a file with a matrix."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from shapecalc.formats.text.files import read_text
from shapecalc.formats.text.matrices import is_kernel_name, read_channels
from shapecalc.kernels import KERNELS, Kernel, kernel_name


def open_kernel(source: str) -> tuple[tuple[Kernel, ...], str]:
    """The kernel that a text names, writes, or is the path of.

    Args:
        source: a name such as sobel-x; a matrix such as [[1, 0], [0, -1]], or one for each channel of an image; or
            the path of a text file with such matrices.

    Returns:
        A matrix, or one for each channel; and what the kernel is called: "" where the text itself is the matrix.

    Raises:
        SpecError: it is none of them; the message names the nearest name, or where the matrix cannot be read.
    """
    if _is_file(source):
        return read_channels(read_text(source)), Path(source).stem
    if not is_kernel_name(source):
        return read_channels(source), ""
    name = kernel_name(source)
    return (KERNELS[name],), name


def _is_file(source: str) -> bool:
    with suppress(OSError, ValueError):  # too long for a path, or with a null character
        return Path(source).is_file()
    return False
