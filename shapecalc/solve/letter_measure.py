"""A measure of a net as a function of the one letter that it depends on."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import final

from shapecalc.algebra import Int, Name, evaluate, names_in
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.trend import increases
from shapecalc.errors import SpecError
from shapecalc.measures import Report
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.setting import Setting
from shapecalc.net import Net
from shapecalc.solve.closed_forms import closed_form, measure_at

#: Where a measure is not proved to rise, at most so many legal numbers are tried.
MAX_TRIED = 1_000


class Measure(StrEnum):
    """What is measured of a net."""

    PARAMETERS = "parameters"
    #: Multiply-accumulates for one input.
    MACS = "MACs"
    #: Bytes.
    MEMORY = "memory"
    #: How many inputs the output sees, along the axis where it sees least.
    FIELD = "field"


@final
class LetterMeasure:
    """A measure of a net at each number in place of the one letter that it depends on.

    The amounts are the engine's own, taken at numbers and remembered. Where the sizes of a net rise with a letter, so
    do its parameters, multiply-accumulates, memory and fields.

    Attributes:
        measure: what is measured.
        training: whether the memory is that of a training step.
        setting: the batch, the optimizer and the number type of memory.
        letter: the letter.
        legal: the numbers that conditions on the letter alone allow, as far as these could be solved.
        conditions: the conditions that could not, and those on the letter and others.

    Raises:
        SpecError: the measure depends on no letter, or on several.
    """

    def __init__(
        self,
        net: Net,
        measure: Measure,
        *,
        training: bool = False,
        setting: Setting = Setting(),  # noqa: B008  a tuple
    ) -> None:
        form = closed_form(net)
        domain = form.domain
        self.measure = measure
        self.training = training
        self._net = net
        self.setting = setting
        batch = [setting.batch] if measure is Measure.MEMORY else []
        self._sizes = [*_sizes(form.report, measure), *batch]
        self.letter = self._only_letter()
        self.legal = domain.values.get(self.letter, Integers.between(1))  # the batch may be any number
        conditions = [(condition, names_in(condition.condition.options)) for condition in domain.multi_letter]
        letter = Name(self.letter)
        self.conditions = tuple(condition for condition, names in conditions if letter in names)
        self._unsolved = [condition for condition, names in conditions if names == {letter}]
        self._amounts: dict[int, int] = {}

    def _only_letter(self) -> str:
        letters = sorted({name.name for size in self._sizes for name in names_in(size)})
        if len(letters) == 1:
            return letters[0]
        depends = f"The {self.measure} of this net depend{'' if self.measure.endswith('s') else 's'}"
        if not letters:
            raise SpecError(
                f"{depends} on no letter; write one where a number may change, as in 3xWxW or Conv2d(3, K, 3)."
            )
        raise SpecError(f"{depends} on {' and '.join(letters)}; write one letter for all of them, or numbers.")

    @property
    def is_rising(self) -> bool:
        """Whether the measure is proved never to fall while the letter rises, over numbers that are all known."""
        return not self._unsolved and all(map(increases, self._sizes))

    def at(self, number: int) -> int:
        """The measure at a legal number."""
        if number not in self._amounts:
            batch = evaluate(self.setting.batch, {Name(self.letter): number})
            report = measure_at(self._net, {self.letter: number}, setting=self.setting._replace(batch=batch))
            amount = self._amount(report)
            if not isinstance(amount, int):
                raise SpecError(f"The {self.measure} depends on other letters than {self.letter} too; give numbers.")
            self._amounts[number] = amount
        return self._amounts[number]

    def _amount(self, report: Report) -> Int | None:
        """The measure of a report; None where it is not one number."""
        match self.measure:
            case Measure.PARAMETERS:
                return report.parameters
            case Measure.MACS:
                return report.macs
            case Measure.MEMORY:
                memory = report.memory
                forward = _sum(memory.parameters, memory.buffers, memory.inference)
                # a training step goes through a forward pass, whose largest moment may exceed what is kept after it
                training = memory.training if self.training else 0
                return max(forward, training) if isinstance(forward, int) and isinstance(training, int) else None
            case Measure.FIELD:
                return min((axis.size for axis in _fields(report) if isinstance(axis.size, int)), default=0)

    def first_numbers(self) -> tuple[list[int], int | None]:
        """The first legal numbers, and the last that was tried; None where these are all legal numbers."""
        numbers = list(islice(self.legal, MAX_TRIED + 1))
        last = numbers[MAX_TRIED - 1] if len(numbers) > MAX_TRIED else None
        letter = Name(self.letter)
        return [
            number
            for number in numbers[:MAX_TRIED]
            if all(condition.holds({letter: number}) for condition in self._unsolved)
        ], last


def _sizes(report: Report, measure: Measure) -> list[Int]:
    """The sizes that a measure is made of; where all of them rise, it does."""
    if measure is Measure.FIELD:
        return [axis.size for axis in _fields(report)]
    shapes = [shape for row in report for shape in (*row.weights.values(), *row.buffers.values())]
    if measure is not Measure.PARAMETERS:
        shapes += [*report.net.inputs.values(), *(row.output_shape for row in report)]
    return [size for shape in shapes for size in shape]


def _fields(report: Report) -> tuple[AxisField, ...]:
    """What the first output sees."""
    return report[report.net.outputs[0]].fields


def _sum(*parts: Int | None) -> Int | None:
    numbers = [part for part in parts if isinstance(part, int)]
    return sum(numbers) if len(numbers) == len(parts) else None
