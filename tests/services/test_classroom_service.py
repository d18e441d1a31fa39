"""A server of quizzes that is killed in the middle: what it acknowledged is in the book, in SQLite and PostgreSQL."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import count
from threading import Thread

import httpx
import pytest

from shapecalc.grading import load_quiz
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.handing_in import drafts
from shapecalc.grading.book.links import Person
from tests.services.serving import PLACE, QUIZ, hidden, links, serving, sign_in

pytestmark = pytest.mark.service("postgresql")

STUDENTS = 6
KILLS = 2


def answer(
    browser: httpx.Client, name: str, saved: dict[str, str], attempts: dict[str, list[str]], numbers: Iterator[int]
) -> None:
    """Save and hand in until the server is gone, and note what it acknowledged."""
    try:
        page = browser.get(PLACE).text
        for number in numbers:
            form = {**hidden(page), "answer-0": str(number)}
            if "Saved at" in browser.post(PLACE, data=form).text:
                saved[name] = str(number)
            if "done=handed-in" in browser.post(PLACE, data={**form, "do": "hand-in"}).headers.get("location", ""):
                attempts[name].append(str(number))
            page = browser.get(PLACE).text
    except httpx.HTTPError:
        return


def test_a_server_that_is_killed_loses_nothing_that_it_acknowledged(place):
    """Neither an attempt nor what was saved; the class goes on with the sessions that it has."""
    names = [f"s{number}" for number in range(STUDENTS)]
    invitations = links(place, [Person(name) for name in names])
    browsers: list[httpx.Client] = []
    numbers = count(1)  # a later answer has a higher number
    saved: dict[str, str] = {}
    attempts: dict[str, list[str]] = {name: [] for name in names}
    for _ in range(KILLS):
        with serving(place) as (address, process):
            browsers = browsers or [sign_in(address, link) for link in invitations]
            for browser in browsers:
                browser.base_url = httpx.URL(address)
            threads = [
                Thread(target=answer, args=(browser, name, saved, attempts, numbers))
                for browser, name in zip(browsers, names, strict=True)
            ]
            for thread in threads:
                thread.start()
            threads[0].join(2 + random.random())  # noqa: S311  no secret
            process.kill()
            for thread in threads:
                thread.join()
    title = load_quiz(QUIZ).title
    assert sum(map(len, attempts.values())) > STUDENTS
    with open_book(place) as book:
        in_book = {entry.student: json.loads(entry.attempts) for entry in book.entries(title)}
        texts = {name: draft.answers["entries"] for name, draft in drafts(book, title).items()}
    for name in names:
        assert set(attempts[name]) <= {attempt["entries"] for attempt in in_book.get(name, [])}
        if name in saved:
            assert int(texts[name]) >= int(saved[name])
