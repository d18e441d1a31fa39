"""One comparison in one letter, solved: all values of the letter for which it holds."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.algebra import Int, Name, evaluate, normal
from shapecalc.algebra.comparison import Comparison
from shapecalc.algebra.integers import MAX_PERIOD, Integers, Piece
from shapecalc.algebra.trend import Trend, divisors, increases, products, trend

#: Where an expression has no trend, its values are followed up to 10^330, beyond any size that the engine works out.
_FARTHEST = 1 << 1100


def solve_comparison(comparison: Comparison, letter: Name, low: int) -> Integers | None:
    """The values from ``low`` on for which a comparison holds; None where it cannot be solved.

    Args:
        comparison: two expressions in no other letter.
        letter: the letter.
        low: the least value that is looked for; no factor of a product may be negative from there on.
    """
    left, relation, right = comparison
    if relation == "divides":
        return _divides(left, right, letter, low)
    raw = left - right if relation != "<=" else right - left
    difference = normal(raw)
    if isinstance(difference, int):
        holds = difference == 0 if relation == "=" else difference >= 0
        return Integers.between(low) if holds else Integers()
    line = trend(difference)
    if line is None:  # a product: the sizes that it is of are seen only where it is not multiplied out
        difference = raw
        if not _grows_from(difference, {letter: low}):
            return None
    at = _at(difference, letter)
    if increases(difference):
        return _rising(at, relation, low, line)
    if increases(difference, -1):
        return _falling(at, relation, low, line)
    return None if line is None else _along(at, line, relation, low)


def _grows_from(tree: Int, least: dict[Name, Int]) -> bool:
    """Whether at first no factor is negative and no divisor is 0 or less.

    Two negative factors would rise to a positive product, and a quotient jumps where its divisor changes its sign.
    """
    if any(not _least(divisor, least, 1) for divisor in divisors(tree)):
        return False
    return all(_least(size, least, 0) for sizes in products(tree) for size in sizes)


def _least(size: Int, least: dict[Name, Int], bound: int) -> bool:
    value = evaluate(size, least)
    return isinstance(value, int) and value >= bound


def _at(tree: Int, letter: Name) -> Callable[[int], int]:
    def value(number: int) -> int:
        found = evaluate(tree, {letter: number})
        if not isinstance(found, int):
            raise TypeError(f"{tree} has other letters than {letter.name}.")
        return found

    return value


def first_reaching(at: Callable[[int], int], goal: int, low: int, farthest: int = _FARTHEST) -> int | None:
    """The least number from ``low`` on at which a function that never falls reaches ``goal``; None where it does not.

    Args:
        at: the function.
        goal: the value to reach.
        low: where to begin.
        farthest: how far to look.
    """
    if at(low) >= goal:
        return low
    step = 1
    while at(min(low + step, farthest)) < goal:
        if low + step >= farthest:
            return None
        step *= 2
    below, reached = low + step // 2, min(low + step, farthest)
    while reached - below > 1:
        middle = (below + reached) // 2
        below, reached = (below, middle) if at(middle) >= goal else (middle, reached)
    return reached


def _farthest(line: Trend | None, low: int) -> int:
    """How far a function may have to be followed: one that does not rise in the long run shows all in one period."""
    return _FARTHEST if line is None or line.rise else max(low, line.start + line.period)


def _rising(at: Callable[[int], int], relation: str, low: int, line: Trend | None) -> Integers:
    farthest = _farthest(line, low)
    begin = first_reaching(at, 0, low, farthest)
    if begin is None:
        return Integers()
    beyond = first_reaching(at, 1, begin, farthest) if relation == "=" else None
    return Integers.between(begin, None if beyond is None else beyond - 1)


def _falling(at: Callable[[int], int], relation: str, low: int, line: Trend | None) -> Integers:
    def opposite(number: int) -> int:
        return -at(number)

    if relation == "=":
        return _rising(opposite, relation, low, line)
    beyond = first_reaching(opposite, 1, low, _farthest(line, low))
    return Integers.between(low, None if beyond is None else beyond - 1)


def _along(at: Callable[[int], int], line: Trend, relation: str, low: int) -> Integers | None:
    """Each remainder by the period has a line of its own from ``start`` on; before it, every number is tried."""
    start = max(low, line.start)
    if line.period > MAX_PERIOD or start - low > MAX_PERIOD:
        return None

    def holds(value: int) -> bool:
        return value == 0 if relation == "=" else value >= 0

    pieces = [Piece(number, number) for number in range(low, start) if holds(at(number))]
    rise = line.growth
    always = []
    for first in range(start, start + line.period):
        value = at(first)
        if rise == 0:
            always += [first % line.period] if holds(value) else []
        elif relation == "=":
            turns, rest = divmod(-value, rise)
            met = first + turns * line.period
            pieces += [Piece(met, met)] if not rest and turns >= 0 else []
        else:
            pieces += _from_some(first, value, rise, line.period)
    return Integers([*pieces, Piece(start, None, line.period, tuple(sorted(always)))])


def _from_some(first: int, value: int, rise: int, period: int) -> list[Piece]:
    """Of the numbers first, first + period, ...: those at which value + rise · k is not negative."""
    remainder = (first % period,)
    if rise > 0:
        return [Piece(first + max(0, -(value // rise)) * period, None, period, remainder)]
    return [Piece(first, first + value // -rise * period, period, remainder)] if value >= 0 else []


def _divides(left: Int, right: Int, letter: Name, low: int) -> Integers | None:
    """The values for which ``left`` divides ``right``, where one of them is a number."""
    if isinstance(left, int):
        line = trend(right)
        if left == 0 or line is None:
            return Integers() if left == 0 else None
        rest = normal(right - left * (right // left))  # what is left over repeats
        rests = trend(rest)
        return None if rests is None else _along(_at(rest, letter), rests._replace(rise=0), "=", low)
    if isinstance(right, int) and right and increases(left) and _grows_from(left, {letter: low}):
        value = _at(left, letter)
        beyond = first_reaching(value, abs(right) + 1, low)  # what is larger than a number does not divide it
        if beyond is not None and beyond - low <= MAX_PERIOD:
            return Integers(Piece(n, n) for n in range(low, beyond) if value(n) > 0 and right % value(n) == 0)
    return None
