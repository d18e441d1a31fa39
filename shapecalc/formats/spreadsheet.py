"""Files for a spreadsheet: no text in them is run as a formula, and the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from shapecalc.page import visible

#: A spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA = "=+-@＝＋－＠\t\r"

#: The time in an archive, and where a workbook says when it was written.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:(created|modified)>")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as CSV; a text that comes from outside goes through :func:`cell` first."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def cell(text: str) -> str:
    """A text for a cell: an apostrophe stands before what a spreadsheet would run as a formula."""
    safe = visible(text)
    return f"'{safe}" if safe.lstrip()[:1] and safe.lstrip()[0] in _FORMULA else safe


def copy_without_times(workbook: Path | IO[bytes], copy: Path | IO[bytes]) -> None:
    """A workbook again, without the times at which it was written.

    Args:
        workbook: an XLSX file, or its content.
        copy: the file that is written.
    """
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with old.open(part) as source, new.open(info, "w", force_zip64=True) as target:
                if part.filename == "docProps/core.xml":
                    target.write(_TIMES.sub(b"", source.read()))
                    continue
                while block := source.read(1 << 20):
                    target.write(block)
