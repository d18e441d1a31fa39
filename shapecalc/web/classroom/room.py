"""A classroom: its quizzes, who is signed in, and what somebody asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, NoReturn, final

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException

from shapecalc.grading.book.database import BookDatabase
from shapecalc.web.classroom.clock import ForwardClock
from shapecalc.web.classroom.desk import QuizDesk
from shapecalc.web.classroom.sessions import Session, Sessions


@final
@dataclass(frozen=True)
class Classroom:
    """A class that takes quizzes.

    Attributes:
        book: the gradebook.
        desks: the quizzes, by the names in their addresses.
        sessions: who is signed in.
        clock: gives the time.
        is_secure: whether browsers reach it by TLS alone, so that cookies never travel without.
    """

    book: BookDatabase
    desks: Mapping[str, QuizDesk]
    sessions: Sessions
    clock: ForwardClock
    is_secure: bool = False


@final
class Visit(NamedTuple):
    """What somebody who is signed in asks for.

    Attributes:
        room: the classroom.
        session: who asks.
        name: the quiz, as its address has it; "" for none.
        query: the fields of the address.
        form: the fields of the body.
    """

    room: Classroom
    session: Session
    name: str
    query: QueryParams
    form: FormData

    @property
    def desk(self) -> QuizDesk:
        """The quiz.

        Raises:
            HTTPException: there is none of this name.
        """
        desk = self.room.desks.get(self.name)
        if desk is None:
            refuse(HTTPStatus.NOT_FOUND, "There is no such quiz here.")
        return desk

    @property
    def token(self) -> str:
        """What a form holds that comes from a page of this session."""
        return self.room.sessions.form_token(self.session)

    def text(self, name: str) -> str:
        """A field of the body; "" where it lacks."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All values of a field of the body."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]


def refuse(status: HTTPStatus, words: str) -> NoReturn:
    """End a request with a page that says why.

    Raises:
        HTTPException: always.
    """
    raise HTTPException(status, words)
