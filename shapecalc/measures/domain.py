"""The domain of a net: exactly the inputs that every layer accepts, and which layer imposes which condition.

Every condition of every layer is one comparison of expressions in the letters of the input. One in a single letter is
solved for it; one that ties several letters together (a Linear behind a Flatten) is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, final

from shapecalc.algebra import Int, Name, evaluate, names_in, product, short
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers, Piece
from shapecalc.algebra.memo import remember
from shapecalc.algebra.multi_letter import holds_always, holds_never
from shapecalc.algebra.normal_form import factors
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.trend import divides_by_letter, products
from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.layers import Shape
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.domain_page import domain_page, sentence
from shapecalc.measures.layer import layer_of
from shapecalc.measures.report import Report
from shapecalc.page import Page, Presentable

#: Conditions that are solved, of one net; any further ones stay as they stand.
MAX_SOLVED = 1_000


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
@dataclass(frozen=True)
class Domain(Presentable):
    """The inputs for which a net is legal; print it, or ask :meth:`holds`.

    Attributes:
        values: for each letter the numbers that it may stand for, as far as conditions on it alone say.
        conditions: those that make these sets what they are; without any one of them a set would be larger.
        multi_letter: conditions on several letters at once, and those that could not be solved for their letter.
        conflict: conditions that exclude each other, where no number is left for a letter.
    """

    values: Mapping[str, Integers]
    conditions: tuple[LayerCondition, ...] = ()
    multi_letter: tuple[LayerCondition, ...] = ()
    conflict: tuple[LayerCondition, ...] = ()

    def equal(self) -> Integers | None:
        """What all letters may be when they are one number, as a square image has; None where that is not known."""
        letter = Name(next(iter(self.values)))
        substitution = dict.fromkeys(map(Name, self.values), letter)
        numbers: Integers | None = self.values[letter.name]
        for allowed in self.values.values():
            numbers = _intersection(numbers, allowed)
        for tie in self.multi_letter:
            if numbers is None:
                return None
            options = tuple(
                Comparison(evaluate(left, substitution), relation, evaluate(right, substitution))
                for left, relation, right in tie.condition.options
            )
            smallest = numbers.smallest or 0
            numbers = _intersection(numbers, _allowed(Condition("", options), letter, smallest, smallest))
        return numbers

    def holds(self, **numbers: int) -> bool:
        """Whether the net is legal for numbers in place of all its letters.

        Raises:
            SpecError: a letter has no number, or a name is not one of the letters.
        """
        check_letters(tuple(self.values), numbers)
        if self.conflict:
            return False
        values: dict[Name, Int] = {Name(letter): number for letter, number in numbers.items()}
        singly = all(numbers[letter] in allowed for letter, allowed in self.values.items())
        return singly and all(condition.holds(values) for condition in self.multi_letter)

    def sentence(self) -> str:
        """What the net is legal for, in words: H ≥ 10 and W ≥ 10."""
        return sentence(self)

    def page(self, *, heading: str = "") -> Page:
        """The domain in a line, below a heading, and the conditions that make it in a table."""
        return domain_page(self, heading)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what each letter may be, by which layer, and what ties letters together."""
        return {
            "legal": {letter: allowed.text(letter) for letter, allowed in self.values.items()},
            "values": {letter: allowed.as_dict() for letter, allowed in self.values.items()},
            "imposed": [condition.as_dict() for condition in self.conditions],
            "joint": [condition.as_dict() for condition in self.multi_letter],
            "conflict": [condition.as_dict() for condition in self.conflict],
        }


def check_letters(letters: tuple[str, ...], values: Mapping[str, object]) -> None:
    """Refuse values that are not those of the letters.

    Raises:
        SpecError: a letter has no value or one that is no whole number, or a name is not one of the letters.
    """
    unknown = next((name for name in values if name not in letters), None)
    if unknown is not None:
        raise SpecError(f"There is no letter {unknown}{did_you_mean(unknown, letters)}.")
    missing = [letter for letter in letters if letter not in values]
    if missing:
        raise SpecError(f"Give a number for {', '.join(missing)}.")
    wrong = next((name for name, value in values.items() if not isinstance(value, int)), None)
    if wrong is not None:
        raise SpecError(f"Expected a whole number for {wrong} but got {values[wrong]!r}.")


def domain(report: Report) -> Domain:
    """The domain of a measured net: every condition of its layers, solved for the letters of its input.

    A letter of the input stands for a number from 1 on, one that only arguments have for a number from 0 on.
    """
    inputs = {name.name for shape in report.net.inputs.values() for name in names_in(shape)}
    layers = {row.layer.interned for row in report}
    letters = sorted(inputs | {name.name for interned in layers for name in names_in(interned.values)})
    solver = _Solver({letter: int(letter in inputs) for letter in letters})
    unsolved = solver.narrow(_conditions(report))
    # products are solved where no factor is negative: beyond the smallest size that the other conditions leave
    return solver.domain(solver.narrow(unsolved))


def _conditions(report: Report) -> Iterator[LayerCondition]:
    """Every condition that letters leave open, once, with the first layer that imposes it."""
    for name, shape in report.net.inputs.items():
        for size in shape:
            if not isinstance(size, int | Name):
                comparison = Comparison(size, Relation.AT_LEAST, 1)
                yield LayerCondition(name, Condition("a size must be at least 1", (comparison,)))
    conditions: set[Condition] = set()
    for row in report:
        for condition in _open(row.layer.interned, row.input_shapes):
            if condition not in conditions:
                conditions.add(condition)
                yield LayerCondition(row.name, condition)


@remember(parts=len)
def _open(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Condition, ...]:
    """The conditions of a layer that these inputs leave open."""
    conditions: dict[Condition, None] = {}
    for condition in layer_of(interned).conditions(inputs):
        if not any(option.holds() for option in condition.options):
            conditions[condition] = None
    return tuple(conditions)


@final
class _Solver:
    """The values that are left for each letter while conditions narrow them one after another.

    Attributes:
        lows: the smallest number that each letter may stand for without any condition.
    """

    def __init__(self, lows: Mapping[str, int]) -> None:
        self.lows = lows
        self._values = {letter: Integers.between(low) for letter, low in lows.items()}
        self._conditions: list[LayerCondition] = []
        self._conflict: tuple[LayerCondition, ...] = ()
        self._attempts = 0

    def narrow(self, conditions: Iterable[LayerCondition]) -> list[LayerCondition]:
        """Narrow the values by each condition; back come those with several letters, or that could not be solved."""
        unsolved: list[LayerCondition] = []
        for condition in conditions:
            solved = self._solved(condition)
            values = None if solved is None else _intersection(self._values[solved.letter], solved.values)
            if solved is None or values is None:
                unsolved.append(condition)
            elif values != self._values[solved.letter]:
                self._impose(solved, values)
        return unsolved

    def _solved(self, condition: LayerCondition) -> LayerCondition | None:
        """A condition with the values that it allows for its letter; None where it has several or is not solved."""
        options = condition.condition.options
        letters = names_in(tuple(side for option in options for side in (option.left, option.right)))
        if len(letters) != 1 or self._attempts == MAX_SOLVED:
            return None
        self._attempts += 1
        (letter,) = letters
        smallest = self._values[letter.name].smallest or 0
        allowed = _allowed(condition.condition, letter, self.lows[letter.name], smallest)
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

    def domain(self, unsolved: list[LayerCondition]) -> Domain:
        """The domain, with those conditions alone that its sets need."""
        for condition in unsolved:
            if not self._conflict and all(holds_never(option, self._values) for option in condition.condition.options):
                self._conflict = (condition,)
        needed = [] if self._conflict else [condition for letter in self.lows for condition in self._needed(letter)]
        smallest: dict[Name, Int] = {Name(letter): values.smallest or 0 for letter, values in self._values.items()}
        ties = [
            condition
            for condition in unsolved
            if not any(holds_always(option, smallest) for option in condition.condition.options)
        ]
        return Domain(MappingProxyType(self._values), tuple(needed), tuple(ties), self._conflict)

    def _needed(self, letter: str) -> list[LayerCondition]:
        needed = self._on(letter)
        for condition in list(needed):
            remaining = [peer for peer in needed if peer is not condition]
            if _narrowed(Integers.between(self.lows[letter]), remaining) == self._values[letter]:
                needed = remaining
        return needed


def _intersection(left: Integers | None, right: Integers | None) -> Integers | None:
    """What is in two sets; None where one of them is not known, or their patterns are too long together."""
    try:
        return None if left is None or right is None else left & right
    except ShapecalcError:
        return None


def _narrowed(values: Integers, conditions: list[LayerCondition]) -> Integers:
    """The values that some conditions allow."""
    for condition in conditions:
        values = values & (condition.values or values)
    return values


def _excluding(conditions: list[LayerCondition], allowed: Integers) -> list[LayerCondition]:
    """The one condition that leaves nothing of ``allowed``, or the few that do so together."""
    for condition in conditions:
        values = _intersection(allowed, condition.values)
        if values is not None and not values:
            return [condition]
    needed = conditions
    for condition in conditions:
        remaining = [peer for peer in needed if peer is not condition]
        if not _narrowed(allowed, remaining):
            needed = remaining
    return needed


def _count_remainders(values: Integers | None) -> int:
    return 0 if values is None else sum(len(piece.remainders) for piece in values.pieces)


@remember(parts=_count_remainders)
def _allowed(condition: Condition, letter: Name, low: int, smallest: int) -> Integers | None:
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
