"""The numbers that a variant draws, and the stated way in which it draws them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import final

from shapecalc.errors import SpecError
from shapecalc.grading.variants.conditions import Drawn, NumberCondition

#: How often numbers are drawn until they fulfil the conditions.
MAX_DRAWS = 1_000
#: The most values of one letter.
MAX_CHOICES = 10_000

#: Letters with what they stand for.
Numbers = Mapping[str, Drawn]


@final
@dataclass(frozen=True, slots=True)
class Variation:
    """Letters, what each may stand for, and what they must fulfil together.

    Attributes:
        choices: each letter with its values, in the order of the file.
        conditions: what the numbers must fulfil.
    """

    choices: tuple[tuple[str, tuple[Drawn, ...]], ...]
    conditions: tuple[NumberCondition, ...] = ()

    @property
    def size(self) -> int:
        """How many combinations there are, those included that do not fulfil the conditions."""
        return prod(len(values) for _, values in self.choices)

    def fulfils(self, numbers: Numbers) -> bool:
        """Whether numbers fulfil every condition.

        Raises:
            SpecError: a condition cannot be computed with them.
        """
        return all(condition.holds(numbers) for condition in self.conditions)

    def draw(self, seed: str) -> dict[str, Drawn]:
        """The numbers of a seed, the same for ever.

        Draw number n, from 0, gives each letter the value at the place h modulo the number of its values, where h is
        SHA-256 of the UTF-8 text ``SEED``, a line break, n, a line break and the letter, as a big-endian number. The
        first draw that fulfils the conditions counts.

        Raises:
            SpecError: none of 1,000 draws does.
        """
        for draw in range(MAX_DRAWS):
            numbers = {letter: values[_place(f"{seed}\n{draw}\n{letter}", values)] for letter, values in self.choices}
            if self.fulfils(numbers):
                return numbers
        texts = ", ".join(condition.text for condition in self.conditions)
        raise SpecError(f"None of {MAX_DRAWS:,} draws fulfils {texts}; loosen a condition, or the values of vary.")

    def combinations(self) -> Iterator[dict[str, Drawn]]:
        """All numbers that fulfil the conditions, the last letter changing first."""
        letters = [letter for letter, _ in self.choices]
        for values in product(*(values for _, values in self.choices)):
            numbers = dict(zip(letters, values, strict=True))
            if self.fulfils(numbers):
                yield numbers


def _place(text: str, values: tuple[Drawn, ...]) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % len(values)
