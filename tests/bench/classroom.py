"""A class of 200 that takes a quiz on the web, each with a request every 5 seconds, for a minute; the client included.

Half of the requests save what is typed, the others hand in.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import tempfile
import time
from pathlib import Path

import httpx

from shapecalc.grading.book.links import Person
from tests.services.serving import PLACE, hidden, links, serving

STUDENTS, PERIOD, MINUTE = 200, 5.0, 60.0


def run() -> None:
    """Print how long a request takes."""
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "course.db")
        invitations = links(book, [Person(f"s{number}") for number in range(STUDENTS)])
        with serving(book) as (address, _):
            seconds = sorted(asyncio.run(_class(address, invitations)))
    for part in (50, 90, 99, 100):
        at = min(len(seconds) - 1, len(seconds) * part // 100)
        print(f"{part:>3} % of {len(seconds):,} requests within {seconds[at] * 1000:,.0f} ms")


async def _class(address: str, invitations: list[str]) -> list[float]:
    seconds: list[float] = []
    # everybody signs in first, one after the other; then the minute begins
    tls = ssl.create_default_context()  # one for all: no request needs it, and 200 would take minutes
    students = [httpx.AsyncClient(base_url=address, timeout=60, verify=tls) for _ in invitations]
    pages = []
    for student, link in zip(students, invitations, strict=True):
        await student.post(link)
        pages.append((await student.get(PLACE)).text)
        await asyncio.sleep(0.05)  # slower than what one address may ask
    await asyncio.gather(*[_student(*each, seconds) for each in zip(students, pages, strict=True)])
    for student in students:
        await student.aclose()
    return seconds


async def _student(student: httpx.AsyncClient, page: str, seconds: list[float]) -> None:
    form = hidden(page)
    await asyncio.sleep(random.random() * PERIOD)  # noqa: S311  no secret
    for number in range(int(MINUTE / PERIOD)):
        answers = {"answer-0": str(random.randrange(800)), "answer-3": f"20*16*{number}", "answer-6": "b"}  # noqa: S311
        begun = time.perf_counter()
        response = await student.post(PLACE, data={**form, **answers, "do": "hand-in" if number % 2 else ""})
        seconds.append(time.perf_counter() - begun)
        if response.status_code not in (200, 303):
            raise SystemExit(f"the server answers {response.status_code}")
        if response.status_code == 303:
            form["attempts"] = str(int(form["attempts"]) + 1)
        await asyncio.sleep(max(0.0, PERIOD - (time.perf_counter() - begun)))
