"""The answers of a class, from files of any format that is read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

from shapecalc.errors import check_type
from shapecalc.grading.submissions.delimited import delimited
from shapecalc.grading.submissions.opening import open_table
from shapecalc.grading.submissions.table import AnswerTable


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a class, which are read when they are graded.

    Attributes:
        tables: the files, each as a table.
        student: the column that names the students, or "" for the one that the files' program uses, or the first.
    """

    tables: tuple[AnswerTable, ...]
    student: str = ""

    @property
    def source(self) -> str:
        """The first file, for messages."""
        return self.tables[0].source

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the first file."""
        return self.tables[0].header


def read_answers(path: str | Path, *further: str | Path, student: str = "") -> Answers:
    """The answers in files and folders: CSV, XLSX, YAML, JSON, lines of JSON, ZIP; as forms and courses export them.

    Args:
        path: a file or a folder.
        further: further ones, of the same class.
        student: the column that names the students; by default the one that the program uses, or the first.

    Raises:
        SpecError: a file cannot be read.
    """
    check_type("student", student, str, "the name of a column")
    return Answers(tuple(map(open_table, (path, *further))), student)


def answers_from(text: str, source: str = "answers") -> Answers:
    """The answers in a CSV text; as :func:`read_answers`."""
    content: Callable[[], io.StringIO] = lambda: io.StringIO(text.removeprefix("\ufeff"), newline="")  # noqa: E731  a type
    return Answers((delimited(content, source),))
