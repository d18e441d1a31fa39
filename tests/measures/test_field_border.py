"""The intervals of outputs at the border, behind crops, pads and windows, against a trace of every position."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, ShapecalcError, layers
from shapecalc.algebra import Name
from shapecalc.measures import measure
from tests.campaigns import examples

#: What stands at each position of a place: the inputs that it is made of; none in padding.
Tape = list[frozenset[int]]

NOTHING: frozenset[int] = frozenset()


class Window(NamedTuple):
    """A window along one axis, with the class that has it."""

    kind: str
    kernel: int
    stride: int
    padding: int
    dilation: int

    def layer(self) -> Any:
        if self.kind == "conv":
            return layers.Conv1d(1, 1, self.kernel, self.stride, self.padding, self.dilation)
        if self.kind == "avg":
            return layers.AvgPool1d(self.kernel, self.stride, min(self.padding, self.kernel // 2))
        return layers.MaxPool1d(self.kernel, self.stride, min(self.padding, self.kernel // 2), self.dilation)

    def traced(self, tape: Tape) -> Tape:
        """What its outputs are made of, position by position."""
        padding = self.padding if self.kind == "conv" else min(self.padding, self.kernel // 2)
        dilation = 1 if self.kind == "avg" else self.dilation
        padded = [NOTHING] * padding + tape + [NOTHING] * padding
        reach = dilation * (self.kernel - 1) + 1
        starts = range(0, len(padded) - reach + 1, self.stride)
        return [frozenset().union(*padded[start : start + reach : dilation]) for start in starts]


class Ends(NamedTuple):
    """Zeros before and after, or, where they are negative, a crop."""

    before: int
    after: int

    def layer(self) -> Any:
        return layers.ZeroPad1d(self)

    def traced(self, tape: Tape) -> Tape:
        """What its outputs are made of, position by position."""
        kept = tape[max(-self.before, 0) : len(tape) - max(-self.after, 0)]
        return [NOTHING] * max(self.before, 0) + kept + [NOTHING] * max(self.after, 0)


class Middle(NamedTuple):
    """A crop to a size from an offset."""

    size: int
    offset: int

    def layer(self) -> Any:
        return layers.Crop(self.size, self.offset)

    def traced(self, tape: Tape) -> Tape:
        """What its outputs are made of, position by position."""
        return tape[self.offset : self.offset + self.size]


SMALL = st.integers(1, 3)
PARTS = st.lists(
    st.one_of(
        st.builds(Ends, st.integers(-3, 3), st.integers(-3, 3)),
        st.builds(Window, st.sampled_from(("conv", "conv", "avg", "max")), SMALL, SMALL, st.integers(0, 4), SMALL),
        st.builds(Middle, st.integers(1, 9), st.integers(0, 4)),
    ),
    min_size=1,
    max_size=5,
)


def chain(length: int, parts: list[Any]) -> Net:
    b = Builder((1, length))
    b.chain(*[part.layer() for part in parts])
    return b.build()


def agree(interval: Any, seen: list[int], length: int) -> bool:
    """Whether an interval ends at the first and last input that is seen, or in the padding beside the input."""
    if not seen:
        return interval is None or not set(interval) & set(range(length))
    low, high = interval
    return (low == min(seen) or low < 0) and (high == max(seen) or high >= length)


def traced(length: int, parts: list[Any]) -> Tape:
    tape = [frozenset({place}) for place in range(length)]
    for part in parts:
        tape = part.traced(tape)
    return tape


@examples(100, deep=4_000)
@given(st.integers(4, 24), PARTS)
def test_an_interval_ends_where_the_last_input_is_seen(length: int, parts: list[Any]) -> None:
    """At every output behind any crops, pads and windows, no end is an input that the output does not see."""
    try:
        (field,) = measure(chain(length, parts)).rows[-1].fields
    except ShapecalcError:
        return  # an illegal chain
    tape = traced(length, parts)
    seen = [(o, field.interval(o), sorted(inputs)) for o, inputs in enumerate(tape)]
    wrong = [interval for interval in seen if not agree(*interval[1:], length)]
    assert (len(tape), wrong) == (field.count, [])


LOST = {
    "a crop, then as much padding": ([Ends(-3, 0), Ends(3, 0)], [None, None, None, (3, 3)]),
    "a crop, then a window": ([Ends(-3, 0), Window("conv", 3, 1, 1, 1)], [(3, 4), (3, 5), (4, 6)]),
    "a window, then padding": ([Window("conv", 3, 1, 0, 1), Ends(1, 0)], [(-1, -1), (0, 2), (1, 3)]),
    "a window alone": ([Window("conv", 3, 1, 1, 1)], [(-1, 1), (0, 2), (1, 3)]),
    "a gap at the border": ([Window("conv", 3, 1, 4, 4)], [(-4, 4), (-3, 5), (-2, 6)]),
}


@pytest.mark.parametrize(("parts", "intervals"), LOST.values(), ids=LOST)
def test_padding_counts_beside_the_input_alone(parts: list[Any], intervals: list[Any]) -> None:
    """Padding where inputs were cropped stands for nothing; beside the input it has its place."""
    (field,) = measure(chain(12, parts)).rows[-1].fields
    assert [field.interval(o) for o in range(len(intervals))] == intervals


def test_a_stride_leaves_the_last_input_out() -> None:
    """What is left over on the right is not seen behind padding either."""
    (field,) = measure(chain(6, [Window("conv", 3, 2, 0, 1), Window("conv", 3, 1, 1, 1)])).rows[-1].fields
    assert (field.interval(1), field.size) == ((0, 4), 7)


def test_letters_in_the_middle_leave_the_pattern() -> None:
    """Where only the middle of a net has letters, the interval is that of its formula."""
    b = Builder((1, 9))
    b.chain(layers.Conv1d(1, 1, Name("k"), padding=1), layers.AdaptiveAvgPool1d(1))
    (field,) = measure(b.build()).rows[-1].fields
    assert field.interval(0) == (-1, 9)
