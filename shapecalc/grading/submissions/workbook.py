"""XLSX as spreadsheets and Microsoft Forms write it: the values of the first sheet, no formula of which is computed.

A workbook is an archive, and may be made to unfold without end. So it is unpacked here, within bounds, and its sheet is
measured before python-calamine, which makes a rectangle of all cells, gets the parts that it needs.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, final

from shapecalc.errors import SpecError, missing_package
from shapecalc.formats.text.files import open_regular
from shapecalc.grading.submissions.table import MAX_CELL, MAX_COLUMNS, AnswerRow, AnswerTable, cell_text

#: Bounds on what a workbook unfolds to: parts, bytes, cells of its rectangle, characters of all cells.
MAX_PARTS = 1_000
MAX_UNPACKED = 100_000_000
MAX_CELLS = 2_000_000
MAX_SHEET_TEXT = 50_000_000

#: The parts that values are read from; pictures, macros and links are left in the archive.
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/)?[^/]+\.(xml|rels)|xl/worksheets/[^/]+\.xml", re.IGNORECASE
)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_workbook(path: Path) -> AnswerTable:
    """The table on the first sheet of a workbook.

    Raises:
        SpecError: it cannot be read, unfolds to too much, or has no rows.
    """
    source = str(path)
    rows = _rows(_repacked(path), source)
    while rows and not any(map(str.strip, rows[0][1])):
        rows.pop(0)
    if not rows:
        raise SpecError(f"{source} is empty; its first row names the columns.")
    header = [name.strip() for name in rows[0][1]]
    if len(header) > MAX_COLUMNS:
        raise SpecError(f"{source}: there are {len(header)} columns; at most {MAX_COLUMNS} are read.")
    answers = [AnswerRow(f"row {number}", cells) for number, cells in rows[1:] if any(map(str.strip, cells))]
    return AnswerTable(source, tuple(header), lambda: iter(answers))


def _rows(archive: BytesIO, source: str) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet with their numbers."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  an extra, for workbooks only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "XLSX files", "python-calamine", "grade") from None
    try:
        sheet = CalamineWorkbook.from_filelike(archive).get_sheet_by_index(0)
        first = (sheet.start or (0, 0))[0] + 1
        return [(first + at, [_text(value) for value in row]) for at, row in enumerate(sheet.iter_rows())]
    except (CalamineError, OSError, ValueError, IndexError) as refused:
        reason = " ".join(str(refused).split())[:200]
        raise SpecError(f"{source} is not a workbook that can be read: {reason}.") from None


def _text(value: Any) -> str:
    return cell_text(value) if isinstance(value, str | int | float | bool) else str(value)


def _repacked(path: Path) -> BytesIO:
    """The archive's parts that matter, not compressed: what it unfolds to is all that is there.

    Raises:
        SpecError: it is no archive, or it unfolds to too much.
    """
    source, content = str(path), BytesIO()
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or size > MAX_UNPACKED:
                raise SpecError(f"{source} unfolds to {size:,} bytes in {len(parts):,} parts; that is no answers.")
            with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as copy:
                contents = {
                    part.filename.lower(): archive.read(part) for part in parts if _PARTS.fullmatch(part.filename)
                }
                _SheetSizes(contents, source).check()
                for name, part in contents.items():
                    copy.writestr(name, part)
    except OSError as refused:
        raise SpecError(f"Cannot read {source}: {refused.strerror or refused}.") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as refused:
        if isinstance(refused, SpecError):
            raise
        raise SpecError(f"{source} is not a workbook: {refused}.") from None
    content.seek(0)
    return content


@final
class _SheetSizes:
    """How much the sheets of a workbook hold, before anything is made of them."""

    def __init__(self, parts: dict[str, bytes], source: str) -> None:
        self.parts = parts
        self.source = source

    def check(self) -> None:
        """Refuse sheets of too many cells, or of too much text: a long text may stand in any number of cells.

        Raises:
            SpecError: a sheet is too large, or its XML declares entities.
        """
        # any part may be a sheet, or hold the texts: the archive itself says which, without regard to case
        lengths = [max(pair) for pair in zip_longest(*map(self._lengths, self.parts.values()), fillvalue=0)]
        for part in self.parts.values():
            self._check_sheet(part, lengths)

    def _lengths(self, part: bytes) -> Iterator[int]:
        for tag, element in self._elements(part):
            if tag == "si":
                yield sum(map(len, element.itertext()))
                element.clear()

    def _check_sheet(self, part: bytes, lengths: list[int]) -> None:
        rows = columns = text = row = column = 0
        for tag, element in self._elements(part):
            if tag == "row":
                element.clear()
                row, column = row if element.get("r") is None else int(element.get("r")), 0
            if tag != "c":
                continue
            column += 1
            if place := _REFERENCE.fullmatch(element.get("r", "")):
                column, row = _column(place[1]), int(place[2])
            rows, columns = max(rows, row + 1), max(columns, column)
            value = "".join(element.itertext())
            is_shared = element.get("t") == "s" and value.strip().isdecimal() and int(value) < len(lengths)
            text += min(lengths[int(value)], MAX_CELL) if is_shared else len(value)
            if (rows + 1) * columns > MAX_CELLS or text > MAX_SHEET_TEXT or max(lengths, default=0) > MAX_SHEET_TEXT:
                raise SpecError(
                    f"{self.source}: a sheet has more than {MAX_CELLS:,} cells, empty ones between others included, or "
                    f"{MAX_SHEET_TEXT:,} characters."
                )

    def _elements(self, part: bytes) -> Iterator[tuple[str, Any]]:
        try:
            from defusedxml.common import DefusedXmlException  # noqa: PLC0415  an extra, for workbooks only
            from defusedxml.ElementTree import ParseError, iterparse  # noqa: PLC0415  an extra, likewise
        except ModuleNotFoundError as missing:
            raise missing_package(missing, "XLSX files", "defusedxml", "grade") from None
        stream: IO[bytes] = BytesIO(part)
        try:
            for _, element in iterparse(stream, events=("end",)):
                yield element.tag.rpartition("}")[2], element
        except (ParseError, DefusedXmlException, ValueError) as refused:
            if isinstance(refused, SpecError):
                raise
            raise SpecError(f"{self.source} is not a workbook that can be read: {str(refused)[:200]}.") from None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
