"""A printed repair applied to the net that it is for, read from its words alone."""

from __future__ import annotations

import re
from typing import Any

from shapecalc import Net, Node, layers, parse
from shapecalc.formats import read_shape


def mended(net: Net, name: str, repair: str) -> Net:
    """The net with a repair of its node ``name``."""
    for change in repair.split(" with "):
        net = _changed(net, name, change)
    return net


def _changed(net: Net, name: str, change: str) -> Net:
    for pattern, apply in _FORMS.items():
        match = re.fullmatch(pattern, change)
        if match:
            words = {
                key: name if word in ("it", "its place", None) else word for key, word in match.groupdict().items()
            }
            return apply(net, **words)
    raise AssertionError(change)


def _joined(net: Net, first: str, second: str, node: str) -> Net:
    assert net[node].inputs == (first,)
    return _inserted(net, node, first, [layers.Concat()], (first, second))


def _before(net: Net, text: str, node: str, source: str = "") -> Net:
    return _inserted(net, node, source or net[node].inputs[0], [one.layer for one in parse(text).nodes])


def _inserted(net: Net, name: str, source: str, added: list[Any], reads: tuple[str, ...] = ()) -> Net:
    names = [f"{name}_added{len(net) + number}" for number in range(len(added))]
    sources = [reads or (source,), *[(before,) for before in names]]
    new = [Node(*parts) for parts in zip(names, added, sources[: len(names)], strict=True)]
    nodes: list[Node] = []
    for node in net.nodes:
        if node.name == name:
            nodes += new
            node = node._replace(inputs=tuple(names[-1] if read == source else read for read in node.inputs))  # noqa: PLW2901
        nodes.append(node)
    return Net(net.inputs, tuple(nodes), net.outputs)


def _in_place(net: Net, text: str, node: str) -> Net:
    return net.replacing(node, parse(text).nodes[0].layer)


def _resized(net: Net, node: str, shape: str) -> Net:
    return Net(dict(net.inputs) | {node: read_shape(shape)}, net.nodes, net.outputs)


def _argument(net: Net, node: str, argument: str, value: str) -> Net:
    layer = net[node].layer
    numbers: Any = read_shape(value, minimum=None, style="expressions")
    is_tuple = value.startswith("(")
    return net.replacing(node, layer.replace(**{argument: numbers if is_tuple else numbers[0]}))


#: Each form of a change, and how it is applied.
_FORMS: dict[str, Any] = {
    r"Concat\(\) of (?P<first>\S+) and (?P<second>\S+) before (?P<node>\S+)": _joined,
    r"(?P<text>.+) before (?P<node>\S+)": _before,
    r"(?P<text>.+) between (?P<source>\S+) and (?P<node>\S+)": _before,
    r"(?P<text>.+) in (?:place of )?(?P<node>its place|\S+)": _in_place,
    r"(?:(?P<node>[^ =]+) )?(?P<argument>\w+)=(?P<value>.+)": _argument,
    r"(?P<node>\S+) (?P<shape>\S+)": _resized,
}
