"""The students of a class, from a list of names: a text with one in each line, or a table as answers have it."""

from __future__ import annotations

from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import read_text
from shapecalc.grading.submissions.columns import find_students, student_name, student_of
from shapecalc.grading.submissions.opening import open_table
from shapecalc.grading.submissions.table import AnswerRow

#: The most students of a list.
MAX_STUDENTS = 20_000


def read_roster(path: Path, column: str = "") -> tuple[str, ...]:
    """The names in a list of students, each once, in its order.

    Args:
        path: a text file (``.txt``) with a name in each line, or a table with a first line of titles.
        column: the column of the names; by default the one that the program uses that exports the table, or the first.

    Raises:
        SpecError: it cannot be read, has no names, or too many.
    """
    names = _lines(path) if path.suffix.lower() == ".txt" else _cells(path, column)
    students = tuple(dict.fromkeys(name for name in names if name))
    if not 1 <= len(students) <= MAX_STUDENTS:
        raise SpecError(f"{path} has {len(students):,} students; a list has 1 to {MAX_STUDENTS:,}.")
    return students


def _lines(path: Path) -> list[str]:
    return [student_name(line) for line in read_text(path).splitlines()]


def _cells(path: Path, column: str) -> list[str]:
    table = open_table(path)
    places = find_students(table, column)
    return [student_of(row, places) for row in table.rows() if isinstance(row, AnswerRow)]
