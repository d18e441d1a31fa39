"""Conditions: what makes a layer legal, as formulas with the words that say them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

from shapecalc.algebra import Env, Formula, normal


@final
class Require:
    """A condition that makes a layer legal: ``left`` stands in ``relation`` to ``right``.

    Args:
        words: the condition as a sentence of the form "... must ...".
        relation: one of ">=", "<=", "=", "divides" (left divides right).
        sides: a formula that returns the pair (left, right), or None where the condition does not apply.
    """

    __slots__ = ("formula", "relation", "words")

    def __init__(self, words: str, relation: str, sides: Callable[..., Any]) -> None:
        self.words = words
        self.relation = relation
        self.formula = Formula(sides)

    def holds(self, env: Env) -> bool | None:
        """Whether it holds; None where letters leave it open."""
        sides = self.formula.at(env)
        if sides is None:
            return True
        left, right = sides
        if not (isinstance(left, int) and isinstance(right, int)):
            left, right = normal(left - right), 0
            if not isinstance(left, int) or self.relation == "divides":
                return None
        match self.relation:
            case ">=":
                return left >= right
            case "<=":
                return left <= right
            case "=":
                return left == right
            case _:
                return left != 0 and right % left == 0
