"""CSV for a spreadsheet, in which no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from shapecalc.page import visible

#: A spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA = "=+-@＝＋－＠\t\r"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as CSV; a text that comes from outside goes through :func:`cell` first."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def cell(text: str) -> str:
    """A text for a cell: an apostrophe stands before what a spreadsheet would run as a formula."""
    safe = visible(text)
    return f"'{safe}" if safe.lstrip()[:1] and safe.lstrip()[0] in _FORMULA else safe
