"""Sets of integers, for the legal values of a size: a few ranges of numbers, each with a periodic pattern."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import count, islice
from operator import and_, or_
from typing import NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapecalcError

#: A longer period is not computed, and nobody would read it.
MAX_PERIOD = 5_000
#: The largest number of pieces in a set, and of numbers in a list.
MAX_PIECES, MAX_LISTED = 400, 8
#: The numbers of a piece are listed if its ends are less than this apart.
MAX_LISTED_SPAN = 3


class Piece(NamedTuple):
    """The numbers from low to high that leave one of the remainders by the period; without end if high is None."""

    low: int
    high: int | None = None
    period: int = 1
    remainders: tuple[int, ...] = (0,)

    def has(self, number: int) -> bool:
        """Whether the number belongs to the piece."""
        inside = number >= self.low and (self.high is None or number <= self.high)
        return inside and number % self.period in self.remainders


@final
class Integers:
    """A set of integers: disjoint pieces in order, where neighbours that one pattern describes are one piece."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.pieces = _merged(_swept([tuple(pieces)], _union))
        if len(self.pieces) > MAX_PIECES:
            raise ShapecalcError(f"The sizes fall into more than {MAX_PIECES} stretches.")

    @classmethod
    def between(cls, low: int, high: int | None = None) -> Integers:
        """All numbers from low to high, or from low on."""
        return cls([Piece(low, high)])

    def __contains__(self, number: int) -> bool:
        return any(piece.has(number) for piece in self.pieces)

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Integers) and (self.pieces == other.pieces or not (self - other or other - self))

    def __hash__(self) -> int:
        return hash((self.smallest, self.largest))

    def __repr__(self) -> str:
        return f"Integers({self.text('n')})"

    def __and__(self, other: Integers) -> Integers:
        return Integers(_swept([self.pieces, other.pieces], _intersection))

    def __or__(self, other: Integers) -> Integers:
        return Integers((*self.pieces, *other.pieces))

    def __sub__(self, other: Integers) -> Integers:
        return Integers(_swept([self.pieces, other.pieces], _difference))

    def __iter__(self) -> Iterator[int]:
        """The numbers in order; an infinite set yields numbers without end."""
        for piece in self.pieces:
            remainders = set(piece.remainders)
            numbers = count(piece.low) if piece.high is None else range(piece.low, piece.high + 1)
            yield from (number for number in numbers if number % piece.period in remainders)

    @property
    def smallest(self) -> int | None:
        """The smallest number, or None if the set is empty."""
        return self.pieces[0].low if self.pieces else None

    @property
    def largest(self) -> int | None:
        """The largest number, or None if the set is empty or infinite."""
        return self.pieces[-1].high if self.pieces else None

    def above(self, number: int) -> int | None:
        """The smallest number of the set that is larger; None if there is none."""
        for low, high, period, remainders in self.pieces:
            first = max(low, number + 1)
            last = first + period - 1 if high is None else min(high, first + period - 1)
            for candidate in range(first, last + 1):
                if candidate % period in remainders:
                    return candidate
        return None

    def below(self, number: int) -> int | None:
        """The largest number of the set that is smaller; None if there is none."""
        for low, high, period, remainders in reversed(self.pieces):
            last = number - 1 if high is None else min(high, number - 1)
            for candidate in range(last, max(low, last - period + 1) - 1, -1):
                if candidate % period in remainders:
                    return candidate
        return None

    @property
    def is_finite(self) -> bool:
        """Whether the set is finite."""
        return not self.pieces or self.pieces[-1].high is not None

    def text(self, letter: str) -> str:
        """The set in words: ``W ≡ 0 (mod 16), W ≥ 32``."""
        if not self.pieces:
            return f"no {letter}"
        if len(self.pieces) > 1 and self.is_finite:
            numbers = list(islice(self, MAX_LISTED + 1))
            if len(numbers) <= MAX_LISTED:
                return f"{letter} = {', '.join(map(str, numbers))}"
        short = [piece for piece in self.pieces if piece.high is not None and piece.high - piece.low < MAX_LISTED_SPAN]
        listed = [number for piece in short for number in Integers([piece])]
        texts = [_words(piece, letter) for piece in self.pieces if piece not in short]
        if listed:
            numbers_text = ", ".join(map(str, listed[:MAX_LISTED])) + (", ..." if len(listed) > MAX_LISTED else "")
            texts.insert(0 if listed[0] == self.smallest else len(texts), f"{letter} = {numbers_text}")
        return " or ".join(texts)

    def as_dict(self) -> list[dict[str, object]]:
        """For JSON: the pieces, each with min, max (null for no end), modulus and remainders."""
        names = ("min", "max", "modulus", "remainders")
        return [dict(zip(names, (*piece[:3], list(piece.remainders)), strict=True)) for piece in self.pieces]


def _words(piece: Piece, letter: str) -> str:
    low, high, period, remainders = piece
    if period == 1:
        return f"{letter} ≥ {low}" if high is None else f"{low} ≤ {letter} ≤ {high}"
    missing = sorted({*range(period)}.difference(remainders))
    few_missing = len(missing) <= 2 and len(missing) < len(remainders)
    sign, runs = ("≢", missing) if few_missing else ("≡", _runs(remainders))
    pattern = f"{letter} {sign} {_listed(runs)} (mod {period})"
    end = f"{letter} ≥ {low}" if high is None else f"{low} ≤ {letter} ≤ {high}"
    # the smallest number need not be written if it is the first positive one with the pattern
    return pattern if high is None and low <= period and low > 0 and _is_first(piece) else f"{pattern}, {end}"


def _is_first(piece: Piece) -> bool:
    return _on_or_above(1, piece.period, _mask(piece, piece.period)) >= piece.low


def _runs(numbers: tuple[int, ...]) -> list[int | tuple[int, int]]:
    """The numbers, three or more in a row as their first and last."""
    runs: list[int | tuple[int, int]] = []
    for first, last in _spans(numbers):
        runs += [(first, last)] if last - first > 1 else dict.fromkeys((first, last))
    return runs


def _listed(runs: Iterable[int | tuple[int, int]]) -> str:
    return ", ".join(f"{run[0]} to {run[1]}" if isinstance(run, tuple) else str(run) for run in runs)


#: Which numbers a group of pieces has, or what several groups have: a bit for each remainder by a period.
_Mask = int


def _swept(groups: list[tuple[Piece, ...]], combine: Callable[[Iterable[_Mask]], _Mask]) -> list[Piece]:
    """What ``combine`` makes of the numbers of each group, as disjoint pieces."""
    edges = sorted({edge for pieces in groups for piece in pieces for edge in _edges(piece)})
    swept: list[Piece] = []
    ends = [*(edge - 1 for edge in edges[1:]), None]
    for start, end in zip(edges, ends[: len(edges)], strict=True):
        over = [[piece for piece in pieces if _covers(piece, start)] for pieces in groups]
        period = math.lcm(*(piece.period for pieces in over for piece in pieces))
        if period > MAX_PERIOD:
            raise ShapecalcError(f"The sizes repeat only after {period}.")
        mask = combine([_union(_mask(piece, period) for piece in pieces) for pieces in over])
        swept += _tight(start, end, period, mask)
    return swept


def _union(masks: Iterable[_Mask]) -> _Mask:
    return reduce(or_, masks, 0)


def _intersection(masks: Iterable[_Mask]) -> _Mask:
    return reduce(and_, masks)


def _difference(masks: Iterable[_Mask]) -> _Mask:
    first, second = masks
    return first & ~second


def _mask(piece: Piece, period: int) -> _Mask:
    """The pattern of a piece over a multiple of its period."""
    bits = bytearray(b"0" * piece.period)
    for remainder in piece.remainders:
        bits[-1 - remainder] = ord("1")
    return int(bits * (period // piece.period), 2)  # in linear time, as for every base that is a power of 2


def _remainders(mask: _Mask) -> tuple[int, ...]:
    return tuple([place for place, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"])


def _edges(piece: Piece) -> list[int]:
    return [piece.low] if piece.high is None else [piece.low, piece.high + 1]


def _covers(piece: Piece, start: int) -> bool:
    return piece.low <= start and (piece.high is None or start <= piece.high)


def _tight(low: int, high: int | None, period: int, mask: _Mask) -> list[Piece]:
    """A piece from its first number to its last one, with the shortest period; no piece if it has no number."""
    if not mask:
        return []
    low = _on_or_above(low, period, mask)
    if high is not None:
        high = _on_or_below(high, period, mask)
        if high < low:
            return []
        if high - low + 1 < 2 * period:
            return [Piece(*run) for run in _spans(n for n in range(low, high + 1) if mask >> n % period & 1)]
    period, mask = _shortest(period, mask)
    return [Piece(low, high, period, _remainders(mask))]


def _shortest(period: int, mask: _Mask) -> tuple[int, _Mask]:
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


def _on_or_above(number: int, period: int, mask: _Mask) -> int:
    """The first number from ``number`` on whose remainder belongs to a pattern, which has one."""
    beyond = mask >> number % period
    if beyond:
        return number + _lowest(beyond)
    return number - number % period + period + _lowest(mask)


def _lowest(mask: _Mask) -> int:
    return (mask & -mask).bit_length() - 1


def _on_or_below(number: int, period: int, mask: _Mask) -> int:
    """The last number up to ``number`` whose remainder belongs to a pattern, which has one."""
    start = number - number % period
    before = mask & ((2 << number % period) - 1)
    return start + before.bit_length() - 1 if before else start - period + mask.bit_length() - 1


def first_from(values: Integers, number: int) -> int | None:
    """The smallest number of a set that is not below ``number``."""
    candidates = (_first(piece, max(number, piece.low)) for piece in values.pieces)
    return next((value for value in candidates if value is not None), None)


def last_until(values: Integers, number: int) -> int | None:
    """The largest number of a set that is not above ``number``."""
    candidates = (
        _last(piece, number if piece.high is None else min(number, piece.high)) for piece in reversed(values.pieces)
    )
    return next((value for value in candidates if value is not None), None)


def _first(piece: Piece, number: int) -> int | None:
    first = _on_or_above(number, piece.period, _mask(piece, piece.period))
    return first if piece.high is None or first <= piece.high else None


def _last(piece: Piece, number: int) -> int | None:
    last = _on_or_below(number, piece.period, _mask(piece, piece.period))
    return last if last >= piece.low else None


def _spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last number of each run of consecutive numbers."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, with neighbours merged wherever one pattern describes both."""
    merged: list[Piece] = []
    for piece in sorted(pieces):
        last = piece
        while merged and (longer := _merge(merged[-1], last)):
            merged.pop()
            last = longer
        merged.append(last)
    return tuple(merged)


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
    if before.high is None:
        return False
    ranges = [(before.low, before.high, before), (before.high + 1, after.low - 1, None)]
    if after.high is not None:
        ranges.append((after.low, after.high, after))
    elif (pattern.period, pattern.remainders) != (after.period, after.remainders):
        return False  # a piece without end keeps its own pattern
    return all(_has_numbers_of(piece, pattern, low, high) for low, high, piece in ranges)


def _has_numbers_of(piece: Piece | None, pattern: Piece, low: int, high: int) -> bool:
    """Whether a pattern gives the numbers of a piece from low to high; no number where there is no piece."""
    period = math.lcm(piece.period if piece else 1, pattern.period)
    expected = set(piece.remainders) if piece else set()
    remainders = set(pattern.remainders)
    one_period = range(low, min(high, low + period - 1) + 1)
    return all(
        (number % pattern.period in remainders) == (piece is not None and number % piece.period in expected)
        for number in one_period
    )
