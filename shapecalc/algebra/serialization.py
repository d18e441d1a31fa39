"""Values for JSON."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra.expr import Expr
from shapecalc.algebra.totals import short


def plain(value: Any) -> Any:
    """A value for JSON: integers as they are, shapes as lists, expressions and fractions as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return list(value) if {int}.issuperset(map(type, value)) else [plain(size) for size in value]
    if isinstance(value, Expr):
        return str(short(value))
    return None if value is None else str(value)
