"""What is judged: layers on an input whose sizes may be letters, measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import final

from shapecalc.algebra import Int, Name, evaluate, names_in
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.errors import ShapecalcError, ShapeError
from shapecalc.grading.answers.formula_domain import FormulaDomain, Letter
from shapecalc.grading.answers.kind import CounterExample, Judgement
from shapecalc.layers import Shape, shape_text
from shapecalc.measures import Report, measure
from shapecalc.net import Net

#: The inputs of layers of two, one and three axes, and of none, where a question leaves the input open.
OPEN_INPUTS: tuple[Shape, ...] = tuple(tuple(map(Name, sizes)) for sizes in ("CHW", "CL", "CDHW", "N"))

_WORDS = {Relation.AT_LEAST: "at least ", Relation.AT_MOST: "at most ", Relation.EQUAL: ""}


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """A net on its input.

    Attributes:
        report: its measures.
        letters: what each letter of the input may stand for: as far as the net is legal.
    """

    report: Report
    letters: Mapping[str, Integers]

    @property
    def input_shape(self) -> Shape:
        """What goes in."""
        return next(iter(self.report.net.inputs.values()))

    @property
    def output_shape(self) -> Shape:
        """What comes out."""
        return self.report.output_shape

    def decide(self, value: Int, relation: Relation, asked: Int, within: Integers | None = None) -> Judgement:
        """Whether a value compares with another as it must, for every input; else an input shows that it does not.

        Args:
            value: what the net gives.
            relation: how it must compare.
            asked: with what.
            within: the numbers of its letter for which that is asked, where it is not for all.
        """
        comparison = Comparison(value, relation, asked)
        holds = comparison.holds()
        letters = sorted(name.name for name in names_in((value, asked)))
        if holds or not letters:
            example = CounterExample((), f"gives {value}", f"{_WORDS[relation]}{asked}")
            return Judgement.of(bool(holds), counter_example=example)
        ranges = {letter: self.letters[letter] for letter in letters}
        if within is not None:
            ranges = {letter: values & within for letter, values in ranges.items()}
        solution = self._solution(comparison, letters)
        if solution is None:
            return self._by_points(comparison, ranges)
        (letter,) = letters
        refuting = (ranges[letter] - solution).smallest
        if refuting is None:
            return Judgement.of(is_right=True)
        values = solution & ranges[letter]
        remark = f"right only where {values.text(letter)}" if values else ""
        return Judgement.of(False, remark, _example(comparison, {Name(letter): refuting}))

    def _solution(self, comparison: Comparison, letters: list[str]) -> Integers | None:
        """All numbers of the one letter for which a comparison holds; None where that is not known."""
        if len(letters) != 1 or self._ties():
            return None
        low = self.letters[letters[0]].smallest
        try:
            return solve_comparison(comparison, Name(letters[0]), low or 0)
        except (ShapecalcError, ZeroDivisionError):
            return None

    def _by_points(self, comparison: Comparison, ranges: Mapping[str, Integers]) -> Judgement:
        letters = dict(self.letters) | dict(ranges)
        domain = FormulaDomain(tuple(Letter(name, values) for name, values in letters.items()), self._ties())
        tried = 0
        for point in domain.points():
            tried += 1
            if not _at(comparison, point).holds():
                return Judgement.of(False, "", _example(comparison, point))
        if domain.is_exhausted(tried):
            return Judgement.of(is_right=True)
        return Judgement(None, f"it does at all {tried} inputs that were tried, but no proof was found")

    def _ties(self) -> tuple[tuple[Comparison, ...], ...]:
        domain = self.report.domain
        return tuple(tie.condition.options for tie in domain.multi_letter) if domain else ()


def _at(comparison: Comparison, point: Mapping[Name, Int]) -> Comparison:
    left, relation, right = comparison
    return Comparison(evaluate(left, point), relation, evaluate(right, point))


def _example(comparison: Comparison, point: Mapping[Name, Int]) -> CounterExample:
    """What is given and what is asked for at a point, of whose letters those are named that matter."""
    value, relation, asked = _at(comparison, point)
    letters = sorted(names_in((comparison.left, comparison.right)), key=lambda name: name.name)
    numbers = tuple((name.name, number) for name in letters if isinstance(number := point[name], int))
    return CounterExample(numbers, f"gives {value}", f"{_WORDS[relation]}{asked}")


def subject_on(net: Net, shape: Shape) -> Subject:
    """A net on an input.

    Raises:
        ShapeError: it refuses the input.
    """
    if len(net.inputs) != 1:
        raise ShapeError(f"the network has {len(net.inputs)} inputs, not one")
    if len(net.outputs) != 1:
        raise ShapeError(f"the network has {len(net.outputs)} outputs, not one")
    report = measure(replace(net, inputs=dict.fromkeys(net.inputs, shape)))
    domain = report.domain
    letters = dict(domain.values) if domain else {}
    if domain and (domain.conflict or not all(letters.values())):
        raise ShapeError(f"no input {shape_text(shape)} is legal")
    return Subject(report, letters)


def subject_on_any(net: Net) -> Subject:
    """A net on an input of any size, with as many axes as it takes.

    Raises:
        ShapeError: it refuses every input that is tried.
    """
    first: ShapeError | None = None
    for shape in OPEN_INPUTS:
        try:
            subject = subject_on(net, shape)
        except ShapeError as refused:
            first = first or refused
            continue
        settled = {name: values for name, values in subject.letters.items() if values.smallest == values.largest}
        numbers: dict[Name, Int] = {Name(name): values.smallest or 0 for name, values in settled.items()}
        return subject_on(net, tuple(evaluate(size, numbers) for size in shape)) if numbers else subject
    raise first or ShapeError("no input is legal")
