"""Practice: answers judged at once, hints from the derivation, what to practise."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import Any

import pytest

import shapecalc
from shapecalc.errors import SpecError
from shapecalc.grading.hints import hint_parts
from shapecalc.grading.practice import Practice
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document
from tests.cli.test_main import QUIZ, Run, run
from tests.grading.quizzes import question
from tests.needs import ROOT

__all__ = ["run"]  # a fixture


def practice(**keys):
    """A quiz of one question, whose key is 280."""
    question = {
        "id": "conv",
        "text": "How many parameters?",
        "kind": "integer",
        "points": 2,
        "net": {"spec": "Conv2d(3, 10, 3)", "input": "3x9x9"},
        "ask": {"measure": "parameters", "node": "conv1"},
        **keys,
    }
    return Practice(from_document(QuizDocument.model_validate({"title": "Quiz", "questions": [question]})), "name")


def test_a_right_answer_shows_the_key_and_a_wrong_one_does_not():
    """As long as there are attempts."""
    asked = practice()
    wrong = str(asked.check("conv", 270))
    assert "280" not in wrong
    assert "Perhaps: you left out the bias." in wrong
    assert "parameters of conv1 = K·F·F·D + K = 10·3·3·3 + 10 = 280" in str(asked.check("conv", "280"))
    assert asked.is_done(asked.question("conv"))


def test_a_remark_does_not_give_the_key():
    """Where layers are refused, torch's words name the number that fits."""
    blank = {"kind": "argument", "layer": "Flatten Linear(?, 10)", "inputs": "8x4x4", "output": 10, "example": 128}
    question = {"id": "conv", "text": "How many?", **blank}
    asked = Practice(from_document(QuizDocument.model_validate({"title": "Quiz", "questions": [question]})), "name")
    assert str(asked.check("conv", 64)) == "  conv  wrong"
    assert "128" not in str(asked)


def test_attempts_run_out():
    """The last wrong answer shows the key; another is refused; blanks and what is not understood cost nothing."""
    asked = practice(attempts={"most": 2, "penalty": "0.5"})
    assert "1 attempt left" in str(asked.check("conv", "270"))
    assert "1 attempt left" in str(asked.check("conv", "?"))
    assert "1 attempt left" in str(asked.check("conv", "12 px"))
    assert "key: 280" in str(asked.check("conv", "271"))
    with pytest.raises(SpecError, match="No attempt is left for conv; the key is 280"):
        asked.check("conv", "280")


def test_a_penalty_is_taken_off():
    """Of the attempts behind the first."""
    asked = practice(attempts={"penalty": "0.25"})
    asked.check("conv", "1")
    asked.check("conv", "280")
    assert asked.points(asked.question("conv")) == Fraction(3, 2)


@pytest.mark.parametrize(("counts", "points"), [("best", 2), ("first", 0), ("last", 0), ("average", Fraction(2, 3))])
def test_which_attempt_counts(counts, points):
    """By the policy; without an attempt there is nothing."""
    asked = practice(attempts={"counts": counts})
    assert asked.points(asked.question("conv")) == 0
    for answer in ("1", "280", "2"):
        asked.check("conv", answer)
    assert asked.points(asked.question("conv")) == points


def test_hints_are_the_derivation_without_its_result():
    """Formula, then numbers; the last hint is repeated."""
    asked = practice()
    assert asked.hint("conv") == "parameters of conv1 = K·F·F·D + K"
    last = "parameters of conv1 = K·F·F·D + K = 10·3·3·3 + 10 (that is all but the result)"
    assert [asked.hint("conv"), asked.hint("conv")] == [last, last]
    every = shapecalc.quiz(ROOT / QUIZ)
    assert all(hint_parts(question) for question in every.quiz.questions)


def test_giving_up_shows_the_key():
    """And ends the question."""
    asked = practice()
    assert "key: 280" in asked.give_up("conv").text()
    assert asked.is_done(asked.question("conv"))
    with pytest.raises(SpecError, match="the key is 280"):
        asked.check("conv", "280")


def test_what_to_practise():
    """Each question that was not right at once, with what is asked."""
    asked = practice()
    assert "Not answered: conv" in str(asked)
    asked.hint("conv")
    assert "parameters: not answered, 1 hint" in str(asked)
    asked.check("conv", "270")
    asked.check("conv", "280")
    assert "Quiz: 2 of 2 points" in str(asked)
    assert "parameters: right at attempt 2, 1 hint; perhaps you left out the bias" in str(asked)
    right = practice()
    right.check("conv", "280")
    assert str(right) == "Quiz: 2 of 2 points"


def test_a_mistake_made_repeatedly():
    """It is named once more, with the questions."""
    quiz = shapecalc.quiz(ROOT / QUIZ)
    quiz.check("conv1", 270)
    quiz.check("conv2", 5000)
    assert "More than once: you left out the bias (conv1, conv2)" in str(quiz)


def hints(*options: Any, **keys: Any) -> list[str]:
    """The hints of a question about a chain of three layers."""
    net = {"spec": "Conv2d(3, 10, 3) ReLU MaxPool2d(4)", "input": "3x130x130"}
    choice = {"options": list(options)} if options else {}
    return hint_parts(practice(**{"net": net, **choice, **keys}).question("conv"))


def test_no_hint_gives_the_key():
    """Neither of a field, nor of a sum, nor whether a claim is true."""
    assert hints(ask="receptive_field")[0] == "receptive field after conv1 3, relu1 3"
    assert hints(net={"spec": "Conv2d(1, 1, 5)", "input": "1x9x9"}, ask="receptive_field") == [
        "receptive field of conv1 = r + (F − 1)·j",
        "receptive field of conv1 = r + (F − 1)·j = 1 + (5 − 1)·1",
    ]
    claim = {"text": "It is wide.", "ask": "width", "more_than": 40}
    claims = hints(claim, {"text": "It is deep.", "ask": "channels", "equals": 10}, kind="select-all", ask=None)
    assert [hint[:3] for hint in claims] == ["a) ", "a) ", "b) "]
    assert not any(word in hint for hint in claims for word in ("true", "false", "= 32", "= 10"))
    assert hints(kind="formula", net={"spec": "Conv2d(1, 1, F)", "input": "1xWxW"}, ask="width") == []


def test_hints_name_the_layer_that_makes_a_number():
    """Not one that passes it on."""
    assert hints(ask="channels", net={"spec": "Conv2d(3, 10, 3) ReLU", "input": "3x9x9"}) == ["channels of conv1 = K"]


def test_hints_of_a_sum_are_its_terms():
    """Layer by layer."""
    net = {"spec": "Conv2d(1, 2, 3) Conv2d(2, 4, 3)", "input": "1x9x9"}
    assert hints(net=net, ask="parameters") == [
        "parameters of conv1 = K·F·F·D + K = 2·3·3·1 + 2 = 20",
        "parameters of conv2 = K·F·F·D + K = 4·3·3·2 + 4 = 76",
        "parameters = 20 (conv1) + 76 (conv2)",
    ]


def test_the_hint_of_a_blank_is_the_formula():
    """That the value has to fit."""
    blank = question("argument", layer="Conv2d(3, 8, 7, padding=?)", keeps="size")
    assert hint_parts(blank) == ["size of conv1 = ⌊(W − F + 2P)/S⌋ + 1"]


def test_a_practice_goes_on_where_it_ended():
    """With the same answers, hints and questions given up; another quiz is refused."""
    asked = practice()
    asked.hint("conv")
    asked.check("conv", "270")
    asked.give_up("conv")
    data = json.loads(json.dumps(asked.as_dict()))
    resumed = practice()
    resumed.resume(data)
    assert resumed.as_dict() == data
    faults: list[Any] = [{**data, "quiz": "another"}, {**data, "answers": []}, [], None]
    for broken in faults:
        with pytest.raises(SpecError, match=r"another quiz|cannot be read"):
            practice().resume(broken)


def test_a_wrong_name_is_refused():
    """With the nearest, or all."""
    with pytest.raises(SpecError, match="did you mean conv"):
        practice().check("cony", 1)


def test_shapes_are_taken_as_python_has_them():
    """Tuples and lists."""
    quiz = shapecalc.quiz(ROOT / QUIZ)
    assert str(quiz.check("size", (20, 16, 16))).startswith("  size  right")
    assert "channels-last order" in str(quiz.check("size", [16, 16, 20]))


def test_the_command_says_what_may_be_typed(run: Run, monkeypatch):
    """At first, where nothing is typed, and in more words where help is asked for."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\nhelp\nquit\n"))
    out = run("quiz", "take", QUIZ)[1]
    assert out.count("Type an answer, or hint, show, skip, quit or help.") == 2
    assert "show  gives up" in out


def test_the_network_is_shown_once_in_a_row(run: Run, monkeypatch):
    """Above the first of several questions about it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("skip\n" * 8))
    out = run("quiz", "take", QUIZ)[1]
    assert out.count("conv2  Conv2d(10, 20, 5, padding=2)") == 1
    assert out.index("How deep") < out.index("conv2  Conv2d(10") < out.index("What is the shape of that output")


def test_the_command(run: Run, monkeypatch, tmp_path):
    """Asks one question after the other, and keeps the answers in a file."""
    saved = tmp_path / "saved.json"
    monkeypatch.setattr("sys.stdin", io.StringIO("700\nhint\n784\nskip\nshow\nquit\n"))
    status, out, err = run("quiz", "take", QUIZ, "--resume", str(saved))
    assert (status, err) == (0, "")
    assert "entries  wrong" in out
    assert "shape of input = 28x28" in out
    assert "1 of 11 points" in out
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    _, out, _ = run("quiz", "take", QUIZ, "--resume", str(saved), "--json")
    assert json.loads(out)["answers"] == {"entries": ["700", "784"]}
    assert json.loads(out)["shown"] == ["size"]
    assert json.loads(out)["points"]["entries"] == 1
