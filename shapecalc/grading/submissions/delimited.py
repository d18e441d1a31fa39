"""CSV as spreadsheets and forms export it: in UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO, final

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular
from shapecalc.grading.submissions.table import MAX_COLUMNS, AnswerRow, AnswerTable, Unreadable

DELIMITERS = (",", ";", "\t")
#: The most characters of a line, and lines among which the end of the first row is looked for.
MAX_LINE = 1_000_000
MAX_HEADER_LINES = 1_000
#: Bytes that have no character in Windows' Latin-1.
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
_BLOCK = 1 << 20


def read_delimited(path: Path) -> AnswerTable:
    """The table in a CSV file.

    Raises:
        SpecError: it cannot be read, or its first row does not name the columns.
    """
    source = str(path)
    encoding = _encoding(path, source)
    latin = encoding in ("cp1252", "latin-1")
    remarks = (f"{source} is not in UTF-8; it was read as Latin-1.",) if latin else ()
    return delimited(lambda: _text(path, encoding), source, remarks)


def delimited(content: Callable[[], TextIO], source: str, remarks: tuple[str, ...] = ()) -> AnswerTable:
    """The table in a CSV text, which can be opened as often as it is read."""
    with content() as stream:
        delimiter, header = _header(stream, source)
    if len(header) > MAX_COLUMNS:
        raise SpecError(f"{source}: there are {len(header)} columns; at most {MAX_COLUMNS} are read.")

    def rows() -> Iterator[AnswerRow | Unreadable]:
        with content() as stream:
            yield from _DelimitedRows(stream, source, delimiter).rows(len(header))

    return AnswerTable(source, header, rows, remarks)


@final
class _DelimitedRows:
    """The rows of a text that are not empty, with the number of the line that each ends on."""

    def __init__(self, stream: TextIO, source: str, delimiter: str) -> None:
        self.stream = stream
        self.source = source
        self.line = ""
        self.reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            start = self.reader.line_num
            try:
                cells = next(self.reader)
            except StopIteration:
                return
            except csv.Error as refused:
                # a cell of one line that is too long is one student's; behind an open quote, everybody's rows are lost
                if "limit" not in str(refused) or self.reader.line_num > start + 1 or self.line.count('"') % 2:
                    raise SpecError(f"{self.source}: line {self.reader.line_num}: {refused}.") from None
                yield self.reader.line_num, []
                continue
            if any(map(str.strip, cells)):
                yield self.reader.line_num, cells

    def rows(self, columns: int) -> Iterator[AnswerRow | Unreadable]:
        """The rows behind the first, each with so many cells."""
        for line, cells in islice(self, 1, None):
            place = f"line {line}"
            if not cells:
                yield Unreadable(place, "a cell is too long to be an answer")
            elif len(cells) > columns and any(map(str.strip, cells[columns:])):
                yield Unreadable(place, f"{len(cells)} cells for {columns} columns; put quotes around a comma")
            else:
                yield AnswerRow(place, (cells + [""] * (columns - len(cells)))[:columns])

    def _lines(self) -> Iterator[str]:
        number = 0
        try:
            while line := self.stream.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE and line[-1] not in "\r\n":
                    raise SpecError(
                        f"{self.source}: line {number} has more than {MAX_LINE:,} characters; that is no table."
                    )
                self.line = line
                yield line
        except UnicodeError:
            encoding = self.stream.encoding.upper().removesuffix("-SIG")
            raise SpecError(f"{self.source} is not a text in {encoding}.") from None


def _header(stream: TextIO, source: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter with which the first row has most cells, a comma where several have, and those cells."""
    lines = list(islice(_DelimitedRows(stream, source, ",")._lines(), MAX_HEADER_LINES))  # noqa: SLF001  the same class
    best: tuple[str, list[str]] = (",", [])
    for delimiter in DELIMITERS:
        try:
            cells = next(iter(_DelimitedRows(io.StringIO("".join(lines), newline=""), source, delimiter)), (0, []))[1]
        except SpecError:
            if delimiter == ",":
                raise
            continue
        if len(cells) > len(best[1]):
            best = (delimiter, cells)
    delimiter, cells = best
    if not cells:
        raise SpecError(f"{source} is empty; its first row names the columns, its first column the students.")
    return delimiter, tuple([name.strip() for name in cells])


def _text(path: Path, encoding: str) -> TextIO:
    try:
        return io.TextIOWrapper(open_regular(path), encoding=encoding, newline="")
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None


def _encoding(path: Path, source: str) -> str:
    """The encoding of a file, from its byte-order mark or from all of its bytes."""
    try:
        with open_regular(path) as file:
            head = file.read(_BLOCK)
            if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if b"\0" in head[:4_096]:  # UTF-16 without a mark: every second byte of plain text is 0
                return "utf-16-le" if head[1:4_096:2].count(0) >= head[:4_096:2].count(0) else "utf-16-be"
            marked = head.startswith(codecs.BOM_UTF8)
            latin = "" if marked else _latin(file, head)
            return latin or "utf-8-sig"
    except OSError as refused:
        raise SpecError(f"Cannot read {source}: {refused.strerror or refused}.") from None
    except ValueError:  # a null character in its name
        raise SpecError(f"Cannot read {source!r}: no file is called so.") from None


def _latin(file: BinaryIO, head: bytes) -> str:
    """Which Latin-1 a file is in, Windows' or the standard's, or "" where all of it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_windows, block = True, True, head
    while block:
        if is_utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8 = False
        is_windows = is_windows and not block.translate(None, bytes(set(range(256)) - set(_UNDEFINED)))
        block = file.read(_BLOCK)
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return "" if is_utf8 else "cp1252" if is_windows else "latin-1"
