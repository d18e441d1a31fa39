"""Comparisons with several letters: what can be proved of them without a list of their solutions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from shapecalc.algebra import Expr, Int, Name, evaluate, names_in
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.normal_form import collect_terms, factors, subtract
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.trend import divides_by_letter, increases, products

#: Products up to this number are split into pairs of factors.
_LARGEST_PRODUCT = 10**12


def holds_always(comparison: Comparison, least: Mapping[Name, Int]) -> bool:
    """Whether it is proved that a comparison holds for all values from the least on.

    The proof: it holds for the least values, and the larger side grows at least as much as the smaller one.
    """
    left, relation, right = comparison
    if relation not in (Relation.AT_LEAST, Relation.AT_MOST):
        return False
    difference = left - right if relation is Relation.AT_LEAST else right - left
    if isinstance(difference, int):
        return difference >= 0
    if divides_by_letter(difference):
        return False
    sizes = [size for product in products(difference) for size in product]
    values = [evaluate(tree, least) for tree in (difference, *sizes)]
    return increases(difference) and all(isinstance(value, int) and value >= 0 for value in values)


def holds_never(comparison: Comparison, values: Mapping[str, Integers]) -> bool:
    """Whether it is proved that a comparison holds for no values of its letters.

    An equation has no solution if the common divisor of its multiples of sizes does not divide its number, or if its
    number is no product of two sizes, of one letter each.
    """
    left, relation, right = comparison
    if relation is not Relation.EQUAL:
        return False
    terms = subtract(collect_terms(left), collect_terms(right))
    common_divisor = math.gcd(*(times for atoms, times in terms.items() if atoms))
    if common_divisor and terms.get((), 0) % common_divisor:
        return True
    if isinstance(left, int):
        left, right = right, left
    if not isinstance(right, int):
        return False
    times, sizes = factors(left)
    if len(sizes) != 2 or any(len(names_in(size)) != 1 for size in sizes):
        return False
    if not 0 < right <= _LARGEST_PRODUCT or right % times:
        return False
    first, second = sizes
    return not any(
        _may_equal(first, factor, values) and _may_equal(second, cofactor, values)
        for factor, cofactor in _factor_pairs(right // times)
    )


def proof_steps(comparison: Comparison) -> int:
    """How many numbers :func:`holds_never` tries, at most."""
    left, relation, right = comparison
    number = left if isinstance(left, int) else right
    is_tried = relation is Relation.EQUAL and isinstance(number, int) and 0 < number <= _LARGEST_PRODUCT
    return math.isqrt(number) if is_tried and isinstance(number, int) else 1


def _factor_pairs(number: int) -> Iterator[tuple[int, int]]:
    """Every way to write a number as a product of two factors, the most nearly equal ones first."""
    for factor in range(math.isqrt(number), 0, -1):
        if number % factor == 0:
            yield factor, number // factor
            yield number // factor, factor


def _may_equal(size: Expr, goal: int, values: Mapping[str, Integers]) -> bool:
    """Whether a size of one letter can be ``goal``; True where this cannot be decided."""
    (letter,) = names_in(size)
    legal = values[letter.name]
    solutions = solve_comparison(Comparison(size, Relation.EQUAL, goal), letter, legal.smallest or 0)
    return solutions is None or bool(legal & solutions)
