"""Receptive fields: which inputs each output sees, along each axis of the input.

Along one axis, output index o of a layer sees an interval of inputs. Moving o on by a whole number of outputs moves
the interval by a whole number of inputs, so the interval is known for all o from a short table: one entry for
convolutions and pools, more where something is transposed or resized. Composition and hulls of tables are exact.
Intervals reach into the padding; :mod:`shapecalc.measures.field.footprints` cuts them at the border.
"""

from __future__ import annotations

from functools import reduce
from typing import final

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.motion import STILL, Motion, Slide
from shapecalc.measures.field.axis import AxisField, Pattern
from shapecalc.measures.field.branches import merge_branches
from shapecalc.measures.field.sliding import OpenPatternError, full_extent, slid


@final
class State:
    """The fields at one place of a net. Compared by identity.

    Attributes:
        shape: of what is there.
        axes: the field along each axis of the net's input.
        dims: for each axis the dimension that runs along it; None where none does any longer.
        uneven: whether channels see different places, so that the fields are those of all channels together.
    """

    __slots__ = ("axes", "dims", "shape", "uneven")

    def __init__(
        self, shape: Shape, axes: tuple[AxisField, ...], dims: tuple[int | None, ...], *, uneven: bool = False
    ) -> None:
        self.shape = shape
        self.axes = axes
        self.dims = dims
        self.uneven = uneven

    def is_pure(self, axis: int) -> bool:
        """Whether the positions along the axis's dimension are those of the axis, and no others."""
        dim = self.dims[axis]
        return dim is not None and self.axes[axis].count == self.shape[dim] and self.dims.count(dim) == 1


@remember()
def initial(shape: Shape) -> State:
    """The fields of the input itself: every position sees itself. The first dimension counts as channels."""
    spatial = shape[1:] if len(shape) > 1 else shape
    lead = len(shape) - len(spatial)
    axes = tuple(AxisField(Pattern((0,), (0,), 1), size, size) for size in spatial)
    return State(shape, axes, tuple(range(lead, len(shape))))


def propagate(layer: Layer, motion: Motion, output: Shape, states: tuple[State, ...]) -> State:
    """The fields behind a layer, from those of its inputs and the way in which it moves axes."""
    if motion is STILL and len(states) == 1 and states[0].shape == output:
        return states[0]
    name = type(layer).__name__
    branches = [state for place, state in enumerate(states) if place not in motion.sizes]
    if motion is not STILL:
        branches = [_behind(name, motion, output, state) for state in branches]
    merged = reduce(_merged, branches)
    uneven = motion.parts_channels or (0 not in motion.full and (_differ(motion, states) or merged.uneven))
    axes = merged.axes
    if motion.gathers_channels and merged.uneven:
        reason = f"{name} takes neighbours from different channels, which see different places"
        axes = tuple(AxisField(axis.pattern.bounded(reason), axis.count, axis.length) for axis in axes)
    return State(output, axes, merged.dims, uneven=uneven)


def _differ(motion: Motion, states: tuple[State, ...]) -> bool:
    """Whether inputs are joined that see different places."""
    return motion.joined is not None and any(state.axes != states[0].axes for state in states)


def _behind(name: str, motion: Motion, output: Shape, state: State) -> State:
    """The fields of outputs that read one of the inputs."""
    axes: list[AxisField] = []
    dims: list[int | None] = []
    for number, (axis, dim) in enumerate(zip(state.axes, state.dims, strict=True)):
        if dim is None:
            pattern, count, place = axis.pattern, axis.count, None
        else:
            pure = state.is_pure(number)
            place = motion.place(dim)
            resized = pure and place is not None and motion.resizes(dim)
            count = output[place] if resized and place is not None else axis.count
            pattern = _pattern(name, motion, axis, dim, count, pure=pure)
        if motion.statistics:
            pattern = pattern.bounded(f"{name}: {motion.statistics_reason}")
        axes.append(AxisField(pattern, count, axis.length))
        dims.append(place)
    return State(output, tuple(axes), tuple(dims), uneven=state.uneven)


def _pattern(name: str, motion: Motion, axis: AxisField, dim: int, count: Int, *, pure: bool) -> Pattern:
    """The pattern along an axis that runs along dimension ``dim``, where ``count`` positions come out."""
    pattern = axis.pattern
    slide = motion.slide(dim)
    if dim in motion.full:
        pattern = full_extent(pattern, axis.count)
        if dim in motion.causal:
            pattern = pattern.bounded("a recurrence in one direction sees what comes before")
    if motion.loses(dim) or (slide is not None and not pure):
        # where all positions see the same, it does not matter where they are
        if pattern.is_constant and dim != motion.joined:
            return pattern
        return full_extent(pattern, axis.count).bounded(f"{name} {motion.reason}")
    return pattern if slide is None else _slid(axis, slide, count)


def _slid(axis: AxisField, slide: Slide, count: Int) -> Pattern:
    if count == 0:  # where nothing comes out, nothing can be worked out from it
        return full_extent(axis.pattern, axis.count)
    try:
        return slid(axis.pattern, slide)
    except OpenPatternError as reason:
        return full_extent(axis.pattern, axis.count)._replace(bound=str(reason))


def _merged(left: State, right: State) -> State:
    """The fields of something that reads two places at the same position."""
    if left is right:
        return left
    uneven = left.uneven or right.uneven
    if len(left.axes) != len(right.axes):
        axes = tuple(_unordered(axis, axis) for axis in left.axes)
    elif left.dims != right.dims:
        axes = tuple(map(_unordered, left.axes, right.axes))
    else:
        axes = tuple(map(merge_branches, left.axes, right.axes))
    return State(left.shape, axes, left.dims, uneven=uneven)


def _unordered(left: AxisField, right: AxisField) -> AxisField:
    """The field of something that reads, at one position, positions of two that have nothing to do with each other."""
    full = [AxisField(full_extent(axis.pattern, axis.count), left.count, left.length) for axis in (left, right)]
    pattern = merge_branches(*full).pattern
    return AxisField(pattern._replace(bound="the branches run along different dimensions"), left.count, left.length)
