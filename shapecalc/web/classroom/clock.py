"""The time, which never goes back while the server runs: what was closed stays closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import final


def system_time() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


@final
class ForwardClock:
    """The time in UTC; where the machine's clock is put back, it stands still.

    Args:
        source: gives the time of the machine.
    """

    def __init__(self, source: Callable[[], datetime] = system_time) -> None:
        self.source = source
        self._latest = source()
        self._lock = Lock()

    def __call__(self) -> datetime:
        """The time, not earlier than any that was given before."""
        with self._lock:
            self._latest = max(self._latest, self.source())
            return self._latest
