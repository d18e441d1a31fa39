"""Conditions that tie several letters together: what can be said of them without listing their solutions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from shapecalc.algebra import Expr, Int, Name, evaluate, names_in
from shapecalc.algebra.comparison import Comparison
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.normal_form import collected, factors, minus
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.trend import divides_by_letter, increases, products

#: Products up to this are split into pairs of factors.
_LARGEST = 10**12


def holds_always(comparison: Comparison, least: Mapping[Name, Int]) -> bool:
    """Whether it is seen that a comparison holds for all values from the least on: it does there, and sizes grow."""
    left, relation, right = comparison
    if relation not in (">=", "<="):
        return False
    difference = left - right if relation == ">=" else right - left
    if isinstance(difference, int):
        return difference >= 0
    if divides_by_letter(difference):
        return False
    tied = [factor for product in products(difference) for factor in product]
    values = [evaluate(one, least) for one in (difference, *tied)]
    return increases(difference) and all(isinstance(value, int) and value >= 0 for value in values)


def holds_never(comparison: Comparison, values: Mapping[str, Integers]) -> bool:
    """Whether it is seen that a comparison holds for no values of its letters.

    An equation has no solution if what all its sizes are multiples of does not divide its number, or if its number is
    in no way the product of one size for each letter.
    """
    left, relation, right = comparison
    if relation != "=":
        return False
    difference = minus(collected(left), collected(right))
    common = math.gcd(*(times for atoms, times in difference.items() if atoms))
    if common and difference.get((), 0) % common:
        return True
    if isinstance(left, int):
        left, right = right, left
    if not isinstance(right, int):
        return False
    times, sizes = factors(left)
    by_letter = [names_in(size) for size in sizes]
    if len(sizes) != 2 or any(len(some) != 1 for some in by_letter) or not 0 < right <= _LARGEST or right % times:
        return False
    return not any(
        _reached(sizes[0], one, values) and _reached(sizes[1], other, values) for one, other in _pairs(right // times)
    )


def _pairs(number: int) -> Iterator[tuple[int, int]]:
    """Every way to write a number as a product of two, the most equal factors first."""
    for factor in range(math.isqrt(number), 0, -1):
        if number % factor == 0:
            yield factor, number // factor
            yield number // factor, factor


def _reached(size: Expr, goal: int, values: Mapping[str, Integers]) -> bool:
    """Whether a size of one letter can be ``goal``; True where that is not known."""
    (letter,) = names_in(size)
    left = values[letter.name]
    found = solve_comparison(Comparison(size, "=", goal), letter, left.smallest or 0)
    return found is None or bool(left & found)
