"""Which column of a table names the students, which says when, and which answers each question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import final

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.forms import ANONYMOUS, PLAIN, Export, recognize
from shapecalc.grading.submissions.notebooks import variable_name
from shapecalc.grading.submissions.table import AnswerRow, AnswerTable
from shapecalc.page import visible

#: What a form writes before or behind a question's text.
_NUMBERED = re.compile(
    r"^(?:q(?:uestion)?\.?\s*)?\d+\s*[.):]\s+|\s*\(\s*\d+(?:[.,]\d+)?\s*(?:points?|pts?)\s*\)\s*$|\s*\*$", re.IGNORECASE
)
#: The most characters of a student's name.
MAX_NAME = 200
#: The columns that a message lists.
_LISTED = 8


@final
@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, by what stands in them.

    Attributes:
        students: the places of the columns that name the students together.
        questions: for each question of the quiz, the place of its column; None where it has none.
        times: the places of the columns that order the attempts.
        remarks: what a teacher should know: questions without a column, columns without a question.
    """

    students: tuple[int, ...]
    questions: tuple[int | None, ...]
    times: tuple[int, ...]
    remarks: tuple[str, ...]

    def student(self, row: AnswerRow) -> str:
        """Who handed a row in, safe to print, however accents are spelled; "" where the row does not say."""
        return student_of(row, self.students)

    def answers(self, row: AnswerRow) -> tuple[str, ...]:
        """The answers to the questions, in their order; "" where there is no column."""
        return tuple(["" if place is None else row.cells[place] for place in self.questions])


def student_name(text: str) -> str:
    """A student's name as marks and seeds have it: without spaces around it, its accents coded in one way."""
    return visible(unicodedata.normalize("NFC", text.strip()), MAX_NAME)


def student_of(row: AnswerRow, places: Sequence[int]) -> str:
    """The name that stands in some columns of a row together; "" where they are empty."""
    return student_name(" ".join(filter(None, (row.cells[place].strip() for place in places))))


def find_students(table: AnswerTable, student: str = "") -> tuple[int, ...]:
    """The places of the columns that name the students together.

    Args:
        table: the table.
        student: the column that names the students, or "".

    Raises:
        SpecError: there is no such column, or none is known to name them.
    """
    return _students(table, recognize(table.header), student or table.student)


def match_columns(table: AnswerTable, quiz: Quiz, student: str = "") -> Columns:
    """The columns of a table.

    Args:
        table: the table.
        quiz: what is asked; a column is a question's by its id, its text, or its number where a program exports that.
        student: the column that names the students, or "".

    Raises:
        SpecError: no column names the students or answers a question, or two answer the same one.
    """
    export = recognize(table.header)
    students = _students(table, export, student or table.student)
    places: dict[int, int] = {}
    spare: list[str] = []
    for place, name in enumerate(table.header):
        question = None if place in students or not name else _question(name, quiz, export)
        if question is None:
            if name and place not in students and not export.extra.fullmatch(name):
                spare.append(name)
        elif question in places:
            first, second = (visible(table.header[at], 40) for at in (places[question], place))
            twice = f"two columns are called {first}" if first == second else f"{first} and {second} are one question"
            raise SpecError(f"{table.source}: {twice}.")
        else:
            places[question] = place
    _check(table, quiz, places, spare)
    times = tuple(at for at, name in enumerate(table.header) if name.lower() in export.times and at not in students)
    questions = tuple(places.get(number) for number in range(len(quiz.questions)))
    return Columns(students, questions, times, tuple(_remarks(table.source, quiz, questions, spare)))


def _check(table: AnswerTable, quiz: Quiz, places: dict[int, int], spare: list[str]) -> None:
    if places:
        return
    ids = [question.id for question in quiz.questions]
    if len(spare) == 1:
        hint = did_you_mean(spare[0], ids) or f"; the questions are {_listing(ids)}"
        raise SpecError(f"{table.source}: the quiz has no question {visible(spare[0], 40)}{hint}.")
    columns = f"; its columns are {_listing(spare)}" if spare else ""
    names = "its id" if any(question.numbers for question in quiz.questions) else "its id or its text"
    raise SpecError(
        f"{table.source}: there is no column for {_listing(ids)}{columns}. A question's column is called by {names}."
    )


def _remarks(source: str, quiz: Quiz, questions: Sequence[int | None], spare: list[str]) -> list[str]:
    ids = [question.id for question in quiz.questions]
    missing = [name for name, place in zip(ids, questions, strict=True) if place is None]
    remarks = []
    if missing:
        remarks.append(f"{source}: there is no column for {_listing(missing)}, which is blank for everybody.")
    for name in spare[:_LISTED]:
        hint = did_you_mean(name, missing)
        remarks.append(f"{source}: the column {visible(name, 40)} is of no question of the quiz{hint}; it is not read.")
    if len(spare) > _LISTED:
        remarks.append(f"{source}: {len(spare) - _LISTED} more columns are of no question.")
    return remarks


def _listing(names: Sequence[str]) -> str:
    listed = ", ".join(visible(name, 40) for name in names[:_LISTED])
    return listed if len(names) <= _LISTED else f"{listed} and {len(names) - _LISTED} more"


def _students(table: AnswerTable, export: Export, student: str) -> tuple[int, ...]:
    header = [name.lower() for name in table.header]
    if student:
        if student.lower() not in header:
            hint = did_you_mean(student, table.header) or f"; the columns are {_listing(table.header)}"
            raise SpecError(f"{table.source}: there is no column {visible(student, 40)}{hint}.")
        return (header.index(student.lower()),)
    if export is PLAIN:
        return (0,)
    for names in export.students:
        if all(name in header for name in names):
            places = tuple(header.index(name) for name in names)
            if not _are_nobody(table, places):
                return places if names in export.identities else _with_identity(table, export, header, places)
    raise SpecError(
        f"{table.source}: no column is known to name the students; try --student COLUMN. The columns are "
        f"{_listing(table.header)}."
    )


def _with_identity(table: AnswerTable, export: Export, header: list[str], places: tuple[int, ...]) -> tuple[int, ...]:
    """The columns of the name alone, or with the one that tells students of the same name apart."""
    for names in export.identities:
        if all(name in header for name in names):
            identity = tuple(header.index(name) for name in names)
            students: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
            for row in table.rows():
                if isinstance(row, AnswerRow):
                    name, who = (tuple([row.cells[at].strip() for at in group]) for group in (places, identity))
                    students.setdefault(name, set()).add(who)
            return (*places, *identity) if any(len(people) > 1 for people in students.values()) else places
    return places


def _are_nobody(table: AnswerTable, places: tuple[int, ...]) -> bool:
    """Whether columns name none of the first students: a form that does not ask for names has such columns."""
    cells = [row.cells for row in islice(table.rows(), _SAMPLE) if isinstance(row, AnswerRow)]
    names = [" ".join(row[place] for place in places).strip().lower() for row in cells]
    return bool(names) and {*names} <= {"", ANONYMOUS}


#: The rows in which a name is looked for.
_SAMPLE = 50


def _question(name: str, quiz: Quiz, export: Export) -> int | None:
    """Which question a column answers, counted from 0; None where it answers none."""
    ids = [question.id for question in quiz.questions]
    for names in (ids, [variable_name(question) for question in ids]):
        if names.count(name) == 1:
            return names.index(name)
    match = export.question.fullmatch(name)
    if match is None:
        return None
    parts = match.groupdict()
    if parts.get("number"):
        number = int(parts["number"][:6]) - 1
        return number if 0 <= number < len(ids) else None
    words_of_column = plain_words(parts["text"])
    texts = [plain_words(question.text) for question in quiz.questions]
    lowered = [plain_words(question) for question in ids]
    for words in (lowered, texts):
        if words.count(words_of_column) == 1:
            return words.index(words_of_column)
    return None


def plain_words(text: str) -> str:
    """A question as forms may write it, compared without case, numbers, points and the width of spaces."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return _NUMBERED.sub("", _NUMBERED.sub("", text)).casefold().rstrip(" .?:")
