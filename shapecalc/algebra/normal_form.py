"""The normal form: equal sizes have one form, and a chain of windows is one floor.

An expression becomes a sum of integer multiples of products of atoms. An atom is a name, or a quotient, minimum or
maximum of sums in normal form. Chains become short by three identities of floors, for integers x, y, c and a, b, g > 0
(R. L. Graham, D. E. Knuth, O. Patashnik, Concrete Mathematics, section 3.2). They hold for all integers, so the form
does not depend on any example size:

    ⌊(⌊x/a⌋ + y)/b⌋ = ⌊(x + ay)/(ab)⌋,    ⌊(x + bc)/b⌋ = ⌊x/b⌋ + c,    ⌊(gx + c)/(gb)⌋ = ⌊(x + ⌊c/g⌋)/b⌋

Invariant: in a quotient ⌊(x + c)/b⌋ by a number b, the number c inside is the one nearest to 0, with
−b/2 ≤ c < b/2, and each multiple of a letter is either inside or outside. So ⌊(W + 31)/32⌋ is ⌊(W − 1)/32⌋ + 1.
Only :func:`expression_of` departs from it, and only where c = −b/2: it writes ⌊(W + 2)/4⌋ for ⌊(W − 2)/4⌋ + 1.
"""

from __future__ import annotations

import math
from typing import assert_never, cast

from shapecalc.algebra.expr import (
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
    count_nodes,
    product,
)
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapecalcError

#: A product of atoms, in order; the empty product is the number 1.
Product = tuple[Expr, ...]
#: A sum: the multiple of each product. No multiple is 0.
Sum = dict[Product, int]

#: Products of sums grow quickly; a sum of more terms is refused.
MAX_TERMS = 2_000

#: The order of the letters in a sum (W − F + 2P) and in a product (K·F·F·D), as on paper; other names follow.
_IN_SUMS = "HWLFSPd"
_IN_PRODUCTS = "KFDHWL"


def normal(tree: Int) -> Int:
    """The normal form of an expression, equal to it for all values of its names; divisors are taken to be positive.

    Raises:
        ShapecalcError: the sum has too many terms to be read.
    """
    return tree if isinstance(tree, int) else _normal(tree)


@remember(parts=count_nodes)
def _normal(tree: Expr) -> Int:
    return expression_of(collect_terms(tree))


def factored(tree: Int) -> Int:
    """Like :func:`normal`, but a product of several sizes stays a product of normal forms: 20·⌊H/2⌋·(W − 1)."""
    if isinstance(tree, int):
        return tree
    times, sizes = factors(tree)
    return product((times, *map(_normal, sizes))) if len(sizes) > 1 else _normal(tree)


def factors(tree: Int) -> tuple[int, list[Expr]]:
    """A product as a number and the sizes that are multiplied by it."""
    if isinstance(tree, int):
        return tree, []
    if not isinstance(tree, Times):
        return 1, [tree]
    (left_times, left_sizes), (right_times, right_sizes) = factors(tree.left), factors(tree.right)
    return left_times * right_times, left_sizes + right_sizes


@remember(parts=len)
def collect_terms(tree: Int) -> Sum:
    """An expression as a sum of products in normal form. The result is cached: do not change it."""
    if isinstance(tree, int):
        return {(): tree} if tree else {}
    node = cast("Node", tree)
    if isinstance(node, Name):
        return {(node,): 1}
    left, right = collect_terms(node.left), collect_terms(node.right)
    match node:
        case Plus():
            return add_sums(left, right)
        case Minus():
            return subtract(left, right)
        case Times():
            return _multiply(left, right)
        case FloorDiv():
            return _floor(left, right)
        case CeilDiv():
            return _floor(add_sums(add_sums(left, right), {(): -1}), right)  # ⌈x/b⌉ = ⌊(x + b − 1)/b⌋
        case Min() | Max():
            return _extreme(type(node), left, right)
        case _:
            assert_never(node)


def expression_of(total: Sum) -> Int:
    """A sum as an expression: the longest products first, the number last; it starts with a positive term if any."""
    total = _without_number_outside(total)
    terms = sorted(((atoms, times) for atoms, times in total.items() if atoms), key=lambda term: _order(term[0]))
    first = next((place for place, (_, times) in enumerate(terms) if times > 0), 0)
    expression: Int = 0
    for atoms, times in terms[first : first + 1] + terms[:first] + terms[first + 1 :]:
        if times < 0 and expression != 0:
            expression = expression - product((-times, *atoms))
        else:
            expression = expression + product((times, *atoms))
    return expression + total.get((), 0)


def add_sums(left: Sum, right: Sum, *, times: int = 1) -> Sum:
    """The first sum and a multiple of the second one."""
    total = dict(left)
    for atoms, count in right.items():
        total[atoms] = total.get(atoms, 0) + times * count
        if not total[atoms]:
            del total[atoms]
    return total


def subtract(left: Sum, right: Sum) -> Sum:
    """The difference of two sums."""
    return add_sums(left, right, times=-1)


def _without_number_outside(total: Sum) -> Sum:
    """k·⌊(x − b/2)/b⌋ + k as k·⌊(x + b/2)/b⌋: −b/2 and b/2 are equally near to 0, and no number remains outside."""
    number = total.get((), 0)
    for atoms, times in total.items() if number else ():
        if len(atoms) == 1 and times == number and _is_half_below(atoms[0]):
            floor = cast("FloorDiv", atoms[0])
            terms = {product: times for product, times in total.items() if product not in ((), atoms)}
            return terms | {(cast("Expr", (floor.left + floor.right) // floor.right),): times}
    return total


def _is_half_below(atom: Expr) -> bool:
    """Whether an atom is ⌊(x − b/2)/b⌋ for a number b."""
    match atom:
        case FloorDiv(Minus(_, int(number)), int(divisor)):
            return 2 * number == divisor
        case _:
            return False


def _multiply(left: Sum, right: Sum) -> Sum:
    if len(left) * len(right) > MAX_TERMS:
        raise ShapecalcError("The expression has too many terms to print; give numbers for some of the letters.")
    total: Sum = {}
    for left_atoms, left_times in left.items():
        for right_atoms, right_times in right.items():
            atoms = tuple(sorted(left_atoms + right_atoms, key=rank))
            total[atoms] = total.get(atoms, 0) + left_times * right_times
    return {atoms: times for atoms, times in total.items() if times}


def _floor(above: Sum, below: Sum) -> Sum:
    """⌊above/below⌋; a quotient by a number follows the invariant of this module."""
    divisor = _number(below)
    if divisor is None or divisor <= 0:
        outside, above = _multiples_outside(above, below)
        return add_sums(outside, _atom(FloorDiv(expression_of(above), expression_of(below)))) if above else outside
    if (joined := _join_floors(above)) is not None:
        numerator, inner_divisor = joined
        return _floor(numerator, {(): inner_divisor * divisor})
    outside = {}
    inside: Sum = {}
    for atoms, times in above.items():
        quotient, remainder = divmod(times, divisor)
        if atoms and remainder:
            quotient, remainder = 0, times  # a multiple of a letter is either outside or inside
        elif not atoms and 2 * remainder >= divisor:
            quotient, remainder = quotient + 1, remainder - divisor  # the number nearest to 0
        if quotient:
            outside[atoms] = quotient
        if remainder:
            inside[atoms] = remainder
    return add_sums(outside, _reduced(inside, divisor))


def _multiples_outside(above: Sum, below: Sum) -> tuple[Sum, Sum]:
    """⌊(x + c·b)/b⌋ is ⌊x/b⌋ + c: the sum c, and what stays above a divisor b that has letters."""
    if above == below:
        return {(): 1}, {}
    if len(below) != 1:  # several terms, or 0
        return {}, above
    ((divisor, count),) = below.items()
    outside: Sum = {}
    inside: Sum = {}
    for atoms, times in above.items():
        quotient = _without(atoms, divisor) if times % count == 0 else None
        if quotient is None:
            inside[atoms] = times
        else:
            outside[quotient] = times // count
    return outside, inside


def _without(atoms: Product, divisor: Product) -> Product | None:
    """A product without the atoms of another one; None where it lacks one of them."""
    left = list(atoms)
    for atom in divisor:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def _join_floors(above: Sum) -> tuple[Sum, int] | None:
    """The sum x + a·y and the number a, where the given sum is ⌊x/a⌋ + y."""
    for atoms, times in above.items():
        if times == 1 and len(atoms) == 1 and isinstance(atoms[0], FloorDiv) and isinstance(atoms[0].right, int):
            a = atoms[0].right
            y = {product: a * count for product, count in above.items() if product != atoms}
            return add_sums(collect_terms(atoms[0].left), y), a
    return None


def _reduced(inside: Sum, divisor: int) -> Sum:
    """⌊inside/divisor⌋, with the common factor of the divisor and of all multiples of letters cancelled."""
    common = math.gcd(divisor, *(times for atoms, times in inside.items() if atoms))
    if common > 1:
        smaller = {atoms: times // common for atoms, times in inside.items()}  # the number is rounded down
        return _floor({atoms: times for atoms, times in smaller.items() if times}, {(): divisor // common})
    if divisor == 1 or not inside:
        return inside
    return _atom(FloorDiv(expression_of(inside), divisor))


def _extreme(kind: type[Min | Max], left: Sum, right: Sum) -> Sum:
    low, high = _bounds_of_difference(subtract(left, right))
    if high is not None and high <= 0:
        return left if kind is Min else right
    if low is not None and low >= 0:
        return right if kind is Min else left
    first, second = sorted((expression_of(left), expression_of(right)), key=str)
    return _atom(kind(first, second))


def _bounds_of_difference(difference: Sum) -> tuple[int | None, int | None]:
    """The bounds of a number, or of ⌊(x + a)/b⌋ − ⌊(x + c)/b⌋ plus a number; None for any other difference.

    The two floors differ by (a − c)/b, rounded down or up.
    """
    constant = difference.get((), 0)
    terms = [(atoms, times) for atoms, times in difference.items() if atoms]
    if not terms:
        return constant, constant
    if sorted(times for _, times in terms) != [-1, 1] or any(len(atoms) > 1 for atoms, _ in terms):
        return None, None
    ((minuend,), _), ((subtrahend,), _) = sorted(terms, key=lambda term: -term[1])
    if isinstance(minuend, FloorDiv) and isinstance(subtrahend, FloorDiv) and minuend.right == subtrahend.right:
        shift = _number(subtract(collect_terms(minuend.left), collect_terms(subtrahend.left)))
        divisor = minuend.right
        if shift is not None and isinstance(divisor, int):
            return shift // divisor + constant, -(-shift // divisor) + constant
    return None, None


@remember()
def _atom(node: Expr) -> Sum:
    return {(node,): 1}  # cached, so that equal atoms are one object and compare quickly


def _number(total: Sum) -> int | None:
    if not total:
        return 0
    return total[()] if len(total) == 1 and () in total else None


@remember()
def rank(atom: Expr, letters: str = _IN_PRODUCTS) -> tuple[int, str]:
    """The place of an atom in a product, or in a sum: the letters first, in their order on paper."""
    name = atom.name if isinstance(atom, Name) else ""
    return (letters.index(name) if name and name in letters else len(letters), name or str(atom))


def _order(atoms: Product) -> tuple[int, list[tuple[int, str]]]:
    return -len(atoms), [rank(atom, _IN_SUMS) for atom in atoms]
