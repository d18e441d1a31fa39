"""Expressions: integers with names, in a closed set of operators.

A formula is an ordinary Python function. Called with ints it computes; called with the names defined here it
builds a tree, which the other files of this room read. Building a tree folds the obvious (constants, ``x + 0``,
``x * 1``, ``x + x``) and nothing else, so that a tree still looks like its formula.
"""

from __future__ import annotations

from math import prod
from typing import Any, NoReturn, final

from shapecalc.errors import ShapecalcError

#: Every reading recurses over the tree, so its depth is bounded where it is built, and so is its number of nodes.
MAX_DEPTH = 200
MAX_NODES = 20_000
#: Constants in a tree are bounded as well: about 1000 digits.
MAX_BITS = 3_400


class Expr:
    """An integer-valued expression. Abstract: the final classes below are all that there are.

    They are written out rather than generated, because they are created at every start, and by the thousand.
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name}: an expression does not change.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name}: an expression does not change.")

    def __add__(self, other: Int) -> Int:
        return _add(self, other)

    def __radd__(self, other: Int) -> Int:
        return _add(other, self)

    def __sub__(self, other: Int) -> Int:
        return _sub(self, other)

    def __rsub__(self, other: Int) -> Int:
        return _sub(other, self)

    def __mul__(self, other: Int) -> Int:
        return _mul(self, other)

    def __rmul__(self, other: Int) -> Int:
        return _mul(other, self)

    def __floordiv__(self, other: Int) -> Int:
        return _floordiv(self, other)

    def __rfloordiv__(self, other: Int) -> Int:
        return _floordiv(other, self)

    def __neg__(self) -> Int:
        return _mul(-1, self)

    def __str__(self) -> str:
        # the one circle of imports in this room: an expression prints itself, and its notation reads expressions
        from shapecalc.algebra.notation import text  # noqa: PLC0415  the text of an expression is made of its parts

        return text(self)


Int = int | Expr

_set = object.__setattr__  # how an expression gets its parts


@final
class Name(Expr):
    """A named integer: a letter that a person typed, or a field of a layer, with its axis if it has one."""

    __slots__ = __match_args__ = ("name", "axis")
    name: str
    axis: int

    def __init__(self, name: str, axis: int = -1) -> None:
        _set(self, "name", name)
        _set(self, "axis", axis)

    def __repr__(self) -> str:
        return f"Name({self.name!r})" if self.axis == -1 else f"Name({self.name!r}, {self.axis})"

    def __hash__(self) -> int:
        return hash(self.name) + self.axis  # thousands of names may differ in nothing else

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.name == other.name and self.axis == other.axis

    def __reduce__(self) -> tuple[Any, ...]:
        return Name, (self.name, self.axis)


class Binary(Expr):
    """An operator with two operands. Abstract: each operator is one final class."""

    __slots__ = ("depth", "hashed", "left", "nodes", "right")
    __match_args__ = ("left", "right")
    left: Int
    right: Int
    depth: int
    nodes: int
    hashed: int

    def __init__(self, left: Int, right: Int) -> None:
        depth, nodes = 0, 1
        for side in (left, right):
            depth = max(depth, side.depth if isinstance(side, Binary) else 0)
            nodes += count_nodes(side)
            if isinstance(side, int) and side.bit_length() > MAX_BITS:
                raise ShapecalcError("A number in the expression grows beyond 1000 digits.")
        if depth >= MAX_DEPTH or nodes > MAX_NODES:
            raise ShapecalcError("The expression grows too large to print; give numbers for some of the letters.")
        _set(self, "left", left)
        _set(self, "right", right)
        _set(self, "depth", depth + 1)
        _set(self, "nodes", nodes)
        _set(self, "hashed", hash((type(self).__name__, left, right)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.left!r}, {self.right!r})"

    def __hash__(self) -> int:  # the hash of the tree is computed once
        return self.hashed

    def __eq__(self, other: object) -> bool:  # most comparisons end at the first or second test
        if self is other:
            return True
        if not isinstance(other, Binary) or self.hashed != other.hashed or type(self) is not type(other):
            return False
        return self.left == other.left and self.right == other.right

    def __reduce__(self) -> tuple[Any, ...]:  # another process hashes words otherwise
        return type(self), (self.left, self.right)


@final
class Plus(Binary):
    """left + right"""

    __slots__ = ()


@final
class Minus(Binary):
    """left - right"""

    __slots__ = ()


@final
class Times(Binary):
    """left * right"""

    __slots__ = ()


@final
class FloorDiv(Binary):
    """left / right, rounded down"""

    __slots__ = ()


@final
class CeilDiv(Binary):
    """left / right, rounded up"""

    __slots__ = ()


@final
class Min(Binary):
    """the smaller of left and right"""

    __slots__ = ()


@final
class Max(Binary):
    """the larger of left and right"""

    __slots__ = ()


#: The closed set, for ``match`` with ``assert_never``.
Node = Name | Plus | Minus | Times | FloorDiv | CeilDiv | Min | Max


def count_nodes(tree: Int) -> int:
    """How many names, numbers and operators a tree has."""
    return tree.nodes if isinstance(tree, Binary) else 1


def ceildiv(left: Int, right: Int) -> Int:
    """``left / right`` rounded up, of ints or of expressions."""
    if isinstance(left, int) and isinstance(right, int):
        return -(-left // right)
    return left if right == 1 else CeilDiv(left, right)


def minimum(left: Int, right: Int) -> Int:
    """The smaller of two ints or expressions."""
    if isinstance(left, int) and isinstance(right, int):
        return min(right, left)
    return left if left == right else Min(left, right)


def maximum(left: Int, right: Int) -> Int:
    """The larger of two ints or expressions."""
    if isinstance(left, int) and isinstance(right, int):
        return max(right, left)
    return left if left == right else Max(left, right)


def product(factors: tuple[Int, ...]) -> Int:
    """The product of ints or expressions; 1 for no factors."""
    result: Int = prod(factors)  # it multiplies expressions as it does numbers, from left to right
    return result


def _add(left: Int, right: Int) -> Int:
    if isinstance(left, int):
        if isinstance(right, int):
            return left + right
        left, right = right, left  # a number follows the letters: W + 1
    if isinstance(right, int):
        match left:
            case Plus(inner, int(constant)):
                return _add(inner, constant + right)
            case Minus(inner, int(constant)):
                return _add(inner, right - constant)
        if right == 0:
            return left
        return Plus(left, right) if right > 0 else Minus(left, -right)
    return _mul(2, left) if left == right else Plus(left, right)


def _sub(left: Int, right: Int) -> Int:
    if isinstance(right, int):
        return _add(left, -right)
    if left == right:
        return 0
    return Minus(left, right) if left != 0 else _mul(-1, right)


def _mul(left: Int, right: Int) -> Int:
    if isinstance(right, int):
        left, right = right, left  # a number precedes the letters: 2·P
    if isinstance(left, int):
        if isinstance(right, int):
            return left * right
        if left in (0, 1):
            return right if left else 0
        if left == -1 and isinstance(right, Minus):
            return _sub(right.right, right.left)
    if isinstance(right, Times):
        return _mul(_mul(left, right.left), right.right)  # a·(b·c) is written a·b·c
    return Times(left, right)


def _floordiv(left: Int, right: Int) -> Int:
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    return left if right == 1 else FloorDiv(left, right)
