"""Sets of integers, for the legal values of a size: a few ranges of numbers, each with a periodic pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import final

from shapecalc.algebra.pieces import Piece, intersect, merge_neighbours, remove, spans, sweep, unite
from shapecalc.errors import ShapecalcError

#: The largest number of pieces in a set, and of numbers in a list.
MAX_PIECES, MAX_LISTED = 400, 8
#: The numbers of a piece are listed if its ends are less than this apart.
MAX_LISTED_SPAN = 3


@final
class Integers:
    """A set of integers: disjoint pieces in order, where neighbours that one pattern describes are one piece."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.pieces = merge_neighbours(sweep([tuple(pieces)], unite))
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
        return Integers(sweep([self.pieces, other.pieces], intersect))

    def __or__(self, other: Integers) -> Integers:
        return Integers((*self.pieces, *other.pieces))

    def __sub__(self, other: Integers) -> Integers:
        return Integers(sweep([self.pieces, other.pieces], remove))

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
    return piece.next(1) >= piece.low


def _runs(numbers: tuple[int, ...]) -> list[int | tuple[int, int]]:
    """The numbers, three or more in a row as their first and last."""
    runs: list[int | tuple[int, int]] = []
    for first, last in spans(numbers):
        runs += [(first, last)] if last - first > 1 else dict.fromkeys((first, last))
    return runs


def _listed(runs: Iterable[int | tuple[int, int]]) -> str:
    return ", ".join(f"{run[0]} to {run[1]}" if isinstance(run, tuple) else str(run) for run in runs)


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
    first = piece.next(number)
    return first if piece.high is None or first <= piece.high else None


def _last(piece: Piece, number: int) -> int | None:
    last = piece.previous(number)
    return last if last >= piece.low else None
