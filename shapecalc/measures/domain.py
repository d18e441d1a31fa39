"""The domain of a net: exactly the inputs that every layer accepts, and which layer imposes which condition.

Every condition of every layer is one comparison of expressions in the letters of the input. One in a single letter is
solved for it; one that ties several letters together (a Linear behind a Flatten) is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from shapecalc.algebra import Int, Name, evaluate, names_in
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError, did_you_mean, quoted
from shapecalc.layers import Shape
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.domain_page import domain_page, sentence
from shapecalc.measures.domain_solver import LayerCondition, Solver, allowed_values, intersection
from shapecalc.measures.layer import layer_of
from shapecalc.measures.report import Report
from shapecalc.measures.unpooling import Unpooling
from shapecalc.page import Page, Presentable


@final
@dataclass(frozen=True)
class Domain(Presentable):
    """The inputs for which a net is legal; print it, or ask :meth:`holds`.

    Attributes:
        values: for each letter the numbers that it may stand for, as far as conditions on it alone say.
        conditions: those that make these sets what they are; without any one of them a set would be larger.
        multi_letter: conditions on several letters at once, and those that could not be solved for their letter.
        conflict: conditions that exclude each other, where no number is left for a letter.
        steps: the work that it took, counted.
    """

    values: Mapping[str, Integers]
    conditions: tuple[LayerCondition, ...] = ()
    multi_letter: tuple[LayerCondition, ...] = ()
    conflict: tuple[LayerCondition, ...] = ()
    steps: int = field(default=0, compare=False, repr=False)

    def equal(self) -> Integers | None:
        """What all letters may be when they are one number, as a square image has; None where that is not known."""
        letter = Name(next(iter(self.values)))
        substitution = dict.fromkeys(map(Name, self.values), letter)
        numbers: Integers | None = self.values[letter.name]
        for allowed in self.values.values():
            numbers = intersection(numbers, allowed)
        for tie in self.multi_letter:
            if not numbers:
                return numbers
            options = tuple(
                Comparison(evaluate(left, substitution), relation, evaluate(right, substitution))
                for left, relation, right in tie.condition.options
            )
            smallest = numbers.smallest or 0
            numbers = intersection(numbers, allowed_values(Condition("", options), letter, smallest, smallest))
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
    wrong = next((name for name, value in values.items() if type(value) is not int), None)
    if wrong is not None:
        raise SpecError(f"Expected a whole number for {wrong} but got {quoted(values[wrong])}.")


def domain(report: Report) -> Domain:
    """The domain of a measured net: every condition of its layers, solved for the letters of its input.

    A letter of the input stands for a number from 1 on, one that only arguments have for a number from 0 on.
    """
    if not hasattr(report, "net") or not hasattr(report, "rows"):
        raise SpecError(f"Expected a report but got {quoted(report)}. shapecalc.measure makes one.")
    inputs = {name.name for shape in report.net.inputs.values() for name in names_in(shape)}
    layers = {row.layer.interned for row in report}
    letters = sorted(inputs | {name.name for interned in layers for name in names_in(interned.values)})
    solver = Solver({letter: int(letter in inputs) for letter in letters})
    unsolved = solver.narrow(_conditions(report))
    # products are solved where no factor is negative: beyond the smallest size that the other conditions leave
    unsolved = solver.narrow(unsolved)
    conflict = solver.conflict(unsolved)
    needed = () if conflict else solver.needed()
    return Domain(solver.values, needed, solver.open(unsolved), conflict, solver.steps)


def _conditions(report: Report) -> Iterator[LayerCondition]:
    """Every condition that letters leave open, once, with the first layer that imposes it."""
    for name, shape in report.net.inputs.items():
        for size in shape:
            if not isinstance(size, int | Name):
                comparison = Comparison(size, Relation.AT_LEAST, 1)
                yield LayerCondition(name, Condition("a size must be at least 1", (comparison,)))
    conditions: set[Condition] = set()
    unpooling = Unpooling(report.net)
    for row in report:
        imposed = _open(row.layer.interned, row.input_shapes)
        if row.layer.reads_indices:
            imposed += _still_open(unpooling.conditions(row.node, report.shape_of))
        for condition in imposed:
            if condition not in conditions:
                conditions.add(condition)
                yield LayerCondition(row.name, condition)


@remember(parts=len)
def _open(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Condition, ...]:
    """The conditions of a layer that these inputs leave open."""
    return _still_open(layer_of(interned).conditions(inputs))


def _still_open(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Those of some conditions that are not met, whatever the letters stand for; each once."""
    return tuple(
        dict.fromkeys(condition for condition in conditions if not any(option.holds() for option in condition.options))
    )
