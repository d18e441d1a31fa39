"""The ends of intervals with letters in them: the smaller and the larger of two, whatever the letters stand for."""

from __future__ import annotations

from shapecalc.algebra import Int, maximum, minimum, names_in, normal
from shapecalc.algebra.expr import Minus, Plus
from shapecalc.algebra.memo import remember
from shapecalc.algebra.trend import Trend, trend


def hull(intervals: list[tuple[Int, Int]]) -> tuple[Int, Int]:
    """The smallest interval that contains all of these."""
    low, high = intervals[0]
    for first, last in intervals[1:]:
        low, high = lower(low, first), upper(high, last)
    return low, high


def lower(left: Int, right: Int) -> Int:
    """The smaller of two positions."""
    if isinstance(left, int) and isinstance(right, int):
        return min(left, right)
    ordered = in_order(left, right)
    return minimum(left, right) if ordered is None else left if ordered else right


def upper(left: Int, right: Int) -> Int:
    """The larger of two positions."""
    if isinstance(left, int) and isinstance(right, int):
        return max(left, right)
    ordered = in_order(left, right)
    return maximum(left, right) if ordered is None else right if ordered else left


def in_order(left: Int, right: Int) -> bool | None:
    """Whether left is never above right (True), or never below it (False); None where neither is proved."""
    (left_letters, left_number), (right_letters, right_number) = _parted(left), _parted(right)
    gap = _gap(left_letters, right_letters)
    if gap is None:
        return None
    number = (right_number - left_number) * gap.run
    if gap.rise >= 0 and gap.low + number >= 0:
        return True
    return False if gap.rise <= 0 and gap.high + number <= 0 else None


def _parted(size: Int) -> tuple[Int, int]:
    """A size without the numbers that are added to it, and their sum: ends that differ by a number share the first."""
    number = 0
    while isinstance(size, Plus | Minus) and isinstance(size.right, int):
        number += size.right if isinstance(size, Plus) else -size.right
        size = size.left
    return (0, number + size) if isinstance(size, int) else (size, number)


@remember()
def _gap(left: Int, right: Int) -> Trend | None:
    """How far right lies above left, for all values of their letter; None where that is not proved."""
    difference = normal(right - left)
    if len(names_in(difference)) > 1:
        return None
    growth = trend(difference)
    return growth if growth is not None and growth.start == 0 else None
