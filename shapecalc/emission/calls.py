"""Modules that are called more than once: the nodes of a later call share the weights of those of the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, final

from shapecalc.emission.parts import Item, LayerPart, Submodule


@final
class Region(NamedTuple):
    """The nodes of a module in its first call, and where its calls begin.

    Assignments:
        first: the position of its first node.
        length: how many nodes it has.
        starts: the position of the first node of each later call.
        gives: the offsets of the nodes whose values are read outside, in any of the calls.
    """

    first: int
    length: int
    starts: tuple[int, ...]
    gives: tuple[int, ...]

    def contains(self, first: int, last: int) -> bool:
        """Whether nodes lie in the first call."""
        return self.first <= first and last < self.first + self.length

    def later(self) -> Iterator[range]:
        """The positions of each later call."""
        return (range(start, start + self.length) for start in self.starts)


def repeated_regions(leaves: Sequence[LayerPart], last_reads: Mapping[str, int]) -> dict[tuple[str, ...], Region]:
    """The modules that are called more than once, by the parts of their names; of nested ones the outermost."""
    sharers: dict[str, list[int]] = {}
    for leaf in leaves:
        if leaf.node.share:
            sharers.setdefault(leaf.node.share, []).append(leaf.position)
    if not sharers:
        return {}
    members: dict[tuple[str, ...], list[LayerPart]] = {}
    for leaf in leaves:
        parts = leaf.node.name.split(".")
        for depth in range(1, len(parts)):
            members.setdefault(tuple(parts[:depth]), []).append(leaf)
    regions: dict[tuple[str, ...], Region] = {}
    for path in sorted(members, key=len):
        if not any(path[:depth] in regions for depth in range(1, len(path))):
            region = _region(leaves, members[path], sharers, last_reads)
            if region is not None:
                regions[path] = region
    return regions


def _region(
    leaves: Sequence[LayerPart],
    group: Sequence[LayerPart],
    sharers: Mapping[str, list[int]],
    last_reads: Mapping[str, int],
) -> Region | None:
    """The first call of a module and the later ones; None where what has its weights is not calls of the whole."""
    owners = [leaf for leaf in group if leaf.is_weighted]
    shared = {position for leaf in owners for position in sharers.get(leaf.node.name, ())}
    if len(owners) < 2 or not shared:
        return None
    first, pilot = group[0].position, owners[0]
    starts = tuple([position - (pilot.position - first) for position in sharers.get(pilot.node.name, ())])
    length = _run(group, shared)
    if starts:
        length = min(length, starts[0] - first)
    end = first + length
    if not starts or any(leaf.position >= end for leaf in owners) or length < len(owners):
        return None
    if not all(_is_same_call(leaves, first, start, length) for start in starts):
        return None
    if shared != {start + leaf.position - first for start in starts for leaf in owners}:
        return None
    gives = {
        offset
        for start in (first, *starts)
        for offset in range(length)
        if last_reads.get(leaves[start + offset].writes[0], -1) >= start + length
    }
    return Region(first, length, starts, tuple(sorted(gives)))


def _run(group: Sequence[LayerPart], shared: set[int]) -> int:
    """How many nodes of a module stand one behind the other, up to the first that has the weights of another."""
    first = group[0].position
    for number, leaf in enumerate(group):
        if leaf.position != first + number or leaf.position in shared:
            return number
    return len(group)


def _is_same_call(leaves: Sequence[LayerPart], first: int, start: int, length: int) -> bool:
    """Whether the nodes from a position on are those of the first call again, on other values."""
    if start < first + length or start + length > len(leaves):
        return False
    twins: dict[str, str] = {}
    inner: set[str] = set()  # what is computed in the first call
    again: set[str] = set()  # and in the later one
    for offset in range(length):
        left, right = leaves[first + offset], leaves[start + offset]
        owner = left.node.name if left.is_weighted else left.node.share
        if left.layer != right.layer or owner != right.node.share or len(left.reads) != len(right.reads):
            return False
        if len(left.writes) > 1 or left.is_free or left.node.trainable != right.node.trainable:
            return False
        for value, twin in zip(left.reads, right.reads, strict=True):
            if twins.setdefault(value, twin) != twin or (value in inner) != (twin in again):
                return False
        twins[left.writes[0]] = right.writes[0]
        inner.add(left.writes[0])
        again.add(right.writes[0])
    return True


def mirrored(scope: Submodule, leaves: Sequence[LayerPart], shift: int) -> Submodule:
    """A later call of a module: its parts are those of the first call, further on in the net."""
    names: dict[str, str] = {}
    items: list[Item] = []
    for item in scope.items:
        twin: Item = mirrored(item, leaves, shift) if isinstance(item, Submodule) else leaves[item.position + shift]
        items.append(twin)
        names |= dict(zip((*item.reads, *item.writes), (*twin.reads, *twin.writes), strict=True))
    reads = tuple([names[value] for value in scope.reads])
    writes = tuple([names[value] for value in scope.writes])
    return Submodule(_path(scope, items), tuple(items), reads, writes, owner=scope)


def _path(scope: Submodule, items: Sequence[Item]) -> tuple[str, ...]:
    """The name of a later call, where its nodes have one of their own before what they are called in the module."""
    left, right = (_first_leaf(parts).node.name.split(".") for parts in (scope.items, items))
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return tuple(right) if right and (*left,)[-len(scope.path) :] == scope.path else scope.path


def _first_leaf(items: Sequence[Item]) -> LayerPart:
    item = items[0]
    return item if isinstance(item, LayerPart) else _first_leaf(item.items)
