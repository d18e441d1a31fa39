"""The normal form has the value of what it came from, and is the same for what is equal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.algebra import Int, Name, ceildiv, evaluate, maximum, minimum, normal
from shapecalc.formats import read_expression

W, H, S = Name("W"), Name("H"), Name("S")
SIZES = st.one_of(st.sampled_from((W, H)), st.integers(-9, 9))
#: A stride: a number or a letter that is at least 1.
STRIDES = st.one_of(st.integers(1, 8), st.just(S))
VALUES = st.fixed_dictionaries({W: st.integers(-50, 50), H: st.integers(-50, 50), S: st.integers(1, 7)})


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a * b, inner, st.one_of(st.integers(-3, 5), SIZES)),
        st.builds(lambda a, b: a // b, inner, STRIDES),
        st.builds(ceildiv, inner, STRIDES),
        st.builds(minimum, inner, inner),
        st.builds(maximum, inner, inner),
    )


TREES = st.recursive(SIZES, _grown, max_leaves=9)


@given(TREES, VALUES)
def test_the_normal_form_has_the_same_value(tree: Int, values: dict[Name, int]) -> None:
    """For all sizes, negative ones too, and all positive strides."""
    assert evaluate(normal(tree), values) == evaluate(tree, values)


@given(TREES)
def test_the_normal_form_of_a_normal_form_is_itself(tree: Int) -> None:
    """There is nothing left to do."""
    assert normal(normal(tree)) == normal(tree)


@given(TREES, TREES, TREES)
def test_sums_in_another_order_are_written_alike(a: Int, b: Int, c: Int) -> None:
    """The sums a + (b + c), (c + a) + b and a − (−(b + c)) are one expression."""
    assert str(normal(a + (b + c))) == str(normal((c + a) + b)) == str(normal(a - (0 - (b + c))))


@given(TREES, st.integers(1, 6), st.integers(1, 6), st.integers(-5, 5))
def test_a_floor_of_a_floor_is_one_floor(tree: Int, a: int, b: int, c: int) -> None:
    """⌊(⌊x/a⌋ + c)/b⌋ and ⌊(x + ac)/(ab)⌋ are one expression."""
    assert normal((tree // a + c) // b) == normal((tree + a * c) // (a * b))


@pytest.mark.parametrize(
    ("given_as", "normal_form"),
    [
        ("⌊(⌊(W − 6)/4⌋ − 1)/2⌋ + 1", "⌊(W − 2)/8⌋"),
        ("⌊(W + 31)/32⌋", "⌊(W − 1)/32⌋ + 1"),
        ("2*⌊(W − 2)/2⌋ + 2", "2·⌊W/2⌋"),
        ("(2*W + 4)//8", "⌊(W + 2)/4⌋"),
        ("⌈W/2⌉", "⌊(W + 1)/2⌋"),
        ("(2P + W − F)//S + 1", "⌊(W − F + 2P)/S⌋ + 1"),
        ("D*F*F*K + K", "K·F²·D + K"),
        ("(W + H)*(W − H)", "W² − H²"),
        ("min(W, W + 1) − max(W − 1, W)", "0"),
    ],
)
def test_expressions_are_written_as_on_paper(given_as: str, normal_form: str) -> None:
    """Each of these once went, or could go, wrong."""
    assert str(normal(read_expression(given_as))) == normal_form
