"""The trend reading: how an expression in one letter behaves for all large values of the letter.

Sums, multiples, quotients by numbers, minima and maxima of a letter all become a straight line plus a periodic part:
from some start on, the value after one more period is the present value plus a fixed number. So one period decides
about all later values, and an equation between two branches of a net is solved on one period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, assert_never, cast

from shapecalc.algebra.expr import Binary, CeilDiv, Expr, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times
from shapecalc.algebra.memo import remember
from shapecalc.algebra.normal_form import factors

if TYPE_CHECKING:
    from fractions import Fraction


class Trend(NamedTuple):
    """From ``start`` on: (rise · w + r)/run, where r lies between low and high and repeats with the period.

    The fractions share one denominator: importing Python's ``fractions`` takes longer than most commands compute.
    """

    rise: int
    low: int
    high: int
    run: int = 1
    period: int = 1
    start: int = 0

    @property
    def slope(self) -> Fraction:
        """The average growth of the expression when the letter grows by 1."""
        from fractions import Fraction  # noqa: PLC0415  few answers are fractions, and it is slow to import

        return Fraction(self.rise, self.run)

    @property
    def growth(self) -> int:
        """The growth of the expression over one period: an integer, as all its values are."""
        return self.rise * self.period // self.run

    def over(self, run: int) -> Trend:
        """The same trend with another denominator, a multiple of ``run``."""
        times = run // self.run
        return self._replace(rise=self.rise * times, low=self.low * times, high=self.high * times, run=run)


@remember()
def trend(tree: Int) -> Trend | None:
    """The trend of an expression in at most one letter, for non-negative values of it; None where it has none.

    A product of two sizes has no trend, nor has a quotient by a letter.
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
            return _sum(left, right)
        case Minus():
            return _sum(left, _scaled(right, -1))
        case Times():
            number = next((side for side in (node.left, node.right) if isinstance(side, int)), None)
            factor = right if number is node.left else left
            return None if number is None else _scaled(factor, number)
        case FloorDiv() | CeilDiv():
            return _divided(left, node.right, up=isinstance(node, CeilDiv)) if isinstance(node.right, int) else None
        case Min():
            return _minimum(left, right)
        case Max():
            return _scaled(_minimum(_scaled(left, -1), _scaled(right, -1)), -1)
        case _:
            assert_never(node)


def _aligned(left: Trend, right: Trend) -> tuple[Trend, Trend]:
    """Two trends with one denominator, one period and one start."""
    run, period = math.lcm(left.run, right.run), math.lcm(left.period, right.period)
    start = max(left.start, right.start)
    return left.over(run)._replace(period=period, start=start), right.over(run)._replace(period=period, start=start)


def _sum(left: Trend, right: Trend) -> Trend:
    left, right = _aligned(left, right)
    return left._replace(rise=left.rise + right.rise, low=left.low + right.low, high=left.high + right.high)


def _scaled(line: Trend, number: int) -> Trend:
    low, high = sorted((line.low * number, line.high * number))
    return line._replace(rise=line.rise * number, low=low, high=high)


def _divided(line: Trend, divisor: int, *, up: bool) -> Trend | None:
    if divisor <= 0:
        return None
    period = line.period * (divisor // math.gcd(divisor, line.growth))
    rounding = line.run * (divisor - 1)  # the most that rounding subtracts or adds
    low, high = (line.low, line.high + rounding) if up else (line.low - rounding, line.high)
    return Trend(line.rise, low, high, line.run * divisor, period, line.start)


def _minimum(left: Trend, right: Trend) -> Trend:
    flat, steep = sorted(_aligned(left, right))
    if flat.rise == steep.rise:
        return flat._replace(low=min(flat.low, steep.low), high=min(flat.high, steep.high))
    # from the crossing on, the flatter line is the minimum, and only its period matters
    crossing = -((steep.low - flat.high) // (steep.rise - flat.rise))
    period = left.period if left.over(flat.run).rise == flat.rise else right.period
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
    """The divisors that are expressions."""
    if isinstance(tree, Binary):
        if isinstance(tree, FloorDiv | CeilDiv) and isinstance(tree.right, Expr):
            yield tree.right
        yield from divisors(tree.left)
        yield from divisors(tree.right)


def divides_by_letter(tree: Int) -> bool:
    """Whether a divisor has a letter: it may be 0, and values at neighbouring numbers may differ widely."""
    return next(divisors(tree), None) is not None


def increases(tree: Int, sign: int = 1) -> bool:
    """Whether an expression provably never falls (``sign`` −1: never rises) while its letters rise.

    Divisors are taken to be positive and the factors of a product to be non-negative.
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
            # a number over a growing divisor falls towards 0
            return isinstance(node.left, int) and increases(node.right) and (node.left >= 0) == (sign == -1)
        case Times():
            times, sizes = factors(node)
            return all(increases(size, sign if times >= 0 else -sign) for size in sizes)
        case _:
            assert_never(node)
