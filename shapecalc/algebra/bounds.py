"""The interval reading: the values of an expression whose names lie in intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never, cast

from shapecalc.algebra.expr import CeilDiv, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times
from shapecalc.errors import ShapecalcError

#: A closed interval of integers.
Interval = tuple[int, int]


def bounds(tree: Int, ranges: Mapping[Name, Interval]) -> Interval:  # noqa: C901  one case for each operator
    """An interval that contains every value of ``tree``; it is the smallest one if each name occurs only once.

    Raises:
        ShapecalcError: a name has no interval, or a divisor's interval contains 0.
    """
    if isinstance(tree, int):
        return tree, tree
    node = cast("Node", tree)
    if isinstance(node, Name):
        if node not in ranges:
            raise ShapecalcError(f"No interval is given for {node.name}.")
        return ranges[node]
    (a, b), (c, d) = bounds(node.left, ranges), bounds(node.right, ranges)
    match node:
        case Plus():
            return a + c, b + d
        case Minus():
            return a - d, b - c
        case Times():
            corners = (a * c, a * d, b * c, b * d)
        case FloorDiv():
            _nonzero(c, d)
            corners = (a // c, a // d, b // c, b // d)
        case CeilDiv():
            _nonzero(c, d)
            corners = (-(-a // c), -(-a // d), -(-b // c), -(-b // d))
        case Min():
            return min(a, c), min(b, d)
        case Max():
            return max(a, c), max(b, d)
        case _:
            assert_never(node)
    return min(corners), max(corners)


def _nonzero(low: int, high: int) -> None:
    if low <= 0 <= high:
        raise ShapecalcError(f"A divisor may be 0: its interval is {low}..{high}.")
