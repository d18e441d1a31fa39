"""``shapecalc serve`` in a process of its own, with a class whose members are signed in."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx

from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.links import Person, make_links

ROOT = Path(__file__).parents[2]
QUIZ = ROOT / "docs/examples/flatten-quiz.yaml"
#: The address of the quiz.
PLACE = "/class/quiz/flatten-quiz"
#: How long a server may take to start, in seconds.
PATIENCE = 60


@contextmanager
def serving(book: str, quiz: Path = QUIZ) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server with a class that is ready: its address, and its process."""
    with started(str(quiz), "--book", book) as server:
        yield server


@contextmanager
def started(*words: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """``shapecalc serve`` with further words, when it is ready: its address, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "shapecalc_cli.main", "serve", *words, "--port", str(port)]
    environment = {"SHAPECALC_SECRET": "s" * 40, **os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'cli'}"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603  ours
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def _wait(port: int) -> None:
    for _ in range(PATIENCE * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not start")


def links(book: str, people: list[Person]) -> list[str]:
    """The path of a new link for each person."""
    now = datetime.now(UTC)
    with open_book(book) as database:
        return [f"/class/enter/{link}" for link in make_links(database, people, now + timedelta(days=1), now)]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def sign_in(address: str, link: str) -> httpx.Client:
    """A browser in which the owner of a link is signed in."""
    browser = httpx.Client(base_url=address, timeout=60)
    assert browser.post(link).status_code == 303
    return browser
