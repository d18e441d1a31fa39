"""What is seen at one place of a net: for each axis of the input a pattern, and how many positions there are."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, final

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.layers import Shape
from shapecalc.layers.core.motion import Motion
from shapecalc.measures.field.axis import AxisField, Pattern
from shapecalc.measures.field.borders import interval_at
from shapecalc.measures.field.least import few


@final
class Layout:
    """What is seen at one place of a net, whatever the sizes. Compared by identity: see :func:`layout`.

    Attributes:
        patterns: the intervals that outputs see, along each axis of the net's input.
        dims: for each axis the dimension that runs along it; None where none does any longer.
        pure: for each axis whether the positions along its dimension are those of the axis, and no others.
        uneven: whether channels see different places, so that the patterns are those of all channels together.
        periods: how many entries each pattern has.
        has_tables: whether a pattern has more than one entry.
    """

    __slots__ = ("dims", "has_tables", "patterns", "periods", "pure", "uneven")

    def __init__(
        self, patterns: tuple[Pattern, ...], dims: tuple[int | None, ...], pure: tuple[bool, ...], *, uneven: bool
    ) -> None:
        self.patterns = patterns
        self.dims = dims
        self.pure = pure
        self.uneven = uneven
        self.periods = tuple([len(pattern.low) for pattern in patterns])
        self.has_tables = any(period > 1 for period in self.periods)


@remember()
def layout(
    patterns: tuple[Pattern, ...], dims: tuple[int | None, ...], pure: tuple[bool, ...], *, uneven: bool
) -> Layout:
    """The one layout of these values."""
    return Layout(patterns, dims, pure, uneven=uneven)


class State(NamedTuple):
    """The fields at one place of a net. Compared by identity.

    Attributes:
        shape: of what is there.
        layout: the patterns, and which dimensions run along which axes.
        counts: how many positions there are along each axis.
        lengths: how many positions the net's input has along each axis.
        motion: how the layer moves the axes that the place lies behind; None at the net's input.
        read: the places whose values it reads.
        local: the same place along the local path, without gates and statistics; None where nothing is left out.
        complete: whether every legal input is known to have as many positions as the patterns have entries.
    """

    shape: Shape
    layout: Layout
    counts: tuple[Int, ...]
    lengths: tuple[Int, ...]
    motion: Motion | None = None
    read: tuple[State, ...] = ()
    local: State | None = None
    complete: bool = False

    @property
    def entries(self) -> tuple[int, ...]:
        """How many entries of each axis's pattern stand for positions that there are."""
        if not self.layout.has_tables and 0 not in self.counts:
            return self.layout.periods  # the usual case: one entry stands for any number of positions
        return tuple(map(Pattern.entries, self.layout.patterns, self.counts))

    def lacks_outputs(self) -> bool:
        """Whether a field is only a bound because there may be fewer outputs than its table has entries."""
        return any(few(self, axis) for axis in range(len(self.counts)))

    @property
    def axes(self) -> tuple[AxisField, ...]:
        """The field along each axis of the net's input."""
        return fields_of(self)


# what is remembered of a place is found by it
State.__hash__ = object.__hash__  # type: ignore[method-assign]
State.__eq__ = object.__eq__  # type: ignore[method-assign]


@remember()
def fields_of(state: State) -> tuple[AxisField, ...]:
    """The field along each axis of the net's input."""
    fields = zip(state.layout.patterns, state.counts, state.lengths, strict=True)
    return tuple(
        [
            AxisField(pattern.bounded(few(state, axis)), count, length, border=partial(interval_at, state, axis))
            for axis, (pattern, count, length) in enumerate(fields)
        ]
    )
