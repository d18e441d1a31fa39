"""The fields of something that reads several branches at the same position: the hull of what they see."""

from __future__ import annotations

import math

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.measures.field.axis import AxisField, Pattern
from shapecalc.measures.field.ends import hull, in_order, upper
from shapecalc.measures.field.sliding import MAX_PERIOD, full_extent


def merge_branches(left: AxisField, right: AxisField) -> AxisField:
    """The field of something that reads both; one with a single position is stretched over those of the other."""
    if left is right or left == right:
        return left
    count = right.count if left.count == 1 else left.count
    first, second = _stretched(left, count), _stretched(right, count)
    pattern = side_by_side(first, second)
    if pattern is None:
        pattern = _everything(AxisField(first, count, left.length), AxisField(second, right.count, right.length))
    return AxisField(pattern, count, left.length)


def _stretched(axis: AxisField, count: Int) -> Pattern:
    return full_extent(axis.pattern, 1) if axis.count == 1 and count != 1 else axis.pattern


@remember(parts=lambda pattern: 0 if pattern is None else len(pattern.low))
def side_by_side(left: Pattern, right: Pattern) -> Pattern | None:
    """The hulls, output by output; None where the two move over the input at different rates."""
    period = math.lcm(len(left.low), len(right.low))
    if left.advance * len(right.low) != right.advance * len(left.low) or period > MAX_PERIOD:
        return None
    low: list[Int | None] = []
    high: list[Int | None] = []
    for output in range(period):
        intervals = [interval for side in (left, right) if (interval := side.interval(output)) is not None]
        first, last = hull(intervals) if intervals else (None, None)
        low.append(first)
        high.append(last)
    advance, growth = left.advance * (period // len(left.low)), upper(left.growth, right.growth)
    return Pattern(tuple(low), tuple(high), advance, left.bound or right.bound, growth)


def _everything(left: AxisField, right: AxisField) -> Pattern:
    """All that either sees anywhere, of two that move over the input at different rates."""
    bound = left.bound or right.bound
    first, second = (full_extent(axis.pattern, axis.count).interval(0) for axis in (left, right))
    if first is None or second is None:  # one of them sees nothing
        return (left if second is None else right).pattern._replace(bound=bound)
    if not any(_covers(axis) for axis in (left, right) if axis.advance == 0):
        period = math.lcm(len(left.low), len(right.low))
        different = "the branches move over the input at different rates"
        bound = bound or (different if period <= MAX_PERIOD else f"the fields repeat only after {period} outputs")
    low, high = hull([first, second])
    return Pattern((low,), (high,), 0, bound, upper(left.pattern.pace, right.pattern.pace) if bound else 0)


def _covers(axis: AxisField) -> bool:
    """Whether an output sees the input from end to end."""
    low, high = axis.low[0], axis.high[0]
    if low is None or high is None:
        return False
    return in_order(low, 0) is True and in_order(axis.length - 1, high) is True
