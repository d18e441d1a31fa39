"""Receptive fields: which inputs each output sees, along each axis of the input.

Along one axis, output index o of a layer sees an interval of inputs. Moving o on by a whole number of outputs moves
the interval by a whole number of inputs, so the interval is known for all o from a short table: one entry for
convolutions and pools, more where something is transposed or resized. Composition and hulls of tables are exact.
Intervals reach into the padding; :mod:`shapecalc.measures.field.footprints` cuts them at the border.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any, final

from shapecalc.algebra import Formula, Int, normal
from shapecalc.layers import Layer, Shape
from shapecalc.layers.conv import Conv, ConvTranspose
from shapecalc.layers.core.axiswise import Axiswise, Reads, extent
from shapecalc.layers.merge import Concat
from shapecalc.layers.reshape import PixelShuffle, PixelUnshuffle
from shapecalc.layers.sized import Sized
from shapecalc.measures.field.axis import AxisField as AxisField  # noqa: PLC0414  others know it from here
from shapecalc.measures.field.ends import around, least, most
from shapecalc.measures.field.layout import Layout, one_way, rearranged
from shapecalc.measures.sizes import CACHE

#: A table longer than this is given up for a bound; so is one that takes more steps than this to work out.
MAX_PERIOD, MAX_STEPS = 4096, 500_000

#: How a window changes a field, with r its size, j its jump and s its start: the recurrences of
#: https://distill.pub/2019/computing-receptive-fields/, run forwards.
SIZE = Formula(lambda field, span, jump: field + (span - 1) * jump)
JUMP = Formula(lambda jump, step: jump * step)
START = Formula(lambda start, left, jump: start - left * jump)


@final
class State:
    """The fields at one place of a net, and which dimension runs along which axis. Compared by identity.

    ``uneven`` where channels see different places, so that the fields are those of all channels together.
    """

    __slots__ = ("axes", "layout", "uneven")

    def __init__(self, layout: Layout, axes: tuple[AxisField, ...], uneven: bool = False) -> None:  # noqa: FBT002
        self.layout = layout
        self.axes = axes
        self.uneven = uneven


@lru_cache(CACHE)
def initial(shape: Shape) -> State:
    """The fields of the input itself: every position sees itself. The first dimension counts as channels."""
    spatial = shape[1:] if len(shape) > 1 else shape
    layout = tuple(() for _ in shape[: len(shape) - len(spatial)]) + tuple((i,) for i in range(len(spatial)))
    return State(layout, tuple(AxisField((0,), (0,), 1, size, size) for size in spatial))


@lru_cache(CACHE)
def through(layer: Layer, inputs: tuple[Shape, ...], output: Shape, states: tuple[State, ...]) -> State:
    """The fields behind a completed layer."""
    if isinstance(layer, Sized):
        states = states[:1]  # of a second input only the size is taken
    state = states[0] if len(states) == 1 else hull(states)
    axes = list(state.axes)
    for dim in layer.mixes(len(inputs[0])):
        for axis in state.layout[dim] if dim < len(state.layout) else ():
            axes[axis] = whole(axes[axis])
    for axis in one_way(layer, state.layout):
        reason = "a recurrence in one direction sees what comes before"
        axes[axis] = _bounded(axes[axis], reason)
    if layer.reads_more and layer.statistics(len(inputs[0])):
        axes = [_bounded(axis, f"{type(layer).__name__}: {layer.reads_more}") for axis in axes]
    layout, lost = rearranged(layer, state.layout, inputs, output)
    for axis in lost:
        axes[axis] = _moved(axes[axis], layer)
        if isinstance(layer, Concat):
            axes[axis] = replace(axes[axis], count=output[layer.along(inputs[0])])
    if isinstance(layer, Axiswise) and not lost and hasattr(layer, "reads"):
        _slide(layer, inputs[0], state.layout, output, axes)
    uneven = _uneven(layer, states)
    if uneven and isinstance(layer, PixelShuffle):
        reason = "PixelShuffle takes neighbours from different channels, which see different places"
        axes = [_bounded(axis, reason) for axis in axes]
    return State(layout, tuple(axes), uneven)


def _moved(axis: AxisField, layer: Layer) -> AxisField:
    """The field along an axis whose positions a layer puts elsewhere; where all see the same, that does not matter."""
    if axis.advance == 0 and len(axis.low) == 1 and not isinstance(layer, Concat):  # whose branches may differ
        return axis
    return _bounded(whole(axis), f"{type(layer).__name__} moves positions between dimensions")


def _bounded(axis: AxisField, reason: str) -> AxisField:
    """The field as a bound; what made it one first stays the reason."""
    return replace(axis, bound=axis.bound or reason)


def _uneven(layer: Layer, states: tuple[State, ...]) -> bool:
    """Whether behind the layer some channels see other places than others."""
    if isinstance(layer, PixelUnshuffle):
        return True
    if isinstance(layer, Conv | ConvTranspose) and layer.groups == 1:
        return False
    joined = isinstance(layer, Concat) and any(state.axes != states[0].axes for state in states)
    return joined or any(state.uneven for state in states)


def _slide(layer: Axiswise, shape: Shape, layout: Layout, output: Shape, axes: list[AxisField]) -> None:
    count = layer.axes_of(shape)
    done: list[tuple[AxisField, dict[str, Any], AxisField]] = []
    for place, (_, env) in enumerate(layer.axis_envs(shape)):
        dim = len(shape) - count + place
        for axis in layout[dim]:
            before = axes[axis]
            same = next((new for old, known, new in done if old == before and known == env), None)
            axes[axis] = same or composed(before, layer.reads, env, output[dim])
            done.append((before, env, axes[axis]))


def composed(inner: AxisField, reads: Reads, env: dict[str, Any], count: Int) -> AxisField:
    """The field of outputs that read ``inner`` in the way of ``reads``."""
    if count == 0:  # where nothing comes out, nothing can be worked out from it
        return replace(whole(inner), count=0)
    outputs, inputs = reads.cycle.at(env)
    if len(inner.low) == 1 and outputs == 1:
        first, step, taps = reads.taps.at({**env, "o": 0})
        if reads.transposed:  # at stride 1 the transpose is a window too, turned round
            first = -first - step * (taps - 1)
        low, high = inner.low[0], inner.high[0]
        if low is None or high is None:
            return replace(inner, count=count)
        jump = inner.advance
        start = normal(START.function(low, -first, jump))  # with letters, ends would grow from layer to layer
        size = SIZE.function(normal(high - low + 1), extent(taps, step), jump)
        return AxisField(
            (start,),
            (normal(start + size - 1),),
            JUMP.function(jump, inputs),
            count,
            inner.length,
            inner.bound or reads.bound,
        )
    return _tabled(inner, reads, env, count, outputs, inputs)


def _tabled(inner: AxisField, reads: Reads, env: dict[str, Any], count: Int, outputs: Any, inputs: Any) -> AxisField:
    if not (_numbers(outputs, inputs, inner.advance) and _numbers(*reads.taps.at({**env, "o": 0}))):
        return replace(whole(inner), count=count, bound="letters leave the pattern of the fields open")
    turns = len(inner.low) // math.gcd(len(inner.low), inputs)
    period = outputs * turns
    if period > MAX_PERIOD:
        return replace(whole(inner), count=count, bound=f"the fields repeat only after {period} outputs")
    # every output looks at no more inner fields than repeat, and a transposed one searches for the first of them
    taken = reads.taps.at({**env, "o": 0})[2] + 1
    if period * (min(taken, len(inner.low)) + (min(taken, outputs) if reads.transposed else 0)) > MAX_STEPS:
        return replace(whole(inner), count=count, bound=f"{period} different fields take too long to work out")
    taps = transposed_taps(reads, env, outputs) if reads.transposed else reads.taps.function
    low, high = [], []
    for o in range(period):
        first, step, number = taps(o) if reads.transposed else reads.taps.at({**env, "o": o})
        ends = _ends(inner, first, step, number)
        low.append(ends[0])
        high.append(ends[1])
    advance = inner.advance * (inputs * turns // len(inner.low))
    return AxisField(tuple(low), tuple(high), advance, count, inner.length, inner.bound or reads.bound)


def _numbers(*sizes: Int) -> bool:
    return all(isinstance(size, int) for size in sizes)


def _ends(inner: AxisField, first: int, step: int, number: int) -> tuple[Int | None, Int | None]:
    """The hull of what some inner outputs see; one period from either end is all that can matter."""
    period = len(inner.low)
    near = [inner.interval(first + step * k) for k in range(min(number, period))]
    far = [inner.interval(first + step * k) for k in range(max(number - period, 0), number)]
    found = [interval for interval in near + far if interval is not None]
    return around(found) if found else (None, None)


def transposed_taps(reads: Reads, env: dict[str, Any], stride: int) -> Any:
    """What output o reads, when ``reads`` says which outputs an input adds to: solve o = S·i + first + step·k."""
    start, step, number = reads.taps.at({**env, "o": 0})
    turn = stride // math.gcd(step, stride)

    def taps(o: int) -> tuple[int, int, int]:
        rest = o - start
        k = next((k for k in range(min(number, turn)) if (rest - step * k) % stride == 0), None)
        if k is None:
            return 0, 1, 0
        many = (number - 1 - k) // turn + 1
        back = step * turn // stride
        return (rest - step * k) // stride - back * (many - 1), back, many

    return taps


def whole(axis: AxisField) -> AxisField:
    """The field of something that reads every position: the hull of them all."""
    period, count = len(axis.low), axis.count
    if period == 1 or not isinstance(count, int):
        low, high = axis.low[0], axis.high[0]
        if low is None or high is None:
            return _blind(axis)
        return replace(axis, low=(low,), high=(high + (count - 1) * axis.advance,), advance=0)
    some = [*range(min(period, count)), *range(max(count - period, 0), count)]
    seen = [interval for interval in map(axis.interval, some) if interval is not None]
    if not seen:
        return _blind(axis)
    low, high = around(seen)
    return replace(axis, low=(low,), high=(high,), advance=0)


def _blind(axis: AxisField) -> AxisField:
    """The field of something that sees nothing: gaps between transposed kernels alone."""
    return replace(axis, low=(None,), high=(None,), advance=0)


def hull(states: tuple[State, ...]) -> State:
    """The fields of something that reads several places at the same position."""
    first = states[0]
    for other in states[1:]:
        if other is first:
            continue
        if other.layout != first.layout or len(other.axes) != len(first.axes):
            axes = tuple(replace(whole(a), bound="the branches run along different dimensions") for a in first.axes)
            first = State(first.layout, axes)
            continue
        first = State(first.layout, tuple(_joined(a, b) for a, b in zip(first.axes, other.axes, strict=True)))
    return first


def _joined(a: AxisField, b: AxisField) -> AxisField:
    if a == b:
        return a
    if a.count == 1 and b.count != 1:
        a = whole(a)  # stretched over the other's positions
    elif b.count == 1 and a.count != 1:
        b = whole(b)
    count = b.count if a.count == 1 else a.count
    bound = a.bound or b.bound
    period = math.lcm(len(a.low), len(b.low))
    if a.advance * len(b.low) == b.advance * len(a.low) and period <= MAX_PERIOD:
        low, high = [], []
        for o in range(period):
            seen = [interval for interval in (a.interval(o), b.interval(o)) if interval is not None]
            ends = around(seen) if seen else (None, None)
            low.append(ends[0])
            high.append(ends[1])
        advance = a.advance * (period // len(a.low))
        return AxisField(tuple(low), tuple(high), advance, count, a.length, bound)
    seen_a, seen_b = whole(a).interval(0), whole(b).interval(0)
    if seen_a is None or seen_b is None:  # one of them sees nothing
        return replace(a if seen_b is None else b, count=count, bound=bound)
    (al, ah), (bl, bh) = seen_a, seen_b
    covers = any(_covers(one) for one in (a, b) if one.advance == 0)
    if not covers:
        different = "the branches move over the input at different rates"
        bound = bound or (different if period <= MAX_PERIOD else f"the fields repeat only after {period} outputs")
    return AxisField((least(al, bl),), (most(ah, bh),), 0, count, a.length, bound)


def _covers(axis: AxisField) -> bool:
    low, high = axis.low[0], axis.high[0]
    numbers = isinstance(low, int) and isinstance(high, int) and isinstance(axis.length, int)
    return low == 0 and high == axis.length - 1 if not numbers else low <= 0 and high >= axis.length - 1  # type: ignore[operator]
