"""What two nets have in common when they are the same but for the names of nodes without weights."""

from __future__ import annotations

from typing import NamedTuple

from shapecalc import Net
from shapecalc.layers import Layer, Shape
from shapecalc.measures.sizes import walk


class Place(NamedTuple):
    """A node: its name if it has weights, its layer, the places of what it reads, of its owner, and its shape."""

    name: str
    layer: Layer
    reads: tuple[int, ...]
    owner: int | None
    shape: Shape


def structure(net: Net) -> tuple[list[Place], list[int]]:
    """The nodes in their order, and the places of the outputs."""
    places = {name: number for number, name in enumerate(net.inputs)}
    rows = []
    for node, layer, _, shape in walk(net):
        has_weights = any(True for _ in layer.tensors()) and not node.share
        reads = tuple([places[name] for name in node.inputs])
        rows.append(Place(node.name if has_weights else "", plain(layer), reads, places.get(node.share), shape))
        places[node.name] = len(places)
    return rows, [places[name] for name in net.outputs]


def plain(layer: Layer) -> Layer:
    """A layer without what a module does not say, or says in another way: where numbers begin, and defaults."""
    changes: dict[str, object] = {}
    if layer.values.get("inplace"):
        changes["inplace"] = False
    if "return_indices" in layer.fields:
        changes["return_indices"] = False
    if "init" in layer.fields and "sizes" in layer.fields:
        changes["init"] = None
    if "stride" in layer.fields and layer.values["stride"] == layer.values["kernel_size"]:
        changes["stride"] = layer.fields["stride"].default_at(layer.rank)
    return layer.replace(**changes) if changes else layer
