"""Sets of integers: what a size may be. A few stretches of numbers, each with a pattern that repeats."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, final

from shapecalc.errors import ShapecalcError

#: A pattern longer than this is not worked out, and no person would read it.
MAX_PERIOD = 5_000
#: At most so many stretches are kept apart, and so many numbers told one by one.
MAX_PIECES, MAX_LISTED = 400, 8
#: Stretches of fewer numbers than this are told one by one.
LISTED = 3


class Piece(NamedTuple):
    """The numbers from low to high (without end where it is None) that leave one of the remainders by the period."""

    low: int
    high: int | None = None
    period: int = 1
    remainders: tuple[int, ...] = (0,)

    def has(self, number: int) -> bool:
        """Whether the number is one of them."""
        inside = number >= self.low and (self.high is None or number <= self.high)
        return inside and number % self.period in self.remainders


@final
class Integers:
    """A set of integers. Its pieces are in order, apart from each other, and as few and as simple as is seen."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.pieces = _joined(_swept([tuple(pieces)], any))
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
        return Integers(_swept([self.pieces, other.pieces], all))

    def __or__(self, other: Integers) -> Integers:
        return Integers((*self.pieces, *other.pieces))

    def __sub__(self, other: Integers) -> Integers:
        return Integers(_swept([self.pieces, other.pieces], lambda inside: inside[0] and not inside[1]))

    def __iter__(self) -> Iterator[int]:
        """The numbers in order; without end where the set has none."""
        for piece in self.pieces:
            number = piece.low
            while piece.high is None or number <= piece.high:
                if number % piece.period in piece.remainders:
                    yield number
                number += 1

    @property
    def smallest(self) -> int | None:
        """The smallest number, or None of an empty set."""
        return self.pieces[0].low if self.pieces else None

    @property
    def largest(self) -> int | None:
        """The largest number; None where the set is empty or has no end."""
        return self.pieces[-1].high if self.pieces else None

    @property
    def is_finite(self) -> bool:
        """Whether the set has an end."""
        return not self.pieces or self.pieces[-1].high is not None

    def text(self, letter: str) -> str:
        """The set in words: ``W ≡ 0 (mod 16), W ≥ 32``."""
        if not self.pieces:
            return f"no {letter}"
        if len(self.pieces) > 1 and self.is_finite and len(some := list(islice(self, MAX_LISTED + 1))) <= MAX_LISTED:
            return f"{letter} = {', '.join(map(str, some))}"
        few = [piece for piece in self.pieces if piece.high is not None and piece.high - piece.low < LISTED]
        listed = [number for piece in few for number in Integers([piece])]
        others = [_words(piece, letter) for piece in self.pieces if piece not in few]
        if listed:
            numbers = ", ".join(map(str, listed[:MAX_LISTED])) + (", ..." if len(listed) > MAX_LISTED else "")
            others.insert(0 if listed[0] == self.smallest else len(others), f"{letter} = {numbers}")
        return " or ".join(others)

    def as_dict(self) -> list[dict[str, object]]:
        """For JSON: the pieces, each with min, max (null without end), modulus and remainders."""
        names = ("min", "max", "modulus", "remainders")
        return [dict(zip(names, (*piece[:3], list(piece.remainders)), strict=True)) for piece in self.pieces]


def _words(piece: Piece, letter: str) -> str:
    low, high, period, remainders = piece
    if period == 1:
        return f"{letter} ≥ {low}" if high is None else f"{low} ≤ {letter} ≤ {high}"
    missing = [number for number in range(period) if number not in remainders]
    sign, shown = ("≡", _runs(remainders)) if len(remainders) <= len(missing) or len(missing) > 2 else ("≢", missing)
    pattern = f"{letter} {sign} {_listed(shown)} (mod {period})"
    end = f"{letter} ≥ {low}" if high is None else f"{low} ≤ {letter} ≤ {high}"
    # the first number of the pattern need not be said where nothing before it would fit either
    return pattern if high is None and low <= period and low > 0 and _from_start(piece) else f"{pattern}, {end}"


def _from_start(piece: Piece) -> bool:
    return not any(number % piece.period in piece.remainders for number in range(1, piece.low))


def _runs(numbers: tuple[int, ...]) -> list[int | tuple[int, int]]:
    found = _spans(numbers)
    shown: list[int | tuple[int, int]] = []
    for run in found:
        shown += [run] if run[1] - run[0] > 1 else dict.fromkeys(run)
    return shown


def _listed(numbers: Iterable[int | tuple[int, int]]) -> str:
    return ", ".join(f"{one[0]} to {one[1]}" if isinstance(one, tuple) else str(one) for one in numbers)


def _swept(groups: list[tuple[Piece, ...]], keep: Callable[[list[bool]], bool]) -> list[Piece]:
    """The numbers that are kept when it is told, for each group of pieces, whether they are in it; tight pieces."""
    edges = sorted({edge for pieces in groups for piece in pieces for edge in _edges(piece)})
    found: list[Piece] = []
    ends = [*(edge - 1 for edge in edges[1:]), None]
    for start, end in zip(edges, ends[: len(edges)], strict=True):
        over = [[piece for piece in pieces if _covers(piece, start)] for pieces in groups]
        period = math.lcm(*(piece.period for pieces in over for piece in pieces))
        if period > MAX_PERIOD:
            raise ShapecalcError(f"The sizes repeat only after {period}.")
        kept = [n for n in range(period) if keep([any(n % p.period in p.remainders for p in ps) for ps in over])]
        found += _tight(Piece(start, end, period, tuple(kept)))
    return found


def _edges(piece: Piece) -> list[int]:
    return [piece.low] if piece.high is None else [piece.low, piece.high + 1]


def _covers(piece: Piece, start: int) -> bool:
    return piece.low <= start and (piece.high is None or start <= piece.high)


def _tight(piece: Piece) -> list[Piece]:
    """The piece from its first number to its last, with the shortest period; nothing where it has no number."""
    low, high, period, remainders = piece
    if not remainders:
        return []
    chosen = set(remainders)
    low = _on_or_above(low, period, chosen)
    if high is not None:
        high = _on_or_below(high, period, chosen)
        if high < low:
            return []
        if high - low + 1 < 2 * period:
            return [Piece(run[0], run[1]) for run in _spans(n for n in range(low, high + 1) if n % period in chosen)]
    for shorter in range(1, period):
        if period % shorter == 0 and all((number + shorter) % period in chosen for number in chosen):
            period, remainders = shorter, tuple(sorted({number % shorter for number in chosen}))
            break
    return [Piece(low, high, period, remainders)]


def _on_or_above(number: int, period: int, remainders: Container[int]) -> int:
    return next(one for one in range(number, number + period) if one % period in remainders)


def _on_or_below(number: int, period: int, remainders: Container[int]) -> int:
    return next(one for one in range(number, number - period, -1) if one % period in remainders)


def first_from(values: Integers, number: int) -> int | None:
    """The least number of a set that is not below ``number``."""
    above = (_first(piece, max(number, piece.low)) for piece in values.pieces)
    return next((found for found in above if found is not None), None)


def last_until(values: Integers, number: int) -> int | None:
    """The largest number of a set that is not above ``number``."""
    below = (
        _last(piece, number if piece.high is None else min(number, piece.high)) for piece in reversed(values.pieces)
    )
    return next((found for found in below if found is not None), None)


def _first(piece: Piece, number: int) -> int | None:
    found = _on_or_above(number, piece.period, piece.remainders)
    return found if piece.high is None or found <= piece.high else None


def _last(piece: Piece, number: int) -> int | None:
    found = _on_or_below(number, piece.period, piece.remainders)
    return found if found >= piece.low else None


def _spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbours in one piece where one pattern goes through both."""
    done: list[Piece] = []
    for piece in sorted(pieces):
        now = piece
        while done and (longer := _one_of_both(done[-1], now)):
            done.pop()
            now = longer
        done.append(now)
    return tuple(done)


def _one_of_both(before: Piece, after: Piece) -> Piece | None:
    """The one piece that holds the numbers of two that follow each other, or None."""
    for pattern in (after, before):
        if _continues(before, after, pattern):
            return Piece(before.low, after.high, pattern.period, pattern.remainders)
    return None


def _continues(before: Piece, after: Piece, pattern: Piece) -> bool:
    last = before.high
    if last is None:
        return False
    if after.high is not None:
        stretches = [(before.low, last, before), (last + 1, after.low - 1, None), (after.low, after.high, after)]
    elif (pattern.period, pattern.remainders) == (after.period, after.remainders):
        stretches = [(before.low, last, before), (last + 1, after.low - 1, None)]
    else:
        return False
    return all(_same(low, high, one, pattern) for low, high, one in stretches)


def _same(low: int, high: int, one: Piece | None, pattern: Piece) -> bool:
    """Whether from low to high the pattern has just the numbers of a piece, or none."""
    period = math.lcm(one.period if one else 1, pattern.period)
    some = range(low, min(high, low + period - 1) + 1)  # what comes after repeats
    remainders = one.remainders if one else ()
    return all(
        (number % pattern.period in pattern.remainders) == (one is not None and number % one.period in remainders)
        for number in some
    )
