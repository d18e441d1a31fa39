"""Gradebooks that processes of Ray mark: the same content as joblib's, on loopback, whatever dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from shapecalc.errors import ShapecalcError
from shapecalc.grading import load_quiz, read_answers
from shapecalc.grading.book import engines
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.marking import AS_WRITTEN
from shapecalc.pytorch.training.grading import train_for_grade
from tests.services.grade_slowly import QUIZ, class_of

pytestmark = pytest.mark.service("ray")

STUDENTS = 900
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module", autouse=True)
def _home(tmp_path_factory):
    """Ray keeps a token in the home folder, which it reads once; what an engine sets is as before afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("RAY_USAGE_STATS_ENABLED", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"):
            patch.setenv(name, os.environ.get(name, ""))
        yield


@pytest.fixture
def engine():
    cluster = engines.RayCluster(1)
    yield cluster
    cluster.close()


def _content(place: Path, engine: str, workers: int) -> list[object]:
    with open_book(str(place)) as book:
        course = Course(book, load_quiz(QUIZ))
        course.grade(answers_from(class_of(STUDENTS)), AS_WRITTEN, engine=engine, workers=workers)
        return list(book.entries(course.title))


def test_the_same_marks(tmp_path):
    """Marks in processes of Ray are those of this process, byte for byte."""
    assert _content(tmp_path / "ray.db", "ray", 2) == _content(tmp_path / "here.db", "joblib", 1)


def test_it_listens_on_loopback():
    """Ray that is started here opens no port to other machines, and sends no statistics."""
    before = _listening()
    engine = engines.RayCluster(1)
    opened = _listening() - before
    engine.close()
    assert opened
    assert {address for address, _ in opened} <= {"0100007F", "0000000000000000FFFF00000100007F"}
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


def _listening() -> set[tuple[str, str]]:
    """The addresses and ports, in hexadecimal digits, on which any process listens."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    return {tuple(line[1].split(":")) for line in lines if line[3] == "0A"}  # type: ignore[misc]


def _dying(chunk: list[Any]) -> list[Any]:
    """Marks chunks, and ends its process where there is a b in one."""
    if "b" in chunk:
        os._exit(1)
    return chunk


def test_a_process_that_dies(engine):
    """A chunk whose process dies is an error that the engine names, after which it marks others."""
    with pytest.raises(engine.died()):
        list(engine.results(_dying, [["a"], ["b"]]))
    assert list(engine.results(_dying, [["a"]])) == [["a"]]


def test_trainings_in_processes_of_ray(tmp_path):
    """The example of docs/how-to/train-on-a-cluster.md: the receipts are those of joblib, byte for byte."""
    quiz, answers = load_quiz(EXAMPLES / "train-quiz.yaml"), read_answers(EXAMPLES / "train-answers.csv")
    contents = []
    for engine in ("ray", "joblib"):
        with open_book(str(tmp_path / f"{engine}.db")) as book:
            course = Course(book, quiz)
            course.grade(answers, AS_WRITTEN, engine=engine, workers=2, trainer=train_for_grade)
            contents.append(list(book.entries(course.title)))
    assert contents[0] == contents[1]


def test_no_cluster_there():
    """An address where nothing answers is refused in a line."""
    with pytest.raises(ShapecalcError, match="Nothing answers"):
        engines.RayCluster(1, "127.0.0.1:1")
