"""The greatest of some sums of sizes: those left out that never exceed another, whatever the letters stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from operator import add

from shapecalc.algebra import Expr, Int, Name, evaluate, maximum, product, short
from shapecalc.algebra.expr import FloorDiv, Minus, Plus
from shapecalc.algebra.normal_form import Product, Sum, collected, minus

#: A maximum of more sums than this is not worked out; nor are more looked at, or compared with each other.
MAX_LEFT, MAX_SUMS, MAX_COMPARED = 32, 1_000, 200


def maximum_of_sums(sums: list[dict[Product, int]], least: Mapping[Name, int]) -> Int | None:
    """The maximum of sums of products of sizes, none of which is ever negative; None where too many are left.

    Args:
        sums: how often each product of sizes is in each.
        least: the smallest number that each letter stands for.
    """
    sums = _outermost(sums) if len(sums) <= MAX_SUMS else []
    if not 0 < len(sums) <= MAX_COMPARED:
        return None
    far = dict.fromkeys(least, _FAR)
    left: list[tuple[Sum, dict[Product, int]]] = []
    for one in sorted(sums, key=lambda total: -_at(total, far)):
        flat = collected(_tree(one))
        if not any(_never_above(flat, other, least) for other, _ in left):
            left = [*(other for other in left if not _never_above(other[0], flat, least)), (flat, one)]
    if len(left) > MAX_LEFT:
        return None
    return reduce(maximum, [short(_tree(one)) for _, one in left])


def _outermost(sums: list[dict[Product, int]]) -> list[dict[Product, int]]:
    """Those of the sums in which no other has as much of everything: a first sieve, without any algebra."""
    left: list[dict[Product, int]] = []
    for one in sums:
        if not any(_within(one, other) for other in left):
            left = [*(other for other in left if not _within(other, one)), one]
    return left


def _within(one: dict[Product, int], other: dict[Product, int]) -> bool:
    return all(times <= other.get(sizes, 0) for sizes, times in one.items())


def _tree(one: dict[Product, int]) -> Int:
    return reduce(add, [product((times, *sizes)) for sizes, times in one.items()], 0)


#: Where large values are compared to bring the likely greatest sums first; any value gives a right answer.
_FAR = 1 << 16


def _at(total: dict[Product, int], values: Mapping[Name, int]) -> int:
    return sum(times * math.prod(_value(atom, values) for atom in atoms) for atoms, times in total.items())


def _value(atom: Expr, values: Mapping[Name, int]) -> int:
    try:
        found = evaluate(atom, dict(values))
    except ZeroDivisionError:  # a letter that divides may be 0
        return 0
    return found if isinstance(found, int) else 0


def _never_above(one: Sum, other: Sum, least: Mapping[Name, int]) -> bool:
    """Whether it is seen that ``one`` never exceeds ``other``: each product that it has more of is made up for."""
    difference = minus(other, one)
    if not any(times < 0 for times in difference.values()):
        return True
    # a product is made up for by the smallest of the larger ones first
    order = sorted(difference.items(), key=lambda term: len(term[0]))
    spare = {atoms: times for atoms, times in order if times > 0}
    return all(_covered(atoms, -times, spare, least) for atoms, times in difference.items() if times < 0)


def _covered(atoms: Product, wanted: int, spare: dict[Product, int], least: Mapping[Name, int]) -> bool:
    """Take so many of a product off the spare products that are never smaller than it; False where they run out."""
    for larger, left in spare.items():
        worth = _worth(larger, atoms, least) if left else 0
        if worth:
            taken = min(-(-wanted // worth), left)
            spare[larger] -= taken
            wanted -= taken * worth
        if wanted <= 0:
            return True
    return False


def _worth(larger: Product, atoms: Product, least: Mapping[Name, int]) -> int:
    """How often a product is contained in a larger one for all values of the letters; 0 where it is not seen to be."""
    worth, rest = 1, list(larger)
    for atom in atoms:
        found = next(((other, times) for other in rest if (times := _times(other, atom))), None)
        if found is None:
            return 0
        rest.remove(found[0])
        worth *= found[1]
    return worth * math.prod(max(_value(atom, least), 0) for atom in rest)  # a factor more is never less than this


def _times(other: Expr, atom: Expr) -> int:
    """A number k with k · atom ≤ other: k · ⌊(W + a)/(kb)⌋ ≤ ⌊(W + c)/b⌋ where a ≤ c; 0 where none is seen."""
    if atom == other:
        return 1
    ours, theirs = _line(atom), _line(other)
    if ours is None or theirs is None or ours[0] != theirs[0]:
        return 0
    (_, shift, divisor), (_, longer, step) = ours, theirs
    return divisor // step if divisor % step == 0 and shift <= longer else 0


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
