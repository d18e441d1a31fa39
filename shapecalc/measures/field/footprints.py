"""The footprint: exactly which pixels of the input, cut at its border, one output position depends on."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple, TypeVar, final

from shapecalc.algebra import Int
from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.layers.core.motion import Motion, Slide
from shapecalc.measures.field.propagation import propagate
from shapecalc.measures.field.sequences import start
from shapecalc.measures.field.sliding import inside_of, taps_of
from shapecalc.measures.field.state import State
from shapecalc.measures.sizes import walk
from shapecalc.net import Net
from shapecalc.net.arguments import check_net

#: Positions that are followed back at most, over all layers; sets of this size still take seconds.
MAX_POSITIONS = 2_000_000

#: More boxes at one place than this are not compared with each other.
_COMPARED = 64

Positions = TypeVar("Positions", bound=Collection[int])
#: A box of positions: for each axis of the net's input a set of indices at one place of the net.
_Box = tuple[frozenset[int], ...]


def footprint(net: Net, name: str, index: tuple[int, ...]) -> tuple[tuple[int, int], ...] | None:
    """The first and last input position, along each axis, that an output position depends on.

    Norms are taken at inference: batch normalisation reads nothing else, the others read what their statistics are
    taken over. All channels count together, so that behind a pixel shuffle, whose positions come from different
    channels, it is what all of these see. Resizing by a factor that is no short binary fraction (1.3) is taken exactly,
    where torch rounds and may read one position beside.

    Args:
        net: the network, with numbers for its sizes; the first input's positions are meant.
        name: the node whose output is asked about.
        index: the position in that output along each axis of the input (without channels, or features behind time).

    Returns:
        For each axis the first and the last position; None where the output depends on no input (a gap between
        transposed kernels, or padding only).

    Raises:
        ShapecalcError: the sizes are letters, the index lies outside, or the sets grow too large.
    """
    seen = footprint_of(net, name, index)
    return seen.hull


@final
class Footprint(NamedTuple):
    """What an output position depends on, input position by input position.

    Attributes:
        boxes: for each way through the net the positions along each axis; it is all their combinations.
        lengths: how many positions the input has along each axis.
        bound: "" where it is exact, else why the output may depend on less.
    """

    boxes: frozenset[_Box]
    lengths: tuple[int, ...]
    bound: str

    @property
    def hull(self) -> tuple[tuple[int, int], ...] | None:
        """For each axis the first and the last position; None where there are none."""
        if not self.boxes:
            return None
        return tuple(
            (min(min(box[axis]) for box in self.boxes), max(max(box[axis]) for box in self.boxes))
            for axis in range(len(self.lengths))
        )

    def lines(self) -> tuple[frozenset[int], ...]:
        """The positions along the last of two axes, for each position along the first; of one axis, a single set."""
        *first, _ = self.lengths
        if not first:
            return (frozenset().union(*(box[0] for box in self.boxes)),)
        (count,) = first
        rows: list[set[int]] = [set() for _ in range(count)]
        for along, across in self.boxes:
            for place in along:
                rows[place] |= across
        return tuple(map(frozenset, rows))


def footprint_of(net: Net, name: str, index: tuple[int, ...]) -> Footprint:
    """Exactly which input positions an output position depends on, through branches and dilation.

    Args:
        net: as of :func:`footprint`.
        name: the node whose output is asked about.
        index: the position in that output along each axis of the input.

    Raises:
        ShapecalcError: the sizes are letters, the index lies outside, or the sets grow too large.
    """
    check_net(net)
    check_type("index", index, tuple, "a position along each axis, such as (0, 0)")
    for place in index:
        check_type("index", place, int, "whole numbers")
    target = net[name].name
    states = start(net)
    motions: dict[str, Motion] = {}
    for node, layer, inputs, output in walk(net):
        motions[node.name] = motion = layer.motion(inputs, output)
        states[node.name] = propagate(layer, motion, output, tuple(states[read] for read in node.inputs))
    source = next(iter(net.inputs))
    boxes: dict[str, set[_Box]] = {target: {_start(states[target], index)}}
    follower = _Follower()
    for node in net.ancestors(target):
        follower.layer = type(node.layer).__name__
        before = [states[read] for read in node.inputs]
        for box in _largest(boxes.pop(node.name, set())):
            for read, part in zip(node.inputs, follower.back(motions[node.name], before, box), strict=True):
                if part is not None:
                    boxes.setdefault(read, set()).add(part)
    lengths = tuple(map(_number, states[source].lengths))
    return Footprint(frozenset(_largest(boxes.get(source, set()))), lengths, follower.bound)


def _largest(boxes: set[_Box]) -> set[_Box]:
    """The boxes that lie in no other one: what a smaller one depends on, the larger does as well."""
    if len(boxes) > _COMPARED:
        return boxes
    return {box for box in boxes if not any(box != other and _lies_in(box, other) for other in boxes)}


def _lies_in(box: _Box, other: _Box) -> bool:
    return all(left <= right for left, right in zip(box, other, strict=True))


def _start(state: State, index: tuple[int, ...]) -> _Box:
    if len(index) != len(state.axes):
        raise SpecError(f"The input has {len(state.axes)} axes but the index has {len(index)} numbers.")
    for place, axis in zip(index, state.axes, strict=True):
        if not isinstance(axis.count, int) or not isinstance(axis.length, int):
            raise ShapecalcError("A footprint needs numbers for all sizes.")
        if not 0 <= place < axis.count:
            raise SpecError(f"Index {place} lies outside: there are {axis.count} positions.")
    return tuple(frozenset({place}) for place in index)


def _parted(box: _Box, dim: int, states: list[State]) -> tuple[list[_Box | None], bool]:
    """A box of what stands one behind the other along a dimension, in the positions of each input.

    And whether it is only a bound, because which positions are meant has been lost.
    """
    rooted = next(state for state in states if state.lengths)
    along = [axis for axis, place in enumerate(rooted.layout.dims) if place == dim]
    parts: list[_Box | None] = []
    start = 0
    for state in states:
        if not state.lengths:  # learned tensors alone
            parts.append(None)
            start += _number(state.shape[dim])
            continue
        size = math.prod(_number(state.counts[axis]) for axis in along)
        if len(along) == 1:
            part = tuple(
                frozenset(place - start for place in places if 0 <= place - start < size) if axis in along else places
                for axis, places in enumerate(box)
            )
        else:  # joined by flattening: which of its axes' positions are meant has been lost
            part = tuple(
                frozenset(range(_number(state.counts[axis]))) if axis in along else places
                for axis, places in enumerate(box)
            )
        parts.append(part if all(part) else None)
        start += size
    return parts, len(along) != 1


def _fitted(box: _Box, state: State) -> _Box:
    """A box at a place that was stretched to the size of another: its one position serves all."""
    return tuple(frozenset({0}) if axis.count == 1 else places for places, axis in zip(box, state.axes, strict=True))


@final
class _Follower:
    """Follows boxes back through layers, counting how much has been followed."""

    def __init__(self) -> None:
        self.positions = 0
        self.layer = ""
        self.bound = ""

    def limit(self, reason: str) -> None:
        """Note that what is followed back is a bound from here on; what made it one first stays the reason."""
        self.bound = self.bound or f"{self.layer} {reason}"

    def back(self, motion: Motion, states: list[State], box: _Box) -> list[_Box | None]:
        """The positions of each input that a layer reads for a box of its output; None where it reads nothing."""
        if motion.joined is not None and any(motion.joined in state.layout.dims for state in states):
            parts, is_bound = _parted(box, motion.joined, states)
            if is_bound:
                self.limit("joins what was flattened")
            return parts
        rooted = [state for place, state in enumerate(states) if place not in motion.sizes and state.lengths]
        if any(state.layout.dims != rooted[0].layout.dims for state in rooted):
            self.limit("reads branches that run along different dimensions")
        if motion.gathers_channels and any(state.layout.uneven for state in rooted):
            self.limit("takes neighbours from different channels, which see different places")
        befores = [
            self.before(motion, state, box) if place not in motion.sizes and state.lengths else None
            for place, state in enumerate(states)
        ]
        return [before and _fitted(before, state) for before, state in zip(befores, states, strict=True)]

    def before(self, motion: Motion, state: State, box: _Box) -> _Box | None:
        """The positions of one input that a layer reads for a box of its output."""
        axes = [
            places if dim is None else self.along(motion, axis, dim, state, places)
            for axis, (dim, places) in enumerate(zip(state.layout.dims, box, strict=True))
        ]
        return tuple(axes) if all(axes) else None

    def along(self, motion: Motion, axis: int, dim: int, state: State, places: frozenset[int]) -> frozenset[int]:
        """The positions along one axis that a layer reads for some positions of its output."""
        slide = motion.slide(dim)
        joint = slide is not None and not state.layout.pure[axis]
        if motion.reads_all(dim) or motion.loses(dim) or joint:
            if not motion.reads_all(dim) and _number(state.counts[axis]) > 1:
                self.limit(motion.reason)
            count = max(places) + 1 if dim in motion.causal else _number(state.counts[axis])
            return self.counted(frozenset(range(count)))
        if slide is not None and slide.reads.bound:
            self.limit(slide.reads.bound)
        return places if slide is None else self.taps(slide, state.shape[dim], places)

    def taps(self, slide: Slide, size: Int, places: frozenset[int]) -> frozenset[int]:
        """The positions, of ``size``, that a slide reads for some positions of its output."""
        length, taps = _number(size), taps_of(slide)
        left, right = map(_number, slide.cropped)
        inside = range(left, length - right)
        read: set[int] = set()
        for place in places:
            first, step, count = taps(place)
            self.counted(range(count))
            folded = (inside_of(first + step * tap, inside, slide.edge) for tap in range(count))
            read.update(position for position in folded if position is not None)
        return self.counted(frozenset(read))

    def counted(self, positions: Positions) -> Positions:
        self.positions += len(positions)
        if self.positions > MAX_POSITIONS:
            raise ShapecalcError(f"The footprint takes more than {MAX_POSITIONS:,} positions; use the field's formula.")
        return positions


def _number(size: Int) -> int:
    if not isinstance(size, int):
        raise ShapecalcError("A footprint needs numbers for all sizes.")
    return size
