"""The trend reading: how an expression in one letter goes on for all large values of the letter.

Sums, multiples, quotients by numbers, minima and maxima of a letter all become a straight line plus something that
repeats: from some start on, the value one period further on is the value here plus a number. So what holds for one
period holds for ever, and an equation between two branches of a net is solved by looking at one period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, assert_never, cast

from shapecalc.algebra.expr import Binary, CeilDiv, Expr, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times
from shapecalc.algebra.normal_form import factors

if TYPE_CHECKING:
    from fractions import Fraction


class Trend(NamedTuple):
    """From ``start`` on: (rise · w + rest)/run, where rest lies between low and high and repeats with the period.

    Fractions over one number, because importing those of Python takes longer than most commands compute.
    """

    rise: int
    low: int
    high: int
    run: int = 1
    period: int = 1
    start: int = 0

    @property
    def slope(self) -> Fraction:
        """By how much the expression grows with each step, in the long run."""
        from fractions import Fraction

        return Fraction(self.rise, self.run)

    @property
    def growth(self) -> int:
        """By how much the expression is more after one period: a whole number, as its values are."""
        return self.rise * self.period // self.run

    def over(self, run: int) -> Trend:
        """The same over another number, a multiple of ``run``."""
        times = run // self.run
        return self._replace(rise=self.rise * times, low=self.low * times, high=self.high * times, run=run)


def trend(tree: Int) -> Trend | None:
    """The trend of an expression in at most one letter, for non-negative values of it; None where it has none.

    A product of two sizes has none, nor has a quotient by a letter.
    """
    if isinstance(tree, int):
        return Trend(0, tree, tree)
    node = cast("Node", tree)
    if isinstance(node, Name):
        return Trend(1, 0, 0)
    left, right = trend(node.left), trend(node.right)
    if left is None or right is None:
        return None
    match node:
        case Plus():
            return _plus(left, right)
        case Minus():
            return _plus(left, _times(right, -1))
        case Times():
            number = next((side for side in (node.left, node.right) if isinstance(side, int)), None)
            other = right if number is node.left else left
            return None if number is None else _times(other, number)
        case FloorDiv() | CeilDiv():
            return _divided(left, node.right, up=isinstance(node, CeilDiv)) if isinstance(node.right, int) else None
        case Min():
            return _least(left, right)
        case Max():
            return _times(_least(_times(left, -1), _times(right, -1)), -1)
        case _:
            assert_never(node)


def _together(one: Trend, other: Trend) -> tuple[Trend, Trend]:
    """Two trends over one number, with one period and one start."""
    run, period = math.lcm(one.run, other.run), math.lcm(one.period, other.period)
    start = max(one.start, other.start)
    return one.over(run)._replace(period=period, start=start), other.over(run)._replace(period=period, start=start)


def _plus(one: Trend, other: Trend) -> Trend:
    a, b = _together(one, other)
    return a._replace(rise=a.rise + b.rise, low=a.low + b.low, high=a.high + b.high)


def _times(one: Trend, number: int) -> Trend:
    low, high = sorted((one.low * number, one.high * number))
    return one._replace(rise=one.rise * number, low=low, high=high)


def _divided(one: Trend, divisor: int, *, up: bool) -> Trend | None:
    if divisor <= 0:
        return None
    period = one.period * (divisor // math.gcd(divisor, one.growth))
    lost = one.run * (divisor - 1)  # the most that rounding takes or adds
    low, high = (one.low, one.high + lost) if up else (one.low - lost, one.high)
    return Trend(one.rise, low, high, one.run * divisor, period, one.start)


def _least(one: Trend, other: Trend) -> Trend:
    flat, steep = sorted(_together(one, other))
    if flat.rise == steep.rise:
        return flat._replace(low=min(flat.low, steep.low), high=min(flat.high, steep.high))
    crossing = -((steep.low - flat.high) // (steep.rise - flat.rise))  # from here on the flatter one stays below
    period = one.period if one.over(flat.run).rise == flat.rise else other.period  # and it alone matters
    return flat._replace(period=period, start=max(flat.start, crossing))


def products(tree: Int) -> Iterator[list[Expr]]:
    """The factors of every product of two or more sizes in an expression."""
    if isinstance(tree, Times):
        sizes = factors(tree)[1]
        if len(sizes) > 1:
            yield sizes
        for size in sizes:
            yield from products(size)
    elif isinstance(tree, Binary):
        yield from products(tree.left)
        yield from products(tree.right)


def divisors(tree: Int) -> Iterator[Expr]:
    """The expressions that stand in divisors."""
    if isinstance(tree, Binary):
        if isinstance(tree, FloorDiv | CeilDiv) and isinstance(tree.right, Expr):
            yield tree.right
        yield from divisors(tree.left)
        yield from divisors(tree.right)


def divides_by_letter(tree: Int) -> bool:
    """Whether a letter stands in a divisor, where it may be 0 and where no value of it need be near the next one's."""
    return next(divisors(tree), None) is not None


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
        case Plus() | Min() | Max():
            return increases(node.left, sign) and increases(node.right, sign)
        case Minus():
            return increases(node.left, sign) and increases(node.right, -sign)
        case FloorDiv() | CeilDiv():
            if isinstance(node.right, int):
                return increases(node.left, sign)
            # a number over what grows falls towards 0
            return isinstance(node.left, int) and increases(node.right) and (node.left >= 0) == (sign == -1)
        case Times():
            times, sizes = factors(node)
            return all(increases(size, sign if times >= 0 else -sign) for size in sizes)
        case _:
            assert_never(node)
