"""The gradebook as a database: SQLite in a file, or PostgreSQL by its URL. Only this module, its tables,
and what a class hands in on the web know SQLAlchemy.

What is written is written in transactions: a process that is killed leaves the book as it was before the last of them,
and another run writes what is missing, nothing twice. Texts that a database may refuse, such as a null character, are
stored as JSON in ASCII.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, final

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.grading.book.decisions import Decision
from shapecalc.grading.book.entries import BookEntry, MarkRecord
from shapecalc.grading.book.tables import (
    DECISIONS,
    FORMAT,
    FORMER_FORMAT,
    MARKS,
    METADATA,
    QUIZZES,
    SETTINGS,
    SITTINGS,
    add_answers,
)
from shapecalc.grading.submissions.sittings import student_order

#: The seconds that SQLite waits for another process that writes.
_WAIT = 60
#: Rows that are fetched at a time.
_FETCH = 500


@contextmanager
def open_book(place: str) -> Iterator[BookDatabase]:
    """The gradebook in a file of SQLite, or in PostgreSQL by its URL; it is made where there is none.

    A password stands in PGPASSWORD or in a password file (~/.pgpass), never in the URL.

    Raises:
        ShapecalcError: it cannot be opened, or what is there is no gradebook.
    """
    url = _url(place)
    arguments = {"timeout": _WAIT} if url.get_backend_name() == "sqlite" else {}
    with _refusals(place, url):
        engine = sa.create_engine(url, connect_args=arguments)
        try:
            book = BookDatabase(engine)
            book.prepare(place)
            yield book
        finally:
            engine.dispose()


def _url(place: str) -> URL:
    if "://" not in place:
        if not place.strip() or Path(place).is_dir():
            raise SpecError(f"A gradebook is a file or the URL of a database, but {place!r} is neither.")
        return URL.create("sqlite", database=place)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise SpecError("The URL of the gradebook cannot be read; write postgresql://user@host/database.") from None
    if url.password is not None or any("password" in name.lower() for name in url.query):
        raise SpecError(
            "Leave the password out of the URL, where others can read it; put it into PGPASSWORD or a password file."
        )
    if url.get_backend_name() not in ("postgresql", "sqlite"):
        raise SpecError(f"A gradebook is in SQLite or PostgreSQL, not in {url.get_backend_name()[:40]}.")
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


@contextmanager
def _refusals(place: str, url: URL) -> Iterator[None]:
    """What a database refuses, as a line of ours that shows no password."""
    # what stands behind the ? may hold secrets, and is not shown
    shown = url.set(query={}).render_as_string(hide_password=True).replace("+psycopg", "", 1)
    name = shown if "://" in place else place
    try:
        yield
    except SQLAlchemyError as refused:
        reason = str(getattr(refused, "orig", None) or refused).strip().splitlines()
        words = re.sub(r"(?i)password=\S+", "password=***", reason[0] if reason else type(refused).__name__)
        raise ShapecalcError(f"The gradebook {name} cannot be used: {words[:300].rstrip('.')}.") from None
    except ModuleNotFoundError as missing:
        if missing.name != "psycopg":
            raise
        raise ShapecalcError(
            "PostgreSQL needs psycopg, which is not installed. Try pip install 'shapecalc[grade]'."
        ) from None


@final
class BookDatabase:
    """A gradebook that is open."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def prepare(self, place: str) -> None:
        """Make the tables and the secret where there are none.

        Raises:
            ShapecalcError: a later version of shapecalc wrote the book.
        """
        try:
            self._prepare(place)
        except (sa.exc.IntegrityError, sa.exc.OperationalError, sa.exc.ProgrammingError):
            self._prepare(place)  # another process made them in the same moment

    def _prepare(self, place: str) -> None:
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            settings = {row.name: row.value for row in connection.execute(sa.select(SETTINGS))}
            if not settings:
                values = {"format": FORMAT, "secret": secrets.token_hex(32)}
                rows = [{"name": name, "value": value} for name, value in values.items()]
                connection.execute(sa.insert(SETTINGS), rows)
            elif settings.get("format") == FORMER_FORMAT:
                add_answers(connection)
            elif settings.get("format") != FORMAT:
                raise ShapecalcError(f"{place} is the gradebook of another version of shapecalc.")

    def write_ahead(self) -> None:
        """Let SQLite write what is committed into one file beside the book first, for a server with many writers.

        Each transaction then waits for the disk once, not four times, and is as safe as before: SQLite's
        ``synchronous`` stays FULL. Whoever closes the book last brings both files together.
        """
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA journal_mode = WAL"))

    @property
    def secret(self) -> bytes:
        """What the seeds of variants are made with; no export holds it."""
        with self.engine.connect() as connection:
            value = connection.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.name == "secret")).scalar_one()
        return bytes.fromhex(value)

    def quizzes(self) -> list[str]:
        """The titles of the quizzes, sorted."""
        with self.engine.connect() as connection:
            return sorted(connection.execute(sa.select(SITTINGS.c.quiz).distinct()).scalars())

    def record_quiz(self, quiz: str, version_hash: str, version: str, questions: list[dict[str, Any]]) -> None:
        """Keep what a version of a quiz asks, with its keys."""
        condition = (QUIZZES.c.quiz == quiz) & (QUIZZES.c.hash == version_hash)
        with self.engine.begin() as connection:
            if connection.execute(sa.select(QUIZZES.c.hash).where(condition)).first() is None:
                row = {"quiz": quiz, "hash": version_hash, "version": version, "questions": json.dumps(questions)}
                connection.execute(sa.insert(QUIZZES), row)

    def questions(self, quiz: str, version_hash: str = "") -> dict[str, dict[str, Any]]:
        """What a version of a quiz asks, or any version of it, by the questions' ids."""
        condition = QUIZZES.c.quiz == quiz
        if version_hash:
            condition &= QUIZZES.c.hash == version_hash
        with self.engine.connect() as connection:
            rows = list(connection.execute(sa.select(QUIZZES.c.questions).where(condition)).scalars())
        return {question["id"]: question for row in rows for question in json.loads(row)}

    def hashes(self, quiz: str) -> set[str]:
        """The versions of a quiz that marks are from."""
        query = sa.select(SITTINGS.c.hash).where(SITTINGS.c.quiz == quiz).distinct()
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def attempts(self, quiz: str, version_hash: str, students: Sequence[str], rule: str) -> dict[str, str]:
        """The attempts of some students whose marks are from this version of the quiz, under this rule."""
        query = sa.select(SITTINGS.c.student, SITTINGS.c.attempts).where(
            (SITTINGS.c.quiz == quiz) & (SITTINGS.c.hash == version_hash) & (SITTINGS.c.rule == rule),
            SITTINGS.c.student.in_(students),
        )
        with self.engine.connect() as connection:
            return {row.student: row.attempts for row in connection.execute(query)}

    def write(self, quiz: str, entries: Iterable[BookEntry], decisions: Iterable[Decision] = ()) -> None:
        """Put marks in the place of those students' former ones, and add decisions, in one transaction."""
        entries = list(entries)
        names = [entry.student for entry in entries]
        marks = [row for entry in entries for row in mark_rows(quiz, entry)]
        sittings = [sitting_row(quiz, entry) for entry in entries]
        rows = [_decision_row(quiz, decision) for decision in decisions]
        with self.engine.begin() as connection:
            for table in (MARKS, SITTINGS):
                connection.execute(sa.delete(table).where((table.c.quiz == quiz) & table.c.student.in_(names)))
            for table, records in ((SITTINGS, sittings), (MARKS, marks), (DECISIONS, rows)):
                if records:
                    connection.execute(sa.insert(table), records)

    def entries(self, quiz: str, student: str = "") -> Iterator[BookEntry]:
        """What all students of a quiz handed in, or one of them, with their marks, in the order of their names."""
        condition = SITTINGS.c.quiz == quiz
        if student:
            condition &= SITTINGS.c.student == student
        folded, name = SITTINGS.c.folded, SITTINGS.c.student
        query = sa.select(folded, name, SITTINGS.c.attempts, SITTINGS.c.rule, SITTINGS.c.hash).where(condition)
        query = query.order_by(folded, name).limit(_FETCH)
        behind: Any = sa.true()
        while rows := self._fetch(query.where(behind)):  # no cursor stays open, so that others may write meanwhile
            marks = self._marks(quiz, [row.student for row in rows])
            for row in rows:
                own_marks = tuple(marks.get(row.student, ()))
                yield BookEntry(row.student, row.attempts, row.rule, row.hash, own_marks)
            last = rows[-1]
            behind = (folded > last.folded) | ((folded == last.folded) & (name > last.student))

    def _fetch(self, query: sa.Select[Any]) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    def _marks(self, quiz: str, students: list[str]) -> dict[str, list[MarkRecord]]:
        columns = (MARKS.c.student, MARKS.c.question, MARKS.c.verdict, MARKS.c.points, MARKS.c.mark)
        query = sa.select(*columns).where((MARKS.c.quiz == quiz) & MARKS.c.student.in_(students))
        query = query.order_by(MARKS.c.question)
        marks: dict[str, list[MarkRecord]] = {}
        with self.engine.connect() as connection:
            for student, question, verdict, points, content in connection.execute(query):
                marks.setdefault(student, []).append(MarkRecord(question, verdict, points, content))
        return marks

    def count(self, quiz: str) -> int:
        """How many students of a quiz have marks."""
        query = sa.select(sa.func.count()).select_from(SITTINGS).where(SITTINGS.c.quiz == quiz)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def decide(self, quiz: str, decision: Decision) -> None:
        """Keep a decision; former ones stay, and the last one counts."""
        with self.engine.begin() as connection:
            connection.execute(sa.insert(DECISIONS), _decision_row(quiz, decision))

    def decisions(self, quiz: str, student: str = "") -> list[Decision]:
        """All decisions on a quiz, or on one student's answers, the earliest first."""
        table = DECISIONS.c
        columns = (table.student, table.question, table.points, table.because, table.decider, table.at, table.answer)
        query = sa.select(*columns).where(table.quiz == quiz).order_by(table.number)
        query = query.where(table.student == student) if student else query
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Decision(row[0], row[1], Fraction(row[2]), *row[3:]) for row in rows]


def sitting_row(quiz: str, entry: BookEntry) -> dict[str, str]:
    """What a student handed in, as its table has it."""
    folded, _ = student_order(entry.student)
    return {
        "quiz": quiz,
        "student": entry.student,
        "folded": folded,
        "hash": entry.hash,
        "rule": entry.rule,
        "attempts": entry.attempts,
    }


def mark_rows(quiz: str, entry: BookEntry) -> list[dict[str, str]]:
    """A student's marks, as their table has them."""
    return [
        {
            "quiz": quiz,
            "student": entry.student,
            "question": mark.question,
            "verdict": mark.verdict,
            "points": mark.points,
            "mark": mark.content,
        }
        for mark in entry.marks
    ]


def _decision_row(quiz: str, decision: Decision) -> dict[str, str | None]:
    return {
        "quiz": quiz,
        "student": decision.student,
        "question": decision.question,
        "points": str(decision.points),
        "because": decision.because,
        "decider": decision.by,
        "at": decision.at,
        "answer": decision.answer,
    }
