"""Variants: numbers drawn for each student, by a stated algorithm."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.errors import SpecError
from shapecalc.grading import QuizTemplate, Variants, load_quiz, load_template, plain_seeds, student_seeds
from shapecalc.grading.variants.conditions import read_condition
from shapecalc.grading.variants.filling import filled_in
from shapecalc.grading.variants.variation import Variation
from tests.campaigns import examples
from tests.needs import ROOT

WIDTH = {
    "id": "width",
    "text": "What is the width behind a {F}x{F} window on {W}x{W}?",
    "vary": {"W": "28..64 step 4", "F": [3, 5, 7], "S": {"from": 1, "to": 2}},
    "when": ["F <= W", "S divides W - F"],
    "kind": "integer",
    "net": {"spec": "Conv2d(3, {K}, {F}, stride={S})", "input": "3x{W}x{W}"},
    "ask": "width",
}
COUNT = {
    "id": "count",
    "text": "How many parameters?",
    "kind": "integer",
    "net": {"spec": "Conv2d(3, {K}, 3)", "input": "3x9x9"},
    "ask": "parameters",
}
QUIZ = {"title": "{K} filters", "vary": {"K": [8, 16]}, "questions": [WIDTH, COUNT]}


def template(**keys):
    """A quiz of one question with these keys."""
    return QuizTemplate({"title": "Quiz", "questions": [{**WIDTH, "vary": {}, "when": [], **keys}]})


def test_each_question_has_its_numbers_and_the_engine_its_key():
    """Those of the quiz are the same everywhere; texts, nets and keys follow them."""
    for seed in range(30):
        quiz = QuizTemplate(QUIZ).variant(plain_seeds(str(seed)))
        width, count = quiz.questions
        numbers: dict[str, Any] = dict(width.numbers)
        assert numbers["K"] == dict(count.numbers)["K"] in (8, 16)
        assert quiz.title == f"{numbers['K']} filters"
        window, image = f"{numbers['F']}x{numbers['F']}", f"{numbers['W']}x{numbers['W']}"
        assert width.text == f"What is the width behind a {window} window on {image}?"
        assert numbers["W"] in range(28, 65, 4)
        assert (numbers["W"] - numbers["F"]) % numbers["S"] == 0
        assert width.key == (numbers["W"] - numbers["F"]) // numbers["S"] + 1
        assert count.key == numbers["K"] * 28


def test_the_numbers_of_a_seed_never_change():
    """What a student was asked can be found again, by this or any other program."""
    variation = Variation((("W", tuple(range(28, 65, 4))), ("F", (3, 5, 7))), (read_condition("F != 3"),))
    assert [variation.draw(seed) for seed in ("1", "2", "ann/width")] == [
        by_hand(seed) for seed in ("1", "2", "ann/width")
    ]
    quiz = QuizTemplate(QUIZ).variant(plain_seeds("1"))
    assert [question.numbers for question in quiz.questions] == [
        (("K", 8), ("W", 36), ("F", 3), ("S", 1)),
        (("K", 8),),
    ]


def by_hand(seed):
    """The stated algorithm, once more."""
    for draw in range(1000):
        numbers = {}
        for letter, values in (("W", range(28, 65, 4)), ("F", (3, 5, 7))):
            digest = hashlib.sha256(f"{seed}\n{draw}\n{letter}".encode()).hexdigest()
            numbers[letter] = values[int(digest, 16) % len(values)]
        if numbers["F"] != 3:
            return numbers
    raise AssertionError(seed)


def test_a_students_seed_needs_the_secret():
    """It is an HMAC of the name, composed, and the question."""
    seeds = student_seeds(b"secret", "Ame\u0301lie")
    expected = hmac.new(b"secret", "Am\u00e9lie\0width".encode(), hashlib.sha256).hexdigest()
    assert seeds("width") == expected == student_seeds(b"secret", "Am\u00e9lie")("width")
    assert student_seeds(b"other", "Am\u00e9lie")("width") != expected


def test_draws_are_even():
    """Each of three values comes about a third of the times."""
    variation = Variation((("F", (3, 5, 7)),))
    drawn = [variation.draw(str(seed))["F"] for seed in range(3000)]
    assert all(900 < drawn.count(value) < 1100 for value in (3, 5, 7))


@examples(50, deep=2000)
@given(st.text(max_size=20))
def test_what_is_drawn_is_one_of_the_combinations(seed):
    """Whatever the seed."""
    variation = Variation((("a", (1, 2, 3)), ("b", (1, 2, 3))), (read_condition("a < b"),))
    combinations = list(variation.combinations())
    assert combinations == [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 2, "b": 3}]
    assert variation.draw(seed) in combinations


@pytest.mark.parametrize(
    ("text", "value"),
    [("{W}", "8"), ("{2*W + 1}", "17"), ("{(W - 2)/3}", "2"), ("{W//3} of {w}", "2 of same"), ("{{W}}", "{W}")],
)
def test_braces_hold_expressions(text, value):
    """Of the letters; doubled ones stand for themselves."""
    assert filled_in({"a": [text, 1]}, {"W": 8, "w": "same"}) == {"a": [value, 1]}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"vary": {"W": "5..3"}}, "W is from 5 to 3, where no number is; write the smaller one first, as in W: 3..5"),
        ({"vary": {"W": "1..20000"}}, "W has more than 10,000 values; take a larger step"),
        ({"vary": {"W": []}}, "vary"),
        ({"vary": {"W": [1]}, "when": "W"}, "is no condition; write one such as F <= W"),
        ({"vary": {"W": [1]}, "when": "W > V"}, "has a letter that is not drawn; vary has W"),
        ({"vary": {"W": [1]}, "when": "W > 1"}, "None of 1,000 draws fulfils W > 1"),
        (
            {"vary": {"W": [30], "K": [8], "F": [4], "S": [1]}, "text": "{W/7}?"},
            "where W = 30.*30/7 is not a whole number",
        ),
        ({"vary": {"W": [30], "K": [8], "F": [40], "S": [1]}}, "where W = 30, K = 8, F = 40, S = 1: question width"),
        ({"vary": {"W": [30], "K": [8], "S": [1]}}, r"\{F\} has no value where"),
        ({"vary": {"2W": [30]}}, "2W"),
    ],
)
def test_what_cannot_be_drawn_or_asked_is_refused(keys, message):
    """With the numbers that were drawn."""
    with pytest.raises(SpecError, match=message):
        template(**keys).variant(plain_seeds("1"))


def test_a_letter_is_drawn_once():
    """A question does not redefine a letter of the whole quiz."""
    data = {**QUIZ, "questions": [{**COUNT, "vary": {"K": [1]}}]}
    with pytest.raises(SpecError, match="question count: K is drawn for the whole quiz already"):
        QuizTemplate(data)


def test_a_quiz_without_letters_is_the_same_for_all():
    """Its braces are left as they are."""
    data = {"title": "{W}", "questions": [{**COUNT, "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x9x9"}}]}
    quiz = QuizTemplate(data)
    assert quiz.variant(plain_seeds("1")) is quiz.variant(plain_seeds("2"))
    assert quiz.variant(plain_seeds("1")).title == "{W}"


def test_variants_are_listed_once_each():
    """With their seeds; where there are fewer, the list ends."""
    data = {"title": "Quiz", "vary": {"K": [8, 16]}, "questions": [COUNT]}
    variants = Variants.of(QuizTemplate(data), 10)
    assert {question.key for _, quiz in variants.quizzes for question in quiz.questions} == {224, 448}
    assert len(variants.quizzes) == 2
    assert "224 (K=8)" in str(variants)
    assert variants.as_dict()["variants"][0]["questions"][0]["numbers"].keys() == {"K"}


def test_files(tmp_path):
    """YAML and JSON; a variant by its seed."""
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps(QUIZ), encoding="utf-8")
    assert load_template(path).variant(plain_seeds("5")) == load_quiz(path, seed="5")
    assert load_quiz(path) == load_quiz(path, seed="1")
    assert load_quiz(ROOT / "docs/examples/flatten-quiz.yaml").questions[0].numbers == ()
