"""Links that sign somebody in once: they expire, and the book keeps their hashes alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, final

import sqlalchemy as sa

from shapecalc.grading.book.database import BookDatabase
from shapecalc.grading.book.tables import LINKS

#: The random bytes of a link.
_BYTES = 24
#: How long a link is kept behind its end, so that its owner is told that it has expired.
_KEPT = timedelta(days=30)


@final
class Person(NamedTuple):
    """Who signs in.

    Attributes:
        name: as the gradebook has it.
        is_teacher: whether it is a teacher.
    """

    name: str
    is_teacher: bool = False


def make_links(book: BookDatabase, people: Iterable[Person], until: datetime, now: datetime) -> list[str]:
    """A secret for each person, which signs them in once; in their order.

    Args:
        book: the gradebook.
        people: whom they sign in.
        until: when they expire, in UTC.
        now: the time, in UTC.
    """
    links = [(secrets.token_urlsafe(_BYTES), person) for person in people]
    rows = [
        {"hash": _hash(link), "person": person.name, "teacher": person.is_teacher, "until": _text(until)}
        for link, person in links
    ]
    with book.engine.begin() as connection:
        connection.execute(sa.delete(LINKS).where(LINKS.c.until < _text(now - _KEPT)))
        if rows:
            connection.execute(sa.insert(LINKS), rows)
    return [link for link, _ in links]


def link_owner(book: BookDatabase, link: str, now: datetime) -> Person | None:
    """Whom a link signs in; None where it is none, was used or has expired."""
    query = sa.select(LINKS.c.person, LINKS.c.teacher).where(_is_valid(link, now))
    with book.engine.connect() as connection:
        row = connection.execute(query).first()
    return Person(row.person, row.teacher) if row else None


def use_link(book: BookDatabase, link: str, now: datetime) -> Person | None:
    """As :func:`link_owner`; from now on, the link signs nobody in."""
    owner = link_owner(book, link, now)
    # of several uses in the same moment, the database lets one change the row
    change = sa.update(LINKS).where(_is_valid(link, now)).values(used=_text(now))
    with book.engine.begin() as connection:
        is_first = connection.execute(change).rowcount == 1
    return owner if is_first else None


def _is_valid(link: str, now: datetime) -> sa.ColumnElement[bool]:
    return (LINKS.c.hash == _hash(link)) & LINKS.c.used.is_(None) & (LINKS.c.until >= _text(now))


def _hash(link: str) -> str:
    return sha256(link.encode("utf-8", "backslashreplace")).hexdigest()


def _text(moment: datetime) -> str:
    """A time in UTC as a text that is sorted as the times are."""
    return moment.isoformat(timespec="seconds")
