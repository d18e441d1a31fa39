"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shapecalc.errors import ShapecalcError


@contextmanager
def written_aside(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """A file to write, which then takes the place of another one; a link there is replaced, not followed.

    Args:
        path: the file in whose place it stands in the end; until then that one is intact.
        durable: whether to wait until the disk has it, so that it survives a power cut.

    Raises:
        ShapecalcError: it cannot be written.
    """
    if not path.name or path.is_dir():
        raise ShapecalcError(f"Cannot write {path}: Is a directory.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if durable:
            _sync(part)
        part.replace(path)
        if durable:
            _sync(path.parent)
    except OSError as refused:
        raise ShapecalcError(f"Cannot write {path}: {refused.strerror or refused}.") from None
    finally:
        part.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file aside, wait until the disk has it, and rename it.

    Raises:
        ShapecalcError: it cannot be written; what was there before is intact.
    """
    with written_aside(path, durable=True) as part:
        part.write_bytes(content)


def make_folder(folder: Path) -> None:
    """Make a folder, and those around it, where they are not there.

    Raises:
        ShapecalcError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise ShapecalcError(f"Cannot make the folder {folder}: {refused.strerror or refused}.") from None


def _sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
