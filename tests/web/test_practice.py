"""The pages of practice and of kernels: what stands in the form, and what the page says of it."""

from __future__ import annotations

import pytest

from shapecalc.grading.quizzes import QUIZ_NAMES
from shapecalc.web.request import WebRequest
from shapecalc.web.respond import respond
from tests.web.document import Document

#: The first question of a quiz with its right answer, and one that leaves out the + 1.
FIRST = {"quiz": "one-layer", "question": "width", "seed": "1", "asked": "one-layer width 1", "hints": "0"}


def page_of(address: str, **fields: str) -> str:
    """The text of a page that a form is answered with."""
    answer = respond(WebRequest("POST", address, {}, fields, {}))
    assert answer.status == 200
    Document(answer.body)  # which is strict
    return answer.body.decode()


@pytest.mark.parametrize(
    ("text", "words", "has_key"),
    [
        ("30", "Right", True),
        ("29", "Perhaps: you left out the + 1", False),
        ("", "Nothing is written", False),
        ("thirty-ish", "It cannot be read, and costs nothing", False),
    ],
)
def test_an_answer_is_judged_at_once(text, words, has_key):
    """A wrong one with the mistake that gives it, and without the key."""
    shown = page_of("practice", **FIRST, do="check", **{"answer-0": text})
    assert words in shown
    assert ("key: 30" in shown) == has_key


def test_hints_come_one_by_one_and_the_answer_last():
    """The first hint is the formula in letters; the answer has the key."""
    shown = page_of("practice", **FIRST, do="hint")
    assert "⌊(W − F + 2P)/S⌋ + 1" in shown
    assert "key: 30" not in shown
    assert "key: 30" in page_of("practice", **FIRST, do="show")


def test_another_variant_has_other_numbers():
    """The answer to the former one does not stay in the field."""
    shown = page_of("practice", **FIRST, do="variant", **{"answer-0": "30"})
    assert 'value="2"' in shown
    assert "32 pixels wide" not in shown
    assert 'value="30"' not in shown


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_every_quiz_can_be_practised_to_its_end(name):
    """Each question shows its field, and no page has its key."""
    question, shown = "", page_of("practice", quiz=name)
    for _ in range(30):
        assert "key:" not in shown
        if 'value="next"' not in shown:
            break
        mark = shown.split('name="asked" value="')[1].split('"')[0]
        question = mark.split()[1]
        shown = page_of("practice", quiz=name, question=question, seed="1", asked=mark, do="next")
    assert 'value="next"' not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kernel": "sobel-x"}, "It detects vertical edges"),
        ({"kernel": "", "shown": "own", "matrix": "0 -1 0\n-1 5 -1\n0 -1 0"}, "sharpens"),
        ({"kernel": "", "shown": "own", "matrix": "1 2\n3"}, "rows"),
        ({"kernel": "", "shown": "own", "matrix": ""}, "Choose a kernel, or write a matrix"),
    ],
)
def test_a_kernel_says_what_it_does(fields, words):
    """By its name or its numbers; a bad matrix has a message."""
    assert words in page_of("kernels", **fields)
