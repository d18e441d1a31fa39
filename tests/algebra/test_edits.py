"""Edits of trees, and values that are not rounded."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shapecalc.algebra import Name, ceildiv, maximum, minimum
from shapecalc.algebra.edits import (
    Number,
    exact_value,
    factors_of,
    rewrite,
    round_down,
    round_up,
    simplest,
    substitute,
    terms_of,
)

W, F, S, P = map(Name, "WFSP")
SIZE = (W - F + 2 * P) // S + 1
NUMBERS = {W: 28, F: 5, S: 2, P: 0}


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (round_up(SIZE), "⌈(W − F + 2P)/S⌉ + 1"),
        (round_down(ceildiv(W, S)), "⌊W/S⌋"),
        (substitute(SIZE, {P: 0}), "⌊(W − F)/S⌋ + 1"),
        (rewrite(SIZE, lambda part: P if part == 2 * P else None), "⌊(W − F + P)/S⌋ + 1"),
        (rewrite(SIZE, lambda part: W if part == SIZE else None), "W"),
    ],
)
def test_edits(tree, text):
    """A part is replaced wherever it stands, and the rest of the formula stays as it is."""
    assert str(tree) == text


def test_what_is_not_edited_is_the_same_object():
    """A rule that has no replacement leaves the tree itself."""
    assert rewrite(SIZE, lambda _: None) is SIZE


def test_quotients_are_rounded_only_where_they_should_be():
    """23/2 is 11, or 11.5 where nobody rounds."""
    assert exact_value(SIZE, NUMBERS) == 12
    assert exact_value(SIZE, NUMBERS, rounded=False) == Fraction(25, 2)
    assert exact_value(ceildiv(W - F, S), NUMBERS) == 12


def test_values_of_fractions():
    """A size that has been left a fraction goes on through every operator."""
    half: dict[Name, Number] = {W: Fraction(25, 2), F: 2, S: 2, P: 1}
    trees = [W + F, W - F, W * F, W // S, ceildiv(W, S), minimum(W, F), maximum(W, F)]
    values = [Fraction(29, 2), Fraction(21, 2), 25, 6, 7, 2, Fraction(25, 2)]
    assert [exact_value(tree, half) for tree in trees] == values


def test_a_whole_number_is_an_int():
    """A fraction that is whole becomes an int, and no other does."""
    assert [simplest(Fraction(4, 2)), simplest(Fraction(1, 2))] == [2, Fraction(1, 2)]


def test_terms_and_factors():
    """A sum is its terms and a product its factors, in their order."""
    assert terms_of(W + F * S + 3) == (W, F * S, 3)
    assert factors_of(W * F * S) == (W, F, S)
    assert terms_of(W) == factors_of(W) == (W,)
