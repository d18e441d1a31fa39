"""A measure of a net as a function of the one letter that it depends on."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import final

from shapecalc.algebra import Int, Name, evaluate, names_in, total
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
#: Where a net has to be measured anew for each number, at most so many layers of all numbers are.
MAX_LAYERS = 20_000


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

    The amounts are those of the closed form, where it has one that is the same for every number; otherwise the net is
    measured with the number. Where the sizes of a net rise with a letter, so do its parameters, multiply-accumulates,
    memory and fields.

    Attributes:
        measure: what is measured.
        training: whether the memory is that of a training step.
        setting: the batch, the optimizer and the number type of memory.
        letter: the letter.
        legal: the numbers that conditions on the letter alone allow, as far as these could be solved.
        conditions: the conditions that could not, and those on the letter and others.
        warnings: what goes wrong in training, where it is legal.

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
        form = closed_form(net, **(setting._asdict() if measure is Measure.MEMORY else {}))
        domain = form.domain
        self.measure = measure
        self.training = training
        self._net = net
        self.setting = setting
        batch = [setting.batch] if measure is Measure.MEMORY else []
        self._sizes = [*_sizes(form.report, measure), *batch]
        self.letter = self._only_letter()
        self.warnings = tuple(form.report.warnings()) if training else ()
        self.legal = domain.values.get(self.letter, Integers.between(1))  # the batch may be any number
        conditions = [(condition, names_in(condition.condition.options)) for condition in domain.multi_letter]
        letter = Name(self.letter)
        self.conditions = tuple(condition for condition, names in conditions if letter in names)
        self._unsolved = [condition for condition, names in conditions if names == {letter}]
        self._closed = self._closed_amounts(form.report)
        self._amounts: dict[int, int] = {}
        self._layers = 0

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
        """The measure at a legal number.

        Raises:
            SpecError: it depends on other letters, too, or the net has been measured too often.
        """
        if number not in self._amounts:
            amounts = self._closed or self._measured(number)
            numbers = [evaluate(amount, {Name(self.letter): number}) for amount in amounts]
            if not all(isinstance(amount, int) for amount in numbers):
                raise SpecError(f"The {self.measure} depends on other letters than {self.letter} too; give numbers.")
            self._amounts[number] = max([amount for amount in numbers if isinstance(amount, int)], default=0)
        return self._amounts[number]

    def _closed_amounts(self, report: Report) -> tuple[Int, ...]:
        """The amounts of which the largest is the measure, for every number; () where each number needs a net.

        A field may be known exactly for a number where it is only a bound for all of them, and which memories are the
        same may depend on the number.
        """
        shares_indices = any(row.measures.storage.reads_indices for row in report)
        if self.measure is Measure.FIELD or (self.measure is Measure.MEMORY and shares_indices):
            return ()
        return self._of_report(report)

    def _measured(self, number: int) -> tuple[Int, ...]:
        """The amounts of the net at a number."""
        self._layers += len(self._net.nodes)
        if self._layers > MAX_LAYERS:
            raise SpecError(
                f"The search for {self.letter} measures more than {MAX_LAYERS:,} layers; ask about a smaller net."
            )
        batch = evaluate(self.setting.batch, {Name(self.letter): number})
        return self._of_report(measure_at(self._net, {self.letter: number}, setting=self.setting._replace(batch=batch)))

    def _of_report(self, report: Report) -> tuple[Int, ...]:
        """The amounts of a report; () where one of them is not known."""
        match self.measure:
            case Measure.PARAMETERS:
                return (report.parameters,)
            case Measure.MACS:
                return () if report.macs is None else (report.macs,)
            case Measure.MEMORY:
                memory = report.memory
                if memory.inference is None:
                    return ()
                # a training step goes through a forward pass, whose largest moment may exceed what is kept after it
                training = memory.training if self.training else 0
                return total([memory.parameters, memory.buffers, memory.inference]), training or 0
            case Measure.FIELD:
                return (min((axis.size for axis in _fields(report) if isinstance(axis.size, int)), default=0),)

    def first_numbers(self) -> tuple[list[int], int | None]:
        """The first legal numbers, and the last that was tried; None where these are all legal numbers."""
        most = MAX_TRIED if self._closed else max(1, min(MAX_TRIED, MAX_LAYERS // len(self._net.nodes)))
        numbers = list(islice(self.legal, most + 1))
        last = numbers[most - 1] if len(numbers) > most else None
        letter = Name(self.letter)
        return [
            number
            for number in numbers[:most]
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
