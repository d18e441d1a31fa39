"""The notes below an answer."""

from __future__ import annotations

from collections.abc import Iterable

from shapecalc.page import Notes

#: How wide the labels are, with the space behind them, and the lines at most.
_MARGIN, _WIDTH = 10, 98


def footnotes(notes: Iterable[tuple[str, str]]) -> tuple[Notes, ...]:
    """The block of some notes, each a label with its words; no block without notes."""
    labelled = tuple(notes)
    return (Notes(labelled, margin=_MARGIN, limit=_WIDTH),) if labelled else ()
