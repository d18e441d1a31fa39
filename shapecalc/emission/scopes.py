"""The parts of a net: nodes whose names begin alike are a module, which reads and gives a few values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

from shapecalc.emission.forms import is_sequential
from shapecalc.emission.parts import INDICES, Item, LayerPart, Submodule, has_attributes
from shapecalc.layers import Shape
from shapecalc.measures.sizes import walk
from shapecalc.measures.unpooling import Unpooling
from shapecalc.net import Net

#: The most values that a module of its own reads, and gives.
_MOST_VALUES = 3
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

    def whole(self) -> Submodule:
        """The whole net."""
        items = self._items(self.leaves, 0, 0)
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
            scope = self._scope(group, base, depth + 1)
            items += [scope] if scope else self._items(group, base, depth + 1)
        return sorted(items, key=lambda item: item.position)

    def _scope(self, group: Sequence[LayerPart], base: int, depth: int) -> Submodule | None:
        """Nodes as a module of its own; None where they are none."""
        first, last = group[0].position, group[-1].position
        if last - first + 1 != len(group) or not any(leaf.is_weighted for leaf in group):
            return None
        if any(first <= low <= last < high or low < first <= high <= last for low, high in self.spans.values()):
            return None
        reads = _distinct(value for leaf in group for value in leaf.reads if self.written.get(value, -1) < first)
        writes = tuple([value for leaf in group for value in leaf.writes if self.last_reads.get(value, -1) > last])
        if not (1 <= len(reads) <= _MOST_VALUES and 1 <= len(writes) <= _MOST_VALUES):
            return None
        path = tuple(group[0].node.name.split(".")[base:depth])
        scope = Submodule(path, tuple(self._items(group, depth, depth)), reads, writes)
        return scope if is_sequential(scope) or has_attributes(scope) else None


def _parts_of(net: Net) -> Iterable[LayerPart]:
    pairs = Unpooling(net).pairs
    pools = set(pairs.values())
    counts = Counter(value for node in net.nodes for value in node.inputs)
    counts.update([*net.inputs, *net.outputs])  # an input is its owner's
    views: dict[str, str] = {}
    weights = {node.name: layer for node, layer, _, _ in walk(net) if layer.buffers or any(layer.tensors())}
    for position, (node, layer, inputs, shape) in enumerate(walk(net)):
        if layer.values.get("inplace") is True and _is_read_again(node.inputs[0], counts, views):
            layer = layer.replace(inplace=False)  # noqa: PLW2901  as the built module does
        if layer.is_view() and node.inputs:
            views[node.name] = node.inputs[0]
        reads = node.inputs
        if node.name in pairs:
            reads = (*reads, pairs[node.name] + INDICES)
        writes = (node.name, node.name + INDICES) if node.name in pools else (node.name,)
        if node.share and node.share not in weights:
            node = node._replace(share="")  # noqa: PLW2901  there is nothing to share
        yield LayerPart(node, (), layer, reads, writes, inputs, shape, position)


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
