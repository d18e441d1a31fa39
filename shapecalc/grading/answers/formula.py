"""An answer that is a formula in letters: K*F*F*D + K, K(F²D + 1), ⌊(W − F + 2P)/S⌋ + 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, final

from shapecalc.algebra import Int, Name, evaluate, names_in, normal
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.errors import ShapecalcError
from shapecalc.grading.answers.arithmetic import read_arithmetic
from shapecalc.grading.answers.formula_domain import FormulaDomain
from shapecalc.grading.answers.kind import (
    AnswerKind,
    CounterExample,
    FormulaPair,
    Judgement,
    NotUnderstoodError,
    bounded,
)
from shapecalc.grading.answers.numerals import rational_text, whole
from shapecalc.grading.answers.quotients import ExactQuotient

#: The most sides of an equation.
MAX_SIDES = 4
#: The most letters, numbers and signs of a formula, where powers are written out; a difference of two formulas is
#: searched for cases in which it is 0 up to half as many.
MAX_SIZE = 200
#: The numbers that are tried in place of a letter, to say where a wrong formula happens to be right.
TRIED = 17

#: The value of a formula that divides by 0.
NO_NUMBER = "no number"
#: Signs behind a letter that many write, as in i', and that no letter of a question has.
_PRIMES = dict.fromkeys(map(ord, "'’′"), " ")
_LEFT_SIDE = re.compile(r"\s*[^\W\d][\w' ]{0,40}(?:\([\w, ]{0,40}\))?\s*")


@final
@dataclass(frozen=True, slots=True)
class FormulaAnswer(AnswerKind[ExactQuotient]):
    """A formula, right where it has the key's value for every number of its domain.

    Attributes:
        key: the right formula.
        domain: its letters, and the numbers that they may stand for.
        rounds_down: whether a division whose rounding is left out rounds down.
    """

    name: ClassVar[str] = "formula"
    has_echo: ClassVar[bool] = True
    key: ExactQuotient
    domain: FormulaDomain
    rounds_down: bool = False

    def read(self, answer: str) -> ExactQuotient:
        """The formula; of an equation, the sides that agree, without the name in front."""
        text = bounded(answer).translate(_PRIMES)
        sides = text.split("=")
        if len(sides) > MAX_SIDES:
            raise NotUnderstoodError(f"at most {MAX_SIDES} sides of an equation are read")
        values: list[ExactQuotient] = []
        at = 0
        for place, side in enumerate(sides):
            if place or len(sides) == 1 or not self._is_name(side):
                values.append(self._rounded(read_arithmetic(" " * at + side, self.domain.names)))
            at += len(side) + 1
        size = max(count_nodes(value.above) + count_nodes(value.below) for value in values)
        if size > MAX_SIZE:
            raise NotUnderstoodError(f"the formula has {size} letters, numbers and signs; at most {MAX_SIZE} are read")
        if any(not self._proves_equal(values[0], value) for value in values[1:]):
            raise NotUnderstoodError("its sides are not the same formula")
        return values[0]

    def judge(self, reading: ExactQuotient) -> Judgement:
        """Right where it is proved equal, wrong where numbers show it; a person looks where neither is done."""
        solution = self._solution(reading)
        if self._proves_equal(reading, self.key) or solution == self.domain.letters[0].values:
            return self._where_defined(reading)
        tried = 0
        for numbers in self.domain.points():
            tried += 1
            value, expected = value_at(reading, numbers), value_at(self.key, numbers)
            if value != expected:
                example = CounterExample(self.domain.named(numbers), f"gives {value}", expected)
                return Judgement.of(False, self._agreement(reading), example)
        if self.domain.is_exhausted(tried):
            return self._where_defined(reading)
        return Judgement(None, f"it has the key's value at all {tried} points that were tried, but no proof was found")

    def _where_defined(self, reading: ExactQuotient) -> Judgement:
        """What a formula with the key's value is worth: nothing where it has none for legal numbers."""
        undefined = self._undefined(reading)
        return Judgement.of(undefined is None, counter_example=undefined)

    def _undefined(self, reading: ExactQuotient) -> CounterExample | None:
        """Numbers of the domain for which a formula divides by 0 and the key does not; None where there are none."""
        for divisor in reading.divisors:
            if isinstance(divisor, Name) and divisor in self._positive:
                continue
            for numbers in self._zeros(divisor):
                expected = value_at(self.key, numbers)
                if expected != NO_NUMBER:
                    return CounterExample(self.domain.named(numbers), "divides by 0", expected)
        return None

    @property
    def _positive(self) -> set[Name]:
        """The letters that are never 0."""
        return {Name(letter.name) for letter in self.domain.letters if (letter.values.smallest or 0) > 0}

    def _zeros(self, divisor: Int) -> Iterator[Mapping[Name, Int]]:
        """Points of the domain at which a divisor is 0: of those that are tried, and of one letter, the least."""
        for numbers in self.domain.points():
            if _replaced(divisor, numbers) in (0, None):
                yield numbers
        letter = next((each for each in self.domain.letters if names_in(divisor) == {Name(each.name)}), None)
        if letter is not None and not self.domain.conditions:
            with suppress(ShapecalcError, ZeroDivisionError):
                comparison = Comparison(divisor, Relation.EQUAL, 0)
                values = solve_comparison(comparison, Name(letter.name), letter.values.smallest or 0)
                zeros = None if values is None else values & letter.values
                if zeros:
                    yield {**next(self.domain.points()), Name(letter.name): zeros.smallest or 0}

    def outcome(self, reading: ExactQuotient) -> FormulaPair | None:
        rounded = reading.rounded()
        if reading.is_whole and self._proves_equal(rounded, self.key):
            return None  # it divides by 0 somewhere, and is right elsewhere
        return FormulaPair(rounded.above, self.key.rounded().above, reading.is_whole)

    def plain(self, reading: ExactQuotient | None) -> Any:
        return None if reading is None else str(reading)

    def _is_name(self, side: str) -> bool:
        """Whether the left side of an equation only names what is computed: o = ..., params = ..."""
        return _LEFT_SIDE.fullmatch(side) is not None and side.strip() not in self.domain.names

    def _rounded(self, ratio: ExactQuotient) -> ExactQuotient:
        return ratio.rounded() if self.rounds_down and not ratio.is_whole else ratio

    def _proves_equal(self, left: ExactQuotient, right: ExactQuotient) -> bool:
        return is_zero(self.domain.narrowed(left.above * right.below - right.above * left.below))

    def _agreement(self, reading: ExactQuotient) -> str:
        """Where a wrong formula happens to be right; "" where that is nowhere, as far as it is tried."""
        if not reading.is_whole and self._proves_equal(reading.rounded(), self.key):
            return "right only where the division leaves no rest: the rounding is missing"
        difference = self.domain.narrowed(reading.above * self.key.below - self.key.above * reading.below)
        solution = self._solution(reading)
        if solution:
            return f"right only where {solution.text(self.domain.letters[0].name)}"
        simple = None if difference is None else normal_form(difference)
        return "" if simple is None or count_nodes(simple) > MAX_SIZE // 2 else " or ".join(self._cases(simple))

    def _solution(self, reading: ExactQuotient) -> Integers | None:
        """Exactly where a formula in one letter has the key's value; None where that is not known."""
        sides = [self.domain.narrowed(ratio.above) for ratio in (reading, self.key) if ratio.is_whole]
        if len(self.domain.letters) > 1 or self.domain.conditions or len(sides) < 2 or None in sides:
            return None
        (letter,) = self.domain.letters
        left, right = (side for side in sides if side is not None)
        values = None
        with suppress(ShapecalcError, ZeroDivisionError):
            comparison = Comparison(left, Relation.EQUAL, right)
            values = solve_comparison(comparison, Name(letter.name), letter.values.smallest or 0)
        return None if values is None else values & letter.values

    def _cases(self, difference: Int) -> Iterator[str]:
        """At most one number for each letter, or two letters that are equal, where nothing is left of a difference."""
        names = {letter.name: Name(letter.name) for letter in self.domain.letters}
        for letter in self.domain.letters:
            for number in letter.first(TRIED):
                if is_zero(_replaced(difference, {names[letter.name]: number})):
                    yield f"it happens to be right where {letter.name} = {number}"
                    return
        for place, (first, name) in enumerate(names.items()):
            for second, twin in [*names.items()][place + 1 :]:
                if is_zero(_replaced(difference, {name: twin})):
                    yield f"it happens to be right where {first} = {second}"
                    return


def is_zero(difference: Int | None) -> bool:
    """Whether a difference of formulas is proved to be 0, whatever its letters stand for."""
    return difference is not None and normal_form(difference) == 0


def normal_form(tree: Int) -> Int | None:
    """The normal form of a formula; None where it would have too many terms."""
    with suppress(ShapecalcError):
        return normal(tree)
    return None


def value_at(formula: ExactQuotient, numbers: Mapping[Name, Int]) -> str:
    """The value of a formula for numbers in place of its letters, in words."""
    above, below = _replaced(formula.above, numbers), _replaced(formula.below, numbers)
    if not isinstance(above, int) or not isinstance(below, int) or below == 0:
        return NO_NUMBER
    value = ExactQuotient(above, below).number
    return NO_NUMBER if value is None else rational_text(whole(value))


def _replaced(tree: Int, numbers: Mapping[Name, Int]) -> Int | None:
    """A formula with numbers in place of letters; None where it divides by 0."""
    try:
        return evaluate(tree, numbers)
    except ZeroDivisionError:
        return None
