"""A table of answers: what every reader makes of its format, one row for each attempt of a student."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, final

#: The most columns of a table, and characters of a cell; what is longer is cut, and no kind of answer reads it.
MAX_COLUMNS = 300
MAX_CELL = 100_000


@final
class AnswerRow(NamedTuple):
    """What one student handed in at one time.

    Attributes:
        place: where it stands: ``line 3``, ``row 4``, the name of a file.
        cells: the texts of the columns, in order; as many as the table has columns.
    """

    place: str
    cells: Sequence[str]


@final
class Unreadable(NamedTuple):
    """A submission that could not be read.

    Attributes:
        place: where it stands.
        reason: what is wrong with it.
    """

    place: str
    reason: str


@final
@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The rows of a file, which are read anew each time that they are asked for: a large file is never held whole.

    Attributes:
        source: the file, for messages.
        header: the names of the columns.
        rows: gives the rows, and what could not be read as one, in the file's order.
        remarks: what a teacher should know of how the file was read.
        student: the column that the format itself names the students by, or "".
    """

    source: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[AnswerRow | Unreadable]]
    remarks: tuple[str, ...] = ()
    student: str = ""


def cell_text(value: Any) -> str:
    """A value of JSON, YAML or a spreadsheet as the text of a cell; a list of words as a choice of several.

    Raises:
        ValueError: it is no answer: a mapping, a list of lists.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_CELL]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return ", ".join(map(cell_text, value))[:MAX_CELL]
    raise ValueError("an answer is a text, a number or a list of them")
