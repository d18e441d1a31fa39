"""The maximum of many sums of sizes, without the sums that never exceed another one, whatever the letters stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from operator import add

from shapecalc.algebra import Expr, Int, Name, evaluate, maximum, product, short
from shapecalc.algebra.expr import FloorDiv, Minus, Plus
from shapecalc.algebra.normal_form import Product, Sum, collect_terms, subtract
from shapecalc.algebra.trend import increases

#: No maximum of more sums than this is written; more sums than these are not filtered, nor compared as expressions.
MAX_OPERANDS, MAX_SUMS, MAX_COMPARED = 32, 1_000, 200


def maximum_of_sums(sums: list[dict[Product, int]], least: Mapping[Name, int]) -> Int | None:
    """The maximum of sums of products of sizes, none of which is ever negative; None where too many sums remain.

    Args:
        sums: how often each product of sizes occurs in each sum.
        least: the smallest number that each letter stands for.
    """
    largest = _undominated(sums) if 0 < len(sums) <= MAX_SUMS else None
    if largest is None:
        return None
    far = dict.fromkeys(least, _FAR)
    candidates: list[tuple[Sum, Int]] = []
    for products in sorted(largest, key=lambda products: -_value_of_sum(products, far)):
        tree = _tree(products)
        total = collect_terms(tree)
        if not any(_never_exceeds(total, larger, least) for larger, _ in candidates):
            candidates = [pair for pair in candidates if not _never_exceeds(pair[0], total, least)]
            candidates.append((total, tree))
    if len(candidates) > MAX_OPERANDS:
        return None
    return reduce(maximum, [short(tree) for _, tree in candidates])


def _undominated(sums: list[dict[Product, int]]) -> list[dict[Product, int]] | None:
    """The sums of which no other sum has as much of every product: a first filter, without any algebra.

    None where there are more than are compared.
    """
    candidates: list[dict[Product, int]] = []
    for products in sorted(sums, key=lambda products: -sum(products.values())):  # a sum of fewer dominates none of more
        if not any(_is_within(products, larger) for larger in candidates):
            candidates.append(products)
        if len(candidates) > MAX_COMPARED:
            return None
    return candidates


def _is_within(products: dict[Product, int], larger: dict[Product, int]) -> bool:
    return all(times <= larger.get(sizes, 0) for sizes, times in products.items())


def _tree(products: dict[Product, int]) -> Int:
    return reduce(add, [product((times, *sizes)) for sizes, times in products.items()], 0)


#: The sums are sorted by their values here, so that the likely largest ones come first; any value gives a right answer.
_FAR = 1 << 16


def _value_of_sum(total: dict[Product, int], values: Mapping[Name, int]) -> int:
    return sum(times * math.prod(_value(atom, values) for atom in atoms) for atoms, times in total.items())


def _value(atom: Expr, values: Mapping[Name, int]) -> int:
    try:
        number = evaluate(atom, dict(values))
    except ZeroDivisionError:  # a letter in a divisor may be 0
        return 0
    return number if isinstance(number, int) else 0


def _never_exceeds(smaller: Sum, larger: Sum, least: Mapping[Name, int]) -> bool:
    """Whether it is proved that ``smaller`` never exceeds ``larger``.

    It is proved if every product that ``smaller`` has in excess is covered by products that ``larger`` has in excess.
    """
    excess = subtract(larger, smaller)
    if not any(times < 0 for times in excess.values()):
        return True
    # the smallest sufficient product covers first
    order = sorted(excess.items(), key=lambda term: len(term[0]))
    spare = {atoms: times for atoms, times in order if times > 0}
    return all(_covers(spare, atoms, -times, least) for atoms, times in excess.items() if times < 0)


def _covers(spare: dict[Product, int], atoms: Product, times: int, least: Mapping[Name, int]) -> bool:
    """Whether the spare products cover so many of a product; those that are used for it are taken out of ``spare``."""
    for larger, available in spare.items():
        worth = _multiplicity(larger, atoms, least) if available else 0
        if worth:
            used = min(-(-times // worth), available)
            spare[larger] -= used
            times -= used * worth
        if times <= 0:
            return True
    return False


def _multiplicity(larger: Product, atoms: Product, least: Mapping[Name, int]) -> int:
    """A number k for which k times a product never exceeds a larger product; 0 where none is proved."""
    multiplicity, unused = 1, list(larger)
    for atom in atoms:
        container = next(((factor, times) for factor in unused if (times := _times_within(atom, factor))), None)
        if container is None:
            return 0
        unused.remove(container[0])
        multiplicity *= container[1]
    # the unused factors that rise are at least as large as at the smallest values; the others may be nothing
    return multiplicity * math.prod(max(_value(atom, least), 0) if increases(atom) else 0 for atom in unused)


def _times_within(atom: Expr, factor: Expr) -> int:
    """A number k with k · atom ≤ factor: k · ⌊(W + a)/(kb)⌋ ≤ ⌊(W + c)/b⌋ where a ≤ c; 0 where none is proved."""
    if atom == factor:
        return 1
    line, wider = _line(atom), _line(factor)
    if line is None or wider is None or line[0] != wider[0]:
        return 0
    (_, shift, divisor), (_, larger_shift, smaller_divisor) = line, wider
    return divisor // smaller_divisor if divisor % smaller_divisor == 0 and shift <= larger_shift else 0


def _line(atom: Expr) -> tuple[Name, int, int] | None:
    """W, a and b of an atom ⌊(W + a)/b⌋."""
    match atom:
        case FloorDiv(Expr() as above, int(divisor)) if not isinstance(above, FloorDiv):
            line = _line(above)
            return line and (*line[:2], divisor)
        case Name():
            return atom, 0, 1
        case Plus(Name() as name, int(shift)):
            return name, shift, 1
        case Minus(Name() as name, int(shift)):
            return name, -shift, 1
        case _:
            return None
