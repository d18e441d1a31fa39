"""When a quiz ends: a date and a time with its offset from UTC, so that no server's own time zone matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shapecalc.errors import SpecError


def read_deadline(text: str) -> datetime:
    """A deadline, with the offset that it is written with.

    Args:
        text: as ISO 8601 writes it, such as ``2026-11-27T18:00+01:00`` or ``2026-11-27 17:00Z``.

    Raises:
        SpecError: it is no date with a time, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        lacks = "cannot be read" if moment is None else "lacks its offset from UTC"
        raise SpecError(f"The deadline {text[:40]!r} {lacks}; write one such as 2026-11-27T18:00+01:00 or 17:00Z.")
    return moment


def deadline_of(content: Any) -> datetime | None:
    """Until when a quiz may be handed in; None for ever.

    Args:
        content: of the quiz's file.

    Raises:
        SpecError: what it says cannot be read.
    """
    text = content.get("deadline") if isinstance(content, dict) else None
    return None if text is None else read_deadline(str(text))
