"""Texts from files and from standard input, bounded."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from shapecalc.errors import SpecError, check_type
from shapecalc.formats.text.tokens import MAX_TEXT


def read_text(path: str | Path) -> str:
    """The text of a file.

    Raises:
        SpecError: there is no such file, or it is not a regular file, too large or not UTF-8.
    """
    check_type("path", path, (str, Path), "the path of a file")
    path = Path(path)
    try:
        content, size = _read_bytes(path)
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {reason_of(refused)}.") from None
    except ValueError:  # a null character
        raise SpecError(f"Cannot read {str(path)!r}: no file is called so.") from None
    return _decoded(content, size, str(path))


def read_standard_input() -> str:
    """The text of standard input.

    Raises:
        SpecError: there is none, or it is too large or not UTF-8.
    """
    if sys.stdin is None:
        raise SpecError("There is no standard input to read.")
    try:
        content = sys.stdin.buffer.read(MAX_TEXT + 1)
    except OSError as refused:
        raise SpecError(f"Cannot read standard input: {reason_of(refused)}.") from None
    if len(content) > MAX_TEXT:
        raise SpecError(f"Standard input has more than {MAX_TEXT:,} bytes, the most that are read.")
    return _decoded(content, len(content), "Standard input")


def _decoded(content: bytes, size: int, origin: str) -> str:
    if size > MAX_TEXT:
        raise SpecError(f"{origin} has {size:,} bytes; at most {MAX_TEXT:,} are read.")
    try:
        return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig").read()
    except UnicodeDecodeError:
        raise SpecError(f"{origin} is not a text in UTF-8.") from None


def _read_bytes(path: Path) -> tuple[bytes, int]:
    """The content of a regular file, up to one byte beyond the bound, and its size.

    Raises:
        OSError: it cannot be opened, or is a pipe, a terminal or a device, which may have no end.
    """
    with open_regular(path) as file:
        content = file.read(MAX_TEXT + 1)
        return content, max(os.fstat(file.fileno()).st_size, len(content))


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened to be read.

    Raises:
        OSError: it cannot be opened, or is a pipe, a terminal or a device, which may have no end.
    """
    file = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115  the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "Not a regular file")
    return file


def reason_of(refused: Exception) -> str:
    """Why something cannot be read or written, in one line: of an operating system, without its number and the path."""
    text = getattr(refused, "strerror", None) or str(refused)
    return (text.strip().splitlines() or [type(refused).__name__])[0].rstrip(".")


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to would block without the flag."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
