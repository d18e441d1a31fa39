"""The quizzes that come with shapecalc: every variant can be asked, and their test answers are judged as expected."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from pathlib import Path

import pytest

import shapecalc
from shapecalc.errors import SpecError
from shapecalc.grading import lint, load_quiz, load_template, shelf
from shapecalc.grading.quiz.document.quiz import KINDS
from shapecalc.grading.quiz.fingerprint import quiz_hash
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES, quiz_file
from tests.cli.test_main import Run, run

__all__ = ["run"]  # a fixture

FOLDER = quiz_file("quiz:flatten").parent


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_nothing_is_wrong_with_a_quiz(name):
    """All variants are legal; the test answers are judged as they say, and would notice another key."""
    template = load_template(PREFIX + name)
    report = lint(template, sample=1)
    codes = {"illegal-variant", "test-answer", "weak-tests", "key-position"}
    assert [remark.text for remark in report.remarks if remark.code in codes] == []
    assert [question.id for question in report.questions if question.is_all] == list(template.ids)


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_a_quiz_has_questions(name):
    """At least eight, some with numbers that are drawn."""
    template = load_template(PREFIX + name)
    assert len(template.ids) >= 8
    assert template.is_varied


def test_every_question_has_test_answers():
    """Right and wrong ones."""
    questions = [question for name in QUIZ_NAMES for question in load_quiz(PREFIX + name).questions]
    assert [each.id for each in questions if not {verdict for _, verdict in each.tests} >= {"right", "wrong"}] == []


def test_every_kind_is_asked_twice():
    """In all quizzes together."""
    counts = Counter(kind for name in QUIZ_NAMES for kind in load_template(PREFIX + name).kinds)
    assert {kind: counts[kind] for kind in KINDS if counts[kind] < 2} == {}


def test_every_file_has_a_name():
    """No quiz lies about that no name leads to."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(QUIZ_NAMES)


def test_a_name_that_no_quiz_has():
    """The nearest is named, else the command that lists all."""
    with pytest.raises(SpecError, match=r"There is no quiz flaten \(did you mean flatten\?\)"):
        load_quiz("quiz:flaten")
    with pytest.raises(SpecError, match="shapecalc quiz list"):
        load_quiz("quiz:../secret")


def test_quizzes_in_python():
    """A name is as good as a file."""
    practice = shapecalc.quiz("quiz:flatten")
    assert practice.check("padding-of-seven", 3).shows_key


def test_the_list(run: Run):
    """The command prints what the library knows."""
    printed = json.loads(run("quiz", "list", "--json")[1])
    assert printed == shelf().as_dict()
    assert [entry["name"] for entry in printed["quizzes"]] == [PREFIX + name for name in QUIZ_NAMES]


@pytest.mark.parametrize("command", ["preview", "lint", "variants"])
def test_commands_take_a_name(run: Run, command):
    """As they take a file."""
    assert "Kernels and edges" in run("quiz", command, "quiz:kernels")[1]


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_a_quiz_crosses_processes(name):
    """As several workers mark it, with the same keys there."""
    quiz = load_quiz(PREFIX + name)
    copy = pickle.loads(pickle.dumps(quiz))  # noqa: S301  ours
    assert copy.as_dict() == quiz.as_dict()
    assert quiz_hash(copy) == quiz_hash(quiz)


def test_variants_of_many_questions(run: Run):
    """A row for each variant of each question, with the first seed that gives it."""
    rows = run("quiz", "variants", "quiz:one-layer", "-n", "2")[1].splitlines()
    assert [row.split() for row in rows if row.startswith(("question", "depth", "formula"))] == [
        ["question", "seed", "key", "numbers"],
        ["depth", "1", "10", "K=10"],
        ["depth", "2", "16", "K=16"],
        ["formula", "1", "W", "−", "F", "+", "1"],
    ]


@pytest.mark.parametrize("seed", ["1", "7"])
def test_a_class_is_graded_by_name(run: Run, tmp_path, seed):
    """And the receipts are replayed, whatever the seed of the numbers."""
    answers = tmp_path / "answers.csv"
    answers.write_text("student,nothing\nAda,0 0 0; 0 1 0; 0 0 0\n", encoding="utf-8")
    folder = Path(tmp_path, "receipts")
    assert run("grade", "quiz:kernels", str(answers), "--seed", seed, "--receipts", str(folder))[0] == 0
    assert run("receipt", str(folder / "Ada.json"))[0] == 0
