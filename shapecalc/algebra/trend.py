"""The trend reading: how an expression in one letter goes on for all large values of the letter.

Sums, multiples, quotients by numbers, minima and maxima of a letter all become a straight line plus something that
repeats: from ``start`` on, the value at w + period is the value at w plus slope · period. So what holds for one period
holds for ever, and an equation between two branches of a net is solved by looking at one period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple, assert_never, cast

from shapecalc.algebra.expr import Add, Binary, CeilDiv, Expr, FloorDiv, Int, Max, Min, Mul, Name, Node, Sub
from shapecalc.algebra.normal import factors


class Trend(NamedTuple):
    """From ``start`` on: slope · w, plus a number from low to high that repeats with the period."""

    slope: Fraction
    low: Fraction
    high: Fraction
    period: int = 1
    start: int = 0


def trend(tree: Int) -> Trend | None:
    """The trend of an expression in at most one letter, for non-negative values of it; None where it has none.

    A product of two sizes has none, nor has a quotient by a letter.
    """
    if isinstance(tree, int):
        return Trend(Fraction(0), Fraction(tree), Fraction(tree))
    node = cast("Node", tree)
    if isinstance(node, Name):
        return Trend(Fraction(1), Fraction(0), Fraction(0))
    left, right = trend(node.left), trend(node.right)
    if left is None or right is None:
        return None
    match node:
        case Add():
            return _plus(left, right)
        case Sub():
            return _plus(left, _times(right, -1))
        case Mul():
            number = next((side for side in (node.left, node.right) if isinstance(side, int)), None)
            other = right if number is node.left else left
            return None if number is None else _times(other, number)
        case FloorDiv() | CeilDiv():
            return _over(left, node.right, up=isinstance(node, CeilDiv)) if isinstance(node.right, int) else None
        case Min():
            return _least(left, right)
        case Max():
            return _times(_least(_times(left, -1), _times(right, -1)), -1)
        case _:
            assert_never(node)


def _plus(one: Trend, other: Trend) -> Trend:
    return Trend(
        one.slope + other.slope,
        one.low + other.low,
        one.high + other.high,
        math.lcm(one.period, other.period),
        max(one.start, other.start),
    )


def _times(one: Trend, number: int) -> Trend:
    low, high = sorted((one.low * number, one.high * number))
    return one._replace(slope=one.slope * number, low=low, high=high)


def _over(one: Trend, divisor: int, *, up: bool) -> Trend | None:
    if divisor <= 0:
        return None
    rise = int(one.slope * one.period)  # of a whole number over a period: a whole number
    period = one.period * (divisor // math.gcd(divisor, rise))
    lost = Fraction(divisor - 1, divisor)  # the most that rounding takes or adds
    low, high = one.low / divisor, one.high / divisor
    low, high = (low, high + lost) if up else (low - lost, high)
    return Trend(one.slope / divisor, low, high, period, one.start)


def _least(one: Trend, other: Trend) -> Trend:
    start = max(one.start, other.start)
    if one.slope == other.slope:
        period = math.lcm(one.period, other.period)
        return Trend(one.slope, min(one.low, other.low), min(one.high, other.high), period, start)
    flat, steep = sorted((one, other))
    # from where the flatter one stays below
    crossing = math.ceil((flat.high - steep.low) / (steep.slope - flat.slope))
    return flat._replace(start=max(start, crossing, 0))


def products(tree: Int) -> Iterator[list[Expr]]:
    """The factors of every product of two or more sizes in an expression."""
    if isinstance(tree, Mul):
        sizes = factors(tree)[1]
        if len(sizes) > 1:
            yield sizes
        for size in sizes:
            yield from products(size)
    elif isinstance(tree, Binary):
        yield from products(tree.left)
        yield from products(tree.right)


def divides_by_letter(tree: Int) -> bool:
    """Whether a letter stands in a divisor, where it may be 0 and where no value of it need be near the next one's."""
    if not isinstance(tree, Binary):
        return False
    by_letter = isinstance(tree, FloorDiv | CeilDiv) and isinstance(tree.right, Expr)
    return by_letter or divides_by_letter(tree.left) or divides_by_letter(tree.right)


def increases(tree: Int, sign: int = 1) -> bool:
    """Whether an expression never falls (``sign`` −1: never rises) while its letters rise; False where not seen.

    Divisors are taken to be positive, and the factors of a product not to be negative.
    """
    if isinstance(tree, int):
        return True
    node = cast("Node", tree)
    match node:
        case Name():
            return sign == 1
        case Add() | Min() | Max():
            return increases(node.left, sign) and increases(node.right, sign)
        case Sub():
            return increases(node.left, sign) and increases(node.right, -sign)
        case FloorDiv() | CeilDiv():
            return isinstance(node.right, int) and increases(node.left, sign)
        case Mul():
            times, sizes = factors(node)
            return all(increases(size, sign if times >= 0 else -sign) for size in sizes)
        case _:
            assert_never(node)
