"""A comparison in one letter, solved: all values of the letter for which it holds."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.algebra import Int, Name, evaluate, normal
from shapecalc.algebra.along import values_along
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.pieces import MAX_PERIOD, Piece, changing_pattern, spans
from shapecalc.algebra.trend import Trend, divisors, increases, products, trend
from shapecalc.errors import ShapecalcError

#: An expression without a trend is searched up to 10^330, beyond any size that the engine computes.
_FARTHEST = 1 << 1100
#: How many numbers such a search tries, nearly always.
_HALVINGS = 64


def solve_comparison(comparison: Comparison, letter: Name, low: int) -> Integers | None:
    """The values from ``low`` on for which a comparison holds; None where it cannot be solved.

    Args:
        comparison: two expressions with no other letter.
        letter: the letter.
        low: the smallest value to consider; from there on, no factor of a product may be negative.
    """
    left, relation, right = comparison
    if relation is Relation.DIVIDES:
        return _divides(left, right, letter, low)
    raw = left - right if relation is not Relation.AT_MOST else right - left
    difference = normal(raw)
    if isinstance(difference, int):
        holds = difference == 0 if relation is Relation.EQUAL else difference >= 0
        return Integers.between(low) if holds else Integers()
    line = trend(difference)
    if line is None:  # a product: its factors are visible only where it is not multiplied out
        difference = raw
        if not _is_monotonic_from(difference, {letter: low}):
            return None
    at = _at(difference, letter)
    if increases(difference):
        return _rising(at, relation, low, line)
    if increases(difference, -1):
        return _falling(at, relation, low, line)
    return None if line is None else _along(difference, letter, line, relation, low)


def solving_steps(comparison: Comparison, low: int) -> int:
    """How many operators are computed to solve a comparison in one letter, at most or nearly so."""
    difference = normal(comparison.left - comparison.right)
    line = trend(difference)
    if line is None or increases(difference) or increases(difference, -1):
        numbers = _HALVINGS
    else:
        numbers = min(line.period + max(line.start - low, 0), 2 * MAX_PERIOD)
    return numbers * count_nodes(difference)


def _is_monotonic_from(tree: Int, least: dict[Name, Int]) -> bool:
    """Whether at the least values no factor is negative and every divisor is positive.

    The product of two negative factors would fall before it rises, and a quotient jumps where its divisor changes sign.
    """
    if any(not _is_at_least(1, divisor, least) for divisor in divisors(tree)):
        return False
    return all(_is_at_least(0, size, least) for sizes in products(tree) for size in sizes)


def _is_at_least(bound: int, size: Int, values: dict[Name, Int]) -> bool:
    value = evaluate(size, values)
    return isinstance(value, int) and value >= bound


def _at(tree: Int, letter: Name) -> Callable[[int], int]:
    def value(number: int) -> int:
        size = evaluate(tree, {letter: number})
        if not isinstance(size, int):
            raise TypeError(f"{tree} has letters besides {letter.name}.")
        return size

    return value


def first_reaching(at: Callable[[int], int], goal: int, low: int, farthest: int = _FARTHEST) -> int | None:
    """The smallest number from ``low`` on at which a function that never falls reaches ``goal``; None if it does not.

    Args:
        at: the function.
        goal: the value to reach.
        low: the start of the search.
        farthest: the end of the search.
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
    """The end of a search: a function that does not rise in the long run repeats its values after one period."""
    return _FARTHEST if line is None or line.rise else max(low, line.start + line.period)


def _rising(at: Callable[[int], int], relation: Relation, low: int, line: Trend | None) -> Integers:
    farthest = _farthest(line, low)
    begin = first_reaching(at, 0, low, farthest)
    if begin is None:
        return Integers()
    beyond = first_reaching(at, 1, begin, farthest) if relation is Relation.EQUAL else None
    return Integers.between(begin, None if beyond is None else beyond - 1)


def _falling(at: Callable[[int], int], relation: Relation, low: int, line: Trend | None) -> Integers:
    def opposite(number: int) -> int:
        return -at(number)

    if relation is Relation.EQUAL:
        return _rising(opposite, relation, low, line)
    beyond = first_reaching(opposite, 1, low, _farthest(line, low))
    return Integers.between(low, None if beyond is None else beyond - 1)


def _along(tree: Int, letter: Name, line: Trend, relation: Relation, low: int) -> Integers | None:
    """The numbers from ``low`` on at which a function with a trend is 0, or not negative.

    The numbers before the trend starts are tried one by one. From there on, the numbers with the same remainder by the
    period have values on a straight line, so one value and the growth per period decide about all of them.
    """
    start, is_equation = max(low, line.start), relation is Relation.EQUAL
    if line.period > MAX_PERIOD or start - low > MAX_PERIOD:
        return None
    values = values_along(tree, letter, range(low, start + line.period))
    early, values = values[: start - low], values[start - low :]
    ranges = spans(low + place for place, value in enumerate(early) if value == 0 or (value > 0 and not is_equation))
    pieces = [Piece(*ends) for ends in ranges]
    try:
        if line.growth == 0:
            pieces += _steady(values, start, is_equation=is_equation)
        elif is_equation:
            pieces += _roots(values, start, line.growth)
        else:
            pieces += _nonnegative(values, start, line.growth)
        return Integers(pieces)
    except ShapecalcError:  # so many ranges that nobody would read them
        return None


def _steady(values: list[int], start: int, *, is_equation: bool) -> list[Piece]:
    """The numbers from ``start`` on with a value that is 0, or not negative, where the values repeat."""
    period = len(values)
    places = [place for place, value in enumerate(values, start) if value == 0 or (value > 0 and not is_equation)]
    return [Piece(start, None, period, tuple(sorted(place % period for place in places)))] if places else []


def _roots(values: list[int], start: int, growth: int) -> list[Piece]:
    """The numbers start + place + period · k, for k from 0 on, for which value + growth · k is 0."""
    period = len(values)
    turns = [(place, divmod(-value, growth)) for place, value in enumerate(values, start)]
    roots = [place + turn * period for place, (turn, remainder) in turns if remainder == 0 and turn >= 0]
    return [Piece(*ends) for ends in spans(sorted(roots))]


def _nonnegative(values: list[int], start: int, growth: int) -> list[Piece]:
    """The numbers start + place + period · k, for k from 0 on, for which value + growth · k is not negative.

    Each remainder comes, or goes, at the beginning of some period.
    """
    period = len(values)
    mask, steps = 0, dict[int, int]()
    for place, value in enumerate(values, start):
        bit = 1 << place % period
        if growth < 0 and value < 0:
            continue
        turns = max(0, -(value // growth)) if growth > 0 else value // -growth + 1
        mask |= 0 if growth > 0 else bit
        number = start + turns * period
        steps[number] = steps.get(number, 0) | bit
    return changing_pattern(start, period, steps, mask)


def _divides(left: Int, right: Int, letter: Name, low: int) -> Integers | None:
    """The values for which ``left`` divides ``right``, where one of them is a number."""
    if isinstance(left, int):
        line = trend(right)
        if left == 0 or line is None:
            return Integers() if left == 0 else None
        remainder = normal(right - left * (right // left))  # it repeats, so its trend does not rise
        line = trend(remainder)
        return None if line is None else _along(remainder, letter, line._replace(rise=0), Relation.EQUAL, low)
    if isinstance(right, int) and right and increases(left) and _is_monotonic_from(left, {letter: low}):
        value = _at(left, letter)
        beyond = first_reaching(value, abs(right) + 1, low)  # no larger number divides it
        if beyond is not None and beyond - low <= MAX_PERIOD:
            return Integers(Piece(n, n) for n in range(low, beyond) if value(n) > 0 and right % value(n) == 0)
    return None
