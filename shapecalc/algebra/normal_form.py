"""The normal form: equal sizes written equally, and a chain of windows as one floor.

An expression becomes a sum of integer multiples of products of atoms. An atom is a name, or a quotient, minimum or
maximum of sums in normal form. Chains become short by three identities of floors, for integers x, y, c and a, b, g > 0
(R. L. Graham, D. E. Knuth, O. Patashnik, Concrete Mathematics, section 3.2); they hold for all integers, so no example
size chooses a branch:

    ⌊(⌊x/a⌋ + y)/b⌋ = ⌊(x + ay)/(ab)⌋,    ⌊(x + bc)/b⌋ = ⌊x/b⌋ + c,    ⌊(gx + c)/(gb)⌋ = ⌊(x + ⌊c/g⌋)/b⌋
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import assert_never, cast

from shapecalc.algebra.expr import (
    Binary,
    CeilDiv,
    Expr,
    FloorDiv,
    Int,
    Max,
    Min,
    Minus,
    Name,
    Node,
    Plus,
    Times,
    product,
)
from shapecalc.errors import ShapecalcError

#: A product of atoms, in order; the empty one is the number 1.
Product = tuple[Expr, ...]
#: A sum: how often each product is taken. No entry is 0.
Sum = dict[Product, int]

#: Products of sums grow quickly; a sum of more terms than this is refused.
MAX_TERMS = 2_000

#: How many expressions are remembered with their sums.
_CACHE = 1 << 13

#: A sum of more different terms is not looked at as it stands.
_FEW = 50

#: The order of the letters in a sum (W − F + 2P) and in a product (K·F·F·D), as on paper; other names follow.
_IN_SUMS = "HWLFSPd"
_IN_PRODUCTS = "KFDHWL"


def normal(tree: Int) -> Int:
    """The same integer for all values of its names, in normal form; divisors are taken to be positive.

    Raises:
        ShapecalcError: the sum has too many terms to be read.
    """
    return tree if isinstance(tree, int) else _normal(tree)


@lru_cache(_CACHE)
def _normal(tree: Expr) -> Int:
    return written(collected(tree))


def factored(tree: Int) -> Int:
    """As :func:`normal`, but a product of several sizes stays one, each factor in normal form: 20·⌊H/2⌋·(W − 1)."""
    if isinstance(tree, int):
        return tree
    times, sizes = factors(tree)
    return product((times, *map(_normal, sizes))) if len(sizes) > 1 else _normal(tree)


def factors(tree: Int) -> tuple[int, list[Expr]]:
    """A product as a number and the sizes that it multiplies."""
    if isinstance(tree, int):
        return tree, []
    if not isinstance(tree, Times):
        return 1, [tree]
    (once, ours), (again, theirs) = factors(tree.left), factors(tree.right)
    return once * again, ours + theirs


def short(tree: Int) -> Int:
    """The tree or its normal form, whichever is shorter to read: a product of sums is, as it stands."""
    return tree if isinstance(tree, int) else min(_normal(tree), tree, key=_length)


def _length(tree: Int) -> int:
    return tree.nodes if isinstance(tree, Binary) else 1


def total(terms: Sequence[Int]) -> Int:
    """The sum of many integers, as :func:`short`: multiples of the same sizes are one term, however many there are."""
    if set(map(type, terms)) <= {int}:
        return cast("int", sum(terms))
    counted = multiples(terms)
    number = counted.pop((), 0)
    trees = [product((times, *sizes)) for sizes, times in counted.items() if times]
    found = collected(number)
    for tree in trees:
        found = _plus(found, collected(tree))
    if len(trees) > _FEW:
        return written(found)
    return min(written(found), reduce(add, trees, 0) + number, key=_length)


def multiples(terms: Iterable[Int]) -> dict[Product, int]:
    """How often each product of sizes is in a sum; a size that is itself a sum is not multiplied out."""
    found: dict[Product, int] = {}
    for term in terms:
        times, sizes = _multiple(term)
        found[sizes] = found.get(sizes, 0) + times
    return found


@lru_cache(_CACHE)
def _multiple(term: Int) -> tuple[int, Product]:
    times, sizes = factors(term)
    return times, tuple(sorted(map(_settled, sizes), key=_rank))


def _settled(size: Expr) -> Expr:
    tree = _normal(size)
    return tree if isinstance(tree, Expr) else size


@lru_cache(_CACHE)
def collected(tree: Int) -> Sum:
    """An expression as a sum of products, the same for equal expressions; remembered, so not to be changed."""
    if isinstance(tree, int):
        return {(): tree} if tree else {}
    node = cast("Node", tree)
    if isinstance(node, Name):
        return {(node,): 1}
    left, right = collected(node.left), collected(node.right)
    match node:
        case Plus():
            return _plus(left, right)
        case Minus():
            return _plus(left, right, -1)
        case Times():
            return _times(left, right)
        case FloorDiv():
            return _floor(left, right)
        case CeilDiv():
            return _floor(_plus(_plus(left, right), {(): -1}), right)  # ⌈x/b⌉ = ⌊(x + b − 1)/b⌋
        case Min() | Max():
            return _extreme(type(node), left, right)
        case _:
            assert_never(node)


def written(total: Sum) -> Int:
    """A sum as an expression: the longest products first, the number last, and nothing taken from 0 if avoidable."""
    total = _raised(total)
    terms = sorted(((atoms, times) for atoms, times in total.items() if atoms), key=lambda term: _order(term[0]))
    first = next((place for place, (_, times) in enumerate(terms) if times > 0), 0)
    expression: Int = 0
    for atoms, times in terms[first : first + 1] + terms[:first] + terms[first + 1 :]:
        if times < 0 and expression != 0:
            expression = expression - product((-times, *atoms))
        else:
            expression = expression + product((times, *atoms))
    return expression + total.get((), 0)


def minus(left: Sum, right: Sum) -> Sum:
    """The difference of two sums."""
    return _plus(left, right, -1)


def _raised(total: Sum) -> Sum:
    """⌊(W − 2)/4⌋ + 1 as ⌊(W + 2)/4⌋: of two numbers as near to 0, the one that leaves nothing outside."""
    for (atom, *others), times in ((atoms, times) for atoms, times in total.items() if atoms):
        if total.get(()) == times and not others and isinstance(atom, FloorDiv) and isinstance(atom.right, int):
            inside = atom.left.right if isinstance(atom.left, Minus) else 0
            if isinstance(inside, int) and 2 * inside == atom.right:
                rest = {atoms: times for atoms, times in total.items() if atoms not in ((), (atom,))}
                return rest | {(cast("Expr", (atom.left + atom.right) // atom.right),): times}
    return total


def _plus(left: Sum, right: Sum, times: int = 1) -> Sum:
    total = dict(left)
    for atoms, count in right.items():
        total[atoms] = total.get(atoms, 0) + times * count
        if not total[atoms]:
            del total[atoms]
    return total


def _times(left: Sum, right: Sum) -> Sum:
    if len(left) * len(right) > MAX_TERMS:
        raise ShapecalcError("The expression has too many terms to print; give numbers for some of the letters.")
    total: Sum = {}
    for ours, once in left.items():
        for theirs, again in right.items():
            atoms = tuple(sorted(ours + theirs, key=_rank))
            total[atoms] = total.get(atoms, 0) + once * again
    return {atoms: times for atoms, times in total.items() if times}


def _floor(above: Sum, below: Sum) -> Sum:
    divisor = _number(below)
    if divisor is None or divisor <= 0:
        return {(): 1} if above == below else _atom(FloorDiv(written(above), written(below)))
    nested = _nested(above)
    if nested is not None:
        return _floor(nested[0], {(): nested[1] * divisor})
    whole: Sum = {}
    rest: Sum = {}
    for atoms, times in above.items():
        out, inside = divmod(times, divisor)
        if atoms and inside:
            out, inside = 0, times  # a letter stands either outside or inside
        elif not atoms and 2 * inside >= divisor:
            out, inside = out + 1, inside - divisor  # the number nearest to 0: ⌊(W − 1)/32⌋ + 1; see _raised
        if out:
            whole[atoms] = out
        if inside:
            rest[atoms] = inside
    return _plus(whole, _reduced(rest, divisor))


def _nested(above: Sum) -> tuple[Sum, int] | None:
    """For ⌊x/a⌋ + y: the sum x + a·y, and a."""
    for atoms, times in above.items():
        if times == 1 and len(atoms) == 1 and isinstance(atoms[0], FloorDiv) and isinstance(atoms[0].right, int):
            a = atoms[0].right
            others = {other: a * count for other, count in above.items() if other != atoms}
            return _plus(collected(atoms[0].left), others), a
    return None


def _reduced(rest: Sum, divisor: int) -> Sum:
    """⌊rest/divisor⌋, divided by what the divisor and all letters' multiples have in common."""
    letters = [times for atoms, times in rest.items() if atoms]
    common = math.gcd(divisor, *letters)
    if common > 1:
        smaller = {atoms: times // common for atoms, times in rest.items()}  # the number is rounded down
        return _floor({atoms: times for atoms, times in smaller.items() if times}, {(): divisor // common})
    if divisor == 1 or not rest:
        return rest
    return _atom(FloorDiv(written(rest), divisor))


def _extreme(kind: type[Min | Max], left: Sum, right: Sum) -> Sum:
    low, high = _between(minus(left, right))
    if high is not None and high <= 0:
        return left if kind is Min else right
    if low is not None and low >= 0:
        return right if kind is Min else left
    first, second = sorted((written(left), written(right)), key=str)
    return _atom(kind(first, second))


def _between(difference: Sum) -> tuple[int | None, int | None]:
    """The bounds of a number, or of ⌊(x + a)/b⌋ − ⌊(x + c)/b⌋ and a number; none of anything else.

    The floors differ by what (a − c)/b is, rounded down or up.
    """
    constant = difference.get((), 0)
    terms = [(atoms, times) for atoms, times in difference.items() if atoms]
    if not terms:
        return constant, constant
    if sorted(times for _, times in terms) != [-1, 1] or any(len(atoms) > 1 for atoms, _ in terms):
        return None, None
    ((minuend,), _), ((subtrahend,), _) = sorted(terms, key=lambda term: -term[1])
    if isinstance(minuend, FloorDiv) and isinstance(subtrahend, FloorDiv) and minuend.right == subtrahend.right:
        apart, divisor = _number(minus(collected(minuend.left), collected(subtrahend.left))), minuend.right
        if apart is not None and isinstance(divisor, int):
            return apart // divisor + constant, -(-apart // divisor) + constant
    return None, None


@lru_cache(_CACHE)
def _atom(node: Expr) -> Sum:
    return {(node,): 1}  # remembered, so that equal atoms are one object and quickly compared


def _number(total: Sum) -> int | None:
    if not total:
        return 0
    return total[()] if len(total) == 1 and () in total else None


@lru_cache(_CACHE)
def _rank(atom: Expr, letters: str = _IN_PRODUCTS) -> tuple[int, str]:
    name = atom.name if isinstance(atom, Name) else ""
    return (letters.index(name) if name and name in letters else len(letters), name or str(atom))


def _order(atoms: Product) -> tuple[int, list[tuple[int, str]]]:
    return -len(atoms), [_rank(atom, _IN_SUMS) for atom in atoms]
