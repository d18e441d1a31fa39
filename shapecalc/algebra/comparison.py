"""A comparison: two sizes and the relation between them."""

from __future__ import annotations

from typing import NamedTuple

from shapecalc.algebra.expr import Int
from shapecalc.algebra.normal_form import normal


class Comparison(NamedTuple):
    """Two sizes and the relation between them: ">=", "<=", "=" or "divides" (left divides right)."""

    left: Int
    relation: str
    right: Int

    def holds(self) -> bool | None:
        """Whether the comparison holds; None where that depends on letters."""
        left, relation, right = self
        if not (isinstance(left, int) and isinstance(right, int)):
            left, right = normal(left - right), 0
            if not isinstance(left, int) or relation == "divides":
                return None
        match relation:
            case ">=":
                return left >= right
            case "<=":
                return left <= right
            case "=":
                return left == right
            case _:
                return left != 0 and right % left == 0
