"""A comparison: two sizes and the relation between them."""

import operator
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Self

from shapecalc.algebra.expr import Int
from shapecalc.algebra.normal_form import normal


def _divides(left: int, right: int) -> bool:
    return left != 0 and right % left == 0


class Relation(StrEnum):
    """A relation between two sizes.

    Attributes:
        sign: the sign between the two sides.
        negation: the sign if the relation does not hold.
        test: a function that tests two numbers.
    """

    sign: str
    negation: str
    test: Callable[[int, int], bool]

    AT_LEAST = ">=", "≥", "<", operator.ge
    AT_MOST = "<=", "≤", ">", operator.le
    EQUAL = "=", "=", "≠", operator.eq
    DIVIDES = "divides", "divides", "does not divide", _divides

    def __new__(
        cls, symbol: str, sign: str = "", negation: str = "", test: Callable[[int, int], bool] = operator.eq
    ) -> Self:
        """The relation with the value ``symbol``; the defaults only serve type checkers, which see calls by value."""
        relation = str.__new__(cls, symbol)
        relation._value_ = symbol
        relation.sign, relation.negation, relation.test = sign, negation, test
        return relation


class Comparison(NamedTuple):
    """Two sizes and the relation between them."""

    left: Int
    relation: Relation
    right: Int

    def holds(self) -> bool | None:
        """Whether the comparison holds; None where that depends on letters."""
        left, relation, right = self
        if isinstance(left, int) and isinstance(right, int):
            return relation.test(left, right)
        difference = normal(left - right)
        if not isinstance(difference, int) or relation is Relation.DIVIDES:
            return None
        return relation.test(difference, 0)
