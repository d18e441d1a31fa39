"""The parts of a net: nodes whose names begin alike are a module, which reads and gives a few values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

from shapecalc.emission.calls import Region, mirrored, repeated_regions
from shapecalc.emission.forms import is_sequential
from shapecalc.emission.parts import INDICES, Item, LayerPart, Submodule, has_attributes
from shapecalc.layers import Shape
from shapecalc.measures.sizes import walk
from shapecalc.measures.unpooling import Unpooling
from shapecalc.net import Net, Node

#: The most values that a module of its own reads, and gives.
_MOST_VALUES = 5
#: Where the outputs of a net are read, behind all its nodes.
_END = 1 << 60


@final
@dataclass
class Partition:
    """How a net is divided into modules."""

    net: Net
    leaves: list[LayerPart] = field(init=False)
    #: where each value is read last, and where it is written
    last_reads: dict[str, int] = field(init=False)
    written: dict[str, int] = field(init=False)
    #: the shape of each value
    shapes: dict[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        self.leaves = list(_parts_of(self.net))
        self.written = {value: leaf.position for leaf in self.leaves for value in leaf.writes}
        self.last_reads = {value: leaf.position for leaf in self.leaves for value in leaf.reads}
        self.last_reads |= dict.fromkeys(self.net.outputs, _END)
        self.shapes = dict(self.net.inputs) | {leaf.writes[0]: leaf.shape for leaf in self.leaves}
        positions = {leaf.node.name: leaf.position for leaf in self.leaves}
        #: from where to where the weights of a node are used
        self.spans = {
            leaf.position: (positions[leaf.node.share], leaf.position) for leaf in self.leaves if leaf.node.share
        }
        #: the modules that are called more than once
        self.regions = repeated_regions(self.leaves, self.last_reads)
        self.called: dict[Item, Region] = {}
        #: the later calls of each of them, and of the modules in them
        self.calls: dict[Submodule, list[Submodule]] = {}

    def whole(self) -> Submodule:
        """The whole net."""
        items = self._with_calls(self._items(self.leaves, 0, 0))
        return Submodule((), tuple(items), tuple(self.net.inputs), self.net.outputs)

    def _items(self, leaves: Sequence[LayerPart], base: int, depth: int) -> list[Item]:
        """The parts of a module, in order.

        Args:
            leaves: its nodes.
            base: how many parts of their names are the module's.
            depth: how many parts of their names they have in common.
        """
        items: list[Item] = []
        groups: dict[str, list[LayerPart]] = {}
        for leaf in leaves:
            names = leaf.node.name.split(".")
            if len(names) == depth + 1:
                items.append(_at(leaf, tuple(names[base:])))
            else:
                groups.setdefault(names[depth], []).append(leaf)
        for group in groups.values():
            items += self._parts(group, base, depth + 1)
        return sorted(_alike(items), key=lambda item: item.position)

    def _parts(self, group: Sequence[LayerPart], base: int, depth: int) -> list[Item]:
        """The nodes whose names begin alike, as a module if they are one, else as the parts of the module around."""
        path = tuple(group[0].node.name.split(".")[:depth])
        region = self.regions.get(path)
        if region is not None:
            first = [leaf for leaf in group if region.contains(leaf.position, leaf.position)]
            scope = self._scope(first, base, depth, region)
            if scope is not None:
                self.called[scope] = region
                others = [leaf for leaf in group if leaf not in first]
                return [scope, *(_at(leaf, tuple(leaf.node.name.split(".")[base:])) for leaf in others)]
            del self.regions[path]
        scope = self._scope(group, base, depth)
        return [scope] if scope else self._items(group, base, depth)

    def _with_calls(self, items: list[Item]) -> list[Item]:
        """The parts of a module, with the nodes of each later call of another one as one part."""
        for owner in [item for item in items if isinstance(item, Submodule) and item in self.called]:
            region = self.called[owner]
            for positions in region.later():
                call = mirrored(owner, self.leaves, positions.start - region.first)
                self._remember(call)
                items = [item for item in items if item.position not in positions]
                items.append(call)
        return sorted(items, key=lambda item: item.position)

    def _remember(self, call: Submodule) -> None:
        if call.owner is not None:
            self.calls.setdefault(call.owner, []).append(call)
        for item in call.items:
            if isinstance(item, Submodule):
                self._remember(item)

    def _crosses(self, first: int, last: int) -> bool:
        """Whether weights of a module are used outside of it, or the other way round."""
        for low, high in self.spans.values():
            called = any(region.contains(low, low) and region.contains(first, last) for region in self.regions.values())
            if not called and (first <= low <= last < high or low < first <= high <= last):
                return True
        return False

    def _scope(
        self, group: Sequence[LayerPart], base: int, depth: int, region: Region | None = None
    ) -> Submodule | None:
        """Nodes as a module of its own, which is called more than once if it is a region; None where they are none."""
        first, last = group[0].position, group[-1].position
        if last - first + 1 != len(group) or not any(leaf.is_weighted for leaf in group):
            return None
        if self._crosses(first, last):
            return None
        reads = _distinct(value for leaf in group for value in leaf.reads if self.written.get(value, -1) < first)
        writes = tuple([value for leaf in group for value in leaf.writes if self.last_reads.get(value, -1) > last])
        if region is not None:
            writes = tuple([group[offset].writes[0] for offset in region.gives])
        if not (1 <= len(reads) <= _MOST_VALUES and 1 <= len(writes) <= _MOST_VALUES):
            return None
        path = tuple(group[0].node.name.split(".")[base:depth])
        scope = Submodule(path, tuple(self._with_calls(self._items(group, depth, depth))), reads, writes)
        return scope if is_sequential(scope) or has_attributes(scope) else None


def _alike(items: Sequence[Item]) -> list[Item]:
    """Modules of one structure give the same values, though nobody reads some of them, as in the last of a stack."""
    groups: dict[Any, list[Submodule]] = {}
    for item in items:
        if isinstance(item, Submodule) and item.owner is None:
            groups.setdefault(_structure(item), []).append(item)
    places = {scope: _places(scope) for group in groups.values() if len(group) > 1 for scope in group}
    changed: dict[Item, Item] = {}
    for group in groups.values():
        common = sorted({place for scope in group if len(group) > 1 for place in places[scope]})
        for scope in group if 1 < len(common) <= _MOST_VALUES else ():
            if len(scope.writes) < len(common):
                values = [leaf.writes[0] for leaf in _leaves(scope)]
                changed[scope] = replace(scope, writes=tuple([values[place] for place in common]))
    return [changed.get(item, item) for item in items]


def _structure(scope: Submodule) -> Any:
    """What is the same in modules that differ in numbers alone, and in the values that are read outside."""
    numbers = {value: number for number, value in enumerate(scope.reads)}
    parts = []
    for leaf in _leaves(scope):
        reads = tuple([numbers.get(value, -1) for value in leaf.reads])
        for value in leaf.writes:
            numbers[value] = len(numbers)
        parts.append((leaf.path, type(leaf.layer), reads, len(leaf.writes)))
    return (scope.path[:-1], len(scope.reads), *parts)


def _places(scope: Submodule) -> list[int]:
    """The numbers of the nodes whose values are read outside of a module."""
    values = {value: place for place, leaf in enumerate(_leaves(scope)) for value in leaf.writes}
    return [values[value] for value in scope.writes]


def _leaves(scope: Submodule) -> Iterator[LayerPart]:
    for item in scope.items:
        if isinstance(item, LayerPart):
            yield item
        else:
            yield from _leaves(item)


def _parts_of(net: Net) -> Iterable[LayerPart]:
    pairs = Unpooling(net).pairs
    pools = set(pairs.values())
    counts = Counter(value for node in net.nodes for value in node.inputs)
    counts.update([*net.inputs, *net.outputs])  # an input is its owner's
    views: dict[str, str] = {}
    weights = {node.name: layer for node, layer, _, _ in walk(net) if layer.buffers or any(layer.tensors())}
    readers = {value: node for node in net.nodes for value in node.inputs if counts[value] == 1}
    shapes: dict[str, Shape] = dict(net.inputs)
    for position, (node, layer, inputs, shape) in enumerate(walk(net)):
        if layer.values.get("inplace") is True and _is_read_again(node.inputs[0], counts, views):
            layer = layer.replace(inplace=False)  # noqa: PLW2901  as the built module does
        if layer.is_view() and node.inputs:
            views[node.name] = node.inputs[0]
        reads = node.inputs
        if node.name in pairs:
            reads = (*reads, pairs[node.name] + INDICES)
        if type(layer).__name__ == "Crop" and len(reads) == 1 and node.name in readers:
            beside = _beside(readers[node.name], shape, shapes)  # cut to the size of what it is joined with
            reads, inputs = (*reads, *beside), (*inputs, *(shapes[value] for value in beside))  # noqa: PLW2901
        shapes[node.name] = shape
        writes = (node.name, node.name + INDICES) if node.name in pools else (node.name,)
        if node.share and node.share not in weights:
            node = node._replace(share="")  # noqa: PLW2901  there is nothing to share
        yield LayerPart(node, (), layer, reads, writes, inputs, shape, position)


def _beside(reader: Node, shape: Shape, shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """A value that there is already, with which a crop is joined, and of whose size it is."""
    values = [value for value in reader.inputs if value in shapes and shapes[value][1:] == shape[1:]]
    return tuple(values[:1]) if type(reader.layer).__name__ == "Concat" else ()


def _is_read_again(value: str, counts: Mapping[str, int], views: Mapping[str, str]) -> bool:
    """Whether anything else reads the memory of a value, which a layer would overwrite."""
    while counts[value] == 1 and value in views:
        value = views[value]
    return counts[value] > 1


def _at(leaf: LayerPart, path: tuple[str, ...]) -> LayerPart:
    if not leaf.is_weighted:
        path = ("_".join(path),)
    return LayerPart(leaf.node, path, leaf.layer, leaf.reads, leaf.writes, leaf.inputs, leaf.shape, leaf.position)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
