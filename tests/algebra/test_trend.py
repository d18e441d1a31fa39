"""Trends hold for ever: from their start on, an expression is a line plus something that repeats."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from shapecalc.algebra import Int, Name, ceildiv, evaluate, maximum, minimum
from shapecalc.algebra.trend import increases, trend

W = Name("W")
LEAVES = st.one_of(st.just(W), st.integers(-9, 9))


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a * b, inner, st.integers(-3, 3)),
        st.builds(lambda a, b: a // b, inner, st.integers(1, 5)),
        st.builds(ceildiv, inner, st.integers(1, 5)),
        st.builds(minimum, inner, inner),
        st.builds(maximum, inner, inner),
    )


TREES = st.recursive(LEAVES, _grown, max_leaves=7)


def _at(tree: Int, number: int) -> Any:
    return evaluate(tree, {W: number})


@given(TREES, st.integers(0, 60))
def test_a_trend_repeats_with_its_slope(tree: Int, more: int) -> None:
    """One period further on, the value has grown by what is said."""
    found = trend(tree)
    assert found is not None
    here = found.start + more
    assert _at(tree, here + found.period) - _at(tree, here) == found.growth


@given(TREES, st.integers(0, 60))
def test_a_trend_stays_between_its_lines(tree: Int, more: int) -> None:
    """What is added to the line lies between low and high."""
    found = trend(tree)
    assert found is not None
    here = found.start + more
    assert found.low <= found.run * _at(tree, here) - found.rise * here <= found.high


def test_a_product_of_sizes_has_no_trend() -> None:
    """A square rises ever faster."""
    assert trend(W * W) is None


@given(TREES, st.sampled_from((1, -1)), st.integers(0, 60))
def test_what_is_said_to_rise_never_falls(tree: Int, sign: int, here: int) -> None:
    """And what is said to fall never rises."""
    assume(increases(tree, sign))
    assert sign * (_at(tree, here + 1) - _at(tree, here)) >= 0


def test_sizes_are_seen_to_rise() -> None:
    """The window's formula does, and what is subtracted falls."""
    assert (increases((W - 3) // 2 + 1), increases(5 - W), increases(5 - W, -1)) == (True, False, True)
