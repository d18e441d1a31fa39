"""What the outputs of a layer see along one axis of the net's input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, normal
from shapecalc.measures.field.ends import upper

_Ends = tuple[Int | None, ...]


class Pattern(NamedTuple):
    """The intervals that outputs see, whatever their number: they repeat, moved on, after one period.

    Attributes:
        low: the first input seen, for each output of one period; None where an output sees nothing.
        high: the last input seen, likewise.
        advance: how many inputs further on the intervals are after one period of outputs; 0 where all see the same.
        bound: "" where exact, else why it is only a bound.
        growth: how many inputs further a bound reaches, at most, for each position of padding that is read beyond it.
    """

    low: _Ends
    high: _Ends
    advance: Int
    bound: str = ""
    growth: Int = 0

    @property
    def is_constant(self) -> bool:
        """Whether all outputs see the same."""
        return self.advance == 0 and len(self.low) == 1

    @property
    def jump(self) -> Any:
        """Inputs between the fields of neighbouring outputs: the effective stride, a fraction after upsampling."""
        if len(self.low) == 1:
            return self.advance
        from fractions import Fraction  # noqa: PLC0415  few answers are fractions, and it is slow to import

        jump = Fraction(self.advance, len(self.low))  # type: ignore[arg-type]  # letters have tables of one entry
        return jump.numerator if jump.denominator == 1 else jump

    @property
    def pace(self) -> Int:
        """How many inputs further an interval reaches, at most, from one position to the next."""
        return self.growth if self.is_constant else self.advance

    def entries(self, count: Int) -> int:
        """How many entries stand for outputs that there are, of ``count``: the pattern may go on beyond them."""
        period = len(self.low)
        return count if isinstance(count, int) and count < period else period

    def size(self, entries: int) -> Int:
        """The most inputs that one of some outputs sees, padding included; 0 where none sees any."""
        ends = zip(self.low[:entries], self.high, strict=False)
        widths = [normal(high - low + 1) for low, high in ends if low is not None and high is not None]
        return reduce(upper, widths) if widths else 0

    def start(self, entries: int) -> Int:
        """The first input that the first of some outputs sees; 0 where none sees any."""
        return next((low for low in self.low[:entries] if low is not None), 0)

    def interval(self, output: int) -> tuple[Int, Int] | None:
        """The inputs that one output index sees, padding included; None where it sees nothing."""
        turns, place = divmod(output, len(self.low))
        low, high = self.low[place], self.high[place]
        if low is None or high is None:
            return None
        return low + turns * self.advance, high + turns * self.advance

    def bounded(self, reason: str) -> Pattern:
        """The pattern as a bound; what made it one first stays the reason."""
        return self if self.bound or not reason else self._replace(bound=reason)


@final
@dataclass(frozen=True)
class AxisField:
    """What the outputs of a layer see along one axis of the net's input.

    Attributes:
        pattern: the intervals that the outputs see.
        count: how many outputs there are.
        length: how many inputs there are.
        border: what an output really sees at the border, by its position; None where that is not known.
    """

    pattern: Pattern
    count: Int
    length: Int
    border: Callable[[int], tuple[Int, Int] | None] | None = field(default=None, compare=False, repr=False)

    @property
    def low(self) -> _Ends:
        """The first input seen, for each output of one period; None where an output sees nothing."""
        return self.pattern.low

    @property
    def high(self) -> _Ends:
        """The last input seen, likewise."""
        return self.pattern.high

    @property
    def advance(self) -> Int:
        """How many inputs further on the intervals are after one period of outputs; 0 where all see the same."""
        return self.pattern.advance

    @property
    def bound(self) -> str:
        """The empty text where the field is exact, else why it is only a bound."""
        return self.pattern.bound

    @property
    def size(self) -> Int:
        """The most inputs that one output sees, padding included; 0 where none sees any."""
        return self.pattern.size(self.pattern.entries(self.count))

    @property
    def jump(self) -> Any:
        """Inputs between the fields of neighbouring outputs: the effective stride, a fraction after upsampling."""
        return self.pattern.jump

    @property
    def start(self) -> Int:
        """The first input that the first output sees; negative in the padding, 0 where none sees any."""
        return self.pattern.start(self.pattern.entries(self.count))

    def interval(self, output: int) -> tuple[Int, Int] | None:
        """The inputs that one output index sees, padding included; None where it sees nothing.

        Where sizes are numbers and the field is exact, it holds at the border too: what a crop or a stride leaves out
        is not seen, and padding counts as far as it lies beside the input.
        """
        numbers = isinstance(self.count, int) and isinstance(self.length, int)
        if self.border is None or self.bound or not numbers or not 0 <= output < self.count:  # type: ignore[operator]
            return self.pattern.interval(output)
        return self.border(output)
