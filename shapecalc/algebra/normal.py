"""The normal form: equal sizes written equally, and a chain of windows as one floor.

An expression becomes a sum of integer multiples of products of atoms. An atom is a name, or a quotient, minimum or
maximum of sums in normal form. Chains become short by three identities of floors, for integers x, y, c and a, b, g > 0
(R. L. Graham, D. E. Knuth, O. Patashnik, Concrete Mathematics, section 3.2); they hold for all integers, so no example
size chooses a branch:

    ⌊(⌊x/a⌋ + y)/b⌋ = ⌊(x + ay)/(ab)⌋,    ⌊(x + bc)/b⌋ = ⌊x/b⌋ + c,    ⌊(gx + c)/(gb)⌋ = ⌊(x + ⌊c/g⌋)/b⌋
"""

from __future__ import annotations

import math
from typing import assert_never, cast

from shapecalc.algebra.expr import Add, CeilDiv, Expr, FloorDiv, Int, Max, Min, Mul, Name, Node, Sub, product
from shapecalc.errors import ShapecalcError

#: A product of atoms, in order; the empty one is the number 1.
_Product = tuple[Expr, ...]
#: A sum: how often each product is taken. No entry is 0.
_Sum = dict[_Product, int]

#: Products of sums grow quickly; a sum of more terms than this is refused.
MAX_TERMS = 2_000

#: The order of the letters in a sum (W − F + 2P) and in a product (K·F·F·D), as on paper; other names follow.
_IN_SUMS = "HWLFSPd"
_IN_PRODUCTS = "KFDHWL"


def normal(tree: Int) -> Int:
    """The same integer for all values of its names, in normal form; divisors are taken to be positive.

    Raises:
        ShapecalcError: the sum has too many terms to be read.
    """
    return tree if isinstance(tree, int) else _written(_collected(tree))


def short(tree: Int) -> Int:
    """The tree or its normal form, whichever is shorter to read: a product of sums is, as it stands."""
    return min(normal(tree), tree, key=lambda one: len(str(one)))


def _collected(tree: Int) -> _Sum:
    if isinstance(tree, int):
        return {(): tree} if tree else {}
    node = cast("Node", tree)
    if isinstance(node, Name):
        return {(node,): 1}
    left, right = _collected(node.left), _collected(node.right)
    match node:
        case Add():
            return _plus(left, right)
        case Sub():
            return _plus(left, right, -1)
        case Mul():
            return _times(left, right)
        case FloorDiv():
            return _floor(left, right)
        case CeilDiv():
            return _floor(_plus(_plus(left, right), {(): -1}), right)  # ⌈x/b⌉ = ⌊(x + b − 1)/b⌋
        case Min() | Max():
            return _extreme(type(node), left, right)
        case _:
            assert_never(node)


def _written(total: _Sum) -> Int:
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


def _raised(total: _Sum) -> _Sum:
    """⌊(W − 2)/4⌋ + 1 as ⌊(W + 2)/4⌋: of two numbers as near to 0, the one that leaves nothing outside."""
    for (atom, *others), times in ((atoms, times) for atoms, times in total.items() if atoms):
        if total.get(()) == times == 1 and not others and isinstance(atom, FloorDiv) and isinstance(atom.right, int):
            inside = atom.left.right if isinstance(atom.left, Sub) else 0
            if isinstance(inside, int) and 2 * inside == atom.right:
                rest = {atoms: times for atoms, times in total.items() if atoms not in ((), (atom,))}
                return rest | {(cast("Expr", (atom.left + atom.right) // atom.right),): 1}
    return total


def _plus(left: _Sum, right: _Sum, times: int = 1) -> _Sum:
    total = dict(left)
    for atoms, count in right.items():
        total[atoms] = total.get(atoms, 0) + times * count
        if not total[atoms]:
            del total[atoms]
    return total


def _times(left: _Sum, right: _Sum) -> _Sum:
    if len(left) * len(right) > MAX_TERMS:
        raise ShapecalcError("The expression has too many terms to print; give numbers for some of the letters.")
    total: _Sum = {}
    for ours, once in left.items():
        for theirs, again in right.items():
            atoms = tuple(sorted(ours + theirs, key=_rank))
            total[atoms] = total.get(atoms, 0) + once * again
    return {atoms: times for atoms, times in total.items() if times}


def _floor(above: _Sum, below: _Sum) -> _Sum:
    divisor = _number(below)
    if divisor is None or divisor <= 0:
        return {(): 1} if above == below else _atom(FloorDiv, _written(above), _written(below))
    nested = _nested(above)
    if nested is not None:
        return _floor(nested[0], {(): nested[1] * divisor})
    whole: _Sum = {}
    rest: _Sum = {}
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


def _nested(above: _Sum) -> tuple[_Sum, int] | None:
    """For ⌊x/a⌋ + y: the sum x + a·y, and a."""
    for atoms, times in above.items():
        if times == 1 and len(atoms) == 1 and isinstance(atoms[0], FloorDiv) and isinstance(atoms[0].right, int):
            a = atoms[0].right
            others = {other: a * count for other, count in above.items() if other != atoms}
            return _plus(_collected(atoms[0].left), others), a
    return None


def _reduced(rest: _Sum, divisor: int) -> _Sum:
    """⌊rest/divisor⌋, divided by what the divisor and all letters' multiples have in common."""
    letters = [times for atoms, times in rest.items() if atoms]
    common = math.gcd(divisor, *letters)
    if common > 1:
        smaller = {atoms: times // common for atoms, times in rest.items()}  # the number is rounded down
        return _floor({atoms: times for atoms, times in smaller.items() if times}, {(): divisor // common})
    if divisor == 1 or not rest:
        return rest
    return _atom(FloorDiv, _written(rest), divisor)


def _extreme(kind: type[Min | Max], left: _Sum, right: _Sum) -> _Sum:
    difference = _number(_plus(left, right, -1))
    if difference is not None:
        return left if (difference <= 0) == (kind is Min) else right
    first, second = sorted((_written(left), _written(right)), key=str)
    return _atom(kind, first, second)


def _atom(kind: type[FloorDiv | Min | Max], left: Int, right: Int) -> _Sum:
    return {(kind(left, right),): 1}


def _number(total: _Sum) -> int | None:
    if not total:
        return 0
    return total[()] if len(total) == 1 and () in total else None


def _rank(atom: Expr, letters: str = _IN_PRODUCTS) -> tuple[int, str]:
    name = atom.name if isinstance(atom, Name) else ""
    return (letters.index(name) if name and name in letters else len(letters), name or str(atom))


def _order(atoms: _Product) -> tuple[int, list[tuple[int, str]]]:
    return -len(atoms), [_rank(atom, _IN_SUMS) for atom in atoms]
