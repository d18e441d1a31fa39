"""The numbers of a set next to a given one."""

from __future__ import annotations

from shapecalc.algebra.integers import Integers, Piece


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
    found = next(one for one in range(number, number + piece.period) if one % piece.period in piece.remainders)
    return found if piece.high is None or found <= piece.high else None


def _last(piece: Piece, number: int) -> int | None:
    found = next(one for one in range(number, number - piece.period, -1) if one % piece.period in piece.remainders)
    return found if found >= piece.low else None
