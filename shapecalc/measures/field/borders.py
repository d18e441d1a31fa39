"""What an output at the border sees: its interval without what is cropped or left over, followed back through the net.

The pattern of a field goes on beyond the positions that there are, where padding stands. Behind a crop, or a stride
that leaves inputs over, padding stands where inputs were, and these are not seen. Padding has a place of its own only
beside the input.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, cast

from shapecalc.algebra import Int
from shapecalc.layers.core.motion import Motion
from shapecalc.measures.field.ends import hull
from shapecalc.measures.field.sliding import inside_of, taps_of

if TYPE_CHECKING:
    from shapecalc.measures.field.state import State

_Interval = tuple[Int, Int]
#: Positions that are followed back at most; beyond them the interval is that of the pattern.
_MOST = 100_000


def interval_at(state: State, axis: int, output: int) -> _Interval | None:
    """The inputs that an output sees along one axis, padding beside the input included; None where it sees nothing.

    Where letters stand for sizes before it, the interval is that of the pattern.

    Args:
        state: a place of a net whose field along the axis is exact.
        axis: the axis of the net's input.
        output: the output's position along it.
    """
    order = _backwards(state)
    if not all(_is_number(place, axis) for place in order):
        return state.layout.patterns[axis].interval(output)
    seen: list[_Interval] = []
    pending: dict[State, set[int]] = {state: {output}}
    followed = 0
    for place in order:
        positions = pending.pop(place, None)
        if not positions:
            continue
        if place.motion is None:
            seen.append((min(positions), max(positions)))
            continue
        for source in place.read:
            size = cast("int", source.counts[axis])
            taps = _taps(place.motion, source, axis, positions)
            followed += len(taps)
            if followed > _MOST:
                return state.layout.patterns[axis].interval(output)
            pending.setdefault(source, set()).update(tap for tap in taps if 0 <= tap < size)
            seen += _beside(source, axis, [tap for tap in taps if not 0 <= tap < size])
    return hull(seen) if seen else None


def _is_number(state: State, axis: int) -> bool:
    """Whether no letter stands in what is seen at a place."""
    pattern = state.layout.patterns[axis]
    sizes = (state.counts[axis], state.lengths[axis], *pattern.low[:1], *pattern.high[:1])
    return all(size is None or isinstance(size, int) for size in sizes)


def _backwards(state: State) -> list[State]:
    """A place and all before it, each after those that read it."""
    order: list[State] = []
    entered: set[State] = set()
    stack = [(state, False)]
    while stack:
        place, left = stack.pop()
        if left:
            order.append(place)
        elif place not in entered:
            entered.add(place)
            stack.append((place, True))
            stack += [(source, False) for source in place.read]
    return order[::-1]


def _taps(motion: Motion, source: State, axis: int, positions: Collection[int]) -> Collection[int]:
    """The positions of a source, those of its padding included, that a layer reads for some positions."""
    dim, size = source.layout.dims[axis], cast("int", source.counts[axis])
    if dim is not None and (motion.reads_all(dim) or motion.loses(dim)):
        return range(size)  # what loses positions is exact only where all see the same
    slide = None if dim is None else motion.slide(dim)
    if slide is None:
        return {0} if size == 1 else positions  # a single position is stretched
    taps_at, cropped = taps_of(slide), slide.cropped
    inside = range(cast("int", cropped[0]), size - cast("int", cropped[1]))
    taps = {first + step * tap for first, step, count in map(taps_at, positions) for tap in range(count)}
    again = {inside_of(tap, inside, slide.edge) for tap in taps}
    return {tap for tap in taps if tap in inside or not 0 <= tap < size} | {tap for tap in again if tap is not None}


def _beside(source: State, axis: int, taps: Collection[int]) -> Iterator[_Interval]:
    """What padding around a place stands for, as far as it lies beside the input."""
    length = cast("int", source.lengths[axis])
    for tap in taps:
        interval = _interval(source, axis, tap)
        border = _interval(source, axis, 0 if tap < 0 else cast("int", source.counts[axis]) - 1)
        if interval is None or border is None:
            continue
        low, high = interval
        if tap < 0 and border[0] <= 0 and low < 0:
            yield low, min(high, -1)
        elif tap >= 0 and border[1] >= length - 1 and high >= length:
            yield max(low, length), high


def _interval(source: State, axis: int, position: int) -> tuple[int, int] | None:
    return cast("tuple[int, int] | None", source.layout.patterns[axis].interval(position))
