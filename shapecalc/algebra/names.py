"""The names in an expression."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra.expr import Binary, Expr, Name
from shapecalc.algebra.memo import remember


def names_in(value: Any) -> frozenset[Name]:
    """The names in an expression, or in a tuple of them; none in anything else."""
    if isinstance(value, Expr):
        return _inside(value)
    if isinstance(value, tuple):
        return frozenset().union(*[names_in(part) for part in value if isinstance(part, Expr | tuple)])
    return _NONE


_NONE: frozenset[Name] = frozenset()


@remember()
def _inside(tree: Expr) -> frozenset[Name]:
    match tree:
        case Name():
            return frozenset((tree,))
        case Binary():
            return names_in(tree.left) | names_in(tree.right)
        case _:
            return frozenset()
