"""Who handed in what: the rows of all tables, put together by student, an attempt behind the other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.columns import Columns, match_columns
from shapecalc.grading.submissions.table import AnswerRow, AnswerTable, Unreadable
from shapecalc.page import visible

#: The most attempts of a student that are read; later ones are listed as not read.
MAX_SITTINGS = 100

#: A date and a time as forms export them, with the year first.
_TIME = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)[ T](\d\d?):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([AaPp][Mm])?.*", re.DOTALL
)


@final
class Sitting(NamedTuple):
    """What one student handed in.

    Attributes:
        student: who.
        attempts: the answers to all questions, in the quiz's order, of each attempt; the earliest first.
    """

    student: str
    attempts: tuple[tuple[str, ...], ...]


@final
@dataclass(slots=True)
class Sittings:
    """The sittings of a class, read anew each time they are iterated over: a large class is never held whole.

    The order of the files decides between attempts only where no column says when they were.

    Attributes:
        tables: the tables, each with its columns.
        unreadable: the submissions that the last reading could not read, each with its place.
        submissions: how many the last reading came across.
        repeated: how many students have several attempts.
    """

    tables: tuple[tuple[AnswerTable, Columns], ...]
    unreadable: list[Unreadable] = field(default_factory=list)
    submissions: int = 0
    repeated: int = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a teacher should know of how the tables were read."""
        remarks = [remark for table, columns in self.tables for remark in (*table.remarks, *columns.remarks)]
        if self.repeated:
            subject = "1 student" if self.repeated == 1 else f"{self.repeated:,} students"
            remarks.append(f"{subject} handed in more than once; the attempts count as the quiz or --attempts says.")
        return tuple(remarks)

    def count(self) -> Counter[int]:
        """How many rows each student has, by a number that stands for the student."""
        return Counter(student_number(student) for student, _, _ in self._rows())

    def __iter__(self) -> Iterator[Sitting]:
        counts = self.count()
        self.unreadable, self.submissions = [], 0
        self.repeated = sum(count > 1 for count in counts.values())
        waiting: dict[int, list[tuple[tuple[int, ...], int, str, tuple[str, ...]]]] = {}
        for number, (student, time, answers) in enumerate(self._rows(listing=True)):
            key = student_number(student)
            if counts[key] == 1:
                yield Sitting(student, (answers,))
                continue
            attempts = waiting.setdefault(key, [])
            attempts.append((time, number, student, answers))
            if len(attempts) == counts[key]:
                attempts.sort(key=lambda attempt: attempt[:2])
                name = min(name for _, _, name, _ in attempts)
                for at in range(MAX_SITTINGS, len(attempts)):
                    reason = f"this is attempt {at + 1}; at most {MAX_SITTINGS} are read"
                    self.unreadable.append(Unreadable(visible(name, 40), reason))
                yield Sitting(name, tuple([answers for *_, answers in attempts[:MAX_SITTINGS]]))
                del waiting[key]

    def _rows(self, *, listing: bool = False) -> Iterator[tuple[str, tuple[int, ...], tuple[str, ...]]]:
        """Each row's student, time and answers."""
        for table, columns in self.tables:
            for row in table.rows():
                student = "" if isinstance(row, Unreadable) else columns.student(row)
                if isinstance(row, AnswerRow) and student:
                    self.submissions += listing
                    yield student, _time(row, columns), columns.answers(row)
                elif listing and not (isinstance(row, AnswerRow) and _is_average(row)):
                    reason = row.reason if isinstance(row, Unreadable) else "it does not say who the student is"
                    self.submissions += 1
                    self.unreadable.append(Unreadable(f"{table.source}: {row.place}", reason))


def open_sittings(tables: Sequence[AnswerTable], quiz: Quiz, student: str = "") -> Sittings:
    """The sittings that tables hold.

    Raises:
        SpecError: a table has no column that names the students, or none that answers a question.
    """
    if not tables:
        raise SpecError("There are no submissions; name a file or a folder.")
    return Sittings(tuple([(table, match_columns(table, quiz, student)) for table in tables]))


def student_number(student: str) -> int:
    """A number for a student, the same for names that differ in the spelling of accents only."""
    name = unicodedata.normalize("NFC", student).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest())


def student_order(student: str) -> tuple[str, str]:
    """What students are sorted by, whatever the order in which they handed in."""
    name = unicodedata.normalize("NFC", student)
    return name.casefold(), name


def _is_average(row: AnswerRow) -> bool:
    """Whether a row is the last one of a course's export, with the average of the class."""
    return any("average" in cell.lower() for cell in row.cells[:3])


def _time(row: AnswerRow, columns: Columns) -> tuple[int, ...]:
    """When a row was handed in, or at which attempt, as far as its columns say so in an order without doubt."""
    numbers: list[int] = []
    for place in columns.times:
        cell = row.cells[place].strip()
        if cell.isdecimal() and len(cell) < 9:
            numbers.append(int(cell))
        elif match := _TIME.fullmatch(cell):
            *parts, half = match.groups()
            year, month, day, hour, minute, second = (int(part or 0) for part in parts)
            hour = hour % 12 + 12 * (half.lower() == "pm") if half else hour
            numbers += [year, month, day, hour, minute, second]
        else:
            numbers.append(0)
    return tuple(numbers)
