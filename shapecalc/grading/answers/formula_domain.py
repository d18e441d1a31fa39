"""The numbers that the letters of a formula may stand for, and the points at which two formulas are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from typing import final

from shapecalc.algebra import Int, Name, evaluate
from shapecalc.algebra.comparison import Comparison
from shapecalc.algebra.integers import Integers

#: The most points at which two formulas are compared, and the most that are drawn to find them.
MAX_POINTS, MAX_DRAWS = 600, 6_000
#: The steps of a linear congruential generator, whose numbers are the same everywhere and always.
_FACTOR, _SHIFT, _MODULUS = 6364136223846793005, 1442695040888963407, 1 << 64
#: How far above its least number a letter is drawn: near at first, so that an example is small.
_NEAR, _FAR, _FIRST = 5, 40, 200


@final
@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and the numbers that it may stand for."""

    name: str
    values: Integers

    def first(self, count: int) -> list[int]:
        """Its smallest numbers."""
        return [*islice(self.values, count)]


@final
@dataclass(frozen=True, slots=True)
class FormulaDomain:
    """For which numbers two formulas must agree.

    Attributes:
        letters: the letters that a formula may have.
        conditions: what holds between them; of each entry, one comparison does.
        forms: letters that are expressions in others, such as k = 2n + 1.
    """

    letters: tuple[Letter, ...]
    conditions: tuple[tuple[Comparison, ...], ...] = ()
    forms: tuple[tuple[Name, Int], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The letters that an answer may have: those that have a form too."""
        return (*[letter.name for letter in self.letters], *[name.name for name, _ in self.forms])

    def narrowed(self, tree: Int) -> Int | None:
        """A formula with the forms of letters in their places; None where it divides by 0."""
        try:
            return evaluate(tree, dict(self.forms))
        except ZeroDivisionError:
            return None

    def points(self) -> Iterator[dict[Name, Int]]:
        """Numbers for the letters, in an order that never changes: all of them where they are few."""
        if self._size() <= MAX_POINTS:
            yield from filter(self._holds, map(self._with_forms, product(*[letter.values for letter in self.letters])))
            return
        yield from islice(filter(self._holds, self._drawn()), MAX_POINTS)

    def is_exhausted(self, tried: int) -> bool:
        """Whether the points are all that there are, so that formulas that agree there are equal."""
        return self._size() <= MAX_POINTS and tried > 0

    def named(self, numbers: Mapping[Name, Int]) -> tuple[tuple[str, int], ...]:
        """The letters with their numbers, as an example shows them."""
        return tuple((name, number) for name in self.names if isinstance(number := numbers[Name(name)], int))

    def _size(self) -> int:
        """How many points there are; more than are tried where there is no end."""
        if not all(letter.values.is_finite for letter in self.letters):
            return MAX_POINTS + 1
        return prod(len([*islice(letter.values, MAX_POINTS + 1)]) for letter in self.letters)

    def _with_forms(self, numbers: tuple[int, ...]) -> dict[Name, Int]:
        point: dict[Name, Int] = {
            Name(letter.name): number for letter, number in zip(self.letters, numbers, strict=True)
        }
        return point | {name: evaluate(form, point) for name, form in self.forms}

    def _holds(self, point: Mapping[Name, Int]) -> bool:
        for options in self.conditions:
            try:
                is_met = any(
                    Comparison(evaluate(left, point), relation, evaluate(right, point)).holds()
                    for left, relation, right in options
                )
            except ZeroDivisionError:
                return False
            if not is_met:
                return False
        return True

    def _drawn(self) -> Iterator[dict[Name, Int]]:
        """Points with numbers that differ, then points that are drawn: near the least numbers first."""
        choices = [letter.first(_FAR) for letter in self.letters]
        yield self._with_forms(tuple(values[min(place + 1, len(values) - 1)] for place, values in enumerate(choices)))
        state = 1
        for draw in range(MAX_DRAWS):
            numbers = []
            for values in choices:
                state = (state * _FACTOR + _SHIFT) % _MODULUS
                reach = min(len(values), _NEAR if draw < _FIRST else _FAR)
                numbers.append(values[(state >> 33) % reach])
            yield self._with_forms(tuple(numbers))
