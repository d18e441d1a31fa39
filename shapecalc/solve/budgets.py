"""How large a letter may be within a budget, and how large it must be to see far enough.

The measures are the engine's own, taken at numbers. Where the sizes of a net rise with a letter, so do its parameters,
multiply-accumulates and memory, and the edge is found by halving; elsewhere every legal number is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.integers import Integers, Piece, first_from, last_until
from shapecalc.algebra.trend import increases
from shapecalc.errors import SpecError
from shapecalc.formats.text.quantities import read_bytes, read_count
from shapecalc.measures import Report
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.memory import DTYPES, bytes_of
from shapecalc.net import Net
from shapecalc.solve.closed_forms import closed_form, measure_at

#: Where a measure is not seen to rise, so many legal numbers are tried; where it is, numbers up to this.
MAX_TRIED, LARGEST = 1_000, 10**30
#: Bytes of the numbers that memory is measured with.
_BYTES = DTYPES["float32"]


class Reached(NamedTuple):
    """A number in place of the letter, and the measure at it."""

    value: int
    amount: int


@final
class Budget(NamedTuple):
    """Which numbers in place of a letter meet a wish; print it.

    Attributes:
        letter: the letter.
        measure: what is measured: "parameters", "MACs", "memory" (in bytes) or "field".
        limit: the most that is allowed, or of a field the least that is wanted.
        legal: the legal numbers.
        values: those that meet the wish; of what could not be seen to rise, among the first that were tried.
        edge: the largest number within the budget, or the smallest that sees far enough; None where there is none.
        beyond: the legal number next to it, which fails; None where there is none.
        parts: what the measure is made of.
        last: the last number that was tried where not all could be; None where the answer is for all.
        where: conditions on this letter and others; they must hold besides.
    """

    letter: str
    measure: str
    limit: int
    legal: Integers
    values: Integers
    edge: Reached | None
    beyond: Reached | None
    parts: str = ""
    last: int | None = None
    where: tuple[str, ...] = ()

    @property
    def is_field(self) -> bool:
        """Whether the least number is looked for, that sees far enough."""
        return self.measure == "field"

    def __str__(self) -> str:
        from shapecalc.write.answers import budget_text

        return budget_text(self)

    def _repr_html_(self) -> str:
        from shapecalc.write.answers import html

        return html(self)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        edge, beyond = (one and {"value": one.value, self.measure: one.amount} for one in (self.edge, self.beyond))
        return {
            "letter": self.letter,
            "measure": self.measure,
            "limit": self.limit,
            "legal": self.legal.text(self.letter),
            "for": self.values.text(self.letter),
            "values": self.values.as_dict(),
            "smallest" if self.is_field else "largest": edge,
            "next": beyond,
            **({"tried_up_to": self.last} if self.last is not None else {}),
            **({"where": list(self.where)} if self.where else {}),
        }


def smallest_for(net: Net, *, field: int | str) -> Budget:
    """The smallest number in place of a letter with which the output sees ``field`` inputs along every axis.

    Args:
        net: a network with a letter in its layers: ``"Conv2d(3, 8, F)"``.
        field: how many inputs the output must see.

    Raises:
        SpecError: the field depends on no letter, or on several.
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 8, F) Conv2d(8, 8, F)", input_shape="3x64x64")
        >>> shapecalc.solve.smallest_for(net, field=31).edge
        Reached(value=16, amount=31)
    """
    wanted = read_count(field)
    scale = _Scale(net, "field", "field")
    if not scale.rises():
        return scale.tried(wanted, lambda number: scale.at(number) >= wanted)
    edge = _first_past(scale.legal, lambda number: scale.at(number) >= wanted)
    values = Integers() if edge is None else scale.legal & Integers.between(edge)
    beyond = last_until(scale.legal, LARGEST if edge is None else edge - 1)
    return scale.answer(wanted, values, edge, beyond if beyond != LARGEST else None)


def largest_for(
    net: Net,
    *,
    parameters: int | str | None = None,
    macs: int | str | None = None,
    memory: int | str | None = None,
    training: bool = False,
    dtype: str = "float32",
) -> Budget:
    """The largest number in place of a letter with which a net stays within one budget.

    Args:
        net: a network with a letter in its input or its layers: ``3xWxW``.
        parameters: at most so many; a number, or a text such as ``"25.6M"``.
        macs: at most so many multiply-accumulates for one input.
        memory: at most so many bytes, or ``"2 GiB"``: the parameters and the largest moment of a forward pass of one
            input, without gradients.
        training: with ``memory``, that of a training step: parameters, gradients, and every output kept.
        dtype: the number type that memory is taken for.

    Raises:
        SpecError: not just one budget is given, it cannot be read, or it does not depend on just one letter.
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 8, 3) MaxPool2d(2)", input_shape="3xWxW")
        >>> shapecalc.solve.largest_for(net, macs=1_000_000).edge
        Reached(value=70, amount=998784)
    """
    limits = {"parameters": (parameters, read_count), "MACs": (macs, read_count), "memory": (memory, read_bytes)}
    given = [(name, read(limit)) for name, (limit, read) in limits.items() if limit is not None]
    if len(given) != 1:
        raise SpecError("Give one budget: parameters, macs or memory.")
    ((measure, limit),) = given
    scale = _Scale(net, measure, "training" if measure == "memory" and training else measure, bytes_of(dtype))
    if not scale.rises():
        return scale.tried(limit, lambda number: scale.at(number) <= limit)
    beyond = _first_past(scale.legal, lambda number: scale.at(number) > limit)
    if beyond is None:
        return scale.answer(limit, scale.legal, scale.legal.largest, None)
    edge = last_until(scale.legal, beyond - 1)
    values = Integers() if edge is None else scale.legal & Integers.between(scale.legal.smallest or 0, edge)
    return scale.answer(limit, values, edge, beyond)


def _first_past(legal: Integers, past: Callable[[int], bool]) -> int | None:
    """The first legal number for which something holds that then goes on to hold; None where it never does."""
    low, step = legal.smallest, 1
    if low is None or past(low):
        return low
    while True:
        high = first_from(legal, low + step) or last_until(legal, low + step) or low
        if past(high):
            break
        if high == low or high > LARGEST:
            return None
        low, step = high, 2 * step
    while (following := first_from(legal, low + 1) or high) < high:
        middle = max(following, last_until(legal, (low + high) // 2) or 0)
        low, high = (low, middle) if past(middle) else (middle, high)
    return high


#: What is measured, of a report whose sizes are numbers; None where other letters are left.
_MEASURES: dict[str, Callable[[Report], Int | None]] = {
    "parameters": lambda report: report.parameters,
    "MACs": lambda report: report.macs,
    "memory": lambda report: _sum(report.memory.parameters, report.memory.forward),
    "training": lambda report: _sum(report.memory.parameters, report.memory.gradients, report.memory.training),
    "field": lambda report: min((axis.size for axis in _fields(report) if isinstance(axis.size, int)), default=0),
}
#: What memory is made of.
_PARTS = {
    "memory": "parameters, and the inputs and outputs at the largest moment of a forward pass, for one input",
    "training": "parameters, gradients, and the outputs of all layers for one input; without an optimizer",
}


def _sum(*parts: Int | None) -> Int | None:
    numbers = [part for part in parts if isinstance(part, int)]
    return sum(numbers) if len(numbers) == len(parts) else None


def _fields(report: Report) -> tuple[AxisField, ...]:
    """What the first output sees."""
    return report[report.net.outputs[0]].fields


@final
class _Scale:
    """A measure of a net as its letter moves over the legal numbers."""

    def __init__(self, net: Net, measure: str, how: str, bytes_each: int = _BYTES) -> None:
        self.net = net
        self.measure = measure
        self.how = how
        self.bytes_each = bytes_each
        self.form = closed_form(net)
        self.letter = self.chosen()
        self.legal = self.form.domain.values[self.letter]
        letter = Name(self.letter)
        tied = [one for one in self.form.domain.multi_letter if letter in names_in(one.condition.options)]
        self.open = [one for one in tied if names_in(one.condition.options) == {letter}]
        self.where = tuple(dict.fromkeys(one.comparison for one in tied))
        self.known: dict[int, int] = {}

    def chosen(self) -> str:
        """The one letter that the measure depends on."""
        letters = sorted({name.name for size in self.sizes() for name in names_in(size)})
        if len(letters) == 1:
            return letters[0]
        depends = f"The {self.measure} of this net depend{'' if self.measure.endswith('s') else 's'}"
        if not letters:
            raise SpecError(
                f"{depends} on no letter; write one where a number may change, as in 3xWxW or Conv2d(3, K, 3)."
            )
        raise SpecError(f"{depends} on {' and '.join(letters)}; write one letter for all of them, or numbers.")

    def sizes(self) -> list[Int]:
        """The sizes that the measure is made of; where all rise, it does."""
        report = self.form.report
        if self.measure == "field":
            return [axis.size for axis in _fields(report)]
        shapes = [shape for row in report for shape in (*row.weights.values(), *row.buffers.values())]
        if self.measure != "parameters":
            shapes += [*report.net.inputs.values(), *(row.output_shape for row in report)]
        return [size for shape in shapes for size in shape]

    def rises(self) -> bool:
        """Whether the measure is seen never to fall while the letter rises, and which numbers are legal is known."""
        return not self.open and all(map(increases, self.sizes()))

    def at(self, number: int) -> int:
        """The measure at a legal number."""
        if number not in self.known:
            amount = _MEASURES[self.how](measure_at(self.net, {self.letter: number}))
            if not isinstance(amount, int):
                raise SpecError(f"The {self.measure} depends on other letters than {self.letter} too; give numbers.")
            self.known[number] = amount * self.bytes_each // _BYTES if self.measure == "memory" else amount
        return self.known[number]

    def tried(self, limit: int, meets: Callable[[int], bool]) -> Budget:
        """The answer where nothing is known of how the measure goes on: all legal numbers, or the first of them."""
        first = list(islice(self.legal, MAX_TRIED + 1))
        last = first[MAX_TRIED - 1] if len(first) > MAX_TRIED else None
        letter = Name(self.letter)
        numbers = [number for number in first[:MAX_TRIED] if all(one.holds({letter: number}) for one in self.open)]
        met = [number for number in numbers if meets(number)]
        least = self.measure == "field"
        edge = (min(met) if least else max(met)) if met else None
        rest = [number for number in numbers if edge is not None and (number < edge if least else number > edge)]
        beyond = None if not rest else max(rest) if least else min(rest)
        values = Integers(Piece(number, number) for number in met)
        return self.answer(limit, values, edge, beyond)._replace(last=last)

    def answer(self, limit: int, values: Integers, edge: int | None, beyond: int | None) -> Budget:
        """The answer with the measures at its two numbers."""
        reached, next_one = (None if number is None else Reached(number, self.at(number)) for number in (edge, beyond))
        parts = _PARTS.get(self.how, "")
        return Budget(self.letter, self.measure, limit, self.legal, values, reached, next_one, parts, where=self.where)
