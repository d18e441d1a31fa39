"""Counts that somebody printed, perhaps rounded: 25557032, 4.2M."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from shapecalc.errors import SpecError
from shapecalc.formats.text.quantities import COUNT_UNITS, read_amount


@final
@dataclass(frozen=True, slots=True)
class PublishedCount:
    """A count as a paper or a table prints it.

    Attributes:
        text: the count as printed.
        value: the number that the text writes.
        tolerance: half of its last digit if it is rounded, or 0.
    """

    text: str
    value: Fraction
    tolerance: Fraction

    def agrees(self, count: object) -> bool:
        """Whether a count rounds to this one."""
        return isinstance(count, int) and abs(count - self.value) <= self.tolerance


def read_published_count(text: str) -> PublishedCount:
    """The count that a text prints.

    Raises:
        SpecError: it is none.
    """
    amount = read_amount(text, COUNT_UNITS)
    if amount is None:
        raise SpecError(f"{text!r} is no published count; write it like 25557032, 4.2M, 60M or 3.8G")
    tolerance = amount.last_digit / 2 if amount.last_digit != 1 else Fraction(0)
    return PublishedCount(text, amount.value, tolerance)
