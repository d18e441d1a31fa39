"""The pattern of a field behind a layer that slides over its input: a function of the layers alone, not of sizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

from shapecalc.algebra import Formula, Int, ceildiv, normal
from shapecalc.algebra.memo import remember
from shapecalc.layers.core.motion import Slide
from shapecalc.measures.field.axis import Pattern
from shapecalc.measures.field.ends import hull, upper

#: A table longer than this is given up for a bound; so is one that takes more steps than this to work out.
MAX_PERIOD, MAX_STEPS = 4096, 500_000

#: How a window changes a field, with r its size, j its jump and s its start: the recurrences of
#: https://distill.pub/2019/computing-receptive-fields/, run forwards.
SIZE = Formula(lambda field, kernel_size, dilation, jump: field + dilation * (kernel_size - 1) * jump)
JUMP = Formula(lambda jump, step: jump * step)
START = Formula(lambda start, left, jump: start - left * jump)
#: How a transposed window does, with a dilation that shares no factor with the stride: a field is the largest of S, and
#: the start holds without a dilation where the kernel is as large as the stride.
TRANSPOSED_SIZE = Formula(
    lambda field, kernel_size, stride, dilation, jump: field + dilation * (ceildiv(kernel_size, stride) - 1) * jump
)
TRANSPOSED_JUMP = Formula(lambda jump, stride: (jump, stride))
TRANSPOSED_START = Formula(
    lambda start, left, kernel_size, stride, dilation, jump: (
        start + ceildiv(left - dilation * (kernel_size - 1), stride) * jump
    )
)

#: The taps of an output position: the first one, how far they lie apart, how many there are.
Taps = Callable[[int], tuple[int, int, int]]


class OpenPatternError(Exception):
    """The pattern behind a slide cannot be given; the message says why."""


@remember(parts=lambda pattern: len(pattern.low))
def slid(inner: Pattern, slide: Slide) -> Pattern:
    """The pattern of outputs that read ``inner`` through a slide.

    Raises:
        OpenPatternError: letters leave the pattern open, or it repeats too late.
    """
    outputs, inputs = slide.cycle()
    if len(inner.low) > 1 or outputs != 1:
        return _tabled(inner, slide, outputs, inputs)
    low, high = inner.low[0], inner.high[0]
    if low is None or high is None:
        return inner
    first, step, taps = slide.taps(0)
    if slide.reads.transposed:  # at stride 1 the transpose is a window too, turned round
        first = -first - step * (taps - 1)
    jump = inner.advance
    start = normal(START.function(low, -first, jump))  # with letters, ends would grow from layer to layer
    size = SIZE.function(normal(high - low + 1), taps, step, jump)
    return Pattern((start,), (normal(start + size - 1),), JUMP.function(jump, inputs), inner.bound or slide.reads.bound)


def _tabled(inner: Pattern, slide: Slide, outputs: Any, inputs: Any) -> Pattern:
    """The pattern with one entry for each output of a period."""
    if not (_are_numbers(outputs, inputs, inner.advance) and _are_numbers(*slide.taps(0))):
        raise OpenPatternError("letters leave the pattern of the fields open")
    turns = len(inner.low) // math.gcd(len(inner.low), inputs)
    period = outputs * turns
    if period > MAX_PERIOD:
        raise OpenPatternError(f"the fields repeat only after {period} outputs")
    if count_steps(inner, slide) > MAX_STEPS:
        raise OpenPatternError(f"{period} different fields take too long to work out")
    taps = taps_of(slide)
    ends = [_ends(inner, *taps(output)) for output in range(period)]
    low, high = zip(*ends, strict=True)
    advance = inner.advance * (inputs * turns // len(inner.low))
    return Pattern(low, high, advance, inner.bound or slide.reads.bound)


def widened(extent: Pattern, slide: Slide, inputs: Int, outputs: Int) -> Pattern:
    """A bound behind a slide: all that any output sees, with the padding that any of them reads.

    Args:
        extent: what all inner positions see together; it grows for each position beyond them.
        slide: what each output reads.
        inputs: how many inner positions there are.
        outputs: how many outputs.
    """
    low, high, growth = extent.low[0], extent.high[0], extent.growth
    if low is None or high is None or growth == 0:
        return extent
    before, after = _beyond(slide, inputs, outputs)
    period, further = slide.cycle()
    steps = further if period == 1 else (ceildiv(further, period) if isinstance(period, int) else further) + 1
    start, end = normal(low - growth * before), normal(high + growth * after)
    return extent._replace(low=(start,), high=(end,), growth=normal(growth * steps))


def _beyond(slide: Slide, inputs: Int, outputs: Int) -> tuple[Int, Int]:
    """How many positions before the first input the outputs read at most, and how many after the last."""
    overhang = slide.overhang()
    if overhang is not None:
        return overhang, overhang
    first, step, count = slide.taps(0)
    if slide.reads.transposed:  # o = stride·i + first + step·k for o inside, but for the first −first positions
        stride, _ = slide.cycle()
        span = step * (count - 1)
        more = normal(outputs - stride * (inputs - 1) - span - 1 - 2 * first)  # the output padding
        return span // stride, (span + more) // stride
    last, step, count = slide.taps(outputs - 1)
    return upper(0, normal(-first)), upper(0, normal(last + step * (count - 1) - inputs + 1))


def count_steps(inner: Pattern, slide: Slide) -> int:
    """How many inner fields are looked at to make a table, for a slide with numbers as arguments."""
    outputs, inputs = slide.cycle()
    count = slide.taps(0)[2]
    period = outputs * len(inner.low) // math.gcd(len(inner.low), inputs)
    # every output looks at no more inner fields than repeat, and a transposed slide searches for the first of them
    search = min(count + 1, outputs) if slide.reads.transposed else 0
    return cast("int", period * (min(count + 1, len(inner.low)) + search))


def _are_numbers(*sizes: Int) -> bool:
    return all(isinstance(size, int) for size in sizes)


def _ends(inner: Pattern, first: int, step: int, count: int) -> tuple[Int | None, Int | None]:
    """The hull of what some inner outputs see; one period from either end is all that can matter."""
    period = len(inner.low)
    near = [inner.interval(first + step * tap) for tap in range(min(count, period))]
    far = [inner.interval(first + step * tap) for tap in range(max(count - period, 0), count)]
    intervals = [interval for interval in near + far if interval is not None]
    return hull(intervals) if intervals else (None, None)


def taps_of(slide: Slide) -> Taps:
    """The taps of each output position, for a slide with numbers as arguments.

    A transposed rule says which outputs an input adds to: o = stride·i + start + step·k is solved for i.
    """
    if not slide.reads.transposed:
        return slide.taps
    stride, _ = slide.cycle()
    start, step, count = slide.taps(0)
    turn = stride // math.gcd(step, stride)
    back = step * turn // stride

    def taps(output: int) -> tuple[int, int, int]:
        distance = output - start
        first = next((tap for tap in range(min(count, turn)) if (distance - step * tap) % stride == 0), None)
        if first is None:
            return 0, 1, 0
        number = (count - 1 - first) // turn + 1
        return (distance - step * first) // stride - back * (number - 1), back, number

    return taps


def inside_of(position: int, inside: range, edge: str) -> int | None:
    """Where a position outside the input really reads; None where it reads padding."""
    if position in inside:
        return position
    match edge:
        case "reflect":
            turn = 2 * (len(inside) - 1)
            folded = position % turn if turn else 0
            return min(folded, turn - folded)
        case "replicate":
            return inside[0 if position < 0 else -1]
        case "circular":
            return inside[(position - inside.start) % len(inside)] if inside else None
        case _:
            return None


def full_extent(pattern: Pattern, count: Int) -> Pattern:
    """The pattern of something that reads all of ``count`` positions: the hull of what they see."""
    period = len(pattern.low)
    if isinstance(count, int):
        outermost = [*range(min(period, count)), *range(max(count - period, 0), count)]
        intervals = [interval for interval in map(pattern.interval, outermost) if interval is not None]
    else:
        intervals = [_swept(pattern, entry, count) for entry in range(period) if pattern.low[entry] is not None]
    if not intervals:
        return _blind(pattern)
    low, high = hull(intervals)
    return Pattern((low,), (high,), 0, pattern.bound, pattern.growth)


def _swept(pattern: Pattern, entry: int, count: Int) -> tuple[Int, Int]:
    """What the outputs of one entry see together, of ``count`` outputs: from the first of them to the last."""
    low, high = cast("tuple[Int, Int]", (pattern.low[entry], pattern.high[entry]))
    period = len(pattern.low)
    last = high + (count - 1 - entry) // period * pattern.advance
    return low, last if period == 1 else normal(last)


def _blind(pattern: Pattern) -> Pattern:
    """The pattern of something that sees nothing: gaps between transposed kernels alone."""
    return Pattern((None,), (None,), 0, pattern.bound)
