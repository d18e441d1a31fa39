"""Thousands of damaged quizzes and answers: each is graded or refused in one line, and nothing in them is run."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shapecalc.errors import ShapecalcError
from shapecalc.formats.document.files import from_yaml, validate_model
from shapecalc.grading import grade, load_quiz
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document
from tests.campaigns import cases
from tests.formats.mutate import damaged

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
QUIZ = load_quiz(FOLDER / "flatten-quiz.yaml")
QUIZZES = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*quiz*.yaml"))]
ANSWERS = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*answers*.csv"))]

#: How many texts each door gets with --deep; otherwise it gets a tenth of them.
MANY = 2_000
#: What a text must never reach: another program, the network, a file to write.
RUNNING = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "socket.connect", "os.remove")

canary: list[str] = []
watching: list[bool] = [False]


def _watch(event: str, arguments: Any) -> None:
    if watching[0] and (event in RUNNING or (event == "open" and set("wax+") & set(str(arguments[1])))):
        canary.append(f"{event} {arguments}")


sys.addaudithook(_watch)  # there is no way to remove it; it looks at events in this module's tests alone


def as_quiz(text: str) -> None:
    """Read a quiz and print it with its keys."""
    document = validate_model(from_yaml(text, "quiz"), QuizDocument, "quiz")
    str(from_document(document, "quiz", folder=FOLDER))


def as_answers(text: str) -> None:
    """Grade answers and print the marks in each way."""
    book = grade(QUIZ, answers_from(text))
    str(book)
    book.as_dict()
    book.as_csv()


def outcome(door: Callable[[str], None], text: str) -> str:
    """What a door made of a text: read, refused in one line, or what went wrong."""
    try:
        door(text)
    except ShapecalcError as refused:
        message = str(refused)
        return "refused" if message and "\n" not in message else f"refused in many lines: {text!r}"
    except Exception as wrong:  # noqa: BLE001  to show the text that it happened with
        return f"{type(wrong).__name__}: {wrong} for {text!r}"
    return "read"


@pytest.mark.parametrize(("door", "sources"), [(as_quiz, QUIZZES), (as_answers, ANSWERS)], ids=["quiz", "answers"])
def test_damaged_texts_are_read_or_refused(door: Callable[[str], None], sources: list[str]) -> None:
    """Nothing else ever happens, and nothing is run or written."""
    rng = random.Random(MANY)  # noqa: S311  nothing secret: the same texts every time
    count = cases(MANY // 10, deep=MANY)
    watching[0] = True
    try:
        outcomes = Counter(outcome(door, damaged(rng, rng.choice(sources))) for _ in range(count))
    finally:
        watching[0] = False
    assert (set(outcomes), canary) == ({"read", "refused"}, [])


def test_the_canary_sings(tmp_path: Path) -> None:
    """A file that is written while it watches is seen."""
    watching[0] = True
    (tmp_path / "file").write_text("", encoding="utf-8")
    watching[0] = False
    assert len(canary) == 1
    canary.clear()
