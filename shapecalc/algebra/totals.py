"""Sums of many sizes, and the shorter of two forms of an expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import cast

from shapecalc.algebra.expr import Expr, Int, count_nodes, product
from shapecalc.algebra.memo import remember
from shapecalc.algebra.normal_form import Product, add_sums, collect_terms, expression_of, factors, normal, rank

#: A sum of more different terms is only written in normal form, not as it stands.
_MAX_UNEXPANDED = 50


def short(tree: Int) -> Int:
    """The expression or its normal form, whichever is shorter: a product of sums is shorter as it stands."""
    return tree if isinstance(tree, int) else min(normal(tree), tree, key=count_nodes)


def total(terms: Sequence[Int]) -> Int:
    """The sum of many integers in the shorter form, like :func:`short`; multiples of the same sizes are one term."""
    if set(map(type, terms)) <= {int}:
        return cast("int", sum(terms))
    times_by_sizes = multiples(terms)
    number = times_by_sizes.pop((), 0)
    trees = [product((times, *sizes)) for sizes, times in times_by_sizes.items() if times]
    collected = collect_terms(number)
    for tree in trees:
        collected = add_sums(collected, collect_terms(tree))
    if len(trees) > _MAX_UNEXPANDED:
        return expression_of(collected)
    return min(expression_of(collected), reduce(add, trees, 0) + number, key=count_nodes)


def multiples(terms: Iterable[Int]) -> dict[Product, int]:
    """How often each product of sizes occurs in a sum; a size that is itself a sum is not multiplied out."""
    times_by_sizes: dict[Product, int] = {}
    for term in terms:
        times, sizes = _multiple(term)
        times_by_sizes[sizes] = times_by_sizes.get(sizes, 0) + times
    return times_by_sizes


@remember()
def _multiple(term: Int) -> tuple[int, Product]:
    times, sizes = factors(term)
    return times, tuple(sorted(map(_normal_size, sizes), key=rank))


def _normal_size(size: Expr) -> Expr:
    tree = normal(size)
    return tree if isinstance(tree, Expr) else size  # a size that turns out to be a number stays as it is
