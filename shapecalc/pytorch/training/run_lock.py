"""One training at a time in a folder: a lock that the kernel releases when its process ends, however it ends."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shapecalc.errors import ShapecalcError

fcntl: Any
try:
    import fcntl
except ModuleNotFoundError:  # Windows has none; there, two trainings in one folder are not noticed
    fcntl = None

#: The handles of folders that this process has locked.
_HANDLES: set[int] = set()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other training out of a folder; nothing is written for it.

    Raises:
        ShapecalcError: another training is in it.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    _HANDLES.add(handle)
    try:
        _lock(handle, folder)
        yield
    finally:
        if handle in _HANDLES:
            _HANDLES.discard(handle)
            os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as refused:
        if refused.errno not in {errno.EAGAIN, errno.EACCES}:
            return  # the file system has no locks
        raise ShapecalcError(
            f"Another training writes into {folder} now; wait until it ends, or choose another folder (--out)."
        ) from None


def _close_in_child() -> None:
    """A lock lasts as long as a handle of it: those of forked readers of samples would outlive a killed training."""
    while _HANDLES:
        os.close(_HANDLES.pop())


if fcntl is not None:
    os.register_at_fork(after_in_child=_close_in_child)
