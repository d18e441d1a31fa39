"""Which inputs give an output: against the engine at every size, for random nets and for known ones."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecalc import Net, ShapecalcError, ShapeError, SpecError, measure, open_net, parse
from shapecalc.algebra import Name
from shapecalc.solve.inputs import Inputs, inputs_for
from tests.campaigns import examples
from tests.nets.drawn import small_nets

QUIZ = "Conv2d(3, 10, 3) MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)"
SIZES = range(1, 61)


def output_of(net: Net) -> tuple[Any, ...] | None:
    """What comes out of a net with numbers, or None where it is illegal."""
    try:
        return measure(net).output_shape
    except ShapecalcError:
        return None


def told(answer: Inputs, **numbers: int) -> bool:
    """Whether some case names these numbers."""
    return any(all(number in case[letter] for letter, number in numbers.items()) for case in answer.cases)


@examples(25, deep=600)
@given(net=small_nets(longest=5, least=4), data=st.data())
def test_the_answer_is_that_of_every_size(net, data):
    """Random nets, one letter running from 1 to 60: the inputs told are those that give the output."""
    ((depth, *sizes),) = net.inputs.values()
    outputs = {size: output_of(net.with_input((depth, *sizes[:-1], size))) for size in SIZES}
    reached = sorted({shape for shape in outputs.values() if shape is not None})
    assume(reached)
    wanted = data.draw(st.sampled_from(reached))
    try:
        answer = inputs_for(net.with_input((depth, *sizes[:-1], Name("W"))), wanted)
    except ShapecalcError as refused:
        assume("too large" not in str(refused) and "too many terms" not in str(refused))
        raise
    assume(not answer.conditions)
    assert [size for size in SIZES if told(answer, W=size)] == [
        size for size, shape in outputs.items() if shape == wanted
    ]


TIED = [
    ("MaxPool2d(2) Flatten", "2xHxW", "24"),
    ("Conv2d(2, 3, 3) Flatten", "2xHxW", "36"),
    ("Conv2d(2, 3, 3, stride=2, padding=1) Flatten Linear(36, 4)", "2xHxW", "4"),
    ("MaxPool2d(2) PixelUnshuffle(2) Flatten", "2xHxW", "32"),
    ("Conv2d(2, 3, F, stride=S)", "2x20x20", "3x6x6"),
]


@pytest.mark.parametrize(("spec", "shape", "wanted"), TIED)
def test_two_letters_that_share_a_size(spec, shape, wanted):
    """All pairs up to 60, and no others."""
    net = parse(spec, input_shape=shape)
    answer = inputs_for(net, wanted)
    letters = answer.form.letters
    goal = tuple(map(int, wanted.split("x")))
    pairs = [dict(zip(letters, pair, strict=True)) for pair in product(SIZES, repeat=2)]
    right = [pair for pair in pairs if answer.form.at(**pair) == goal]
    assert ([pair for pair in pairs if answer.holds(**pair)], bool(right)) == (right, True)
    if not answer.conditions:
        assert [pair for pair in pairs if told(answer, **pair)] == right


KNOWN = {
    ("3xHxW", "20x16x16"): [{"H": "130 ≤ H ≤ 137", "W": "130 ≤ W ≤ 137"}],
    ("3xHxW", "16x17"): [{"H": "130 ≤ H ≤ 137", "W": "138 ≤ W ≤ 145"}],
    ("3xWxW", "20x16x16"): [{"W": "130 ≤ W ≤ 137"}],
    ("3xHx130", "20x16x16"): [{"H": "130 ≤ H ≤ 137"}],
    ("3xWxW", "20x16x17"): [],
    ("3xHxW", "21x16x16"): [],
    ("3xHx130", "20x16x17"): [],
}


@pytest.mark.parametrize(("shape", "wanted"), KNOWN)
def test_the_quiz_net(shape, wanted):
    """130 to 137 give 16."""
    cases = inputs_for(parse(QUIZ, input_shape=shape), wanted).cases
    assert [{letter: values.text(letter) for letter, values in case.items()} for case in cases] == KNOWN[shape, wanted]


def test_without_an_answer_the_nearest_outputs_are_told():
    """A doubling behind a halving gives even sizes only."""
    net = parse("MaxPool2d(2) ConvTranspose2d(3, 3, 2, stride=2)", input_shape="3xHxW")
    answer = inputs_for(net, "3x7x8")
    near = [(one.size, one.values.text(one.letter)) for one in answer.near]
    assert ([one.comparison for one in answer.missed], near) == (
        ["2·⌊H/2⌋ = 7"],
        [(6, "H = 6, 7"), (8, "H = 8, 9")],
    )


def test_a_class_count_comes_from_every_legal_input():
    """Behind a global pooling all legal inputs give the same."""
    (case,) = inputs_for(open_net("zoo:resnet18", input_shape="3xHxW"), "1000").cases
    assert {letter: values.text(letter) for letter, values in case.items()} == {"H": "H ≥ 1", "W": "W ≥ 1"}


REFUSED = {
    ("3x130x130", "16"): (SpecError, "has no letters"),
    ("3xHxW", "Kx16x16"): (SpecError, "write numbers"),
    ("3xHxW", "1x20x16x16"): (SpecError, "has fewer sizes"),
    ("3xHxW", "0"): (SpecError, "at least 1"),
    ("4xHxW", "16"): (ShapeError, "in_channels"),
}


@pytest.mark.parametrize(("shape", "wanted"), REFUSED)
def test_what_cannot_be_asked_is_refused(shape, wanted):
    """In one line."""
    kind, message = REFUSED[shape, wanted]
    with pytest.raises(kind, match=r"\A[^\n]*\Z") as refused:
        inputs_for(parse(QUIZ, input_shape=shape), wanted)
    assert message in str(refused.value)


def test_the_answer_as_json():
    """Sets as text and as pieces."""
    data = inputs_for(parse("MaxPool2d(2)", input_shape="1xWx9"), "4x4").as_dict()
    assert data == {
        "input": "1xWx9",
        "output": [1, "⌊W/2⌋", 4],
        "wanted": [4, 4],
        "cases": [{"W": "W = 8, 9"}],
        "values": [{"W": [{"min": 8, "max": 9, "modulus": 1, "remainders": [0]}]}],
    }


def test_sizes_that_no_input_gives_together_are_said_to():
    """Each alone comes out for another number of the same letter; neither is never reached."""
    answer = inputs_for(parse("Conv2d(3, 10, 3)", input_shape="3xWxW"), "10x5x6")
    text = str(answer.page().text())
    assert ("is never" in text, "needs     W = 7 for 5" in text, "needs     W = 8 for 6" in text) == (False, True, True)
    assert answer.as_dict()["conflict"] == [{"size": 5, "for": "W = 7"}, {"size": 6, "for": "W = 8"}]


def test_fewer_sizes_may_have_been_meant_with_channels():
    """As many sizes as axes, the first of them the number of channels."""
    answer = inputs_for(parse("Conv2d(3, 10, 3)", input_shape="3xWxW"), "10x5")
    assert "read as   10x5 is height x width; with 10 channels write 10x5x5" in answer.page().text()
    near = inputs_for(parse("Conv2d(3, 10, 3, stride=2)", input_shape="3xWxW"), "10x5x6").as_dict()
    assert [size["size"] for size in near["conflict"]] == [5, 6]
