"""The footprint: exactly which pixels of the input, cut at its border, one output position depends on."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, TypeVar, final

from shapecalc.algebra import Env
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.merge import Concat
from shapecalc.layers.sized import Sized
from shapecalc.measures.field.layout import one_way, rearranged
from shapecalc.measures.field.propagation import State, initial, through, transposed_taps
from shapecalc.measures.sizes import walk
from shapecalc.net import Net

#: Positions that are followed back at most, over all layers; sets of this size still take seconds.
MAX_POSITIONS = 2_000_000

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
        index: the position in that output along each axis of the input (without channels).

    Returns:
        For each axis the first and the last position; None where the output depends on no input (a gap between
        transposed kernels, or padding only).

    Raises:
        ShapecalcError: the sizes are letters, the index lies outside, or the sets grow too large.
    """
    target = net[name].name
    walked = {node.name: (node, layer, inputs, output) for node, layer, inputs, output in walk(net)}
    states: dict[str, State] = {source: initial(shape) for source, shape in net.inputs.items()}
    for node, layer, inputs, output in walked.values():
        states[node.name] = through(layer, inputs, output, tuple(states[read] for read in node.inputs))
    source = next(iter(net.inputs))
    boxes: dict[str, set[_Box]] = {target: {_start(states[target], index)}}
    follower = _Follower()
    for node in net.ancestors(target):
        _, layer, inputs, output = walked[node.name]
        for box in boxes.pop(node.name, set()):
            reads = [states[read] for read in node.inputs]
            for read, before in zip(node.inputs, follower.back(layer, inputs, output, reads, box), strict=True):
                if before is not None:
                    boxes.setdefault(read, set()).add(before)
    seen = boxes.get(source)
    if not seen:
        return None
    return tuple(
        (min(min(box[axis]) for box in seen), max(max(box[axis]) for box in seen)) for axis in range(len(index))
    )


def _start(state: State, index: tuple[int, ...]) -> _Box:
    if len(index) != len(state.axes):
        raise SpecError(f"The input has {len(state.axes)} axes but the index has {len(index)} numbers.")
    for place, axis in zip(index, state.axes, strict=True):
        if not isinstance(axis.count, int) or not isinstance(axis.length, int):
            raise ShapecalcError("A footprint needs numbers for all sizes.")
        if not 0 <= place < axis.count:
            raise SpecError(f"Index {place} lies outside: there are {axis.count} positions.")
    return tuple(frozenset({place}) for place in index)


def _parted(box: _Box, along: tuple[int, ...], states: list[State]) -> list[_Box | None]:
    """A box of what stands one behind the other along an axis, in each one's own positions."""
    parts: list[_Box | None] = []
    passed = 0
    for state in states:
        size = math.prod(_number(state.axes[axis].count) for axis in along)
        if len(along) == 1:
            own = tuple(
                frozenset(place - passed for place in known if 0 <= place - passed < size) if axis in along else known
                for axis, known in enumerate(box)
            )
        else:  # joined by flattening: which of its axes' positions are meant has been lost
            own = tuple(
                frozenset(range(_number(state.axes[axis].count))) if axis in along else known
                for axis, known in enumerate(box)
            )
        parts.append(own if all(own) else None)
        passed += size
    return parts


def _fitted(box: _Box, state: State) -> _Box:
    """A box at a place that was stretched to the size of another: its one position serves all."""
    return tuple(frozenset({0}) if axis.count == 1 else known for known, axis in zip(box, state.axes, strict=True))


@final
class _Follower:
    """Follows boxes back through layers, counting how much has been followed."""

    def __init__(self) -> None:
        self.positions = 0

    def back(
        self, layer: Layer, inputs: tuple[Shape, ...], output: Shape, states: list[State], box: _Box
    ) -> list[_Box | None]:
        """The positions of each input that the layer reads for a box of its output; None where it reads nothing."""
        if isinstance(layer, Concat) and (along := states[0].layout[layer.along(inputs[0])]):
            return _parted(box, along, states)
        before = self.before(layer, inputs, output, states[0], box)
        if isinstance(layer, Sized):
            return [before, None][: len(states)]  # of a second input only the size is taken
        return [before and _fitted(before, state) for state in states]

    def before(self, layer: Layer, inputs: tuple[Shape, ...], output: Shape, state: State, box: _Box) -> _Box | None:
        """The positions that the layer reads, if all its inputs run along the same axes."""
        axes = list(box)
        shape = inputs[0]
        if isinstance(layer, Axiswise) and hasattr(layer, "reads"):
            count = layer.axes_of(shape)
            for place, (_, env) in enumerate(layer.axis_envs(shape)):
                dim = len(shape) - count + place
                for axis in state.layout[dim]:
                    axes[axis] = self.taps(layer, env, shape[dim], axes[axis])
        dims = (*layer.mixes(len(shape)), *layer.statistics(len(shape)))
        everywhere = {axis for dim in dims for axis in state.layout[dim]}
        before = one_way(layer, state.layout)
        for axis in everywhere.union(rearranged(layer, state.layout, inputs, output)[1]):
            count = max(axes[axis]) + 1 if axis in before else _number(state.axes[axis].count)
            axes[axis] = self.counted(frozenset(range(count)))
        return tuple(axes) if all(axes) else None

    def taps(self, layer: Axiswise, env: Env, size: Any, wanted: frozenset[int]) -> frozenset[int]:
        reads, edge, length = type(layer).reads, layer.edge(), _number(size)
        ring = _ring(env, length) if edge == "circular" else range(length)
        found: set[int] = set()
        transposed = transposed_taps(reads, dict(env), _number(reads.cycle.at(env)[0])) if reads.transposed else None
        for o in wanted:
            first, step, number = transposed(o) if transposed else reads.taps.at({**env, "o": o})
            self.counted(range(number))
            found.update(inside for k in range(number) if (inside := _inside(first + step * k, ring, edge)) is not None)
        return self.counted(frozenset(found))

    def counted(self, positions: Positions) -> Positions:
        self.positions += len(positions)
        if self.positions > MAX_POSITIONS:
            raise ShapecalcError(f"The footprint takes more than {MAX_POSITIONS:,} positions; use the field's formula.")
        return positions


def _ring(env: Env, length: int) -> range:
    """The positions that circular padding continues: torch crops one side before it pads the other."""
    return range(max(-env["before"], 0), length + min(env["after"], 0))


def _inside(position: int, inside: range, edge: str) -> int | None:
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


def _number(size: Any) -> int:
    if not isinstance(size, int):
        raise ShapecalcError("A footprint needs numbers for all sizes.")
    return size
