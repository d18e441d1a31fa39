"""Mistakes in formulas: each against its own arithmetic, in formulas with letters, and as an author writes them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import shapecalc
from shapecalc.algebra import Name
from shapecalc.algebra.edits import exact_value
from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import read_expression
from shapecalc.grading.mistakes import AuthoredMistake, Diagnoses, decide, explain_formula
from shapecalc.grading.mistakes.table import NumberTable
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key
from tests.campaigns import cases

#: What each mistake makes of the height behind Conv2d(D, K, F, stride=S, padding=P, dilation=d).
SIZES = {
    "plus-one-forgotten": "(W - d*(F - 1) - 1 + 2P)/S",
    "plus-one-in-divisor": "(W - d*(F - 1) - 1 + 2P)/(S + 1)",
    "not-floored": "(W - d*(F - 1) - 1 + 2P)/S + 1",
    "ceil-for-floor": "ceil((W - d*(F - 1) - 1 + 2P)/S) + 1",
    "padding-ignored": "(W - d*(F - 1) - 1)/S + 1",
    "padding-once": "(W - d*(F - 1) - 1 + P)/S + 1",
    "stride-ignored": "W - d*(F - 1) + 2P",
    "dilation-ignored": "(W - F + 2P)/S + 1",
    "dilation-times-kernel": "(W - d*F + 2P)/S + 1",
    "dilation-sign": "(W - d*(F - 1) + 1 + 2P)/S + 1",
    "same-in-spite-of-stride": "ceil(W/S)",
    "stride-then-window": "W/S - d*(F - 1) + 2P",
}
#: And of its parameters, with kernels of F by F.
COUNTS = {
    "bias-forgotten": "K*F*F*D",
    "one-bias-per-layer": "K*F*F*D + 1",
    "bias-per-weight": "2*K*F*F*D",
    "bias-per-input": "K*F*F*D + D",
    "bias-counted-twice": "K*F*F*D + 2*K",
    "input-channels-forgotten": "K*F*F + K",
    "in-and-out-swapped": "K*F*F*D + D",
    "kernel-not-squared": "K*F*D + K",
    "kernel-sides-added": "K*(F + F)*D + K",
    "kernel-squared-twice": "K*F*F*F*F*D + K",
}


def value_of(formula: str, numbers: dict[str, int], *, rounded: bool = True) -> Any:
    tree = read_expression(formula, down=True)
    return exact_value(tree, {Name(letter): number for letter, number in numbers.items()}, rounded=rounded)


def table(spec: str, shape: str, **target: Any) -> NumberTable:
    report = shapecalc.measure(shapecalc.parse(spec, input_shape=shape))
    asked = Target(**target)
    return NumberTable(report, asked, find_key(asked, report))


def named(table: NumberTable, value: Any) -> list[str]:
    return [name for diagnosis in table.explain(value) for name, _ in diagnosis.edits]


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name):
    """The number that arithmetic gives for a mistake is explained by that mistake, unless it is right."""
    draw = random.Random(name)  # noqa: S311  it draws layers
    for _ in range(cases(3, deep=40)):
        ends = {"W": (25, 60), "F": (2, 5), "S": (2, 4), "P": (1, 3), "d": (2, 3)}
        numbers = {letter: draw.randint(*most) for letter, most in ends.items()}
        spec = "Conv2d(3, 8, {F}, stride={S}, padding={P}, dilation={d})".format(**numbers)
        layer = table(spec, "3x{W}x{W}".format(**numbers), measure="height")
        value = value_of(SIZES[name], numbers, rounded=name != "not-floored")
        assert (name in named(layer, value)) == (value != layer.key)


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name):
    """The same of parameters."""
    draw = random.Random(name)  # noqa: S311  it draws layers
    for _ in range(cases(3, deep=40)):
        numbers = {"D": draw.randint(2, 9), "K": draw.randint(10, 20), "F": draw.randint(3, 5)}
        layer = table("Conv2d({D}, {K}, {F})".format(**numbers), "{D}x20x20".format(**numbers), measure="parameters")
        assert name in named(layer, value_of(COUNTS[name], numbers))


def test_a_mistake_is_carried_on():
    """A size that is wrong in the first layer changes the flattening and the dense layer behind it."""
    spec = "Conv2d(1, 4, 5, padding=2) MaxPool2d(2) Flatten() LazyLinear(10)"
    dense = table(spec, "1x28x28", measure="parameters", node="linear1")
    says = {diagnosis.edits: diagnosis.says for diagnosis in dense.explain(4 * 12 * 12 * 10 + 10)}
    assert says[("padding-ignored", "conv1"),] == (
        "You left out the padding: ⌊(28 − 5)/1⌋ + 1 = 24; right is ⌊(28 − 5 + 2·2)/1⌋ + 1 = 28, in conv1; "
        "carried on, this gives 5770"
    )


def test_both_steps_stand_beside_each_other():
    """What is said has the wrong calculation and the right one, and the layer."""
    (first, *_) = table("Conv2d(1, 6, 4)", "1x28x28", measure="height").explain(24)
    assert first.as_dict() == {
        "edits": [{"name": "plus-one-forgotten", "node": "conv1"}],
        "says": "You left out the + 1: ⌊(28 − 4 + 2·0)/1⌋ = 24; right is ⌊(28 − 4 + 2·0)/1⌋ + 1 = 25, in conv1",
        "value": 24,
    }


def test_fractions_and_rounded_ones():
    """A quotient that nobody rounded is named, even if its decimals have been rounded."""
    layer = table("MaxPool2d(3, stride=2)", "3x224x224", measure="height")
    assert named(layer, Fraction(223, 2))[0] == "not-floored"
    third = table("Conv2d(3, 8, 3, stride=3)", "3x100x100", measure="height")
    assert named(third, Fraction("33.33"))[0] == "not-floored"


def test_sizes_are_explained_one_by_one():
    """Two sizes that are wrong by different mistakes are a pair."""
    layer = table("Conv2d(16, 32, 4, stride=3)", "16x121x121", measure="output_shape")
    assert named(layer, (16, 118, 118))[:2] == ["channels-kept", "stride-ignored"]


def test_pairs_come_behind_single_mistakes():
    """Two mistakes are named only where no single one gives the number."""
    layer = table("Conv2d(3, 8, 5)", "3x20x20", measure="parameters")
    assert {len(diagnosis.edits) for diagnosis in layer.explain(8 * 5 * 5)} == {2}
    assert {len(diagnosis.edits) for diagnosis in layer.explain(8 * 5 * 5 * 3)} == {1}


FORMULAS = [
    ("K*F*F*D + K", "K*F*F + K", "input-channels-forgotten", "D = 1"),
    ("K*(C*F*F + 1)", "K*F*F + K", "input-channels-forgotten", "C = 1"),
    ("K*F*F*D + K", "K*F*F*D + 1", "one-bias-per-layer", "K = 1"),
    ("K*F*F*D + K", "K*F*F*D", "bias-forgotten", ""),
    ("(W - F + 2P)/S + 1", "(W - F + 2P)/(S + 1)", "plus-one-in-divisor", ""),
    ("(W - F + 2P)/S + 1", "(W - F + P)/S + 1", "padding-once", "P = 0"),
    ("W - F + 1", "W - F", "plus-one-forgotten", ""),
    ("d*(F - 1) + 1", "F*(d - 1) + 1", "dilation-times-kernel", "F = d"),
    ("S*(W - 1) + F - 2P + A", "S*W", "stride-multiplies", ""),
]


@pytest.mark.parametrize(("key", "answer", "name", "place"), FORMULAS)
def test_formulas(key, answer, name, place):
    """A wrong formula is the right one with a mistake in it; where both agree is said."""
    right, wrong = read_expression(key, down=True), read_expression(answer, down=True)
    (first, *_) = explain_formula(right, wrong)
    assert first.edits == ((name, ""),)
    assert first.says.endswith(f"; both agree where {place}") if place else "agree" not in first.says


def test_a_right_formula_is_not_explained():
    """However it is written."""
    assert explain_formula(read_expression("K*F*F*D + K"), read_expression("K*(F*F*D + 1)")) == ()


def test_authors_name_mistakes():
    """An author's formula is worked out in the place of the right one, and has the author's words."""
    net = shapecalc.parse("Conv2d(1, 6, 5)", input_shape="1x28x28")
    mistake = AuthoredMistake("both-sides", "size", "W - F - F", "You took the kernel off on both sides.")
    (first, *_) = Diagnoses(net, Target("height"), 24, (mistake,)).explain(18)
    assert first.edits == (("both-sides", "conv1"),)
    assert first.says.startswith("You took the kernel off on both sides: 28 − 5 − 5 = 18; right is ")


@pytest.mark.parametrize(
    ("name", "quantity", "formula", "words"),
    [
        ("bias-forgotten", "size", "W", "already"),
        ("mine", "area", "W", "not of area"),
        ("mine", "size", "W - Q", "has Q"),
        ("mine", "size", "W -", "missing at the end"),
    ],
)
def test_authors_errors(name, quantity, formula, words):
    """What no author can mean is refused in words."""
    with pytest.raises(SpecError, match=words):
        AuthoredMistake(name, quantity, formula, "Words")


def test_two_answers_decide():
    """A mistake that explains two answers of a student stands first for both."""
    one = table("Conv2d(6, 16, 3, stride=2, padding=1)", "6x12x12", measure="height").explain(5)
    other = table("Conv2d(1, 6, 5)", "1x28x28", measure="height").explain(23)
    padding = table("Conv2d(1, 6, 5, padding=2)", "1x28x28", measure="height").explain(24)
    assert [each[0].edits[0][0] for each in decide((one, other))] == ["plus-one-forgotten"] * 2
    assert [each[0].edits[0][0] for each in decide((one, padding))] == ["padding-ignored"] * 2
    assert decide((one, ())) == (one, ())
