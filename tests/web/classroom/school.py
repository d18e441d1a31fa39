"""A class with a quiz, a book and a server in the same process, whose clock the test sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from shapecalc.grading.book.database import BookDatabase, open_book
from shapecalc.grading.book.links import Person, make_links
from shapecalc.web.classroom.opening import open_classroom
from shapecalc.web.classroom.routes import classroom_application
from shapecalc.web.classroom.sessions import ProxyTrust
from shapecalc.web.host import application

SECRET = "s" * 40
#: When tests begin, and when the quiz ends.
START = datetime(2030, 5, 1, 18, 0, tzinfo=UTC)
DEADLINE = START + timedelta(hours=1)

QUIZ = """\
title: An evening
deadline: 2030-05-01T21:00+02:00
attempts: {most: 2, penalty: 0.5}
questions:
  - id: depth
    text: How many channels come out?
    kind: integer
    net: {spec: "Conv2d(3, 4711, 3)", input: 3x32x32}
    ask: channels
  - id: weights
    text: How many parameters, biases included?
    kind: expression
    points: 2
    feedback: after-deadline
    net: {spec: "Conv2d(3, 16, 3)", input: 3x32x32}
    ask: parameters
  - id: sees
    text: How far does one output see?
    kind: single-choice
    feedback: never
    net: {spec: "Conv2d(3, 8, 5)", input: 3x32x32}
    ask: receptive_field
    options: [3, 5, 7]
"""
#: What is right.
KEYS = {"answer-0": "4711", "answer-1": "448", "answer-2": "b"}


class School:
    """A class that sits at a quiz."""

    def __init__(self, book: BookDatabase, file: Path, proxy: ProxyTrust | None = None) -> None:
        self.book, self.file = book, file
        self.now = START
        self.room = open_classroom(book, [file], SECRET, proxy=proxy, time=lambda: self.now)
        self.app = application(classroom=classroom_application(self.room), names=())
        self.desk = next(iter(self.room.desks.values()))

    def browser(self, client: tuple[str, int] = ("127.0.0.1", 5000)) -> TestClient:
        """A browser that nobody uses."""
        return TestClient(self.app, "http://127.0.0.1", follow_redirects=False, client=client)

    def link(self, name: str, *, is_teacher: bool = False) -> str:
        """The address of a new link."""
        until = self.now + timedelta(days=1)
        return f"/class/enter/{make_links(self.book, [Person(name, is_teacher)], until, self.now)[0]}"

    def sign_in(self, name: str, *, is_teacher: bool = False, address: str = "127.0.0.1") -> TestClient:
        """A browser in which somebody is signed in."""
        browser = self.browser((address, 5000))
        assert browser.post(self.link(name, is_teacher=is_teacher)).status_code == 303
        return browser

    def attempts(self, name: str) -> int:
        """How many attempts of a student the book has."""
        return len(self.desk.seat(name).attempts)


@contextmanager
def school(folder: Path, quiz: str = QUIZ, proxy: ProxyTrust | None = None) -> Iterator[School]:
    """A class with a new book in a folder."""
    file = folder / "evening.yaml"
    file.write_text(quiz)
    with open_book(str(folder / "course.db")) as book:
        yield School(book, file, proxy)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form of a page."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def send(browser: TestClient, page: str, answers: dict[str, str], do: str = "") -> Any:
    """Send the form of a quiz's page."""
    return browser.post("/class/quiz/evening", data={**hidden(page), **answers, "do": do})
