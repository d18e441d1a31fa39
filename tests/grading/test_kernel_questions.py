"""Questions whose answer is a kernel, judged by its effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.errors import SpecError
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document
from shapecalc.kernels import EFFECTS, KERNELS
from tests.campaigns import examples
from tests.kernels.matrices import matrices


def question(**keys):
    """A question about a kernel."""
    entry = {"id": "k", "text": "Write a kernel.", "kind": "kernel", **keys}
    return from_document(QuizDocument.model_validate({"title": "Kernels", "questions": [entry]})).questions[0]


VERTICAL = {"does": "detects-vertical-edges", "size": "3x3"}
BOX = {"does": ["averages-equally", "low-pass"]}
SOBEL = {"same_as": "sobel-x", "up_to": "factor"}


@pytest.mark.parametrize(
    ("keys", "answer", "verdict", "note"),
    [
        (VERTICAL, "[[1,0,-1],[1,0,-1],[1,0,-1]]", Verdict.RIGHT, ""),
        (VERTICAL, "-1 0 1\n-1 0 1\n-1 0 1", Verdict.RIGHT, ""),
        (VERTICAL, "1 1 1; 0 0 0; -1 -1 -1", Verdict.WRONG, "bright on the right, gives 0 everywhere"),
        (VERTICAL, "[[0,1,0],[1,-4,1],[0,1,0]]", Verdict.WRONG, "bright below, gives up to 1: it detects that as well"),
        (VERTICAL, "[[1, -1]]", Verdict.WRONG, "asked for one that is 3x3: it is 1x2"),
        (VERTICAL, "idk", Verdict.BLANK, ""),
        (VERTICAL, "1 0 -1 2 0 -2 1 0 -1", Verdict.NOT_UNDERSTOOD, "these 9 numbers may be one row, or several"),
        (VERTICAL, "sobel", Verdict.NOT_UNDERSTOOD, "cannot read 'sobel' as numbers"),
        (BOX, "1/4 * [[1, 1], [1, 1]]", Verdict.RIGHT, ""),
        (BOX, "[[1, 1], [1, 1]]", Verdict.WRONG, "a constant image of 1 becomes 4"),
        (BOX, "[[1/2, 1/3, 1/6]]", Verdict.WRONG, "1/6 and 1/2 are different weights"),
        (SOBEL, "[[2, 0, -2], [4, 0, -4], [2, 0, -2]]", Verdict.RIGHT, ""),
        (SOBEL, "[[-1, -2, -1], [0, 0, 0], [1, 2, 1]]", Verdict.WRONG, "row 1, column 2 is -2, not 0"),
        ({**SOBEL, "up_to": "sign"}, "[[1, 0, -1], [2, 0, -2], [1, 0, -1]]", Verdict.RIGHT, ""),
        ({**SOBEL, "up_to": "sign"}, "[[2, 0, -2], [4, 0, -4], [2, 0, -2]]", Verdict.WRONG, "it is -2 times that"),
        ({"same_as": "sobel-x"}, "[[1, 0, -1], [2, 0, -2], [1, 0, -1]]", Verdict.WRONG, "it is -1 times that"),
        ({"does": "low-pass"}, "[[-1, 3, 6, 3, -1]]", Verdict.LOOK_BY_HAND, "that all do is not proved"),
        ({"does": "sharpens", "does_not": "symmetric-left-right", "example": "[[0,-1,0],[-2,6,-1],[0,-1,0]]"},
         "[[0,-1,0],[-1,5,-1],[0,-1,0]]", Verdict.WRONG, "lacks the effect symmetric-left-right"),
    ],
)  # fmt: skip
def test_a_kernel_is_judged_by_what_it_does(keys, answer, verdict, note):
    """With what shows it."""
    mark = judge(question(**keys), answer)
    assert mark.verdict is verdict
    assert note in mark.note


def test_the_key_is_an_example_that_is_right():
    """A kernel with a name, where the file gives none."""
    assert question(**VERTICAL).key == KERNELS["sobel-x"]
    assert judge(question(**VERTICAL), str(question(**VERTICAL).key)).verdict is Verdict.RIGHT
    assert judge(question(**SOBEL), "[[1, 0, -1], [2, 0, -2], [1, 0, -1]]").as_dict()["key"] == [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "does, does_not or same_as is missing"),
        ({"does": "detects-edges", "up_to": "sign"}, "up_to goes with same_as"),
        ({"does": "detects-edge"}, "did you mean detects-edges"),
        ({"same_as": "sobel"}, "did you mean sobel-"),
        ({"does": "detects-edges", "size": "3"}, "a height and a width"),
        ({"does": ["brightens", "darkens"]}, "give an example"),
        ({"does": "brightens", "example": "[[1]]"}, "example is not right: asked for one that brightens"),
        ({"same_as": "sobel-x", "does": "brightens"}, "kernel of same_as is not right"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(keys, message):
    """What is missing or does not fit, in words."""
    with pytest.raises((SpecError, ValueError), match=message):
        question(**keys)


@examples(100, deep=20_000)
@given(matrices(), st.sampled_from([*EFFECTS]))
def test_each_effect_can_be_asked_for_and_ruled_out(kernel, effect):
    """An answer that has it is right and wrong in turn; one that is undecided is left to a person both times."""
    holds = EFFECTS[effect].decide(kernel).holds
    verdicts = {True: (Verdict.RIGHT, Verdict.WRONG), False: (Verdict.WRONG, Verdict.RIGHT)}
    expected = verdicts.get(holds, (Verdict.LOOK_BY_HAND, Verdict.LOOK_BY_HAND)) if holds is not None else None
    having = next((each for each in KERNELS.values() if EFFECTS[effect].decide(each).holds), None)
    lacking = next(each for each in KERNELS.values() if EFFECTS[effect].decide(each).holds is False)
    if having is None or expected is None:
        return
    asked = question(does=effect, example=str(having)), question(does_not=effect, example=str(lacking))
    assert tuple(judge(each, str(kernel)).verdict for each in asked) == expected
