"""Errors that are carried: what follows from an earlier wrong answer earns its points."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from shapecalc.errors import SpecError
from shapecalc.formats.document.files import validate_model
from shapecalc.grading.book.marking import Marking, make_rule
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import Quiz, from_document
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.grading.variants.seeds import plain_seeds

NET = {"spec": "Conv2d(1, 6, 5) MaxPool2d(2) ReLU() Conv2d(6, 8, 3) Flatten() Linear(800, 10)", "input": "1x28x28"}
ASKS = {
    "width": ("integer", {"measure": "width", "node": "conv1"}),
    "pooled": ("shape", {"measure": "output_shape", "node": "pool1"}),
    "again": ("integer", {"measure": "width", "node": "conv1"}),
    "relu": ("integer", {"measure": "width", "node": "relu1"}),
    "first": ("expression", {"measure": "parameters", "node": "conv1"}),
    "channels": ("integer", {"measure": "channels", "node": "conv2"}),
    "map": ("integer", {"measure": "values", "node": "conv2"}),
    "flat": ("integer", {"measure": "values", "node": "flatten1"}),
    "dense": ("expression", {"measure": "parameters", "node": "linear1"}),
    "total": ("integer", "parameters"),
    "memory": ("number", {"measure": "bytes", "node": "linear1"}),
    "macs": ("integer", {"measure": "macs", "node": "conv2"}),
    "flops": ("integer", {"measure": "flops", "node": "conv2"}),
    "sees": ("integer", {"measure": "receptive_field", "node": "relu1"}),
    "field": ("integer", {"measure": "receptive_field", "node": "conv2"}),
    "jump": ("integer", {"measure": "jump", "node": "relu1"}),
}


def quiz_of(questions, **parts):
    """A quiz about the net."""
    return from_document(
        validate_model({"title": "Carried", "net": NET, "questions": questions} | parts, QuizDocument, "quiz")
    )


@cache
def questions():
    """All questions, by their names; what their mistakes give is worked out once."""
    entries = [
        {"id": name, "text": "?", "kind": kind, "ask": ask, "points": 2}
        | ({"unit": "bytes"} if name == "memory" else {})
        for name, (kind, ask) in ASKS.items()
    ]
    return {question.id: question for question in quiz_of(entries).questions}


def quiz(*names):
    """A quiz of some of the questions."""
    return Quiz("Carried", tuple([questions()[name] for name in names]))


def marks(content, *attempts, rule=None):
    """The marks of a student who answers so."""
    marking = Marking(Papers(content), rule) if rule else Marking(Papers(content))
    return marking.result(Sitting("Ada", attempts)).marks


@pytest.mark.parametrize(
    ("names", "answers"),
    [
        (["width", "pooled"], ["26", "6x13x13"]),
        (["width", "flat"], ["26", "968"]),
        (["pooled", "dense"], ["6x13x13", "10*968+10"]),
        (["map", "dense"], ["700", "7010"]),
        (["channels", "dense"], ["16", "16010"]),
        (["flat", "dense"], ["700", "7010"]),
        (["flat", "dense", "memory"], ["700", "7010", "28040"]),
        (["first", "total"], ["150", "8600"]),
        (["dense", "total"], ["8000", "8596"]),
        (["macs", "flops"], ["50", "100"]),
        (["pooled", "macs"], ["6x13x13", "52272"]),
        (["sees", "field"], ["7", "11"]),
        (["jump", "field"], ["3", "12"]),
    ],
)
def test_what_follows_is_carried(names, answers):
    """An answer worked out from the student's own value is right, and says so."""
    last = marks(quiz(*names), answers)[-1]
    assert (str(last.verdict), last.points, last.as_dict()["carried"], last.mistakes) == ("right", 2, True, None)
    assert last.note.startswith("worked out correctly from your ")


@pytest.mark.parametrize(
    ("names", "answers"),
    [
        (["width", "pooled"], ["26", "6x12x13"]),  # the map is a square
        (["width", "pooled"], ["24", "6x13x13"]),  # nothing was wrong before
        (["width", "pooled"], ["26", "6x13x14"]),  # it does not follow
        (["width", "pooled"], ["", "6x13x13"]),
        (["width", "pooled"], ["banana", "6x13x13"]),
        (["width", "channels"], ["26", "6"]),  # it does not depend on it
        (["pooled", "width"], ["6x12x13", "26"]),  # the layer stands before
        (["pooled", "map"], ["6x2x2", "0"]),  # the kernel does not fit
        (["pooled", "map"], ["12x12x6", "320"]),  # the right sizes in another order
        (["flat", "dense"], ["1", "20"]),  # nothing is left to multiply
        (["pooled", "relu"], ["8x12x12", "8"]),
        (["width", "again"], ["26", "26"]),  # the same question again
    ],
)
def test_what_is_not_carried(names, answers):
    """Where nothing follows, or the error would make a question easy, a wrong answer stays wrong."""
    last = marks(quiz(*names), answers)[-1]
    assert (str(last.verdict), last.points, last.is_carried) == ("wrong", 0, False)


def test_several_earlier_answers_together():
    """A right answer to one question and a wrong one to another are both what the student had before them."""
    width, channels, flat = marks(quiz("width", "channels", "flat"), ["26", "8", "968"])
    assert (width.is_carried, channels.is_carried, flat.is_carried) == (False, False, True)
    assert flat.note == "worked out correctly from your 26 in width"


def test_both_sides_of_a_map():
    """Where both are asked, each stands for itself."""
    asks = {"width": "width", "height": "height", "values": "values"}
    entries = [{"id": name, "text": "?", "kind": "integer", "ask": ask} for name, ask in asks.items()]
    content = quiz_of(entries, net={"spec": "Conv2d(1, 6, 5)", "input": "1x28x28"})
    assert [mark.is_carried for mark in marks(content, ["26", "24", "3744"])] == [False, False, True]
    assert [mark.is_carried for mark in marks(content, ["26", "", "4056"])] == [False, False, True]


def test_an_error_is_carried_twice():
    """What was carried once is a value to go on with."""
    assert [mark.points for mark in marks(quiz("width", "pooled", "dense"), ["26", "6x13x13", "9690"])] == [0, 2, 2]


@pytest.mark.parametrize(
    ("policy", "points", "verdict"),
    [("full", 2, "right"), ("half", 1, "partly right"), (0.25, Fraction(1, 2), "partly right"), ("none", 0, "wrong")],
)
def test_what_a_carried_error_earns(policy, points, verdict):
    """The part of the points that the quiz says; what happened is said in any case."""
    flat, dense = quiz("flat", "dense").questions
    part = quiz_of([{"id": "a", "text": "?", "kind": "integer", "ask": "values"}], carried=policy).questions[0].policy
    last = marks(Quiz("Carried", (flat, replace(dense, policy=part))), ["700", "7010"])[-1]
    assert (last.points, str(last.verdict), last.is_carried) == (points, verdict, True)


def test_a_question_has_a_policy_of_its_own():
    """Before that of the quiz."""
    entry = {"text": "?", "kind": "integer", "ask": "values"}
    content = quiz_of([{"id": "a"} | entry, {"id": "b", "carried": "none"} | entry], carried="half")
    assert [question.policy.carried for question in content.questions] == [Fraction(1, 2), 0]


@pytest.mark.parametrize("policy", ["some", 2, -0.1, True, []])
def test_a_policy_that_is_none(policy):
    """Refused by the file."""
    with pytest.raises(SpecError, match="carried"):
        quiz_of([{"id": "a", "text": "?", "kind": "integer", "ask": "values"}], carried=policy)


def test_an_option_that_follows():
    """The chosen value of a choice is compared, whatever its letter."""
    options = {"id": "pick", "text": "?", "kind": "single-choice", "ask": ASKS["dense"][1], "options": [7010, 8010, 1]}
    flat = {"id": "flat", "text": "?", "kind": "integer", "ask": ASKS["flat"][1]}
    assert [mark.is_carried for mark in marks(quiz_of([flat, options]), ["700", "a"])] == [False, True]


def test_carried_within_an_attempt():
    """What was stated in another attempt was not before the student's eyes."""
    content = quiz("flat", "dense")
    together = marks(content, ["1234", "8010"], ["700", "7010"], rule=make_rule("last"))
    apart = marks(content, ["700", "8010"], ["800", "7010"], rule=make_rule("last"))
    assert [mark.is_carried for mark in together] == [False, True]
    assert [mark.is_carried for mark in apart] == [False, False]


def test_the_order_of_a_class_changes_nothing():
    """Each student's marks come from that student's answers."""
    content = quiz("width", "flat", "dense")
    sittings = [Sitting(str(size), ((str(size), "968", "9690"),)) for size in range(20, 30)]
    forwards = {sitting.student: Marking(Papers(content)).result(sitting).as_dict() for sitting in sittings}
    marking = Marking(Papers(content))
    backwards = {sitting.student: marking.result(sitting).as_dict() for sitting in reversed(sittings)}
    assert json.dumps(forwards) == json.dumps(dict(sorted(backwards.items())))


def test_each_variant_has_its_own_net():
    """Numbers that are drawn are in the net of every question."""
    data = {
        "title": "Drawn",
        "vary": {"W": [20, 28, 36]},
        "net": {"spec": "Conv2d(1, 6, 5) Flatten()", "input": "1x{W}x{W}"},
        "questions": [
            {"id": "width", "text": "?", "kind": "integer", "ask": {"measure": "width", "node": "conv1"}},
            {"id": "flat", "text": "?", "kind": "integer", "ask": "values"},
        ],
    }
    for seed in "123":
        content = QuizTemplate(data).variant(plain_seeds(seed))
        size = content.questions[0].key
        answers = str(size + 2), str(6 * (size + 2) ** 2)
        assert [mark.is_carried for mark in marks(content, answers)] == [False, True]
