"""Answers as a class writes them that were misread, and remarks on them that helped nobody."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shapecalc.formats.document.files import validate_model
from shapecalc.grading.judge import judge
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document

SPEC = "Conv2d(3, 16, 3, padding=1) MaxPool2d(2) Flatten() LazyLinear(10)"
PARAMETERS = {"measure": "parameters", "node": "conv1"}
MACS = {"kind": "number", "ask": {"measure": "macs", "node": "conv1"}}


def mark(question, answer):
    """The mark of an answer."""
    content = {
        "title": "?",
        "net": {"spec": SPEC, "input": "3x28x28"},
        "questions": [{"id": "q", "text": "?"} | question],
    }
    return judge(from_document(validate_model(content, QuizDocument, "quiz")).questions[0], answer)


@pytest.mark.parametrize("answer", ["16(3·3·3+1)", "16(27 + 1)", "(27+1)16", "(3+1)(112)", "448.", "16·(3·3·3+1)"])
def test_products_without_a_sign(answer):
    """Beside a bracket, a product needs no sign."""
    assert mark({"kind": "expression", "ask": PARAMETERS}, answer).verdict == "right"


@pytest.mark.parametrize("answer", ["448 (16·28)", "448(16·28)", "16 (27+1)", "2 3", "4 (48)"])
def test_a_bracket_may_hold_a_remark(answer):
    """A number with its calculation behind it is no product."""
    assert mark({"kind": "expression", "ask": PARAMETERS}, answer).verdict == "not understood"


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        *(("product", answer) for answer in ("448*1", "1·448", "1*448*1", "448", "448/1", "448+0")),
        *(("sum", answer) for answer in ("448+0", "0+448", "448-0", "16*28+0")),
        *(("quotient", answer) for answer in ("448/1",)),
        *(("power", answer) for answer in ("448^1",)),
    ],
)
def test_an_empty_operation_is_no_form(form, answer):
    """A number times 1 is a number."""
    assert mark({"kind": "expression", "form": form, "ask": PARAMETERS}, answer).verdict == "not understood"


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("product", "16*28"),
        ("product", "1*16*28"),
        ("product", "16*28*1"),
        ("product", "16(27+1)"),
        ("sum", "16*27+16"),
        ("sum", "432+16+0"),
        ("quotient", "896/2"),
    ],
)
def test_a_form_that_is_asked_for(form, answer):
    """With other operations beside it, a factor of 1 does no harm."""
    assert mark({"kind": "expression", "form": form, "ask": PARAMETERS}, answer).verdict == "right"


@pytest.mark.parametrize(
    ("unit", "answer", "verdict"),
    [
        ("MMAC", "0.3387M", "right"),
        ("MMAC", "339k", "right"),
        ("GMAC", "0.3387 M", "right"),
        ("MMAC", "0.606M", "wrong"),
        ("MMAC", "3.39e5", "wrong"),  # in the unit that is asked for
        ("MMAC", "3.387e-1", "right"),
        ("MACs", "3.387E5", "right"),
        ("MACs", "3.387e5 MAC", "right"),
        ("GFLOP", "0.677M", "right"),
        ("MACs", "1e999", "not understood"),
    ],
)
def test_a_prefix_without_a_unit(unit, answer, verdict):
    """A letter alone is a prefix of the unit that is asked for; an exponent is a way to round."""
    assert mark(MACS | {"unit": unit}, answer).verdict == verdict


def test_a_prefix_that_may_be_two_units():
    """Of bytes, M may be 10⁶ or 2²⁰."""
    question = {"kind": "number", "ask": {"measure": "bytes", "node": "conv1"}, "unit": "KiB"}
    assert mark(question, "1.75K").note == "K may be KB or KiB; write the unit"


@pytest.mark.parametrize(
    ("answer", "verdict"), [("both", "right"), ("Both", "right"), ("neither", "wrong"), ("both a and b", "right")]
)
def test_both_of_two(answer, verdict):
    """Of two options, both are all."""
    options = [{"text": "yes", "right": True}, {"text": "indeed", "right": True}]
    assert mark({"kind": "select-all", "options": options}, answer).verdict == verdict


def test_both_of_three():
    """Of three, nobody knows which."""
    options = [{"text": text, "right": True} for text in ("yes", "indeed", "certainly")]
    assert mark({"kind": "select-all", "options": options}, "both").verdict == "not understood"


@pytest.mark.parametrize("answer", ["=1", "= 1", "1.0", "1.", "padding = 1.0"])
def test_an_argument_as_a_spreadsheet_has_it(answer):
    """A whole number stays one."""
    assert (
        mark({"kind": "argument", "layer": "Conv2d(3, 16, 3, padding=?)", "keeps": "size"}, answer).verdict == "right"
    )


@pytest.mark.parametrize(
    ("kind", "ask", "answer"),
    [
        ("shape", {"measure": "output_shape", "node": "conv1"}, "28x16x28"),
        ("shape", {"measure": "output_shape", "node": "conv1"}, "0"),
        ("integer", PARAMETERS, "0.7"),
    ],
)
def test_what_is_said_is_no_contradiction(kind, ask, answer):
    """Where a remark says what is wrong, no mistake is missed."""
    words = mark({"kind": kind, "ask": ask}, answer).words()
    assert "No mistake" not in words


def test_no_cause_stands_twice():
    """The next layer is not another layer as well."""
    words = mark({"kind": "integer", "ask": {"measure": "width", "node": "conv1"}}, "14").words()
    assert words.endswith("This is the next layer's number, pool1's: 14.")


def test_nothing_is_no_other_layers_number():
    """A pooling has no parameters, but whoever answers 0 did not mean it."""
    assert mark({"kind": "integer", "ask": PARAMETERS}, "0").mistakes == ()


def test_what_follows_is_said_once():
    """Of several explanations, the last says what all of them give."""
    text = mark({"kind": "expression", "ask": {"measure": "parameters", "node": "linear1"}}, "27050").words()
    assert text.count("carried on, this gives 27050") == 1


def test_a_unit_where_none_is_asked_for():
    """It is said which word is too much."""
    assert (
        mark({"kind": "integer", "ask": PARAMETERS}, "448 bytes").note
        == "column 5: bytes is a unit; write the number alone"
    )


def test_a_constant_is_no_pair_of_mistakes():
    """Of two edits behind each other, many make a number of a formula."""
    question = {
        "kind": "formula",
        "letters": ["F"],
        "net": {"spec": "Conv2d(3, 16, F, padding='same')", "input": "3x28x28"},
    }
    assert mark(question | {"ask": {"measure": "padding", "node": "conv1"}}, "0").mistakes == ()


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ("Identity()", 0),
        ("Dropout()", 0),
        ("Conv2d(3, 10, 3)", 0),
        ("Flatten() LazyLinear(10)", Fraction(1, 2)),
        ("AdaptiveAvgPool2d(1) Flatten() Linear(3, 10)", 1),
    ],
)
def test_doing_nothing_keeps_no_budget(answer, share):
    """A part of a rubric that holds for layers that do nothing is worth something only beside another part."""
    parts = {
        "inputs": ["3x32x32"],
        "output": "10",
        "parameters": {"at_most": 1000},
        "rubric": {"output": 2, "parameters": 2},
    }
    example = "AdaptiveAvgPool2d(1) Flatten() Linear(3, 10)"
    assert mark({"kind": "network", "points": 4, "example": example} | parts, answer).points == 4 * share


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("700 kMAC", "wrong: 700 kMAC; the key"),
        ("700 kmac", "wrong: 700 kmac; the key"),
        ("0.7", "wrong: 0.7 = 0.7 MMAC; the key"),
        ("700 000 MACs", "wrong: 700 000 MACs; the key"),
    ],
)
def test_an_echo_says_more_than_the_answer(answer, words):
    """What differs from it in spaces and the size of letters alone is not repeated."""
    assert mark(MACS | {"unit": "MMAC"}, answer).words().startswith(words)
