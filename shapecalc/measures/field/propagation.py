"""Receptive fields: which inputs each output sees, along each axis of the input.

Along one axis, output index o of a layer sees an interval of inputs. Moving o on by a whole number of outputs moves
the interval by a whole number of inputs, so the interval is known for all o from a short table: one entry for
convolutions and pools, more where something is transposed or resized. Composition and hulls of tables are exact.
Intervals reach into the padding; :mod:`shapecalc.measures.field.footprints` cuts them at the border.

Behind windows, the tables follow from the layers alone. Only what reads a dimension from end to end needs its size.
"""

from functools import reduce
from typing import NamedTuple

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.motion import STILL, Motion, Slide
from shapecalc.measures.field.axis import AxisField, Pattern
from shapecalc.measures.field.branches import merge_branches, side_by_side
from shapecalc.measures.field.gates import ungated
from shapecalc.measures.field.least import few
from shapecalc.measures.field.sliding import OpenPatternError, full_extent, slid, widened
from shapecalc.measures.field.state import Layout, State, layout
from shapecalc.measures.sizes import MAX_DIGITS

_LARGEST = 10**MAX_DIGITS


@remember()
def initial(shape: Shape, *, sequence: bool = False) -> State:
    """The fields of the input itself: every position sees itself.

    The first dimension counts as channels; of a ``sequence``, the last one does, and the first counts its steps.
    """
    sizes = shape[:1] if sequence else shape[1:] if len(shape) > 1 else shape
    lead = 0 if sequence else len(shape) - len(sizes)
    patterns = (Pattern((0,), (0,), 1),) * len(sizes)
    dims = tuple(range(lead, lead + len(sizes)))
    return State(shape, layout(patterns, dims, (True,) * len(sizes), uneven=False), sizes, sizes)


def propagate(layer: Layer, motion: Motion, output: Shape, states: tuple[State, ...]) -> State:
    """The fields behind a layer, from those of its inputs and the way in which it moves axes.

    What is computed from learned tensors alone has no axes of the net's input, and is left out where it is joined.
    """
    if motion is STILL and len(states) == 1 and states[0].shape == output:
        return states[0]
    state = _seen(type(layer).__name__, motion, output, states)
    left_out = any(state.local for state in states)
    if len(states) == 1 and not left_out and not motion.statistics:  # no gate before it, and it is none
        return state
    local = _local(type(layer).__name__, motion, output, states)
    if local is not None and local.layout is state.layout and not left_out:  # a norm over a single position, say
        return state
    return state._replace(local=local)


def _local(name: str, motion: Motion, output: Shape, states: tuple[State, ...]) -> State | None:
    """The fields behind a layer along the local path, without gates and statistics; None where there are none."""
    near = tuple([state.local or state for state in states])
    if motion is STILL and len(near) > 1 and any(1 in state.counts for state in near):
        near = ungated(near)
    if near == states and not motion.statistics:
        return None
    own = motion._replace(statistics=()) if motion.statistics else motion
    return near[0] if own == STILL and len(near) == 1 else _seen(name, own, output, near)


def _seen(name: str, motion: Motion, output: Shape, states: tuple[State, ...]) -> State:
    """The fields behind a layer whose inputs have these."""
    if len(states) == 1:
        (state,) = states
        # where nothing comes out, a rule may not be defined
        move = None if 0 in output else _move(name, motion, state.layout)
        if move is not None:
            return State(
                output, move.layout, _counts(move.sources, output, state.counts), state.lengths, motion, states
            )
    return _joined(name, motion, output, states)


class _Move(NamedTuple):
    """What a motion makes of a layout, where that does not depend on sizes.

    Attributes:
        layout: the layout behind it.
        sources: where the new number of positions along each axis stands: see :func:`_counts`.
    """

    layout: Layout
    sources: tuple[int, ...]


class _Sizes(NamedTuple):
    """The sizes on which a layout may depend: those of the output and of what it reads, and its positions by axis."""

    output: Shape
    before: State
    after: tuple[Int, ...]


class _NeedsSizesError(Exception):
    """The layout behind a layer depends on the sizes of its input."""


@remember()
def _move(name: str, motion: Motion, before: Layout) -> _Move | None:
    """What a motion makes of a layout whatever the sizes; None where they matter."""
    try:
        return _Move(_layout_behind(name, motion, before, None), _sources(motion, before))
    except _NeedsSizesError:
        return None


def _sources(motion: Motion, before: Layout) -> tuple[int, ...]:
    """Where the number of positions along each axis stands, among those before and the sizes of the output."""
    sources = list(range(len(before.dims)))
    for axis, (dim, pure) in enumerate(zip(before.dims, before.pure, strict=True)):
        place = motion.place(dim) if dim is not None and pure and motion.resizes(dim) else None
        if place is not None:
            sources[axis] = len(sources) + place
    return tuple(sources)


def _counts(sources: tuple[int, ...], output: Shape, counts: tuple[Int, ...]) -> tuple[Int, ...]:
    return tuple(map((*counts, *output).__getitem__, sources))


def _joined(name: str, motion: Motion, output: Shape, states: tuple[State, ...]) -> State:
    """The fields of outputs that read all inputs but those of which only the size is taken."""
    read = tuple([state for place, state in enumerate(states) if place not in motion.sizes and state.lengths])
    if not read:
        return State(output, layout((), (), (), uneven=False), (), (), motion)
    if len(read) < len(states) and motion is STILL:
        motion = _stretch(output, read)
    branches = read if motion is STILL else [_behind(name, motion, output, state) for state in read]
    merged = reduce(_merged, branches)
    after = merged.layout
    if motion.joined is not None and any(state.axes != states[0].axes for state in states):
        after = layout(after.patterns, after.dims, after.pure, uneven=True)
    return State(output, after, merged.counts, merged.lengths, motion, read)


def _stretch(output: Shape, read: tuple[State, ...]) -> Motion:
    """The motion of values of which some dimensions are stretched to those of a learned tensor."""
    dims = [dim for dim, size in enumerate(output) if size != 1 and all(state.shape[dim] == 1 for state in read)]
    return Motion(full=tuple(dims)) if dims else STILL


def _behind(name: str, motion: Motion, output: Shape, state: State) -> State:
    """The fields of outputs that read one of the inputs."""
    counts = _counts(_sources(motion, state.layout), output, state.counts)
    after = _layout_behind(name, motion, state.layout, _Sizes(output, state, counts))
    return State(output, after, counts, state.lengths)


def _layout_behind(name: str, motion: Motion, before: Layout, sizes: _Sizes | None) -> Layout:
    """The layout of outputs that read one of the inputs.

    Raises:
        _NeedsSizesError: no sizes are given, and it depends on them.
    """
    patterns = tuple([_pattern(name, motion, before, axis, sizes) for axis in range(len(before.dims))])
    dims = tuple([None if dim is None else motion.place(dim) for dim in before.dims])
    pure = tuple(
        [
            pure and place is not None and (motion.keeps_apart(place) or _fills(place, axis, dims, sizes))
            for axis, (place, pure) in enumerate(zip(dims, before.pure, strict=True))
        ]
    )
    uneven = motion.parts_channels or (before.uneven and 0 not in motion.full)
    return layout(patterns, dims, pure, uneven=uneven)


def _fills(place: int, axis: int, dims: tuple[int | None, ...], sizes: _Sizes | None) -> bool:
    """Whether a dimension that others are joined into holds the positions of one axis alone."""
    if sizes is None:
        raise _NeedsSizesError
    return dims.count(place) == 1 and sizes.after[axis] == sizes.output[place]


def _pattern(name: str, motion: Motion, before: Layout, axis: int, sizes: _Sizes | None) -> Pattern:
    """The pattern along one axis."""
    pattern, dim = before.patterns[axis], before.dims[axis]
    if dim is not None:
        pattern = _read(name, motion, pattern, dim, axis, sizes, pure=before.pure[axis])
    if motion.gathers_channels and before.uneven:
        pattern = pattern.bounded(f"{name} takes neighbours from different channels, which see different places")
    return pattern


def _read(
    name: str, motion: Motion, pattern: Pattern, dim: int, axis: int, sizes: _Sizes | None, *, pure: bool
) -> Pattern:
    """The pattern along an axis that runs along dimension ``dim``."""
    slide = motion.slide(dim)
    if motion.reads_all(dim):
        pattern = _full(pattern, axis, sizes)
        if dim in motion.causal:
            pattern = pattern.bounded("a recurrence in one direction sees what comes before")
    if motion.loses(dim) or (slide is not None and not pure):
        # where all positions see the same, it does not matter where they are
        if pattern.is_constant and dim != motion.joined:
            return pattern
        return _full(pattern, axis, sizes).bounded(f"{name} {motion.reason}")
    return pattern if slide is None else _bounded(name, _slid(pattern, slide, axis, sizes))


def _full(pattern: Pattern, axis: int, sizes: _Sizes | None) -> Pattern:
    if pattern.is_constant:
        return pattern
    if sizes is None:
        raise _NeedsSizesError
    return full_extent(pattern, sizes.before.counts[axis]).bounded(few(sizes.before, axis))


def _slid(pattern: Pattern, slide: Slide, axis: int, sizes: _Sizes | None) -> Pattern:
    if sizes is not None and sizes.after[axis] == 0:  # where nothing comes out, nothing can be worked out from it
        return _full(pattern, axis, sizes)
    if pattern.growth != 0:
        return _widened(pattern, slide, axis, sizes)
    try:
        return slid(pattern, slide)
    except OpenPatternError as reason:
        extent = _full(pattern, axis, sizes)
        if sizes is not None and _covers(slide, axis, sizes):
            return extent
        return _widened(extent._replace(bound=extent.bound or str(reason), growth=pattern.pace), slide, axis, sizes)


def _widened(extent: Pattern, slide: Slide, axis: int, sizes: _Sizes | None) -> Pattern:
    if sizes is None:
        raise _NeedsSizesError
    return widened(extent, slide, sizes.before.counts[axis], sizes.after[axis])


def _bounded(name: str, pattern: Pattern) -> Pattern:
    """The pattern, unless its numbers grow beyond those of a size."""
    if isinstance(pattern.advance, int) and pattern.advance >= _LARGEST:
        raise ShapecalcError(f"{name}: the jump of the receptive field has more than {MAX_DIGITS} digits.")
    return pattern


def _covers(slide: Slide, axis: int, sizes: _Sizes) -> bool:
    """Whether the only output along an axis reads all its positions, as behind global pooling."""
    return sizes.after[axis] == 1 and slide.taps(0) == (0, 1, sizes.before.counts[axis])


def _merged(left: State, right: State) -> State:
    """The fields of something that reads two places at the same position."""
    if left is right:
        return left
    if left.counts == right.counts:
        merged = _merged_layout(left.layout, right.layout)
        if merged is not None:
            return State(left.shape, merged, left.counts, left.lengths)
    if len(left.axes) != len(right.axes):
        axes = [_unordered(axis, axis) for axis in left.axes]
    elif left.layout.dims != right.layout.dims:
        axes = list(map(_unordered, left.axes, right.axes))
    else:
        axes = list(map(merge_branches, left.axes, right.axes))
    patterns, counts = tuple([axis.pattern for axis in axes]), tuple([axis.count for axis in axes])
    uneven = left.layout.uneven or right.layout.uneven
    return State(left.shape, layout(patterns, left.layout.dims, left.layout.pure, uneven=uneven), counts, left.lengths)


@remember()
def _merged_layout(left: Layout, right: Layout) -> Layout | None:
    """The hulls of two layouts, position by position; None where that depends on sizes."""
    if left.dims != right.dims:
        return None
    patterns = []
    for pair in zip(left.patterns, right.patterns, strict=True):
        pattern = side_by_side(*pair)
        if pattern is None:
            return None
        patterns.append(pattern)
    return layout(tuple(patterns), left.dims, left.pure, uneven=left.uneven or right.uneven)


def _unordered(left: AxisField, right: AxisField) -> AxisField:
    """The field of something that reads, at one position, positions of two that have nothing to do with each other."""
    full = [AxisField(full_extent(axis.pattern, axis.count), left.count, left.length) for axis in (left, right)]
    pattern = merge_branches(*full).pattern
    return AxisField(pattern._replace(bound="the branches run along different dimensions"), left.count, left.length)
