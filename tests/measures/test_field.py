"""The receptive field's size, jump, start and intervals against the gradient in torch, for random nets."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net, ShapecalcError, parse
from shapecalc.measures import measure
from tests.campaigns import examples
from tests.measures.gradient import Interval, seen_by
from tests.narrow import integer, integers, present
from tests.nets.drawn import small_nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")


def margin(net: Net) -> int:
    """How far from the border nothing is cut: pads, and transposed convolutions, crop at most three positions each."""
    jumps = [axis.jump for row in measure(net) for axis in row.fields]
    return 3 * len(net.nodes) * math.ceil(max(jumps))


def inside(field: Any, net: Net) -> list[int]:
    """The outputs whose interval keeps its distance from the border."""
    far = margin(net)
    found = [(o, field.interval(o)) for o in range(field.count)]
    return [o for o, seen in found if seen and far <= seen[0] and seen[1] < field.length - far]


def along(axis: int, place: int, fields: tuple[Any, ...]) -> tuple[int, ...]:
    """An output index that runs along one axis through the middle of the others."""
    return tuple(place if other == axis else field.count // 2 for other, field in enumerate(fields))


def looks(net: Net, at_most: int = 12) -> Iterator[tuple[Any, int, Interval | None]]:
    """Axis, output and true interval for outputs in the interior, along each axis."""
    fields, seen = measure(net)[net.outputs[0]].fields, seen_by(net)
    for axis, field in enumerate(fields):
        middles = [inside(other, net) for number, other in enumerate(fields) if number != axis]
        for place in inside(field, net)[:at_most] if all(middles) else ():
            index = [middle[len(middle) // 2] for middle in middles]
            index.insert(axis, place)
            found = seen(tuple(index))
            yield field, place, found[axis] if found else None


def test_intervals_are_where_the_gradient_is() -> None:
    """In the interior an exact field's interval is the gradient's, and a bound contains it."""
    looked = []

    @examples(100, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets(longest=4, least=16, most=28))
        for field, place, seen in looks(net):
            looked.append(not field.bound)
            interval = field.interval(place)
            if field.bound:
                assert seen is None or interval[0] <= seen[0] <= seen[1] <= interval[1], f"{net} at {place}"
            else:
                assert seen == interval, f"{net.nodes} {net.inputs} at {place}"

    check()
    assert sum(looked) > 500  # most nets are small enough to have an interior, and most fields are exact


def test_size_jump_and_start_describe_the_gradient() -> None:
    """Over a whole period of outputs the widest gradient is the size, and the next period is jump times further on."""
    looked = []

    @examples(100, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets(longest=3, least=16, most=28))
        found: dict[Any, dict[int, Interval]] = {}
        for field, place, seen in looks(net):
            if seen and not field.bound:
                found.setdefault(field, {})[place] = seen
        for field, seen_at in found.items():
            period = len(field.low)
            pairs = [(place, place + period) for place in seen_at if place + period in seen_at]
            moved = [seen_at[far][0] - seen_at[near][0] for near, far in pairs]
            assert moved == [field.jump * period] * len(pairs), f"{net.nodes} {net.inputs}"
            if len(pairs) >= period:
                looked.append(field)
                assert field.size == max(high - low + 1 for low, high in seen_at.values()), f"{net.nodes} {net.inputs}"
            if period == 1:
                starts = {low - place * field.jump for place, (low, _) in seen_at.items()}
                assert starts == {field.start}, f"{net.nodes} {net.inputs}"

    check()
    assert len(looked) > 50


def test_the_true_footprint_lies_within_the_interval() -> None:
    """At every output, borders included, the gradient lies in the interval, exact or bound, whatever the padding."""
    looked = []

    @examples(100, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets())
        fields, seen = measure(net)[net.outputs[0]].fields, seen_by(net)
        index = tuple(data.draw(st.integers(0, integer(field.count) - 1)) for field in fields)
        for field, place, true in zip(fields, index, seen(index) or (), strict=False):
            looked.append(place)
            low, high = integers(present(field.interval(place)))
            assert low <= true[0] <= true[1] <= high, f"{net.nodes} {net.inputs} at {index}"

    check()
    assert len(looked) > 100


def test_a_jump_of_thousands_of_digits_is_refused():
    """Strides multiply without end; Python prints no number of more than 4,300 digits."""
    with pytest.raises(ShapecalcError, match=r"^Conv2d: the jump of the receptive field has more than 300 digits"):
        measure(parse("Conv2d(1, 1, 1, stride=10**99) " * 60, input_shape=(1, 8, 8))).page()
