"""A classroom from a gradebook and the files of its quizzes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.grading.book.database import BookDatabase
from shapecalc.page import visible
from shapecalc.web.classroom.clock import ForwardClock, system_time
from shapecalc.web.classroom.desk import QuizDesk
from shapecalc.web.classroom.room import Classroom
from shapecalc.web.classroom.sessions import ProxyTrust, Sessions

#: The most quizzes of a classroom.
MAX_QUIZZES = 50


def open_classroom(
    book: BookDatabase,
    files: Sequence[Path],
    secret: str,
    *,
    proxy: ProxyTrust | None = None,
    time: Callable[[], datetime] = system_time,
) -> Classroom:
    """A classroom.

    Args:
        book: the gradebook.
        files: the quizzes.
        secret: what signs sessions.
        proxy: a proxy that says who asks; None where links sign people in.
        time: gives the time of the machine.

    Raises:
        SpecError: a file is no quiz, two have one title or one name, or the book has marks of another version of one.
    """
    if not 1 <= len(files) <= MAX_QUIZZES:
        raise SpecError(f"A classroom has 1 to {MAX_QUIZZES} quizzes, not {len(files)}; name their files.")
    book.write_ahead()
    clock = ForwardClock(time)
    desks: dict[str, QuizDesk] = {}
    for file in files:
        name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower().removeprefix("quiz:")).strip("-") or "quiz"
        desk = QuizDesk(book, file, clock)
        desk.edition.course.check_version()
        twin = next(
            (each for key, each in desks.items() if key == name or each.edition.title == desk.edition.title), None
        )
        if twin:
            raise SpecError(f"{twin.file} and {file} have one name or one title, {visible(desk.edition.title, 60)}.")
        desks[name] = desk
    return Classroom(book, desks, Sessions(secret, proxy), clock, is_secure=proxy is not None)
