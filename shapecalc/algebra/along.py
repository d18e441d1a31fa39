"""The value reading for many numbers at once: an expression in one letter at each number of a range."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import cast

from shapecalc.algebra.expr import Binary, CeilDiv, FloorDiv, Int, Max, Min, Minus, Name, Plus, Times

#: One value for each number, or one for all of them.
_Values = list[int] | int


def values_along(tree: Int, letter: Name, numbers: range) -> list[int]:
    """The value of ``tree`` at each number in place of ``letter``, an operator at a time for all of them.

    Raises:
        TypeError: it has other letters.
        ZeroDivisionError: a divisor becomes 0.
    """
    values = _values(tree, letter, list(numbers))
    return [values] * len(numbers) if isinstance(values, int) else values


def _values(tree: Int, letter: Name, numbers: list[int]) -> _Values:
    if isinstance(tree, int):
        return tree
    if isinstance(tree, Binary):
        return _combined(
            _OPERATORS[type(tree)], _values(tree.left, letter, numbers), _values(tree.right, letter, numbers)
        )
    if tree != letter:
        raise TypeError(f"{tree} stands beside {letter}.")
    return numbers


def _combined(operation: Callable[[int, int], int], left: _Values, right: _Values) -> _Values:
    if isinstance(left, int) and isinstance(right, int):
        return operation(left, right)
    return list(map(operation, _each(left), _each(right)))


def _each(values: _Values) -> Iterable[int]:
    return repeat(values) if isinstance(values, int) else values


def _ceildiv(left: int, right: int) -> int:
    return -(-left // right)


_OPERATORS: dict[type[Binary], Callable[[int, int], int]] = {
    Plus: operator.add,
    Minus: operator.sub,
    Times: operator.mul,
    FloorDiv: operator.floordiv,
    CeilDiv: _ceildiv,
    Min: cast("Callable[[int, int], int]", min),
    Max: cast("Callable[[int, int], int]", max),
}
