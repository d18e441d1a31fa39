"""Conditions of layers solved for the letters of a net's input: the values left, and which conditions matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, final

from shapecalc.algebra import Int, Name, evaluate, names_in, product, short
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.memo import remember
from shapecalc.algebra.multi_letter import holds_always, holds_never, proof_steps
from shapecalc.algebra.normal_form import factors
from shapecalc.algebra.pieces import Piece
from shapecalc.algebra.single_letter import solve_comparison, solving_steps
from shapecalc.algebra.trend import divides_by_letter, products
from shapecalc.errors import ShapecalcError
from shapecalc.layers.core.conditions import Condition

#: Conditions that are solved, of one net; any further ones stay as they stand.
MAX_SOLVED = 1_000
#: The steps after which no further condition is solved: hundreds of operators, or of remainders in sets, are one.
MAX_SOLVING_STEPS = 100_000
_OPERATORS, _REMAINDERS = 200, 10


@final
@dataclass(frozen=True)
class LayerCondition:
    """A condition with the layer that imposes it.

    Attributes:
        node: the layer's name, or that of an input of the net.
        condition: what must hold.
        letter: the letter that it is solved for; "" where it ties several together or could not be solved.
        values: the values of the letter that it allows; None without a letter.
    """

    node: str
    condition: Condition
    letter: str = ""
    values: Integers | None = None

    def __str__(self) -> str:
        return f"{self.node}: {self.condition}, {self.comparison}"

    @property
    def comparison(self) -> str:
        """The comparison as a person writes it: ⌊W/2⌋ + 2 ≥ 5."""
        left, relation, right = _reduced(self.condition.options[0])
        text = f"{short(left)} {relation.sign} {short(right)}"
        return f"{text}, or a size of 1" if len(self.condition.options) > 1 else text

    def holds(self, values: Mapping[Name, Int]) -> bool:
        """Whether the condition holds for numbers in place of its letters."""
        try:
            return any(
                Comparison(evaluate(left, values), relation, evaluate(right, values)).holds()
                for left, relation, right in self.condition.options
            )
        except ZeroDivisionError:  # by a letter for which 0 is put in
            return False

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        data = {"layer": self.node, "condition": str(self.condition), "comparison": self.comparison}
        return data if self.values is None else data | {"letter": self.letter, "values": self.values.text(self.letter)}


def _reduced(comparison: Comparison) -> Comparison:
    """20·x·y = 5120 as x·y = 256."""
    left, relation, right = comparison
    times, sizes = factors(left)
    if relation is Relation.DIVIDES or len(sizes) < 2 or times < 1 or not isinstance(right, int) or right % times:
        return comparison
    return Comparison(product(tuple(sizes)), relation, right // times)


@final
class Solver:
    """The values that are left for each letter while conditions narrow them one after another.

    Attributes:
        lows: the smallest number that each letter may stand for without any condition.
        steps: the work done so far.
    """

    def __init__(self, lows: Mapping[str, int]) -> None:
        self.lows = lows
        self._values = {letter: Integers.between(low) for letter, low in lows.items()}
        self._conditions: list[LayerCondition] = []
        self._conflict: tuple[LayerCondition, ...] = ()
        self._attempts = self.steps = 0

    def narrow(self, conditions: Iterable[LayerCondition]) -> list[LayerCondition]:
        """Narrow the values by each condition; back come those with several letters, or that could not be solved."""
        unsolved: list[LayerCondition] = []
        for condition in conditions:
            solved = self._solved(condition)
            values = None if solved is None else intersection(self._values[solved.letter], solved.values)
            if solved is None or values is None:
                unsolved.append(condition)
            elif values != self._values[solved.letter]:
                self._impose(solved, values)
        return unsolved

    def _solved(self, condition: LayerCondition) -> LayerCondition | None:
        """A condition with the values that it allows for its letter; None where it has several or is not solved."""
        options = condition.condition.options
        letters = names_in(tuple(side for option in options for side in (option.left, option.right)))
        if len(letters) != 1 or self._attempts == MAX_SOLVED or self.steps > MAX_SOLVING_STEPS:
            return None
        self._attempts += 1
        (letter,) = letters
        smallest = self._values[letter.name].smallest or 0
        self.steps += 1 + sum(solving_steps(option, smallest) for option in options) // _OPERATORS
        allowed = allowed_values(condition.condition, letter, self.lows[letter.name], smallest)
        self.steps += (_count_remainders(allowed) + _count_remainders(self._values[letter.name])) // _REMAINDERS
        return None if allowed is None else replace(condition, letter=letter.name, values=allowed)

    def _impose(self, solved: LayerCondition, values: Integers) -> None:
        """Leave a letter these values, and note the conditions that exclude each other where none is left."""
        letter, allowed = solved.letter, solved.values
        if self._values[letter] and not values and not self._conflict:
            self._conflict = (*(_excluding(self._on(letter), allowed) if allowed else []), solved)
        self._values[letter] = values
        self._conditions.append(solved)

    def _on(self, letter: str) -> list[LayerCondition]:
        """The conditions that narrow the values of a letter."""
        return [condition for condition in self._conditions if condition.letter == letter]

    @property
    def values(self) -> Mapping[str, Integers]:
        """The values that are left for each letter."""
        return MappingProxyType(self._values)

    def conflict(self, unsolved: Iterable[LayerCondition]) -> tuple[LayerCondition, ...]:
        """Conditions that exclude each other, or the last of the unsolved ones that no values meet."""
        if self._conflict:
            return self._conflict
        for condition in unsolved:
            options = condition.condition.options
            self.steps += 1 + sum(map(proof_steps, options)) // _OPERATORS
            if self.steps > MAX_SOLVING_STEPS:
                break
            if all(holds_never(option, self._values) for option in options):
                return (condition,)
        return ()

    def needed(self) -> tuple[LayerCondition, ...]:
        """Those conditions alone that the values need: without any one of them there would be more."""
        return tuple([condition for letter in self.lows for condition in self._needed(letter)])

    def open(self, unsolved: Iterable[LayerCondition]) -> tuple[LayerCondition, ...]:
        """Those of the unsolved conditions that some of the values may fail."""
        smallest: dict[Name, Int] = {Name(letter): values.smallest or 0 for letter, values in self._values.items()}
        return tuple(
            [
                condition
                for condition in unsolved
                if not any(holds_always(option, smallest) for option in condition.condition.options)
            ]
        )

    def _needed(self, letter: str) -> list[LayerCondition]:
        return needed_for(self._values[letter], Integers.between(self.lows[letter]), self._on(letter))


def intersection(left: Integers | None, right: Integers | None) -> Integers | None:
    """What is in two sets; None where one of them is not known, or their patterns are too long together."""
    try:
        return None if left is None or right is None else left & right
    except ShapecalcError:
        return None


def needed_for(goal: Integers, values: Integers, conditions: list[LayerCondition]) -> list[LayerCondition]:
    """Those of some conditions that narrow ``values`` to ``goal``; what the others make superfluous is left out.

    The first ones are left out first. One pass over the conditions suffices: before each of them stand those that are
    needed, behind it all that follow.
    """
    behind: list[Integers | None] = [values]
    for condition in reversed(conditions[1:]):
        behind.append(intersection(behind[-1], condition.values))
    needed: list[LayerCondition] = []
    before: Integers | None = values
    for condition in conditions:
        if intersection(before, behind.pop()) != goal:
            needed.append(condition)
            before = intersection(before, condition.values)
    return needed


def _excluding(conditions: list[LayerCondition], allowed: Integers) -> list[LayerCondition]:
    """The one condition that leaves nothing of ``allowed``, or the few that do so together."""
    for condition in conditions:
        values = intersection(allowed, condition.values)
        if values is not None and not values:
            return [condition]
    return needed_for(Integers(), allowed, conditions)


def _count_remainders(values: Integers | None) -> int:
    return 0 if values is None else sum(len(piece.remainders) for piece in values.pieces)


@remember(parts=_count_remainders)
def allowed_values(condition: Condition, letter: Name, low: int, smallest: int) -> Integers | None:
    """The values that any of the options allows; of products and divisors, only those from ``smallest`` on."""
    pieces: list[Piece] = []
    for option in condition.options:
        late = any(any(products(side)) or divides_by_letter(side) for side in (option.left, option.right))
        solutions = solve_comparison(option, letter, smallest if late else low)
        if solutions is None:
            return None
        pieces += solutions.pieces
    try:
        return Integers(pieces)
    except ShapecalcError:  # together they repeat too late to say
        return None
