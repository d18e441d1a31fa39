"""The work that a domain takes grows with the number of its conditions, not with its square."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch  # noqa: PT013  the type of a fixture

from shapecalc import measure, parse
from shapecalc.algebra import memo, multi_letter
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.pieces import Piece
from shapecalc.layers.core.conditions import Condition
from shapecalc.measures.domain_solver import LayerCondition, needed_for

ALL = Integers.between(1)
SETS = st.builds(
    lambda low, period, remainder: Integers([Piece(low, None, period, (remainder % period,))]),
    st.integers(1, 9),
    st.sampled_from([1, 2, 3, 4, 6]),
    st.integers(0, 5),
)


def condition(place: int, values: Integers) -> LayerCondition:
    """A condition that allows some values, told from others by its place."""
    return LayerCondition(f"layer{place}", Condition("", ()), "W", values)


@given(sets=st.lists(SETS, max_size=8))
def test_conditions_that_the_others_imply_are_left_out(sets: list[Integers]) -> None:
    """Those that remain give the same values, and without any one of them there would be more."""
    conditions = [condition(place, values) for place, values in enumerate(sets)]
    goal = narrowed(conditions)
    needed = needed_for(goal, ALL, conditions)
    assert narrowed(needed) == goal
    assert all(narrowed([peer for peer in needed if peer is not each]) != goal for each in needed)


def narrowed(conditions: list[LayerCondition]) -> Integers:
    """The values that some conditions leave of all."""
    *_, values = accumulate((ALL, *[each.values or Integers() for each in conditions]), Integers.__and__)
    return values


def test_twice_the_layers_take_twice_the_intersections(monkeypatch: MonkeyPatch) -> None:
    """Sets are intersected a few times for each layer, however many layers there are."""
    assert intersections(monkeypatch, layers=100) < 3 * intersections(monkeypatch, layers=50)


def intersections(monkeypatch: MonkeyPatch, layers: int) -> int:
    """How many sets a chain of convolutions intersects."""
    sets: list[Integers] = []

    def counted(left: Integers, right: Integers) -> Integers:
        sets.append(left)
        return both(left, right)

    both = Integers.__and__
    memo.clear()
    with monkeypatch.context() as patch:
        patch.setattr(Integers, "__and__", counted)
        measure(parse("Conv2d(3, 3, 3) " * layers, input_shape="3xHxW"))
    return len(sets)


def test_few_large_numbers_are_split_into_factors(monkeypatch: MonkeyPatch) -> None:
    """Of a hundred conditions on a product of sizes, each near 10^12, a few are tried; the others stay."""
    numbers: list[int] = []

    def recorded(number: int) -> Iterator[tuple[int, int]]:
        numbers.append(number)
        yield number, 1

    monkeypatch.setattr(multi_letter, "_factor_pairs", recorded)
    paths = [[f"Flatten Linear({10**12 - place}, 3)"] for place in range(100)]
    domain = measure(parse(json.dumps({"input": "1xHxW", "layers": [{"parallel": paths}]}))).domain
    assert domain is not None
    assert (len(domain.multi_letter), len(numbers) < 30) == (100, True)
