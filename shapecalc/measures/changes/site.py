"""The place where a net breaks, and the changes that can be made there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple, final

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape, layer_classes
from shapecalc.measures.sizes import apply, shapes_reaching
from shapecalc.net import Net, Node


@final
class Change(NamedTuple):
    """A net that differs from the refused one, and the difference in a short phrase."""

    phrase: str
    net: Net


@final
class Site(NamedTuple):
    """A node that refuses what reaches it.

    Attributes:
        net: the whole net.
        node: the node.
        shapes: those of the inputs and of the nodes before it.
        name: the node's name where a phrase must say it, or "".
    """

    net: Net
    node: Node
    shapes: Mapping[str, Shape]
    name: str

    @property
    def inputs(self) -> tuple[Shape, ...]:
        """The shapes that reach the node."""
        return shapes_reaching(self.node, self.shapes, self.net.learned())

    def before(self, *layers: Layer, place: int = 0) -> Change:
        """Layers between the node and one of its inputs."""
        added: list[Node] = []
        for layer, name in zip(layers, self._new_names(), strict=False):
            source = added[-1].name if added else self.node.inputs[place]
            added.append(Node(name, layer, (source,)))
        reads = tuple([added[-1].name if at == place else name for at, name in enumerate(self.node.inputs)])
        reader = self.name or "it"
        position = (
            f"between {self.node.inputs[place]} and {reader}" if len(self.node.inputs) > 1 else f"before {reader}"
        )
        return Change(
            f"{' '.join(map(repr, layers))} {position}", self._with([*added, self.node._replace(inputs=reads)])
        )

    def joined(self, name: str) -> Change:
        """The node reads what it reads joined with another value."""
        source = self.node.inputs[0]
        concat = Node(next(self._new_names()), layer_classes()["Concat"](), (source, name))
        phrase = f"Concat() of {source} and {name} before {self.name or 'it'}"
        return Change(phrase, self._with([concat, self.node._replace(inputs=(concat.name,))]))

    def replaced(self, layer: Layer) -> Change | None:
        """Another layer in its place; None where a node that shares its weights cannot."""
        phrase = f"{layer!r} in {f'place of {self.name}' if self.name else 'its place'}"
        return self._replacing(layer, phrase)

    def _replacing(self, layer: Layer, phrase: str) -> Change | None:
        try:
            return Change(phrase, self.net.replacing(self.node.name, layer))
        except ShapecalcError:  # another node has these weights in a layer of another kind
            return None

    def argument(self, **values: Any) -> Change | None:
        """The layer with other arguments; None where it cannot have them."""
        layer = self.node.layer
        try:
            changed = layer.replace(**values)
        except ShapecalcError:
            return None
        fields = [f"{name}={layer.fields[name].write(value)}" for name, value in values.items()]
        return self._replacing(changed, " ".join(filter(None, [self.name, *fields])))

    def accepts(self, change: Change) -> bool:
        """Whether the node itself is legal after a change of its layer."""
        try:
            apply(change.net[self.node.name].layer, self.inputs)
        except ShapecalcError:
            return False
        return True

    def _new_names(self) -> Iterator[str]:
        """Names of nodes that the net does not have yet."""
        names = {*self.net.inputs, *(node.name for node in self.net.nodes)}
        return (name for number in count() if (name := f"{self.node.name}-{number}") not in names)

    def _with(self, nodes: Iterable[Node]) -> Net:
        """The net with some nodes in place of this one."""
        net = self.net
        place = next(number for number, node in enumerate(net.nodes) if node.name == self.node.name)
        return Net(net.inputs, (*net.nodes[:place], *nodes, *net.nodes[place + 1 :]), net.outputs, net.name)


def site_of(net: Net, name: str, *, is_named: bool = False) -> Site:
    """The place of a node in a net that is legal up to it."""
    shapes, learned = dict(net.inputs), net.learned()
    for node in net.nodes:
        if node.name == name:
            return Site(net, node, shapes, name if is_named else "")
        _, shapes[node.name] = apply(node.layer, shapes_reaching(node, shapes, learned))
    raise AssertionError(name)
