"""Comparisons of sizes with letters: whether they hold for every batch, or for every size of the input."""

from __future__ import annotations

from math import gcd

from shapecalc.algebra import Int, Name, product
from shapecalc.algebra.bounds import bounds
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.expr import FloorDiv, Minus, Plus, Times
from shapecalc.algebra.memo import remember
from shapecalc.algebra.names import names_in
from shapecalc.algebra.normal_form import factored, factors, normal
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.values import BATCH

#: The sizes that a letter may stand for.
SIZES = (1, 10**9)
#: Sizes of batches on which a condition is tried. One that holds for all of them is taken to hold for every batch:
#: conditions of layers rise, fall or repeat within so many.
BATCHES = (*range(1, 41), 48, 64, 96, 100, 128, 256, 1000)


def holds_for_sizes(comparison: Comparison) -> bool | None:
    """Whether a comparison holds for all sizes that letters may stand for, from 1 on, or for none."""
    outcome = comparison.holds()
    if outcome is not None or comparison.relation is Relation.DIVIDES:
        return outcome
    difference = normal(comparison.left - comparison.right)
    try:
        low, high = bounds(difference, dict.fromkeys(names_in(difference), SIZES))
    except ShapecalcError:
        return None
    outcomes = {comparison.relation.test(low, 0), comparison.relation.test(high, 0)}
    if low <= 0 <= high and comparison.relation is Relation.EQUAL:
        return None
    return outcomes.pop() if len(outcomes) == 1 else None


def holds_for_batch(options: tuple[Comparison, ...], batch: int) -> bool:
    """Whether one of the comparisons holds for a batch."""
    values: dict[Name, Int] = {BATCH: batch}
    try:
        return any(
            Comparison(evaluate(left, values), relation, evaluate(right, values)).holds()
            for left, relation, right in options
        )
    except ZeroDivisionError:
        return False


@remember()
def decided(options: tuple[Comparison, ...]) -> bool | None:
    """Whether one of the comparisons holds for every batch; None where that depends on other letters."""
    outcomes = [holds_for_sizes(option) for option in options]
    if any(outcomes):
        return True
    letters = frozenset().union(*[names_in((option.left, option.right)) for option in options])
    if not letters:
        return False
    if letters == {BATCH}:
        return all(holds_for_batch(options, batch) for batch in BATCHES)
    return False if all(outcome is False for outcome in outcomes) else None


def cancelled(size: Int) -> Int:
    """A size with what divides both sides of a quotient taken out, letters too: they stand for at least 1."""
    size = size if isinstance(size, int) else factored(_without_zeros(size))
    if not isinstance(size, FloorDiv):
        return size
    (above, letters), (below, others) = factors(size.left), factors(size.right)
    for letter in [*others]:
        if letter in letters:
            letters.remove(letter)
            others.remove(letter)
    common = gcd(above, below)
    return factored(product((above // common, *letters)) // product((below // common, *others)))


def _without_zeros(size: Int) -> Int:
    """A size in which a quotient of 0 is 0: what divides is at least 1 in a layer that runs."""
    match size:
        case FloorDiv(left=0):
            return 0
        case FloorDiv(left=left, right=right):
            return _without_zeros(left) // _without_zeros(right)
        case Plus(left=left, right=right):
            return _without_zeros(left) + _without_zeros(right)
        case Minus(left=left, right=right):
            return _without_zeros(left) - _without_zeros(right)
        case Times(left=left, right=right):
            return _without_zeros(left) * _without_zeros(right)
    return size
