"""The ends of intervals with letters in them: the smaller and the larger of two, whatever the letters stand for."""

from __future__ import annotations

from functools import lru_cache

from shapecalc.algebra import Int, maximum, minimum, names_in, normal
from shapecalc.algebra.expr import Minus, Plus
from shapecalc.algebra.trend import Trend, trend


def around(intervals: list[tuple[Int, Int]]) -> tuple[Int, Int]:
    """The smallest interval that contains some others."""
    low, high = intervals[0]
    for one in intervals[1:]:
        low, high = least(low, one[0]), most(high, one[1])
    return low, high


def least(one: Int, other: Int) -> Int:
    """The smaller of two positions."""
    if isinstance(one, int) and isinstance(other, int):
        return min(one, other)
    below = _below(one, other)
    return minimum(one, other) if below is None else one if below else other


def most(one: Int, other: Int) -> Int:
    """The larger of two positions."""
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    below = _below(one, other)
    return maximum(one, other) if below is None else other if below else one


def _below(one: Int, other: Int) -> bool | None:
    """Whether one is never above the other (True), never below it (False), or neither is seen (None)."""
    (letters, number), (others, its) = _parted(one), _parted(other)
    apart = _apart(letters, others)
    if apart is None:
        return None
    more = (its - number) * apart.run
    if apart.rise >= 0 and apart.low + more >= 0:
        return True
    return False if apart.rise <= 0 and apart.high + more <= 0 else None


def _parted(size: Int) -> tuple[Int, int]:
    """A size without the numbers that are added to it, and their sum: ends that differ by a number share the first."""
    number = 0
    while isinstance(size, Plus | Minus) and isinstance(size.right, int):
        number += size.right if isinstance(size, Plus) else -size.right
        size = size.left
    return (0, number + size) if isinstance(size, int) else (size, number)


@lru_cache(1 << 12)
def _apart(one: Int, other: Int) -> Trend | None:
    """By how much the other is above the one, for all values of their letter; None where that is not seen."""
    over = normal(other - one)
    if len(names_in(over)) > 1:
        return None
    found = trend(over)
    return found if found is not None and found.start == 0 else None
