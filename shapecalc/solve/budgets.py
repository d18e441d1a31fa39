"""How large a letter may be within a budget, and how large it must be to see far enough.

Where a measure rises with the letter, the edge is found by halving; elsewhere each legal number is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, final

from shapecalc.algebra import names_in
from shapecalc.algebra.integers import Integers, first_from, last_until
from shapecalc.algebra.pieces import Piece
from shapecalc.errors import SpecError, check_type
from shapecalc.formats.text.quantities import read_bytes, read_count
from shapecalc.measures.domain_solver import LayerCondition
from shapecalc.measures.setting import Setting, read_setting, untrained
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page import Block, Column, Lines, Page, Presentable, Table
from shapecalc.page.numbers import bytes_text, thousands
from shapecalc.solve.footnotes import footnotes
from shapecalc.solve.letter_measure import LetterMeasure, Measure

#: Where a measure rises, numbers up to this are searched.
LARGEST = 10**30
#: What memory is made of: in a forward pass, and in a training step.
_INFERENCE = "parameters, buffers, and the inputs and outputs at the largest moment of inference"
_TRAINING = (
    "parameters, buffers, gradients, the optimizer's state, and what is saved for the way back; at least what "
    "inference takes"
)
#: What stands for the batch where nothing else is asked for.
_BATCH = "N"
#: Amounts of memory have fewer digits behind the point than this.
_DIGITS = 10


@final
@dataclass(frozen=True)
class Point:
    """A number in place of the letter, and the measure at it."""

    value: int
    amount: int


@final
@dataclass(frozen=True)
class Budget(Presentable):
    """The numbers in place of a letter for which a measure stays within a limit, or reaches it; print it.

    Attributes:
        letter: the letter.
        measure: what is measured; memory in bytes.
        limit: the most that is allowed, or the smallest field.
        legal: the legal numbers.
        values: the numbers for which the measure is right; where it is not proved to rise, of those that were tried.
        edge: the largest number within the budget, or the smallest that sees far enough; None where there is none.
        beyond: the legal number next to it, for which the measure is not right; None where there is none.
        conditions: conditions on the letter that are not solved, and on the letter and others; they must hold besides.
        training: whether the memory is that of a training step.
        setting: the batch, the optimizer and the number type of memory.
        last: the last number that was tried; None where the answer is for all numbers.
        warnings: what goes wrong in training, where it is legal.
    """

    letter: str
    measure: Measure
    limit: int
    legal: Integers
    values: Integers
    edge: Point | None
    beyond: Point | None
    conditions: tuple[LayerCondition, ...] = ()
    training: bool = False
    setting: Setting = Setting()  # noqa: RUF009  a tuple
    last: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_field(self) -> bool:
        """Whether the answer is the smallest number, which sees far enough."""
        return self.measure is Measure.FIELD

    def page(self) -> Page:
        """The numbers, with the measure at the edge and at the legal number next to it."""
        show = self._show()
        values = self.values.text(self.letter) if self.values else f"no legal {self.letter}"
        head = f"{self.measure} {'≥' if self.is_field else '≤'} {show(self.limit)} for {values}"
        labels = ("smallest", "the one before") if self.is_field else ("largest", "the next one")
        points = [(label, point) for label, point in zip(labels, (self.edge, self.beyond), strict=True) if point]
        columns = (Column(""), Column(self.letter, "right"), Column(self.measure, "right"))
        rows = tuple(
            (label if self.edge else "nearest", thousands(point.value), show(point.amount)) for label, point in points
        )
        table: tuple[Block, ...] = (Table(columns, rows),) if rows else ()
        return Page((Lines((head,)), *table, *footnotes(self._notes())))

    def _show(self) -> Callable[[int], str]:
        """How amounts are written: memory with as many digits as tell the amounts from the limit."""
        if self.measure is not Measure.MEMORY:
            return thousands
        amounts = {self.limit, *(point.amount for point in (self.edge, self.beyond) if point)}
        writings = [partial(bytes_text, digits=digits, beside=self.limit) for digits in range(2, _DIGITS)]
        return next((write for write in writings if len(set(map(write, amounts))) == len(amounts)), writings[-1])

    def _notes(self) -> list[tuple[str, str]]:
        notes = [("legal", self.legal.text(self.letter))]
        notes += [("where", comparison) for comparison in self._comparisons()]
        if self.measure is Measure.MEMORY:
            notes.append((self.measure, f"{_TRAINING if self.training else _INFERENCE} ({self.setting.words()})"))
        if self.last is not None:
            notes.append(("tried", f"only {self.letter} up to {thousands(self.last)}"))
        return notes + [("warning", words) for words in self.warnings]

    def _comparisons(self) -> list[str]:
        return list(dict.fromkeys(condition.comparison for condition in self.conditions))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        edge, beyond = (
            point and {"value": point.value, self.measure: point.amount} for point in (self.edge, self.beyond)
        )
        return {
            "letter": self.letter,
            "measure": self.measure,
            "limit": self.limit,
            "legal": self.legal.text(self.letter),
            "for": self.values.text(self.letter),
            "values": self.values.as_dict(),
            "smallest" if self.is_field else "largest": edge,
            "next": beyond,
            **self._memory(),
            **({"tried_up_to": self.last} if self.last is not None else {}),
            **({"where": self._comparisons()} if self.conditions else {}),
            **({"warnings": list(self.warnings)} if self.warnings else {}),
        }

    def _memory(self) -> dict[str, Any]:
        """What the memory is of, where it is memory that is measured."""
        if self.measure is not Measure.MEMORY:
            return {}
        return {"training": self.training, "setting": self.setting.as_dict()}


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
        Point(value=16, amount=31)
    """
    check_net(net)
    limit = read_count(field)
    measure = LetterMeasure(net, Measure.FIELD)

    def reaches(number: int) -> bool:
        return measure.at(number) >= limit

    if not measure.is_rising:
        return _budget_of_tried(measure, limit, reaches)
    edge = _first_past(measure.legal, reaches)
    values = Integers() if edge is None else measure.legal & Integers.between(edge)
    beyond = last_until(measure.legal, LARGEST if edge is None else edge - 1)
    return _budget(measure, limit, values, (edge, None if beyond == LARGEST else beyond))


def largest_for(
    net: Net,
    *,
    parameters: int | str | None = None,
    macs: int | str | None = None,
    memory: int | str | None = None,
    training: bool = False,
    batch: int | str | None = None,
    optimizer: str = "sgd",
    dtype: str = "float32",
    device: str = "cpu",
) -> Budget:
    """The largest number in place of a letter with which a net stays within one budget.

    Args:
        net: a network with a letter in its input or its layers: ``3xWxW``.
        parameters: at most so many; a number, or a text such as ``"25.6M"``.
        macs: at most so many multiply-accumulates for one input.
        memory: at most so many bytes, or ``"2 GiB"``: parameters, buffers, and the largest moment of inference.
        training: with ``memory``, that of a training step: parameters, buffers, gradients, the optimizer's state, and
            what autograd saves; at least what inference takes.
        batch: with ``memory``, how many inputs are computed at a time; a letter for the largest batch. By default 1,
            or the letter N where the net has no letter.
        optimizer: with ``training``, sgd, momentum, adam or adamw.
        dtype: the number type that memory is taken for.
        device: the device that memory is taken for, cpu or cuda.

    Raises:
        SpecError: not just one budget is given, it cannot be read, it does not depend on just one letter, or a setting
            has nothing to say: an optimizer without training, training of integers.
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 8, 3) MaxPool2d(2)", input_shape="3xWxW")
        >>> shapecalc.solve.largest_for(net, macs=1_000_000).edge
        Point(value=70, amount=998784)
    """
    check_net(net)
    check_type("training", training, bool, "True or False")
    budgets = {
        Measure.PARAMETERS: (parameters, read_count),
        Measure.MACS: (macs, read_count),
        Measure.MEMORY: (memory, read_bytes),
    }
    limits = [(measure, read(budget)) for measure, (budget, read) in budgets.items() if budget is not None]
    if len(limits) != 1:
        raise SpecError("Give one budget: parameters, macs or memory.")
    ((name, limit),) = limits
    default = _BATCH if name is Measure.MEMORY and not _letters(net) else 1
    setting = read_setting(default if batch is None else batch, optimizer, dtype, device)
    _check(setting, training=training)
    measure = LetterMeasure(net, name, training=training and name is Measure.MEMORY, setting=setting)
    return _largest(measure, limit)


def _check(setting: Setting, *, training: bool) -> None:
    if training and setting.is_integer:
        raise SpecError(f"There is no training step to fit: {untrained(setting.dtype)}.")
    if not training and setting.optimizer != Setting().optimizer:
        raise SpecError(f"{setting.optimizer} has a state in training only; ask for training=True (--training).")


def _letters(net: Net) -> bool:
    """Whether letters stand for sizes of the inputs or arguments of layers."""
    layers = {node.layer.interned: node.layer for node in net.nodes}
    values = [*net.inputs.values(), *(value for layer in layers.values() for value in layer.values.values())]
    return any(map(names_in, values))


def _largest(measure: LetterMeasure, limit: int) -> Budget:
    if not measure.is_rising:
        return _budget_of_tried(measure, limit, lambda number: measure.at(number) <= limit)
    legal = measure.legal
    beyond = _first_past(legal, lambda number: measure.at(number) > limit)
    if beyond is None:
        return _budget(measure, limit, legal, (legal.largest, None))
    edge = last_until(legal, beyond - 1)
    values = Integers() if edge is None else legal & Integers.between(legal.smallest or 0, edge)
    return _budget(measure, limit, values, (edge, beyond))


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


def _budget_of_tried(measure: LetterMeasure, limit: int, fits: Callable[[int], bool]) -> Budget:
    """The answer where nothing is known of how the measure goes on: all legal numbers are tried, or the first."""
    numbers, last = measure.first_numbers()
    fitting = [number for number in numbers if fits(number)]
    edge, beyond = _edge_and_beyond(numbers, fitting, smallest=measure.measure is Measure.FIELD)
    values = Integers(Piece(number, number) for number in fitting)
    return _budget(measure, limit, values, (edge, beyond), last=last)


def _edge_and_beyond(
    numbers: Sequence[int], fitting: Sequence[int], *, smallest: bool
) -> tuple[int, int | None] | tuple[None, None]:
    """The smallest fitting number with the number before it, or the largest with the number after it."""
    if not fitting:
        return None, None
    if smallest:
        edge = min(fitting)
        return edge, max((number for number in numbers if number < edge), default=None)
    edge = max(fitting)
    return edge, min((number for number in numbers if number > edge), default=None)


def _budget(
    measure: LetterMeasure,
    limit: int,
    values: Integers,
    numbers: tuple[int | None, int | None],
    *,
    last: int | None = None,
) -> Budget:
    """The answer with the measures at its two numbers: the edge, and the number beyond it."""
    edge, beyond = (None if number is None else Point(number, measure.at(number)) for number in numbers)
    return Budget(
        measure.letter,
        measure.measure,
        limit,
        measure.legal,
        values,
        edge,
        beyond,
        conditions=measure.conditions,
        training=measure.training,
        setting=measure.setting,
        last=last,
        warnings=measure.warnings,
    )
