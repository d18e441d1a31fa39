"""Ranges of numbers with periodic patterns, as bits: how several of them are combined and merged.

A pattern is a bit for each remainder by a period. Patterns are compared and combined as whole numbers, so that the work
is a few operations for each piece, not for each number.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, attrgetter, or_
from typing import NamedTuple

from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapecalcError

#: A longer period is not computed, and nobody would read it.
MAX_PERIOD = 5_000
#: The most ranges that are merged to make a set.
MAX_RANGES = 4 * MAX_PERIOD


class Piece(NamedTuple):
    """The numbers from low to high that leave one of the remainders by the period; without end if high is None."""

    low: int
    high: int | None = None
    period: int = 1
    remainders: tuple[int, ...] = (0,)

    def has(self, number: int) -> bool:
        """Whether the number belongs to the piece."""
        inside = number >= self.low and (self.high is None or number <= self.high)
        return inside and self.fits(number)

    def fits(self, number: int) -> bool:
        """Whether the number has the pattern of the piece."""
        remainder = number % self.period
        place = bisect_left(self.remainders, remainder)
        return place < len(self.remainders) and self.remainders[place] == remainder

    def next(self, number: int) -> int:
        """The first number from ``number`` on that has the pattern of the piece."""
        start = number - number % self.period
        place = bisect_left(self.remainders, number - start)
        return start + (self.remainders[place] if place < len(self.remainders) else self.period + self.remainders[0])

    def previous(self, number: int) -> int:
        """The last number up to ``number`` that has the pattern of the piece."""
        start = number - number % self.period
        place = bisect_left(self.remainders, number - start + 1)
        return start + (self.remainders[place - 1] if place else self.remainders[-1] - self.period)


#: Which numbers a group of pieces has, or what several groups have: a bit for each remainder by a period.
Mask = int


def sweep(groups: list[tuple[Piece, ...]], combine: Callable[[Iterable[Mask]], Mask]) -> list[Piece]:
    """What ``combine`` makes of the numbers of each group, as disjoint pieces.

    Raises:
        ShapecalcError: the patterns together repeat too late, or there are too many ranges.
    """
    edges = sorted({edge for pieces in groups for piece in pieces for edge in _edges(piece)})
    waiting = [sorted(pieces, key=attrgetter("low"), reverse=True) for pieces in groups]
    over: list[list[Piece]] = [[] for _ in groups]
    masks = _Masks()
    ranges: list[Piece] = []
    ends = [*(edge - 1 for edge in edges[1:]), None]
    for start, end in zip(edges, ends[: len(edges)], strict=True):
        for place, pieces in enumerate(waiting):
            while pieces and pieces[-1].low <= start:
                over[place].append(pieces.pop())
            over[place] = [piece for piece in over[place] if piece.high is None or start <= piece.high]
        period = math.lcm(*(piece.period for pieces in over for piece in pieces))
        if period > MAX_PERIOD:
            raise ShapecalcError(f"The sizes repeat only after {period}.")
        mask = combine([unite([masks.of(piece, period) for piece in pieces]) for pieces in over])
        ranges += tighten(start, end, period, mask)
        check_ranges(ranges)
    return ranges


def check_ranges(ranges: list[Piece]) -> None:
    """Refuse to merge too many ranges.

    Raises:
        ShapecalcError: there are too many.
    """
    if len(ranges) > MAX_RANGES:
        raise ShapecalcError(f"The sizes fall into more than {MAX_RANGES:,} ranges.")


def unite(masks: Iterable[Mask]) -> Mask:
    """The numbers of any."""
    return reduce(or_, masks, 0)


def intersect(masks: Iterable[Mask]) -> Mask:
    """The numbers of all."""
    return reduce(and_, masks)


def remove(masks: Iterable[Mask]) -> Mask:
    """The numbers of the first of two that are not in the second."""
    first, second = masks
    return first & ~second


class _Masks:
    """The patterns of pieces, each made once for a period; the pieces must stay alive."""

    def __init__(self) -> None:
        self._masks: dict[tuple[int, int], Mask] = {}

    def of(self, piece: Piece, period: int) -> Mask:
        place = (id(piece), period)
        if place not in self._masks:
            self._masks[place] = _mask(piece, period)
        return self._masks[place]


@remember(parts=lambda mask: mask.bit_length() // 100)
def _mask(piece: Piece, period: int) -> Mask:
    """The pattern of a piece over a multiple of its period."""
    bits = bytearray(b"0" * piece.period)
    for remainder in piece.remainders:
        bits[-1 - remainder] = ord("1")
    return int(bits * (period // piece.period), 2)  # in linear time, as for every base that is a power of 2


def _remainders(mask: Mask) -> tuple[int, ...]:
    return tuple([place for place, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"])


def _edges(piece: Piece) -> list[int]:
    return [piece.low] if piece.high is None else [piece.low, piece.high + 1]


def tighten(low: int, high: int | None, period: int, mask: Mask) -> list[Piece]:
    """A piece from its first number to its last one, with the shortest period; the runs of numbers in a short range."""
    if not mask:
        return []
    if high is not None and high - low + 1 < 2 * period:
        return [Piece(low + first, low + last) for first, last in _runs(_window(mask, period, low, high - low + 1))]
    period, mask = _shortest(period, mask)
    pattern = Piece(low, high, period, _remainders(mask))
    return [pattern._replace(low=pattern.next(low), high=None if high is None else pattern.previous(high))]


def _window(mask: Mask, period: int, low: int, count: int) -> Mask:
    """A bit for each of ``count`` numbers from ``low`` on, whether it has a pattern."""
    turns = count // period + 2
    repeated = int(f"{mask:0{period}b}" * turns, 2)
    return (repeated >> low % period) & ((1 << count) - 1)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """The first and the last place of each run of bits."""
    runs: list[tuple[int, int]] = []
    place = 0
    for zeros, ones in _alternating(f"{mask:b}"[::-1]):
        place += zeros
        if ones:
            runs.append((place, place + ones - 1))
        place += ones
    return runs


def _alternating(bits: str) -> Iterable[tuple[int, int]]:
    """The lengths of the runs of 0 and of 1 that follow each other."""
    return [(len(part) - len(ones := part.lstrip("0")), len(ones)) for part in bits.replace("10", "1 0").split(" ")]


def _shortest(period: int, mask: Mask) -> tuple[int, Mask]:
    """The shortest period with which a pattern repeats, and the pattern over it."""
    for factor in _prime_factors(period):
        shorter = period // factor
        # a pattern that equals itself moved by a divisor of its period repeats with that divisor
        moved = (mask >> shorter) | (mask & ((1 << shorter) - 1)) << (period - shorter)
        if moved == mask:
            period, mask = shorter, mask & ((1 << shorter) - 1)
    return period, mask


@remember()
def _prime_factors(number: int) -> tuple[int, ...]:
    """The prime factors of a period, as often as each divides it."""
    for factor in range(2, math.isqrt(number) + 1):
        if number % factor == 0:
            return (factor, *_prime_factors(number // factor))
    return (number,) if number > 1 else ()


def merge_neighbours(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, with neighbours merged wherever one pattern describes both."""
    longer: list[Piece] = []
    for piece in sorted(pieces, key=attrgetter("low")):
        last = piece
        while longer and (both := _merge(longer[-1], last)):
            longer.pop()
            last = both
        longer.append(last)
    return tuple(longer)


def _merge(before: Piece, after: Piece) -> Piece | None:
    """One piece with exactly the numbers of two neighbours, or None: the pattern of either must describe both."""
    for pattern in (after, before):
        if _describes_both(pattern, before, after):
            return Piece(before.low, after.high, pattern.period, pattern.remainders)
    return None


def _describes_both(pattern: Piece, before: Piece, after: Piece) -> bool:
    """Whether a pattern gives the numbers of both pieces, and no number in the gap between them.

    numbers    2 4 6 8              14 16 18
               └before┘    gap      └after─┘
    pattern    └────── even numbers ───────┘    no: 10 and 12 are in the gap, so these pieces stay apart
    """
    if before.high is None or pattern.next(before.high + 1) < after.low:
        return False
    if after.high is None and (pattern.period, pattern.remainders) != (after.period, after.remainders):
        return False  # a piece without end keeps its own pattern
    return _describes(pattern, before) and _describes(pattern, after)


def _describes(pattern: Piece, piece: Piece) -> bool:
    """Whether a pattern gives the numbers of a piece from its first to its last.

    Two patterns that agree on as many numbers as their periods have together agree everywhere (N. J. Fine, H. S. Wilf,
    Uniqueness theorems for periodic functions, 1965).
    """
    if pattern is piece or (pattern.period, pattern.remainders) == (piece.period, piece.remainders):
        return True
    count = pattern.period + piece.period
    if piece.high is not None:
        count = min(count, piece.high - piece.low + 1)
    if count == 1:
        return pattern.fits(piece.low)
    windows = [_window(_mask(each, each.period), each.period, piece.low, count) for each in (pattern, piece)]
    return windows[0] == windows[1]


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last number of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def changing_pattern(start: int, period: int, steps: dict[int, Mask], mask: Mask = 0) -> list[Piece]:
    """The numbers from ``start`` on with a pattern that changes.

    Args:
        start: the first number.
        period: the period of all patterns.
        steps: for each number from which on the pattern is another, the remainders that come or go.
        mask: the pattern before the first change.

    Raises:
        ShapecalcError: there are too many ranges.
    """
    ranges: list[Piece] = []
    for number in sorted(steps):
        if number > start:
            ranges += tighten(start, number - 1, period, mask)
            check_ranges(ranges)
            start = number
        mask ^= steps[number]
    return ranges + tighten(start, None, period, mask)
