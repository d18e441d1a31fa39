"""Exact quotients of integers, or of expressions in letters: what a calculation or a formula is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple, final

from shapecalc.algebra import Int, ceildiv
from shapecalc.algebra.expr import FloorDiv


@final
class ExactQuotient(NamedTuple):
    """An exact quotient of integers or of expressions in letters.

    Attributes:
        above: the dividend.
        below: the divisor.
        divisors: everything with letters that a text divides by, also where it cancels out.
    """

    above: Int
    below: Int = 1
    divisors: tuple[Int, ...] = ()

    def __str__(self) -> str:
        return str(self.above) if self.below == 1 else str(FloorDiv(self.above, self.below))[1:-1]

    @property
    def is_whole(self) -> bool:
        """Whether it is one integer or expression, without a division that may leave a rest."""
        return self.below == 1

    @property
    def number(self) -> Fraction | None:
        """The number that it is; None where it has letters."""
        if isinstance(self.above, int) and isinstance(self.below, int):
            return Fraction(self.above, self.below)
        return None

    def plus(self, term: ExactQuotient, sign: int = 1) -> ExactQuotient:
        """A sum, or with the sign -1 a difference."""
        is_like = self.below == term.below
        left = self.above if is_like else self.above * term.below
        right = term.above if is_like else term.above * self.below
        return _reduced(left + right if sign > 0 else left - right, self.below if is_like else self.below * term.below)

    def times(self, factor: ExactQuotient) -> ExactQuotient:
        """A product."""
        if self.below == 1 == factor.below:
            return ExactQuotient(self.above * factor.above)
        return _reduced(self.above * factor.above, self.below * factor.below)

    def over(self, divisor: ExactQuotient) -> ExactQuotient:
        """A quotient; the divisor is not 0."""
        return _reduced(self.above * divisor.below, self.below * divisor.above)

    def rounded(self, *, up: bool = False) -> ExactQuotient:
        """The whole number below it, or above it."""
        return self._replace(above=ceildiv(self.above, self.below) if up else self.above // self.below, below=1)


ZERO, ONE = ExactQuotient(0), ExactQuotient(1)


def _reduced(above: Int, below: Int) -> ExactQuotient:
    if below == 1:
        return ExactQuotient(above)
    if isinstance(above, int) and isinstance(below, int):
        fraction = Fraction(above, below)
        return ExactQuotient(fraction.numerator, fraction.denominator)
    if isinstance(below, int) and below < 0:
        return ExactQuotient(-above, -below)
    return ExactQuotient(0) if above == 0 else ExactQuotient(above, below)
