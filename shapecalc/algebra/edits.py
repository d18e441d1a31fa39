"""Edits of a tree, as people make them by mistake, and its value as an exact fraction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple, assert_never, cast, final

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
    Plus,
    Times,
    ceildiv,
    maximum,
    minimum,
)
from shapecalc.algebra.memo import remember

#: What stands in the place of a part of a tree; None where the part stays.
Rule = Callable[[Expr], Int | None]
#: A size that somebody works out may be left a fraction.
Number = int | Fraction
#: The parts that a calculation counts for in the memo.
_CALCULATION = 2


@final
class Unrounded(NamedTuple):
    """A tree whose quotients are not rounded; no formula of a layer is one."""

    tree: Int


_OPERATORS: Mapping[type[Binary], Callable[[Int, Int], Int]] = {
    Plus: lambda left, right: left + right,
    Minus: lambda left, right: left - right,
    Times: lambda left, right: left * right,
    FloorDiv: lambda left, right: left // right,
    CeilDiv: ceildiv,
    Min: minimum,
    Max: maximum,
}


def rewrite(tree: Int, rule: Rule) -> Int:
    """``tree`` with every part replaced for which the rule has a replacement; the largest parts are tried first."""
    if isinstance(tree, int):
        return tree
    replacement = rule(tree)
    if replacement is not None:
        return replacement
    if not isinstance(tree, Binary):
        return tree
    left, right = rewrite(tree.left, rule), rewrite(tree.right, rule)
    if left is tree.left and right is tree.right:
        return tree
    return _OPERATORS[type(tree)](left, right)


def substitute(tree: Int, values: Mapping[Name, Int]) -> Int:
    """``tree`` with names replaced; the tree itself where it has none of them."""
    return rewrite(tree, lambda part: values.get(part) if isinstance(part, Name) else None)


def round_up(tree: Int) -> Int:
    """Every quotient rounded up in the place of down."""
    return rewrite(tree, lambda part: ceildiv(part.left, part.right) if isinstance(part, FloorDiv) else None)


def round_down(tree: Int) -> Int:
    """Every quotient rounded down in the place of up."""
    return rewrite(tree, lambda part: part.left // part.right if isinstance(part, CeilDiv) else None)


def factors_of(tree: Int) -> tuple[Int, ...]:
    """The factors of a product, in their order; a tree that is none is its own only factor."""
    factors: list[Int] = []
    while isinstance(tree, Times):
        factors.append(tree.right)
        tree = tree.left
    return (tree, *reversed(factors))


def terms_of(tree: Int) -> tuple[Int, ...]:
    """The terms of a sum, in their order; a tree that is none is its own only term."""
    terms: list[Int] = []
    while isinstance(tree, Plus):
        terms.append(tree.right)
        tree = tree.left
    return (tree, *reversed(terms))


#: The nodes that have two parts, for ``match`` with ``assert_never``.
Operator = Plus | Minus | Times | FloorDiv | CeilDiv | Min | Max
#: Works out a tree, from the number of each of its names.
Calculation = Callable[[Mapping[Name, Number]], Number]


def exact_value(tree: Int, values: Mapping[Name, Number], *, rounded: bool = True) -> Number:
    """The value of a tree with a number for each of its names.

    Args:
        tree: the tree.
        values: the numbers; fractions may be among them.
        rounded: whether quotients are rounded as the tree says; else they stay fractions.

    Raises:
        ZeroDivisionError: a divisor is 0.
        KeyError: a name has no number.
    """
    return tree if isinstance(tree, int) else calculation(tree, rounded)(values)


@remember(lambda _: _CALCULATION)
def calculation(tree: Int, rounded: bool = True) -> Calculation:  # noqa: FBT002  what is remembered takes no keywords
    """What :func:`exact_value` does with a tree, made once for the many numbers that a class writes into it."""
    if isinstance(tree, int):
        return lambda _: tree
    if isinstance(tree, Name):
        return itemgetter(tree)
    node = cast("Operator", tree)
    return _operation(node, calculation(node.left, rounded), calculation(node.right, rounded), rounded=rounded)


def _operation(node: Operator, left: Calculation, right: Calculation, *, rounded: bool) -> Calculation:
    match node:
        case Plus():
            return lambda values: left(values) + right(values)
        case Minus():
            return lambda values: left(values) - right(values)
        case Times():
            return lambda values: left(values) * right(values)
        case FloorDiv() if rounded:
            return lambda values: left(values) // right(values)
        case CeilDiv() if rounded:
            return lambda values: -(-left(values) // right(values))
        case FloorDiv() | CeilDiv():
            return lambda values: simplest(Fraction(left(values)) / right(values))
        case Min():
            return lambda values: min(left(values), right(values))
        case Max():
            return lambda values: max(left(values), right(values))
        case _:
            assert_never(node)


def simplest(number: Number) -> Number:
    """A number as an int where it is a whole one."""
    return number.numerator if number.denominator == 1 else number
