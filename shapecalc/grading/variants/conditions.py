"""What the numbers of a variant must fulfil: F <= W, S divides W - F, F != 5."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import final

from shapecalc.algebra import Expr, Int
from shapecalc.algebra.comparison import Relation
from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import read_value

#: What a letter may stand for: a number, or a word such as the name of a padding.
Drawn = int | str

_TESTS: dict[str, Callable[[int, int], bool]] = {
    "<=": Relation.AT_MOST.test,
    "≤": Relation.AT_MOST.test,
    ">=": Relation.AT_LEAST.test,
    "≥": Relation.AT_LEAST.test,
    "==": Relation.EQUAL.test,
    "=": Relation.EQUAL.test,
    "!=": operator.ne,
    "≠": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "divides": Relation.DIVIDES.test,
}
_SIGN = re.compile(r"<=|>=|==|!=|[≤≥≠=<>]|\bdivides\b")


@final
@dataclass(frozen=True, slots=True)
class NumberCondition:
    """A condition on the numbers of a variant.

    Attributes:
        text: as it is written.
        sides: the expressions, from left to right.
        signs: the signs between them.
    """

    text: str
    sides: tuple[str, ...]
    signs: tuple[str, ...]

    def holds(self, numbers: Mapping[str, Drawn]) -> bool:
        """Whether numbers fulfil it.

        Raises:
            SpecError: a side cannot be computed with them.
        """
        values = [number_of_text(side, numbers) for side in self.sides]
        return all(_TESTS[sign](*pair) for sign, pair in zip(self.signs, pairwise(values), strict=True))


def read_condition(text: str) -> NumberCondition:
    """The condition that a text writes: expressions with ``<=``, ``<``, ``>=``, ``>``, ``==``, ``!=`` or ``divides``.

    Raises:
        SpecError: there is no such sign, or nothing on a side of it.
    """
    signs = tuple(_SIGN.findall(text))
    sides = tuple(side.strip() for side in _SIGN.split(text))
    if not signs or not all(sides):
        raise SpecError(f"{text[:80]!r} is no condition; write one such as F <= W, or S divides W - F.")
    return NumberCondition(text, sides, signs)


def number_of_text(text: str, numbers: Mapping[str, Drawn]) -> int:
    """The value of an expression of the letters.

    Raises:
        SpecError: it is none, or has a letter that is not drawn.
    """
    value = drawn_value(text, numbers)
    if isinstance(value, int):
        return value
    raise SpecError(f"{text[:80]!r} is {value!r}, not a whole number.")


def drawn_value(text: str, numbers: Mapping[str, Drawn]) -> Drawn:
    """The value of a letter, or of an expression of letters.

    Raises:
        SpecError: as :func:`number_of_text`.
    """
    name = text.strip()
    if name in numbers:
        return numbers[name]
    value: Int | object = read_value(text, numbers)
    if isinstance(value, Expr):
        raise SpecError(f"{text[:80]!r} has a letter that is not drawn; vary has {', '.join(numbers)}.")
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpecError(f"{text[:80]!r} is not a whole number.")
    return value
