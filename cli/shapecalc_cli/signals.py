"""Ctrl-C and SIGTERM: files that are half written are removed, and a second Ctrl-C ends the process at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class Terminated(SystemExit):
    """The process was asked to end (SIGTERM), as by a scheduler or by ``kill``."""


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let the process end in order where a signal asks for it, unless whoever started it has said otherwise."""
    own: list[tuple[int, Any, Any]] = [
        (signal.SIGINT, signal.default_int_handler, _interrupt),
        (signal.SIGTERM, signal.SIG_DFL, _terminate),
    ]
    for number, before, handler in own:
        if signal.getsignal(number) is before:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, before, handler in own:
            if signal.getsignal(number) is handler:  # after a signal, the next one ends the process at once
                signal.signal(number, before)


def _interrupt(_number: int, _frame: Any) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def _terminate(number: int, _frame: Any) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    raise Terminated(128 + number)
