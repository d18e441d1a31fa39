"""What students write and hand in on the web: saved as it is typed, and handed in once, whatever is sent twice.

Each function is one transaction: when it returns, the database has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shapecalc.grading.book.database import BookDatabase, mark_rows, sitting_row
from shapecalc.grading.book.entries import BookEntry
from shapecalc.grading.book.tables import DRAFTS, MARKS, SITTINGS


@final
class Draft(NamedTuple):
    """What a student has written and not handed in.

    Attributes:
        student: who.
        answers: what is written, by the questions' ids.
        at: when it was saved last, in UTC.
    """

    student: str
    answers: dict[str, str]
    at: datetime


def save_draft(book: BookDatabase, quiz: str, draft: Draft) -> None:
    """Keep what a student has written, in the place of what was written before."""
    values = {"answers": json.dumps(draft.answers), "at": draft.at.isoformat()}
    place = (DRAFTS.c.quiz == quiz) & (DRAFTS.c.student == draft.student)
    try:
        with book.engine.begin() as connection:
            if connection.execute(sa.update(DRAFTS).where(place).values(values)).rowcount == 0:
                connection.execute(sa.insert(DRAFTS), {"quiz": quiz, "student": draft.student, **values})
    except IntegrityError:  # another page of the same student was quicker
        with book.engine.begin() as connection:
            connection.execute(sa.update(DRAFTS).where(place).values(values))


def drafts(book: BookDatabase, quiz: str, student: str = "") -> dict[str, Draft]:
    """What all students of a quiz have written, or one of them, by their names."""
    query = sa.select(DRAFTS.c.student, DRAFTS.c.answers, DRAFTS.c.at).where(DRAFTS.c.quiz == quiz)
    query = query.where(DRAFTS.c.student == student) if student else query
    with book.engine.connect() as connection:
        rows = connection.execute(query.order_by(DRAFTS.c.student)).all()
    return {row.student: Draft(row.student, json.loads(row.answers), datetime.fromisoformat(row.at)) for row in rows}


def hand_in(book: BookDatabase, quiz: str, entry: BookEntry, former: BookEntry | None) -> bool:
    """Put a student's marks in the place of the former ones, if those still stand in the book.

    Args:
        book: the gradebook.
        quiz: the quiz's title.
        entry: all attempts, the new one included, with their marks.
        former: what the book had when the new attempt was begun; None for nothing.

    Returns:
        Whether the book has it now; False where another page handed in meanwhile.
    """
    place = (SITTINGS.c.quiz == quiz) & (SITTINGS.c.student == entry.student)
    row: Mapping[str, Any] = sitting_row(quiz, entry)
    try:
        with book.engine.begin() as connection:
            if former is None:
                connection.execute(sa.insert(SITTINGS), row)
            else:
                unchanged = place & (SITTINGS.c.attempts == former.attempts) & (SITTINGS.c.hash == former.hash)
                if connection.execute(sa.update(SITTINGS).where(unchanged).values(row)).rowcount == 0:
                    return False
            connection.execute(sa.delete(MARKS).where((MARKS.c.quiz == quiz) & (MARKS.c.student == entry.student)))
            connection.execute(sa.insert(MARKS), mark_rows(quiz, entry))
    except IntegrityError:
        return False
    return True
