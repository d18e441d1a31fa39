"""The value reading of a tree: its names replaced by numbers, or by other trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never, cast

from shapecalc.algebra.expr import (
    CeilDiv,
    FloorDiv,
    Int,
    Max,
    Min,
    Minus,
    Name,
    Node,
    Plus,
    Times,
    ceildiv,
    maximum,
    minimum,
)


def evaluate(tree: Int, values: Mapping[Name, Int]) -> Int:
    """``tree`` with the given names replaced; a name without a value stays.

    Raises:
        ZeroDivisionError: a divisor becomes 0.
    """
    if isinstance(tree, int):
        return tree
    node = cast("Node", tree)
    if isinstance(node, Name):
        return values.get(node, node)
    left, right = evaluate(node.left, values), evaluate(node.right, values)
    match node:
        case Plus():
            return left + right
        case Minus():
            return left - right
        case Times():
            return left * right
        case FloorDiv():
            return left // right
        case CeilDiv():
            return ceildiv(left, right)
        case Min():
            return minimum(left, right)
        case Max():
            return maximum(left, right)
        case _:
            assert_never(node)
