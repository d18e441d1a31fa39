"""What the outputs of a layer see along one axis of the net's input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Int, normal
from shapecalc.measures.field.ends import most

_Ends = tuple[Int | None, ...]


@final
@dataclass(frozen=True)
class AxisField:
    """What the outputs of a layer see along one axis of the net's input.

    Attributes:
        low: the first input seen, for each output of one period; None where an output sees nothing.
        high: the last input seen, likewise.
        advance: how many inputs further on the intervals are after one period of outputs; 0 where all see the same.
        count: how many outputs there are.
        length: how many inputs there are.
        bound: "" where exact, else why it is only a bound.
    """

    low: _Ends
    high: _Ends
    advance: Int
    count: Int
    length: Int
    bound: str = ""

    @property
    def size(self) -> Int:
        """The most inputs that one output sees, padding included; 0 where none sees any."""
        seen = self.low if not isinstance(self.count, int) else self.low[: self.count]  # what repeats may go on beyond
        widths = [normal(h - l + 1) for l, h in zip(seen, self.high, strict=False) if l is not None and h is not None]
        widest = widths[0] if widths else 0
        for width in widths[1:]:
            widest = most(widest, width)
        return widest

    @property
    def jump(self) -> Any:
        """Inputs between the fields of neighbouring outputs: the effective stride, a fraction after upsampling."""
        if len(self.low) == 1:
            return self.advance
        from fractions import Fraction

        jump = Fraction(self.advance, len(self.low))  # type: ignore[arg-type]  # letters have tables of one entry
        return jump.numerator if jump.denominator == 1 else jump

    @property
    def start(self) -> Int:
        """The first input that the first output sees; negative in the padding, 0 where none sees any."""
        seen = self.low if not isinstance(self.count, int) else self.low[: self.count]
        return next((low for low in seen if low is not None), 0)

    def interval(self, output: int) -> tuple[Int, Int] | None:
        """The inputs that one output index sees, padding included; None where it sees nothing."""
        period = len(self.low)
        low, high = self.low[output % period], self.high[output % period]
        if low is None or high is None:
            return None
        return low + output // period * self.advance, high + output // period * self.advance
