"""What a student is shown of the network that a question is about."""

from __future__ import annotations

from typing import Any

import shapecalc
from shapecalc.grading import QuizTemplate
from shapecalc.grading.quiz.exhibit import MAX_LINES, net_lines
from tests.grading.quizzes import question

ASK: dict[str, Any] = {"ask": "width"}


def test_a_network_is_its_layers():
    """With their names, and what they read where that is not the line before; no size that comes out."""
    net = shapecalc.parse("Conv2d(3, 8, 3) Flatten LazyLinear(10)", input_shape="3x9x9")
    assert net_lines(net) == (
        "input     3x9x9",
        "conv1     Conv2d(3, 8, 3)",
        "flatten1  Flatten()",
        "linear1   LazyLinear(10)",
    )
    assert "layer1.0.add1          Add(); reads layer1.0.bn2 and pool1" in net_lines(shapecalc.parse("zoo:resnet18"))


def test_a_long_network_is_cut():
    """And says so."""
    lines = net_lines(shapecalc.parse("ReLU " * 300, input_shape="3x9x9"))
    assert (len(lines), lines[-1]) == (MAX_LINES + 1, "and 181 more lines")


def test_the_network_of_a_question_is_shown():
    """That of its answer, or of its claims; where it asks about the input only, that."""
    shown = ("input  3x9x9", "conv1  Conv2d(3, 8, 3)")
    assert question("integer", "Conv2d(3, 8, 3)", "3x9x9", **ASK).exhibit == shown
    claims = [{"text": text, "ask": "width", "equals": size} for text, size in (("a narrow one", 7), ("a wide one", 9))]
    assert question("select-all", "Conv2d(3, 8, 3)", "3x9x9", options=claims).exhibit == shown
    assert question("integer", "", "3x9x9", ask={"measure": "values", "node": "input"}).exhibit == ("input  3x9x9",)


def test_layers_with_a_blank_are_shown():
    """Without them nobody knows what is asked."""
    blank = {"layer": "Conv2d(3, 8, 7, padding=?)", "keeps": "size"}
    assert question("argument", **blank).exhibit == ("Conv2d(3, 8, 7, padding=?)",)
    assert question("argument", **{**blank, "text": "Fill in: Conv2d(3, 8, 7,\n  padding=?)."}).exhibit == ()


def test_what_is_hidden():
    """What the text has, what the author hides, and a network that is an example of the key."""
    text = "Conv2d(3, 8, 3) reads 3x9x9. How wide is the output?"
    assert question("integer", "Conv2d(3, 8, 3)", "3x9x9", text=text, **ASK).exhibit == ()
    assert question("integer", "Conv2d(3, 8, 3)", "3x9x9", show_net=False, **ASK).exhibit == ()
    assert question("network", "Conv2d(3, 8, 3)", inputs="3x9x9", output="8x7x7").exhibit == ()


def quiz(*questions: Any, **keys: Any) -> str:
    """A quiz as a student sees it."""
    return QuizTemplate({"title": "Quiz", "questions": list(questions), **keys}).variant(str).sheet().text()


def test_a_shared_network_stands_above_its_questions():
    """Once; it says which they are, if there are others."""
    wide = {"id": "wide", "text": "How wide?", "kind": "integer", "ask": "width"}
    deep = {"id": "deep", "text": "How deep?", "kind": "integer", "ask": "channels"}
    net = {"spec": "Conv2d(3, 8, 3)", "input": "3x9x9"}
    both = quiz(wide, deep, net=net)
    assert both.count("Conv2d(3, 8, 3)") == 1
    assert "network  input  3x9x9" in both
    other = quiz(wide, deep, {**deep, "id": "own", "net": {"spec": "Conv2d(3, 9, 3)", "input": "3x9x9"}}, net=net)
    assert "network  of wide, deep:" in other
    assert other.index("own") < other.index("Conv2d(3, 9, 3)")


def test_the_whole_quiz_hides_its_networks():
    """Unless a question shows its own."""
    wide = {"id": "wide", "text": "How wide?", "kind": "integer", "ask": "width"}
    keys = {"net": {"spec": "Conv2d(3, 8, 3)", "input": "3x9x9"}, "show_net": False}
    assert "Conv2d" not in quiz(wide, **keys)
    assert "Conv2d" in quiz({**wide, "show_net": True}, **keys)
