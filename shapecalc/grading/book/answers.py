"""The answers file: one row for each student, one column for each question, as a spreadsheet or a form exports it."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import final

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import read_text
from shapecalc.page import visible

#: Bounds on what is read, besides the file's size.
MAX_STUDENTS = 5_000
MAX_COLUMNS = 300
DELIMITERS = (",", ";", "\t")


@final
@dataclass(frozen=True, slots=True)
class Submission:
    """One student's answers.

    Attributes:
        student: the name or number in the first column.
        answers: the cells of the other columns, in order; "" where a row ends early.
    """

    student: str
    answers: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of all students.

    Attributes:
        columns: the names of the questions' columns, in order.
        submissions: one for each student, in the file's order.
        source: the file, for messages.
    """

    columns: tuple[str, ...]
    submissions: tuple[Submission, ...]
    source: str = "answers"


def read_answers(path: str | Path) -> Answers:
    """The answers in a CSV file, in UTF-8 with or without a byte-order mark.

    The first row names the columns, the first column names the students. The delimiter is a comma; a semicolon or a
    tab where the first row has no comma. Empty rows are left out.

    Raises:
        SpecError: the file cannot be read, or a column or student is there twice, is empty or has too many cells.
    """
    return answers_from(read_text(path), str(path))


def answers_from(text: str, source: str = "answers") -> Answers:
    """The answers in a CSV text; as :func:`read_answers`."""
    rows = _rows(text, source)
    if not rows:
        raise SpecError(f"{source} is empty; its first row names the columns, its first column the students.")
    header = [name.strip() for name in rows[0][1]]
    _check_header(header, source)
    submissions: list[Submission] = []
    lines: dict[str, int] = {}
    for line, cells in rows[1:]:
        place = f"{source}: line {line}"
        if len(cells) > len(header):
            raise SpecError(f"{place}: {len(cells)} cells for {len(header)} columns; put quotes around a comma.")
        student = cells[0].strip()
        if not student:
            raise SpecError(f"{place}: the first cell, which names the student, is empty.")
        name = unicodedata.normalize("NFC", student)
        if name in lines:
            raise SpecError(f"{place}: {visible(student, 40)} is there already, on line {lines[name]}.")
        lines[name] = line
        submissions.append(Submission(student, (*cells[1:], *[""] * (len(header) - len(cells)))))
    return Answers(tuple(header[1:]), tuple(submissions), source)


def _rows(text: str, source: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = next((char for char in DELIMITERS if char in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            if len(rows) > MAX_STUDENTS + 1:
                raise SpecError(f"{source}: there are more than {MAX_STUDENTS:,} rows.")
    except csv.Error as refused:
        raise SpecError(f"{source}: line {reader.line_num}: {refused}.") from None
    return rows


def _check_header(header: list[str], source: str) -> None:
    if len(header) > MAX_COLUMNS:
        raise SpecError(f"{source}: there are {len(header)} columns; at most {MAX_COLUMNS} are read.")
    for place, name in enumerate(header[1:], 2):
        if not name:
            raise SpecError(f"{source}: column {place} has no name in the first row.")
        if name in header[1 : place - 1]:
            raise SpecError(f"{source}: two columns are called {visible(name, 40)}.")
