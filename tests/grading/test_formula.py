"""Formulas in letters: equal as functions of integers, or refuted by numbers, or left to a person."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.algebra import Name, evaluate
from shapecalc.grading.answers import formula_domain
from shapecalc.grading.answers.arithmetic import read_arithmetic
from shapecalc.grading.answers.formula import value_at
from tests.campaigns import examples
from tests.grading.quizzes import mark, marks, question, refused

PARAMETERS = question("formula", "Conv2d(D, K, F)", "DxHxW", ask="parameters")
CONV = "Conv2d(D, K, F, stride=S, padding=P)"
WIDTH = question("formula", CONV, "DxHxW", ask="width")
HALF = question("formula", key="floor(W/2)")


@pytest.mark.parametrize(
    ("of", "answers"),
    [
        (PARAMETERS, ["K*F*F*D + K", "K(F²D+1)", "kffd + k", "K·(F·F·D + 1)", "params = K*F^2*D + K", "K x F x F x D + K", "FFDK + K"]),
        (WIDTH, ["floor((W-F+2P)/S) + 1", "⌊(W − F + 2P)/S + 1⌋", "⌊(W−F+2P+S)/S⌋", "⌈(W-F+2P+1)/S⌉", "(W-F+2P)//S+1", "o = floor((W+2P-F)/S)+1"]),
        (HALF, ["W//2", "⌈(W-1)/2⌉", "W - floor((W+1)/2)", "(W - W mod 2)/2"]),
    ],
)  # fmt: skip
def test_every_way_to_write_it_is_right(of, answers):
    """Products without a sign, floors of whole sums, other roundings: equal for all numbers is right."""
    assert marks(of, *answers) == ["right"] * len(answers)


@pytest.mark.parametrize(
    ("of", "answer", "note"),
    [
        (
            PARAMETERS,
            "K*F*F + K",
            "it happens to be right where D = 1; yours gives 40 at D = 2, F = 3, K = 4; asked for 76",
        ),
        (PARAMETERS, "K*F*F*D", "yours gives 72 at D = 2, F = 3, K = 4; asked for 76"),
        (
            WIDTH,
            "(W-F+2P)/S + 1",
            "right only where the division leaves no rest: the rounding is missing; yours gives 2.75 at F = 2, P = 2, S = 4, W = 5; asked for 2",
        ),
        (
            WIDTH,
            "⌈(W-F+2P)/S⌉ + 1",
            "it happens to be right where S = 1; yours gives 3 at F = 2, P = 2, S = 4, W = 5; asked for 2",
        ),
        (HALF, "ceil(W/2)", "right only where W ≡ 0 (mod 2); yours gives 3 at W = 5; asked for 2"),
        (HALF, "1/(W-2)", "it happens to be right where W = 3; yours gives no number at W = 2; asked for 1"),
    ],
)
def test_a_wrong_formula_is_refuted_by_numbers(of, answer, note):
    """And where it happens to be right, that is said."""
    judged = mark(of, answer)
    assert (str(judged.verdict), judged.note) == ("wrong", note)


@pytest.mark.parametrize(
    ("of", "answer", "note"),
    [
        (PARAMETERS, "K*W", "column 3: 'W' is no letter of this question; it has D, F, K"),
        (PARAMETERS, "K*F*F*D + K = K(F*F*D)", "its sides are not the same formula"),
        (PARAMETERS, "K*(F", "column 5: ')' is missing; the text ends"),
        (WIDTH, "W/2F", "column 4: write brackets: a/(b·c), or (a/b)·c"),
        (HALF, "W^99", "column 2: this power is too large; at most 100 digits are read"),
        (HALF, "W/0", "column 2: division by 0"),
        (HALF, "1e99999999*W", "column 1: a number with an exponent may have been rounded; all digits are needed"),
        (HALF, "__import__('os').system('ls')", "column 17: cannot read '.'"),
        (HALF, "((W+1)^9)^9", "the formula has 324 letters, numbers and signs; at most 200 are read"),
    ],
)
def test_what_is_no_formula(of, answer, note):
    """It is not understood, at the column."""
    judged = mark(of, answer)
    assert (str(judged.verdict), judged.note) == ("not understood", note)


def test_what_is_neither_proved_nor_refuted_is_for_a_person():
    """That F is at most W + 2P, no normal form knows."""
    judged = mark(WIDTH, "max(1, floor((W-F+2P)/S) + 1)")
    assert str(judged.verdict) == "look by hand"
    assert judged.note == "it has the key's value at all 600 points that were tried, but no proof was found"


def test_few_numbers_are_all_tried():
    """Where the letters can stand for few numbers, equal there is equal."""
    of = question("formula", key="W", letters={"W": "1..3"})
    assert marks(of, "W + (W-1)(W-2)(W-3)", "W + (W-1)(W-2)") == ["right", "wrong"]


def test_a_letter_may_be_defined_by_another():
    """A kernel of 2n + 1 with half of it as padding keeps the size."""
    of = question("formula", key="i", letters=["i", "n"], where=["k = 2n + 1"])
    assert marks(of, "i", "i + 2*floor(k/2) - k + 1", "i + k - 1") == ["right", "right", "wrong"]


def test_conditions_hold_at_each_example():
    """An answer that is right wherever the conditions hold is not refuted elsewhere."""
    of = question("formula", key="W//S", letters=["W", "S"], where=["S divides W", "S <= W"])
    assert marks(of, "ceil(W/S)", "W//S + 1") == ["look by hand", "wrong"]


def test_a_division_may_round_down_where_the_question_says_so():
    """As textbooks leave the rounding out."""
    of = question("formula", CONV, "DxHxW", ask="width", division="down")
    assert marks(of, "(W-F+2P)/S + 1", "(W-F+P)/S + 1") == ["right", "wrong"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"key": "3"}, "The formula has no letters"),
        ({"key": "W", "letters": {"W": "9..1"}}, "The letter W has the range 9..1, which is empty."),
        ({"key": "W", "letters": {"W": "x"}}, "The letter W: 'x' is no range; write 1..300, or 0.. without end."),
        ({"key": "W+Q", "letters": ["W"]}, "'Q' is no letter of this question; it has W"),
        ({"key": "W", "where": ["W"]}, "The condition 'W' cannot be read"),
        ({"key": "W", "where": ["W/2 <= 3"]}, "The condition has the division 'W/2'"),
        ({"ask": "output_shape", "shape": "3xHxW"}, "The answer to output_shape is a shape, and no formula."),
    ],
)
def test_what_does_not_fit_is_refused(keys, message):
    """In one line that says what to write."""
    assert message in refused("formula", **keys)


def test_no_point_is_refuted_by_luck(monkeypatch):
    """With a single point, the example is still one."""
    monkeypatch.setattr(formula_domain, "MAX_POINTS", 1)
    assert "yours gives" in mark(PARAMETERS, "K*F*F").note


LETTERS = ("W", "F", "S")


def trees(depth: int = 3) -> st.SearchStrategy[str]:
    """Formulas as texts, in brackets."""
    leaves = st.sampled_from([*LETTERS, "1", "2", "3"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} + {})".format, inner, inner),
            st.builds("({} - {})".format, inner, inner),
            st.builds("({}*{})".format, inner, inner),
            st.builds("floor(({})/{})".format, inner, st.sampled_from(["2", "3", "S"])),
            st.builds("ceil(({})/{})".format, inner, st.sampled_from(["2", "S"])),
        ),
        max_leaves=2**depth,
    )


def equal_at_random(left: str, right: str, points: int = 60) -> bool:
    """Whether two formulas agree at random numbers, computed without the kind of the answer."""
    rng = random.Random(7)  # noqa: S311  nothing secret: the same points every time
    sides = [read_arithmetic(text, LETTERS).above for text in (left, right)]
    for _ in range(points):
        numbers = {Name(letter): rng.randint(1, 30) for letter in LETTERS}
        if len({evaluate(side, numbers) for side in sides}) > 1:
            return False
    return True


@examples(60, deep=3000)
@given(trees(), trees())
def test_a_verdict_agrees_with_random_evaluation(key, answer):
    """Right is equal everywhere; wrong has an example at which the two really differ."""
    of = question("formula", key=key, letters=list(LETTERS))
    judged = mark(of, answer)
    verdict = str(judged.verdict)
    assert verdict in ("right", "wrong", "look by hand")
    if verdict == "right":
        assert equal_at_random(key, answer)
    if verdict == "wrong":
        _, _, place = judged.note.rpartition(" at ")
        numbers = {
            Name(part.partition(" = ")[0]): int(part.partition(" = ")[2])
            for part in place.partition(";")[0].split(", ")
        }
        assert value_at(of.key, numbers) != value_at(read_arithmetic(answer, LETTERS), numbers)


@examples(60, deep=3000)
@given(trees(), st.integers(2, 5), st.sampled_from(LETTERS))
def test_a_formula_written_otherwise_is_never_wrong(tree, number, letter):
    """Doubled and halved, moved and moved back, multiplied by a letter and divided by it."""
    of = question("formula", key=tree, letters=list(LETTERS))
    spellings = (
        f"{number}*{tree} - {number - 1}*{tree}",
        f"{letter} + {tree} - {letter}",
        f"{letter}*{tree}/{letter}",
        f"floor(({tree}*{number} + {number - 1})/{number})",
    )
    assert set(marks(of, *spellings)) == {"right"}


def test_a_divisor_that_is_0_everywhere_is_no_number():
    """Even where that shows only when it is multiplied out."""
    assert marks(PARAMETERS, "floor(K/(F*D - D*F))", "K/(F*D - D*F)") == ["wrong", "wrong"]
