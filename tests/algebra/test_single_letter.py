"""Comparisons in one letter, solved: the values are those that trying each number finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.algebra import Int, Name, evaluate
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.single_letter import solve_comparison
from tests.algebra.test_trend import TREES

W = Name("W")
RELATIONS = st.sampled_from((Relation.EQUAL, Relation.AT_LEAST, Relation.AT_MOST))
FAR = 260


def _tried(comparison: Comparison, low: int) -> set[int]:
    left, relation, right = comparison
    values = {number: (evaluate(left, {W: number}), evaluate(right, {W: number})) for number in range(low, FAR)}
    return {number for number, (one, other) in values.items() if Comparison(one, relation, other).holds()}


def _listed(found: Integers | None) -> set[int]:
    assert found is not None
    return {number for number in range(FAR) if number in found}


@given(TREES, RELATIONS, TREES, st.integers(0, 3))
def test_the_solutions_are_those_that_trying_finds(left: Int, relation: Relation, right: Int, low: int) -> None:
    """Of expressions of any kind, from any number on."""
    comparison = Comparison(left, relation, right)
    assert _listed(solve_comparison(comparison, W, low)) == _tried(comparison, low)


@given(st.integers(1, 12), TREES)
def test_a_number_divides_as_often_as_trying_finds(divisor: int, tree: Int) -> None:
    """The remainders of an expression repeat."""
    comparison = Comparison(divisor, Relation.DIVIDES, tree)
    assert _listed(solve_comparison(comparison, W, 0)) == _tried(comparison, 0)


@given(st.integers(-90, 90), st.integers(0, 4), RELATIONS, st.integers(-9, 40))
def test_a_letter_in_a_divisor_is_solved(above: int, more: int, relation: Relation, right: int) -> None:
    """A number over what grows falls towards 0."""
    comparison = Comparison(above // (W + more) + 1, relation, right)
    assert _listed(solve_comparison(comparison, W, 1)) == _tried(comparison, 1)


@given(st.integers(1, 200), st.integers(1, 3))
def test_a_square_divides_a_number(number: int, times: int) -> None:
    """So does a multiple of one."""
    comparison = Comparison(times * W * W, Relation.DIVIDES, number)
    assert _listed(solve_comparison(comparison, W, 0)) == _tried(comparison, 0)


def test_a_divisor_that_may_be_zero_is_left_open() -> None:
    """Until the least value of its letter is known."""
    assert solve_comparison(Comparison(61 // W, Relation.EQUAL, 6), W, 0) is None


@given(st.integers(1, 200))
def test_a_letter_divides_a_number(number: int) -> None:
    """Its divisors."""
    assert _listed(solve_comparison(Comparison(W, Relation.DIVIDES, number), W, 0)) == _tried(
        Comparison(W, Relation.DIVIDES, number), 0
    )


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (Comparison(20 * ((W - 2) // 8) * ((W - 2) // 8), Relation.EQUAL, 5120), "130 ≤ W ≤ 137"),
        (Comparison(W * W, Relation.AT_LEAST, 10**60), f"W ≥ {10**30}"),
        (Comparison(10**30, Relation.AT_MOST, W + 2), f"W ≥ {10**30 - 2}"),
        (Comparison(W * W, Relation.AT_MOST, 50), "1 ≤ W ≤ 7"),
        (Comparison(W * W, Relation.EQUAL, 50), "no W"),
    ],
)
def test_products_and_large_numbers_are_solved(comparison: Comparison, words: str) -> None:
    """By halving, however far the answer is."""
    low = 10 if "130" in words else 1
    found = solve_comparison(comparison, W, low)
    assert found is not None
    assert found.text("W") == words


def test_a_product_with_negative_factors_is_left_open() -> None:
    """At W = 1 the product (W − 5)·(W − 5) falls before it rises."""
    assert solve_comparison(Comparison((W - 5) * (W - 5), Relation.EQUAL, 16), W, 1) is None
