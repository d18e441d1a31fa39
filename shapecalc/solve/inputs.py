"""Which inputs of a net give an output: all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, final

from shapecalc.algebra import Expr, Int, Name, evaluate, names_in, normal, plain
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers, first_from, last_until
from shapecalc.algebra.pieces import Piece
from shapecalc.algebra.single_letter import first_reaching, solve_comparison
from shapecalc.algebra.trend import increases
from shapecalc.errors import SpecError
from shapecalc.formats.text.shapes import ShapeLike
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.measures.domain import Domain
from shapecalc.measures.domain_page import values_text
from shapecalc.measures.domain_solver import LayerCondition
from shapecalc.net import Net
from shapecalc.page import Block, Column, Lines, Page, Presentable, Table
from shapecalc.solve.closed_forms import ClosedForm, closed_form
from shapecalc.solve.footnotes import footnotes
from shapecalc.solve.windows.question import read_side

#: Where two letters share a size, at most so many values of one of them are tried.
MAX_VALUES = 4_096


class SizeEquation(NamedTuple):
    """One size of the output, as it is for every input, and the number that it must be."""

    size: Int
    number: int

    @property
    def comparison(self) -> str:
        """The equation as a person writes it: ⌊W/2⌋ = 16."""
        return f"{self.size} = {self.number}"


@final
@dataclass(frozen=True)
class NearSize:
    """An output size that comes near, and the values of its letter that give it."""

    letter: str
    size: int
    values: Integers

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"size": self.size, "for": self.values.text(self.letter)}


#: Values of each letter, all combinations of which are answers.
LetterValues = dict[str, Integers]


@final
@dataclass(frozen=True)
class Inputs(Presentable):
    """The inputs that give an output; print them.

    Attributes:
        form: the net for all inputs.
        output: the output.
        cases: the values of each letter, together all answers; several where two letters share one size.
        conditions: conditions on several letters that could not be solved; they must hold in every case besides.
        missed: the output sizes that no legal input gives.
        near: the nearest sizes that legal inputs give.
        conflict: the output sizes that legal inputs give, but not together.
    """

    form: ClosedForm
    output: Shape
    cases: tuple[LetterValues, ...]
    conditions: tuple[LayerCondition | SizeEquation, ...]
    missed: tuple[SizeEquation, ...]
    near: tuple[NearSize, ...]
    conflict: tuple[NearSize, ...] = ()

    def holds(self, **numbers: int) -> bool:
        """Whether numbers in place of all letters give the output.

        Raises:
            SpecError: a letter has no number, or a name is not one of the letters.
        """
        shape = self.form.at(**numbers)
        return shape is not None and shape[len(shape) - len(self.output) :] == self.output

    def page(self) -> Page:
        """The inputs in one line, or in a table where two letters share one size."""
        net, output = self.form.report.net.input_text(), shape_text(self.output)
        notes = footnotes(self._notes())
        if not self.cases:
            return Page((Lines((f"{output} does not come out of {net}",)), *notes))
        if len(self.cases) == 1:
            return Page((Lines((f"{output} comes out of {net} for {values_text(self.cases[0])}",)), *notes))
        rows = tuple(tuple(values.text(letter) for letter, values in case.items()) for case in self.cases)
        table: Block = Table(tuple(Column(letter, least=24) for letter in self.cases[0]), rows)
        return Page((Lines((f"{output} comes out of {net} for",)), table, *notes))

    def _notes(self) -> list[tuple[str, str]]:
        output = self.form.output_shape
        notes = [
            ("output", shape_text(output) if len(output) > 1 else str(output[0])),
            ("legal", values_text(self.form.domain.values)),
        ]
        notes += [("where", condition.comparison) for condition in self.conditions]
        if not self.cases:
            notes += [("missed", f"{equation.size} is never {equation.number}") for equation in self.missed]
            notes += [("needs", f"{size.values.text(size.letter)} for {size.size}") for size in self.conflict]
            notes += [("nearest", f"{near.size} for {near.values.text(near.letter)}") for near in self.near]
            notes += self._reading()
        return notes

    def _reading(self) -> list[tuple[str, str]]:
        """How sizes are read of which the first may have been meant as the channels."""
        shape, sizes = self.form.output_shape, self.output
        if len(sizes) != len(shape) - 1 or len(sizes) < 2 or sizes[0] != shape[0]:
            return []
        axes = AXIS_NAMES[len(sizes)]
        example = shape_text((*shape[:1], *sizes[1:], *sizes[-1:]))
        return [("read as", f"{shape_text(sizes)} is {' x '.join(axes)}; with {shape[0]} channels write {example}")]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "input": self.form.report.net.input_text(),
            "output": plain(self.form.output_shape),
            "wanted": list(self.output),
            "cases": [{letter: values.text(letter) for letter, values in case.items()} for case in self.cases],
            "values": [{letter: values.as_dict() for letter, values in case.items()} for case in self.cases],
            **({"where": [condition.comparison for condition in self.conditions]} if self.conditions else {}),
            **({} if self.cases else {"nearest": [near.as_dict() for near in self.near]}),
            **({"conflict": [size.as_dict() for size in self.conflict]} if self.conflict else {}),
        }


def inputs_for(net: Net, output: ShapeLike) -> Inputs:
    """All inputs for which a net gives an output.

    Args:
        net: a network whose input, or the arguments of whose layers, have letters: ``3xHxW``.
        output: the output without the batch, ``"20x16x16"``; fewer sizes are the last ones.

    Raises:
        SpecError: the output cannot be read or has other dimensions, or there are no letters.
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> spec = "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)"
        >>> answer = shapecalc.solve.inputs_for(shapecalc.parse(spec, input_shape="3xHxW"), "20x16x16")
        >>> print(answer.cases[0]["W"].text("W"))
        130 ≤ W ≤ 137
    """
    form = closed_form(net)
    if not form.letters:
        raise SpecError(f"The input {net.input_text()} has no letters; write some, as in 3xHxW.")
    numbers = _numbers(output, form.output_shape)
    sizes = form.output_shape[-len(numbers) :]
    equations = [SizeEquation(size, number) for size, number in zip(sizes, numbers, strict=True)]
    values = dict(form.domain.values)
    alone = {equation: _alone(equation, values) for equation in equations}
    joint, conditions = _joint_conditions(form.domain)
    for equation in equations:
        letters = names_in(equation.size)
        if len(letters) > 1 or (letters and not _restrict(values, next(iter(letters)), equation)):
            joint[equation] = None
    missed = tuple(equation for equation in alone if _is_missed(equation, alone[equation]))
    cases: list[LetterValues] = []
    if not missed and all(values.values()):
        cases, unsolved = _cases(values, list(joint))
        conditions += unsolved
    near = dict.fromkeys(near for equation in missed for near in _near_sizes(equation, form.domain.values))
    conflict = () if missed else tuple(_exclusive(alone, values))
    return Inputs(form, numbers, tuple(cases), tuple(conditions), missed, tuple(near), conflict)


def _alone(equation: SizeEquation, values: LetterValues) -> LetterValues:
    """The values of each letter that meet one equation."""
    values = dict(values)
    letters = names_in(equation.size)
    if len(letters) == 1:
        _restrict(values, next(iter(letters)), equation)
    return values


def _exclusive(alone: Mapping[SizeEquation, LetterValues], values: LetterValues) -> Iterator[NearSize]:
    """The equations whose letter has values for each of them, and none for all."""
    for equation, own in alone.items():
        for name in names_in(equation.size):
            if not values[name.name]:
                yield NearSize(name.name, equation.number, own[name.name])


def _joint_conditions(domain: Domain) -> tuple[dict[SizeEquation, None], list[LayerCondition | SizeEquation]]:
    """The conditions on several letters at once: those that are equations, and the others."""
    equations: dict[SizeEquation, None] = {}
    conditions: list[LayerCondition | SizeEquation] = []
    for condition in domain.multi_letter:
        (left, relation, right), *options = condition.condition.options
        difference = normal(left - right)
        if relation is Relation.EQUAL and not options and isinstance(difference, Expr):
            equations[SizeEquation(left, right) if isinstance(right, int) else SizeEquation(difference, 0)] = None
        else:
            conditions.append(condition)
    return equations, conditions


def _is_missed(equation: SizeEquation, values: LetterValues) -> bool:
    """Whether no input meets an equation: its size is always another number, or its letter has no value left."""
    letters = names_in(equation.size)
    return equation.size != equation.number if not letters else any(not values[name.name] for name in letters)


def _numbers(output: ShapeLike, shape: Shape) -> tuple[int, ...]:
    sizes = read_side(output)
    numbers = tuple(size for size in sizes if isinstance(size, int))
    if len(numbers) < len(sizes):
        raise SpecError(f"The output {shape_text(sizes)} has letters; write numbers, such as 20x16x16.")
    if len(sizes) > len(shape):
        raise SpecError(f"The net gives {shape_text(shape)}, which has fewer sizes than {shape_text(sizes)}.")
    return numbers


def _restrict(values: LetterValues, letter: Name, equation: SizeEquation) -> bool:
    """Leave a letter those of its values that meet an equation; False where it cannot be solved for the letter."""
    legal = values[letter.name]
    solution = solve_comparison(Comparison(equation.size, Relation.EQUAL, equation.number), letter, legal.smallest or 0)
    if solution is not None:
        values[letter.name] = legal & solution
    return solution is not None


def _cases(values: LetterValues, joint: list[SizeEquation]) -> tuple[list[LetterValues], list[SizeEquation]]:
    """The answers, and the equations between letters that are not solved.

    Where all equations are between the same two letters, each value of one letter has its values of the other.
    """
    letters = sorted({name for equation in joint for name in names_in(equation.size)}, key=lambda name: name.name)
    if len(letters) != 2:
        return [values], joint
    for first, second in (letters, letters[::-1]):
        numbers = _candidates(joint, first, second, values)
        cases = None if numbers is None else _cases_by_number(values, joint, first, second, numbers)
        if cases is not None:
            return cases, []
    return [values], joint


def _cases_by_number(
    values: LetterValues, joint: list[SizeEquation], first: Name, second: Name, numbers: list[int]
) -> list[LetterValues] | None:
    """One case for all those numbers of the first letter that leave the same values to the second."""
    numbers_by_values: dict[Integers, list[int]] = {}
    solutions: dict[tuple[SizeEquation, ...], Integers | None] = {}
    for number in numbers:
        equations = tuple(SizeEquation(evaluate(size, {first: number}), goal) for size, goal in joint)
        if equations not in solutions:
            solutions[equations] = _solve_equations(equations, second, values[second.name])
        solution = solutions[equations]
        if solution is None:
            return None
        if solution:
            numbers_by_values.setdefault(solution, []).append(number)
    return [
        {**values, first.name: Integers(Piece(number, number) for number in group), second.name: solution}
        for solution, group in numbers_by_values.items()
    ]


def _solve_equations(equations: tuple[SizeEquation, ...], letter: Name, legal: Integers) -> Integers | None:
    """The values of a letter that meet some equations; None where one cannot be solved for it."""
    for size, number in equations:
        if isinstance(size, int):
            legal = legal if size == number else Integers()
            continue
        solution = solve_comparison(Comparison(size, Relation.EQUAL, number), letter, legal.smallest or 0)
        if solution is None:
            return None
        legal = legal & solution
    return legal


def _candidates(joint: list[SizeEquation], first: Name, second: Name, values: LetterValues) -> list[int] | None:
    """The values of a letter that may meet all equations: all, or those at which a rising size is not too large."""
    numbers: list[int] = []
    rising = next((equation for equation in joint if increases(equation.size)), None)
    if rising is None and not values[first.name].is_finite:
        return None
    least = values[second.name].smallest or 0
    for number in values[first.name]:
        size = 0 if rising is None else evaluate(rising.size, {first: number, second: least})
        if rising is not None and isinstance(size, int) and size > rising.number:
            break
        numbers.append(number)
        if len(numbers) > MAX_VALUES:
            return None
    return numbers


def _near_sizes(equation: SizeEquation, legal: Mapping[str, Integers]) -> Iterator[NearSize]:
    """The sizes next to the number of an equation that legal values of its letter give."""
    letters = names_in(equation.size)
    if len(letters) != 1 or not increases(equation.size):
        return
    (letter,) = letters
    values = legal[letter.name]

    def at(number: int) -> int:
        size = evaluate(equation.size, {letter: number})
        return size if isinstance(size, int) else 0

    beyond = first_reaching(at, equation.number, values.smallest or 0) if values else None
    if beyond is None:
        return
    for number in (last_until(values, beyond - 1), first_from(values, beyond)):
        if number is not None:
            size = at(number)
            solution = solve_comparison(Comparison(equation.size, Relation.EQUAL, size), letter, values.smallest or 0)
            yield NearSize(letter.name, size, values & (solution or Integers.between(number, number)))
