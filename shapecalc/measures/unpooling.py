"""Max unpoolings and the max poolings that they undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import final

from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.windows import extent
from shapecalc.net import Net, Node

#: The shape of a net's value by its name.
ShapeOf = Callable[[str], Shape]


@final
class Unpooling:
    """The pairs of a net: each max unpooling undoes the nearest max pooling before it that is not undone yet.

    torch checks less: it runs an unpooling to a larger map, which puts values where they did not come from.

    Attributes:
        is_needed: whether there is an unpooling.
    """

    def __init__(self, net: Net) -> None:
        self.net = net
        self.is_needed = any(layer.reads_indices for layer in net.layer_classes())

    @cached_property
    def pairs(self) -> dict[str, str]:
        """The name of each unpooling with that of its pooling; "" where there is none."""
        pools: list[Node] = []
        reach: dict[str, int] = dict.fromkeys(self.net.inputs, 0)  # the pools before a value, as bits
        undone: set[int] = set()
        pairs: dict[str, str] = {}
        for node in self.net.nodes:
            mask = 0
            for name in node.inputs:
                mask |= reach[name]
            if node.layer.reads_indices:
                place = _nearest(mask, pools, node.layer.rank, undone)
                undone.add(place)
                pairs[node.name] = pools[place].name if place >= 0 else ""
            elif node.layer.gives_indices():
                mask |= 1 << len(pools)
                pools.append(node)
            reach[node.name] = mask
        return pairs

    def check(self, node: Node, shape_of: ShapeOf) -> None:
        """Refuse an unpooling that has no pooling, or does not restore what its pooling reduced.

        Raises:
            ShapeError: saying which.
        """
        pool = self.pairs[node.name]
        if not pool:
            raise ShapeError(
                f"{node.layer!r} puts values back where a MaxPool{node.layer.rank}d took them from, "
                "but none comes before it that is not undone yet."
            )
        if any(Comparison(*sides).holds() is False for sides in self._sides(node, shape_of)):
            reduced, restored = (shape_text(shape_of(name)) for name in (pool, self.net[pool].inputs[0]))
            before, after = (shape_text(shape_of(name)) for name in (node.inputs[0], node.name))
            raise ShapeError(
                f"{node.layer!r} undoes {pool}, so it must turn {reduced} into {restored}, "
                f"but it turns {before} into {after}."
            )

    def windows(self, node: Node) -> Layer:
        """The unpooling with the windows of its pooling: an index lies within the window that it was taken from."""
        pool = self.net[self.pairs[node.name]].layer.values
        strides = pool["stride"] or pool["kernel_size"]
        kernels = tuple(map(extent, pool["kernel_size"], pool["dilation"]))
        return node.layer.replace(kernel_size=kernels, stride=strides, padding=pool["padding"])

    def conditions(self, node: Node, shape_of: ShapeOf) -> Iterator[Condition]:
        """What :meth:`check` requires of sizes with letters."""
        words = f"the size that {self.pairs[node.name]} reduced must be restored"
        for left, relation, right in self._sides(node, shape_of):
            yield Condition(words, (Comparison(left, relation, right),))

    def _sides(self, node: Node, shape_of: ShapeOf) -> Iterator[Comparison]:
        """What reaches and leaves an unpooling, compared with what leaves and reaches its pooling."""
        pool = self.net[self.pairs[node.name]]
        for name, twin in ((node.inputs[0], pool.name), (node.name, pool.inputs[0])):
            for left, right in zip(shape_of(name), shape_of(twin), strict=True):
                yield Comparison(left, Relation.EQUAL, right)


def _nearest(mask: int, pools: list[Node], rank: int, undone: set[int]) -> int:
    """The place of the last of some poolings that is not undone; -1 where there is none."""
    while mask:
        place = mask.bit_length() - 1
        if place not in undone and pools[place].layer.rank == rank:
            return place
        mask ^= 1 << place
    return -1
