"""The domain of a net: exactly the inputs that every layer accepts, and which layer asks for what.

Every condition of every layer is one comparison of expressions in the letters of the input. One in a single letter is
solved for it; one that ties several letters together (a Linear behind a Flatten) is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, Name, evaluate, names_in, product, short
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers, Piece
from shapecalc.algebra.multi_letter import holds_always, holds_never
from shapecalc.algebra.normal_form import factors
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.trend import divides_by_letter, products
from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.layers import Shape
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.core.interning import Interned
from shapecalc.measures import Report
from shapecalc.measures.domain_page import domain_page, sentence
from shapecalc.measures.sizes import CACHE
from shapecalc.page import Page, Presentable

#: Conditions that are solved, of one net; any more are kept as they stand.
MAX_SOLVED = 1_000


class Imposed(NamedTuple):
    """A condition with the layer that imposes it.

    Attributes:
        node: the layer's name, or that of an input of the net.
        condition: what it asks.
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
        except ZeroDivisionError:  # by a letter for which 0 is given
            return False

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        said = {"layer": self.node, "condition": str(self.condition), "comparison": self.comparison}
        return said if self.values is None else said | {"letter": self.letter, "values": self.values.text(self.letter)}


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
        imposed: the conditions that make these sets what they are; without any one of them a set would be larger.
        joint: conditions on several letters at once, and those that could not be solved for their letter.
        conflict: conditions that exclude each other, where no number is left for a letter.
    """

    values: dict[str, Integers]
    imposed: tuple[Imposed, ...] = ()
    joint: tuple[Imposed, ...] = ()
    conflict: tuple[Imposed, ...] = ()

    def equal(self) -> Integers | None:
        """What all letters may be when they are one number, as a square image has; None where that is not known."""
        letter = Name(next(iter(self.values)))
        one = dict.fromkeys(map(Name, self.values), letter)
        found = self.values[letter.name]
        for allowed in self.values.values():
            found = found & allowed
        for tie in self.joint:
            options = tuple(Comparison(evaluate(a, one), by, evaluate(b, one)) for a, by, b in tie.condition.options)
            too = _met(found, _allowed(Condition("", options), letter, found.smallest or 0, found.smallest or 0))
            if too is None:
                return None
            found = too
        return found

    def holds(self, **numbers: int) -> bool:
        """Whether the net is legal for numbers in place of all its letters.

        Raises:
            SpecError: a letter has no number, or a name is not one of the letters.
        """
        check_letters(tuple(self.values), numbers)
        known: dict[Name, Int] = {Name(letter): number for letter, number in numbers.items()}
        if self.conflict:
            return False
        alone = all(numbers[letter] in allowed for letter, allowed in self.values.items())
        return alone and all(one.holds(known) for one in self.joint)

    def sentence(self) -> str:
        """What the net is legal for, in words: H ≥ 10 and W ≥ 10."""
        return sentence(self)

    def page(self, *, heading: str = "") -> Page:
        """The domain in a line, below a heading, and the conditions that make it in a table."""
        return domain_page(self, heading)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what each letter may be, by whom, and what ties letters together."""
        return {
            "legal": {letter: allowed.text(letter) for letter, allowed in self.values.items()},
            "values": {letter: allowed.as_dict() for letter, allowed in self.values.items()},
            "imposed": [one.as_dict() for one in self.imposed],
            "joint": [one.as_dict() for one in self.joint],
            "conflict": [one.as_dict() for one in self.conflict],
        }


def check_letters(letters: tuple[str, ...], given: Mapping[str, object]) -> None:
    """Refuse values that are not those of the letters.

    Raises:
        SpecError: a letter has no value or one that is no whole number, or a name is not one of the letters.
    """
    unknown = next((name for name in given if name not in letters), None)
    if unknown is not None:
        raise SpecError(f"There is no letter {unknown}{did_you_mean(unknown, letters)}.")
    missing = [letter for letter in letters if letter not in given]
    if missing:
        raise SpecError(f"Give a number for {', '.join(missing)}.")
    wrong = next((name for name, value in given.items() if not isinstance(value, int)), None)
    if wrong is not None:
        raise SpecError(f"Expected a whole number for {wrong} but got {given[wrong]!r}.")


def domain(report: Report) -> Domain:
    """The domain of a measured net: every condition of its layers, solved for the letters of its input.

    A letter of the input stands for a number from 1 on, one that only arguments have for a number from 0 on.
    """
    inputs = {name.name for shape in report.net.inputs.values() for name in names_in(shape)}
    layers = {row.layer.interned for row in report}
    letters = sorted(inputs | {name.name for one in layers for name in names_in(tuple(one.layer.values.values()))})
    solver = _Solver({letter: int(letter in inputs) for letter in letters})
    later = [asked for asked in _asked(report) if not solver.take(asked)]
    # products are solved where no factor is negative: beyond the least size that the other conditions leave
    return solver.done([asked for asked in later if not solver.take(asked)])


def _asked(report: Report) -> Iterator[Imposed]:
    seen: set[Condition] = set()
    for name, shape in report.net.inputs.items():
        for size in shape:
            if not isinstance(size, int | Name):
                yield Imposed(name, Condition("a size must be at least 1", (Comparison(size, Relation.AT_LEAST, 1),)))
    for row in report:
        for condition in _open(row.layer.interned, row.input_shapes):
            if condition not in seen:
                seen.add(condition)
                yield Imposed(row.name, condition)


@lru_cache(CACHE)
def _open(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Condition, ...]:
    """The conditions of a layer that these inputs leave open."""
    found: dict[Condition, None] = {}
    for condition in interned.layer.conditions(inputs):
        if not any(option.holds() for option in condition.options):
            found[condition] = None
    return tuple(found)


@final
class _Solver:
    """The values that are left for each letter while conditions are taken in one after another."""

    def __init__(self, lows: dict[str, int]) -> None:
        self.lows = lows
        self.values = {letter: Integers.between(low) for letter, low in lows.items()}
        self.imposed: list[Imposed] = []
        self.conflict: tuple[Imposed, ...] = ()
        self.solved = 0

    def take(self, asked: Imposed) -> bool:
        """Take a condition in; False where it has several letters or cannot be solved."""
        letters = names_in(tuple(side for option in asked.condition.options for side in (option.left, option.right)))
        if len(letters) != 1 or self.solved == MAX_SOLVED:
            return False
        self.solved += 1
        (letter,) = letters
        left = self.values[letter.name]
        allowed = _allowed(asked.condition, letter, self.lows[letter.name], left.smallest or 0)
        both = _met(left, allowed)
        if allowed is None or both is None:
            return False
        solved = asked._replace(letter=letter.name, values=allowed)
        if both != left:
            if left and not both:
                against = _excluding(self.same(letter.name), allowed) if allowed else []
                self.conflict = self.conflict or (*against, solved)
            self.values[letter.name] = both
            self.imposed.append(solved)
        return True

    def same(self, letter: str) -> list[Imposed]:
        """The conditions that are taken in for a letter."""
        return [one for one in self.imposed if one.letter == letter]

    def done(self, joint: list[Imposed]) -> Domain:
        """The domain, with those conditions alone that its sets need."""
        least: dict[Name, Int] = {Name(letter): left.smallest or 0 for letter, left in self.values.items()}
        for one in joint:
            if not self.conflict and all(holds_never(option, self.values) for option in one.condition.options):
                self.conflict = (one,)
        needed = [] if self.conflict else [one for letter in self.lows for one in self._needed(letter)]
        tied = [one for one in joint if not any(holds_always(option, least) for option in one.condition.options)]
        return Domain(self.values, tuple(needed), tuple(tied), self.conflict)

    def _needed(self, letter: str) -> list[Imposed]:
        kept = self.same(letter)
        for one in list(kept):
            others = [other for other in kept if other is not one]
            if _all(others, Integers.between(self.lows[letter])) == self.values[letter]:
                kept = others
        return kept


def _met(left: Integers, allowed: Integers | None) -> Integers | None:
    """What is in both sets; None where it is not known, or where the patterns together are too long to tell."""
    try:
        return None if allowed is None else left & allowed
    except ShapecalcError:
        return None


def _all(imposed: list[Imposed], left: Integers) -> Integers:
    for one in imposed:
        left = left & (one.values or left)
    return left


def _excluding(kept: list[Imposed], allowed: Integers) -> list[Imposed]:
    """The one condition that leaves nothing of ``allowed``, or the few that do so together."""
    for one in kept:
        both = _met(allowed, one.values)
        if both is not None and not both:
            return [one]
    for one in list(kept):
        others = [other for other in kept if other is not one]
        if not _all(others, allowed):
            kept = others
    return kept


@lru_cache(CACHE)
def _allowed(condition: Condition, letter: Name, low: int, least: int) -> Integers | None:
    """The values that any of the options allows; of products and divisors, only those from ``least`` on."""
    pieces: list[Piece] = []
    for option in condition.options:
        late = any(any(products(side)) or divides_by_letter(side) for side in (option.left, option.right))
        one = solve_comparison(option, letter, least if late else low)
        if one is None:
            return None
        pieces += one.pieces
    try:
        return Integers(pieces)
    except ShapecalcError:  # together they repeat too late to tell
        return None
