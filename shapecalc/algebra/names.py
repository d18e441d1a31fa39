"""The names in an expression."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra.expr import Binary, Name


def names(value: Any) -> set[Name]:
    """The names in an expression, or in a tuple of them; none in anything else."""
    match value:
        case tuple():
            return {name for one in value for name in names(one)}
        case Name():
            return {value}
        case Binary():
            return names(value.left) | names(value.right)
        case _:
            return set()
