"""The sympy reading, for further computations with an expression. Only this module uses sympy."""

from __future__ import annotations

from typing import Any, assert_never, cast

from shapecalc.algebra.expr import CeilDiv, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times
from shapecalc.errors import ShapecalcError


def to_sympy(tree: Int) -> Any:
    """The expression as a sympy expression; its names are non-negative integer symbols.

    Raises:
        ShapecalcError: sympy is not installed.
    """
    try:
        import sympy  # noqa: PLC0415  a third of a second, and it need not be installed
    except ImportError:
        raise ShapecalcError("sympy is not installed; try pip install sympy.") from None
    return _converted(tree, sympy)


def _converted(tree: Int, sympy: Any) -> Any:
    if isinstance(tree, int):
        return sympy.Integer(tree)
    node = cast("Node", tree)
    if isinstance(node, Name):
        return sympy.Symbol(node.name if node.axis < 0 else f"{node.name}_{node.axis}", integer=True, nonnegative=True)
    left, right = _converted(node.left, sympy), _converted(node.right, sympy)
    match node:
        case Plus():
            return left + right
        case Minus():
            return left - right
        case Times():
            return left * right
        case FloorDiv():
            return sympy.floor(left / right)
        case CeilDiv():
            return sympy.ceiling(left / right)
        case Min():
            return sympy.Min(left, right)
        case Max():
            return sympy.Max(left, right)
        case _:
            assert_never(node)
