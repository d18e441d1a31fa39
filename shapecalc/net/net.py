"""Net: the graph that every reader produces and every measure reads."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple, final

from shapecalc.errors import SpecError, check_type, did_you_mean, quoted
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.net.input_shapes import check_shapes
from shapecalc.page import Column, Lines, Page, Presentable, Table

#: The name of the input of a net that does not name it.
INPUT = "input"
_LAYER = attrgetter("layer")


class Node(NamedTuple):
    """A layer in a net: its name, its inputs, and the owner of its weights.

    A named tuple rather than a dataclass, because nets have thousands of nodes.

    Attributes:
        name: unique in the net.
        layer: the layer.
        inputs: the names of the nodes or net inputs that it reads.
        share: the name of an earlier node whose weights it uses, the same layer or one with such tensors; "" if it
            has its own weights.
        trainable: whether training changes its weights. In a net, a node without weights shares and freezes none.
    """

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    share: str = ""
    trainable: bool = True


#: How many layers the recurrent layers of a net may have in them, beside themselves.
MAX_LEVELS = 10_000


@final
@dataclass(frozen=True)
class Net(Presentable):
    """A network: layers in an order in which each comes after what it reads.

    Attributes:
        inputs: the shape of each input by name, without the batch; an empty shape is not known yet.
        nodes: the layers.
        outputs: the names of the nodes whose values are the outputs; by default the last node.
        name: the name of the network, or "".
        former: names that nodes had before, each with the name of today, for messages.
        remarks: what the text of the net leaves open, and how it is read; each in a sentence.

    Raises:
        SpecError: two nodes share a name, or a node reads something that does not come before it.
    """

    inputs: Mapping[str, Shape]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...] = ()
    name: str = ""
    former: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    remarks: tuple[str, ...] = field(default=(), repr=False, compare=False)
    _by_name: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_types()
        if not self.nodes:
            raise SpecError("The network has no layers.")
        if "" in self.inputs:
            raise SpecError("An input has no name.")
        readable: dict[str, Node | None] = dict.fromkeys(self.inputs)
        for node in self.nodes:
            self._add(node, readable)
        levels = sum([node.layer.levels() for node in self.nodes]) - len(self.nodes)
        if levels > MAX_LEVELS:
            raise SpecError(
                f"The recurrent layers have {levels:,} more in them (num_layers); at most {MAX_LEVELS:,} are read."
            )
        if not self.outputs:
            object.__setattr__(self, "outputs", (self.nodes[-1].name,))
        for name in self.outputs:
            if name not in readable:
                raise SpecError(f"The output {name} is not a node{did_you_mean(name, readable)}.")
        if any(node.share or not node.trainable for node in self.nodes):
            object.__setattr__(self, "nodes", tuple(map(_normalized, self.nodes)))
        object.__setattr__(self, "_by_name", {node.name: node for node in self.nodes})

    def _check_types(self) -> None:
        check_shapes(self.inputs)
        for name in ("nodes", "outputs"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        check_type("nodes", self.nodes, tuple, "a tuple of nodes; shapecalc.Builder makes them")
        check_type("outputs", self.outputs, tuple, "a tuple of names of nodes")
        check_type("name", self.name, str, "the name of the net as text")
        for output in self.outputs:
            check_type("outputs", output, str, "names of nodes as text")

    @staticmethod
    def _add(node: Node, readable: dict[str, Node | None]) -> None:
        """Check a node against the inputs and nodes before it, and add it to them."""
        if not isinstance(node, Node):
            raise SpecError(f"Expected a node but got {quoted(node)}; shapecalc.Builder makes nodes of layers.")
        if not node.name:
            raise SpecError(f"The node of {node.layer!r} has no name.")
        if node.name in readable:
            if readable[node.name] is None:
                raise SpecError(f"{node.name} is the name of an input, and no node can have it.")
            raise SpecError(f"Two nodes are called {node.name}; every name may be used once.")
        if not node.inputs and type(node.layer).arity[1]:
            raise SpecError(f"{node.name} reads nothing; name its inputs.")
        for name in node.inputs:
            if name not in readable:
                hint = did_you_mean(name, readable)
                raise SpecError(f"{node.name} reads {name}, which does not come before it{hint}.")
        if node.share:
            owner = readable.get(node.share)
            if owner is None or not _fit(owner.layer, node.layer):
                raise SpecError(
                    f"{node.name} shares the weights of {node.share}, "
                    "which is no layer before it with the same weights."
                )
        readable[node.name] = node

    def __hash__(self) -> int:
        return hash((tuple(self.inputs.items()), self.nodes, self.outputs))

    def __getitem__(self, name: str) -> Node:
        """The node called ``name``.

        Raises:
            SpecError: there is none.
        """
        if isinstance(name, str) and name in self._by_name:
            return self._by_name[name]
        raise self.missing(name)

    def missing(self, name: str) -> SpecError:
        """The error where there is no node called ``name``."""
        check_type("name", name, str, f"the name of a node, such as {self.nodes[0].name!r}")
        now = self.former.get(name)
        hint = f"; it is called {now}" if now in self._by_name else did_you_mean(name, self._by_name)
        return SpecError(f"The network has no node {name}{hint}.")

    def __len__(self) -> int:
        return len(self.nodes)

    def layer_classes(self) -> set[type[Layer]]:
        """The classes of its layers."""
        return {*map(type, map(_LAYER, self.nodes))}

    @property
    def has_spec(self) -> bool:
        """Whether a spec for :func:`shapecalc.parse` describes everything but the input shape and the net's name.

        This requires a chain from ``input`` to a single output, in which nodes have their default names and their own
        trainable weights.
        """
        is_default = list(self.inputs) == [INPUT] and self.outputs == (self.nodes[-1].name,)
        return is_default and self.nodes == chain_nodes(node.layer for node in self.nodes)

    @property
    def is_chain(self) -> bool:
        """Whether each layer reads exactly the layer before it, with its own trainable weights."""
        if len(self.inputs) != 1 or len(self.outputs) != 1:
            return False
        before = [next(iter(self.inputs)), *(node.name for node in self.nodes)]
        return self.outputs[0] == before[-1] and all(
            node.inputs == (name,) and not node.share and node.trainable
            for node, name in zip(self.nodes, before, strict=False)
        )

    def with_input(self, *shapes: Shape) -> Net:
        """The same net with other input shapes, in the order of its inputs.

        Raises:
            SpecError: there are more or fewer shapes than inputs.
        """
        if len(shapes) != len(self.inputs):
            raise SpecError(f"The network has {len(self.inputs)} inputs but {len(shapes)} shapes were given.")
        return replace(self, inputs=dict(zip(self.inputs, shapes, strict=True)))

    def replacing(self, name: str, layer: Layer) -> Net:
        """The same net with another layer at a node, and at the nodes that share its weights."""
        check_type("layer", layer, Layer, "a layer, such as shapecalc.layers.ReLU()")
        before, owner = self[name].layer, self[name].share or name
        nodes = tuple(
            Node(
                node.name,
                layer if owner in (node.name, node.share) and node.layer == before else node.layer,
                node.inputs,
                node.share,
                node.trainable,
            )
            for node in self.nodes
        )
        return replace(self, nodes=nodes)

    def ancestors(self, name: str) -> Iterable[Node]:
        """The nodes on which ``name`` depends, nearest first, including itself."""
        names = dependencies((name,), ((node.name, node.inputs) for node in reversed(self.nodes)))
        return (node for node in reversed(self.nodes) if node.name in names)

    def learned(self) -> set[str]:
        """The names of the nodes that depend on no input: learned tensors, and what is computed from them alone."""
        names: set[str] = set()
        if any(not node.inputs for node in self.nodes):
            for node in self.nodes:
                if names.issuperset(node.inputs):
                    names.add(node.name)
        return names

    def needed(self) -> set[str]:
        """The names of the nodes and inputs on which an output depends, outputs included."""
        return dependencies(self.outputs, ((node.name, node.inputs) for node in reversed(self.nodes)))

    def __str__(self) -> str:
        """The spec of a net that has one, else a table; :func:`shapecalc.dumps` writes what can be read again."""
        return " ".join(repr(node.layer) for node in self.nodes) if self.has_spec else super().__str__()

    def page(self) -> Page:
        """The layers, and what each reads."""
        head = f"{self.name or 'network'}, input {self.input_text() if all(self.inputs.values()) else 'not known'}"
        rows = tuple((node.name, repr(node.layer), ", ".join(node.inputs)) for node in self.nodes)
        columns = (Column("name", least=12), Column("layer", least=24), Column("reads", least=24))
        return Page((Lines((head,)), Table(columns, rows)))

    def input_text(self) -> str:
        """The input shapes as 3x130x130, or name: shape for several."""
        if len(self.inputs) == 1:
            return ", ".join(map(shape_text, self.inputs.values()))
        return ", ".join(f"{name}: {shape_text(shape)}" for name, shape in self.inputs.items())


def _normalized(node: Node) -> Node:
    """A node that neither shares nor freezes weights where it has none."""
    return node if next(node.layer.tensors(), None) else node._replace(share="", trainable=True)


def _fit(owner: Layer, layer: Layer) -> bool:
    """Whether a layer can have the weights of another: it is the same one, or has tensors of the same names and sizes.

    An embedding and a dense layer without a bias, for one, have a weight each.
    """
    if owner == layer:
        return True
    if owner.is_lazy() or layer.is_lazy() or owner.buffers or layer.buffers:
        return False
    try:
        left, right = ({name: formula.at(env) for name, formula, env in each.tensors()} for each in (owner, layer))
    except ZeroDivisionError:  # groups=0, which is refused where the layer is measured, has no weights
        return False
    return bool(left) and _existing(left) == _existing(right)


def _existing(tensors: dict[str, Shape | None]) -> dict[str, Shape | None]:
    return {name: shape for name, shape in tensors.items() if shape is not None}


def default_name(layer: Layer, counts: dict[str, int], names: Container[str], prefix: str = "") -> str:
    """The default name of a node: its layer's nickname and the next number.

    Args:
        layer: the node's layer.
        counts: the last number for each nickname; this function increases it.
        names: the full names in use; prefix and result together are none of them.
        prefix: the beginning of the full name.
    """
    while True:
        counts[layer.nick] = number = counts.get(layer.nick, 0) + 1
        name = f"{layer.nick}{number}"
        if prefix + name not in names:
            return name


def chain_nodes(layers: Iterable[Layer], names: Sequence[str] = ()) -> tuple[Node, ...]:
    """Layers one behind the other, from :data:`INPUT` on, under default names.

    Args:
        layers: the layers.
        names: the name of each, "" for a default name; by default all have these.
    """
    counts: dict[str, int] = {}
    above, used = INPUT, {INPUT, *names}
    nodes: list[Node] = []
    for layer, label in zip(layers, names or repeat(""), strict=False):
        name = label or default_name(layer, counts, used)
        nodes.append(Node(name, layer, (above,)))
        used.add(name)
        above = name
    return tuple(nodes)


def dependencies(names: Iterable[str], reads: Iterable[tuple[str, tuple[str, ...]]]) -> set[str]:
    """Some names and all that they depend on.

    Args:
        names: of nodes or inputs.
        reads: the name of each node and what it reads, the last node first.
    """
    needed = set(names)
    for name, inputs in reads:
        if name in needed:
            needed.update(inputs)
    return needed
