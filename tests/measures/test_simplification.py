"""Closed forms for other readers: LaTeX and sympy; and the greatest of several sums."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import closed_form, parse
from shapecalc.algebra import Name, evaluate, maximum
from shapecalc.algebra.dominating_sums import maximum_of_sums
from shapecalc.algebra.symbolic import to_sympy
from shapecalc.algebra.totals import multiples
from tests.algebra.test_trend import TREES
from tests.narrow import integer

QUIZ = "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)"
H, W = Name("H"), Name("W")


@given(TREES, st.integers(0, 50))
def test_sympy_computes_the_same(tree: Any, number: int) -> None:
    """Every operator has its counterpart."""
    symbol = sympy.Symbol("W", integer=True, nonnegative=True)
    assert to_sympy(tree).subs(symbol, number) == evaluate(tree, {W: number})


def test_a_closed_form_goes_to_sympy() -> None:
    """The output of the quiz net at 130."""
    form = closed_form(parse(QUIZ, input_shape="3xHxW")).to_sympy()
    letters = {sympy.Symbol(name, integer=True, nonnegative=True): 130 for name in "HW"}
    assert [size.subs(letters) for size in form["output_shape"]] == [20, 16, 16]


def test_a_closed_form_is_written_in_latex() -> None:
    """A floor of a fraction."""
    latex = closed_form(parse(QUIZ, input_shape="3xHxW")).latex()["output_shape"]
    assert latex.endswith(r"\times \left\lfloor \frac{W - 2}{8} \right\rfloor")


def test_sums_stand_in_brackets_in_latex() -> None:
    """8 × (H − 2) × (W − 2)."""
    form = closed_form(parse("Conv2d(3, 8, 3)", input_shape="3xHxW"))
    assert form.latex()["output_shape"] == r"8 \times (H - 2) \times (W - 2)"


SIZES = st.sampled_from((H, W, H // 2, W // 2, (H - 1) // 2 + 1, (W - 1) // 4 + 1, W // 4, (H + 3) // 4))
SUMS = st.lists(st.builds(lambda times, a, b: times * a * b, st.integers(1, 9), SIZES, SIZES), min_size=1, max_size=3)


@given(st.lists(SUMS, min_size=1, max_size=6), st.integers(1, 20), st.integers(1, 20))
def test_the_greatest_is_the_greatest(sums: list[Any], height: int, width: int) -> None:
    """Leaving out what is never above another changes no value."""
    values = {H: height, W: width}
    found = maximum_of_sums([multiples(one) for one in sums], {H: 1, W: 1})
    assert found is not None
    assert evaluate(found, values) == max(integer(evaluate(sum(one), values)) for one in sums)


@pytest.mark.parametrize(
    ("sums", "left"),
    [
        ([64 * H * W, 128 * (H // 2) * (W // 2)], 64 * H * W),
        ([H * W, H * W + 5], H * W + 5),
        ([100 * H, 7 * H * W], maximum(7 * H * W, 100 * H)),
        ([3 * (W // 4), W // 2], maximum(3 * (W // 4), W // 2)),
        ([2 * (W // 4), W // 2], W // 2),
    ],
)
def test_what_is_never_the_greatest_is_left_out(sums: list[Any], left: Any) -> None:
    """And what is, for some sizes, stays."""
    assert maximum_of_sums([multiples([one]) for one in sums], {H: 1, W: 1}) == left


def test_the_least_size_helps() -> None:
    """From a height of 20 on, 5·H is at least 100."""
    assert maximum_of_sums([multiples([100 * W]), multiples([5 * H * W])], {H: 20, W: 1}) == 5 * H * W
