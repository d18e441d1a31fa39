"""Sets of integers behave as Python's sets do, and are told in few words."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import ShapecalcError
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.pieces import Piece, changing_pattern

FAR = 200
PERIODS = st.integers(1, 6)


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    """A stretch below 60, or one without end, with any pattern of at most 6."""
    low, period = draw(st.integers(0, 40)), draw(PERIODS)
    remainders = draw(st.sets(st.integers(0, period - 1), min_size=1))
    return Piece(low, draw(st.one_of(st.none(), st.integers(low, 60))), period, tuple(sorted(remainders)))


SETS = st.lists(pieces(), max_size=4)


def _listed(some: list[Piece]) -> set[int]:
    return {number for number in range(FAR) if any(piece.has(number) for piece in some)}


def _within(some: Integers) -> set[int]:
    return {number for number in range(FAR) if number in some}


@given(SETS)
def test_a_set_holds_the_numbers_of_its_pieces(some: list[Piece]) -> None:
    """Overlapping or not."""
    assert _within(Integers(some)) == _listed(some)


@given(SETS, SETS)
def test_sets_are_combined_number_by_number(one: list[Piece], other: list[Piece]) -> None:
    """What is in both, in either, and in the first alone."""
    a, b = Integers(one), Integers(other)
    left, right = _listed(one), _listed(other)
    assert (_within(a & b), _within(a | b), _within(a - b)) == (left & right, left | right, left - right)


@given(SETS, SETS)
def test_sets_put_together_in_another_way_are_equal(one: list[Piece], other: list[Piece]) -> None:
    """The pieces of A ∪ B do not depend on the order, nor on what was taken out and put back."""
    a, b = Integers(one), Integers(other)
    assert (a | b, (a - b) | (a & b)) == (b | a, a)


@given(SETS)
def test_the_first_numbers_come_in_order(some: list[Piece]) -> None:
    """Iterating gives the smallest numbers first; the smallest has its own name."""
    first = sorted(_listed(some))[:5]
    found = Integers(some)
    assert (list(islice(found, len(first))), found.smallest) == (first, first[0] if first else None)


@given(SETS)
def test_a_set_has_an_end_or_none(some: list[Piece]) -> None:
    """The largest number, where there is one."""
    endless = any(piece.high is None for piece in some)
    largest = None if endless else max(_listed(some), default=None)
    assert (Integers(some).is_finite, Integers(some).largest) == (not endless, largest)


@pytest.mark.parametrize(
    ("some", "words"),
    [
        ([], "no W"),
        ([Piece(1)], "W ≥ 1"),
        ([Piece(130, 137)], "130 ≤ W ≤ 137"),
        ([Piece(5, 5)], "W = 5"),
        ([Piece(1, 2), Piece(4, 4)], "W = 1, 2, 4"),
        ([Piece(1, 1), Piece(2, None, 2)], "W = 1 or W ≡ 0 (mod 2)"),
        ([Piece(32, None, 16)], "W ≡ 0 (mod 16), W ≥ 32"),
        ([Piece(1, None, 16)], "W ≡ 0 (mod 16)"),
        ([Piece(1, None, 16, tuple(range(8)))], "W ≡ 0 to 7 (mod 16)"),
        ([Piece(1, None, 6, (1, 2, 4, 5))], "W ≢ 0 (mod 3)"),
        ([Piece(0, 100, 10)], "W ≡ 0 (mod 10), 0 ≤ W ≤ 100"),
        ([Piece(3), Piece(1, 3)], "W ≥ 1"),
        ([Piece(1, None, 2, (0,)), Piece(1, None, 2, (1,))], "W ≥ 1"),
    ],
)
def test_a_set_is_told_in_few_words(some: list[Piece], words: str) -> None:
    """As a person would write it."""
    assert Integers(some).text("W") == words


def test_a_pattern_that_nobody_would_read_is_refused() -> None:
    """Patterns of 71 and 211 together repeat after 14,981."""
    with pytest.raises(ShapecalcError, match="repeat only after 14981"):
        assert Integers([Piece(0, None, 71)]) & Integers([Piece(0, None, 211)])


@given(st.integers(0, 9), st.integers(1, 30), st.dictionaries(st.integers(0, 90), st.integers(0), max_size=5))
def test_a_pattern_that_changes_is_a_set(start: int, period: int, steps: dict[int, int]) -> None:
    """From each number with a change on, the remainders that it names come or go."""
    changes = {number: mask % (1 << period) for number, mask in steps.items() if number >= start}
    mask, numbers = 0, set()
    for number in range(start, FAR):
        mask ^= changes.get(number, 0)
        if mask >> number % period & 1:
            numbers.add(number)
    assert _within(Integers(changing_pattern(start, period, changes))) == numbers


@given(st.lists(st.integers(0, 400), max_size=200, unique=True), st.integers(1, 90))
def test_large_patterns_are_combined_as_small_ones(numbers: list[int], period: int) -> None:
    """A set of single numbers and a long pattern: what is in both, in either, and in the first alone."""
    numbers = sorted(numbers)[:150]
    remainders = tuple(sorted({number % period for number in numbers})) or (0,)
    alone, pattern = Integers(Piece(n, n) for n in numbers), Integers([Piece(3, None, period, remainders)])
    left, right = set(numbers) & set(range(FAR)), _within(pattern)
    combined = (_within(alone & pattern), _within(alone | pattern), _within(alone - pattern))
    assert combined == (left & right, left | right, left - right)
