"""Conditions: what makes a layer legal, as formulas with the words that say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, final

from shapecalc.algebra import Env, Formula, Int
from shapecalc.algebra.comparison import Comparison


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
        return True if sides is None else Comparison(sides[0], self.relation, sides[1]).holds()


class Condition(NamedTuple):
    """What a layer asks of inputs with letters: one of the comparisons must hold.

    Attributes:
        words: the condition as a sentence of the form "... must ...".
        options: the comparisons, one of which is enough; a merge takes equal sizes, or a size of 1.
    """

    words: str
    options: tuple[Comparison, ...]


def differ(left: tuple[Int, ...], right: tuple[Int, ...]) -> bool:
    """Whether two shapes of as many dimensions are different whatever their letters stand for."""
    return any(Comparison(one, "=", other).holds() is False for one, other in zip(left, right, strict=True))


def equal(words: str, left: tuple[Int, ...], right: tuple[Int, ...]) -> Iterator[Condition]:
    """The conditions that make two shapes of as many dimensions equal."""
    for one, other in zip(left, right, strict=True):
        yield Condition(words, (Comparison(one, "=", other),))
