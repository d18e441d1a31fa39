"""Gradebooks in a real server of PostgreSQL; and a grading that is killed at random, there and in SQLite."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shapecalc_cli.main import main as cli

from shapecalc.errors import ShapecalcError
from shapecalc.grading import load_quiz
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.marking import AS_WRITTEN
from shapecalc.grading.book.regrading import regrade
from tests.services.grade_slowly import QUIZ, class_of
from tests.services.postgres import new_database

pytestmark = pytest.mark.service("postgresql")

ROOT = Path(__file__).parents[2]
CLASS = str(ROOT / "docs/examples/flatten-answers.csv")
STUDENTS = 1_000
KILLS = 5


def content(place: str) -> list[object]:
    """Everything of the book but its secret."""
    with open_book(place) as book:
        title = load_quiz(QUIZ).title
        return [list(book.entries(title)), book.decisions(title), book.questions(title)]


def test_a_grading_that_is_killed_again_and_again(place, tmp_path):
    """Whenever the process is killed, another run completes the book: no mark is lost, none is there twice."""
    started = time.monotonic()
    with open_book(str(tmp_path / "whole.db")) as book:
        Course(book, load_quiz(QUIZ)).grade(answers_from(class_of(STUDENTS)), AS_WRITTEN)
    seconds = time.monotonic() - started  # on this machine
    program = Path(__file__).with_name("grade_slowly.py")
    command = [sys.executable, str(program), place, str(STUDENTS)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    statuses = []
    delays = [0.0, *(seconds * random.random() for _ in range(KILLS))]  # noqa: S311  no secret
    for delay in [*delays, None]:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  ours
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            if delay is not None:
                time.sleep(delay)
                process.kill()
        statuses.append(process.returncode)
    assert (statuses[-1], -9 in statuses) == (0, True)
    assert content(place) == content(str(tmp_path / "whole.db"))


def test_a_regrade_that_is_killed_is_completed(place, tmp_path, monkeypatch):
    """Marks of both versions of the quiz stand in the book until another regrade has done the rest."""
    changed = tmp_path / "changed.yaml"
    changed.write_text(QUIZ.read_text(encoding="utf-8").replace("padding=2", "padding=1"), encoding="utf-8")
    monkeypatch.setattr("shapecalc.grading.book.regrading._GROUP", 100)
    with open_book(place) as book:
        Course(book, load_quiz(QUIZ)).grade(answers_from(class_of(300)), AS_WRITTEN)
        students = Course(book, load_quiz(changed))
        with monkeypatch.context() as patch:
            patch.setattr(type(book), "write", writing_once(type(book).write))
            with pytest.raises(KeyboardInterrupt):
                regrade(students)
        assert len(book.hashes(students.title)) == 2
        regrade(students)
        assert (len(book.hashes(students.title)), book.count(students.title)) == (1, 300)


def writing_once(write):
    calls: list[object] = []

    def written(*arguments):
        if calls:
            raise KeyboardInterrupt
        calls.append(arguments)
        write(*arguments)

    return written


def test_the_commands_with_a_server(server, monkeypatch, capsys):
    """Grade, decide and show: what SQLite prints, PostgreSQL prints; the password comes from the environment."""
    monkeypatch.setenv("PGPASSWORD", server.password)
    place = new_database(server)
    run("grade", str(QUIZ), CLASS, "--book", place, "--csv", monkeypatch=monkeypatch)
    run("decide", "Eva", "flat", "--points", "2", "--because", "20 maps", "--book", place, monkeypatch=monkeypatch)
    run("grade", str(QUIZ), "--book", place, "--json", monkeypatch=monkeypatch)
    printed = capsys.readouterr().out
    eva = json.loads(printed[printed.index("{") :])["students"][-1]
    assert (eva["student"], eva["points"]) == ("Eva", 7)


def test_a_password_file(server, tmp_path, monkeypatch):
    """As libpq reads it, where the environment has no password."""
    place = new_database(server)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    (tmp_path / "pgpass").write_text(f"127.0.0.1:*:*:teacher:{server.password}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    with open_book(place) as book:
        assert len(book.secret) == 32


def test_a_wrong_password_is_not_shown(server, monkeypatch):
    """The refusal is a line without it."""
    monkeypatch.setenv("PGPASSWORD", "wrong-secret")
    with pytest.raises(ShapecalcError, match="cannot be used") as refused, open_book(server.url):
        pass
    assert ("wrong-secret" in str(refused.value), "\n" in str(refused.value)) == (False, False)


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["shapecalc", *words])
    with pytest.raises(SystemExit) as left:
        cli()
    assert not left.value.code
