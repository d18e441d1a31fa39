"""Builder: a network written in Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from shapecalc.errors import SpecError, check_type, quoted
from shapecalc.layers import Layer, Shape
from shapecalc.net.input_shapes import check_shape
from shapecalc.net.net import INPUT, Net, Node, default_name


@final
class Builder:
    """Adds layers one after another and builds a :class:`Net`.

    Each call of :meth:`add` returns the name of the new node, which later calls may read; without ``inputs``, a layer
    reads the node before it. A layer object that is added twice has one set of weights, as in torch.

    Example:
        >>> import shapecalc
        >>> from shapecalc import Builder, layers
        >>> net = Builder((64, 56, 56))
        >>> skip = net.last
        >>> main = net.add(layers.Conv2d(64, 64, 3, padding=1))
        >>> name = net.add(layers.Add(), inputs=(main, skip))
        >>> print(shapecalc.measure(net.build()).output_shape)
        (64, 56, 56)
    """

    def __init__(self, input_shape: Shape = (), *, name: str = "", **more_inputs: Shape) -> None:
        shapes = {**({} if input_shape == () else {INPUT: input_shape}), **more_inputs}
        self._inputs: dict[str, Shape] = {word: check_shape(word, shape) for word, shape in shapes.items()}
        if not self._inputs:
            raise SpecError("A network needs the shape of its input, as in Builder((3, 32, 32)).")
        self._name = name
        self._nodes: list[Node] = []
        self._names = set(self._inputs)
        self._counts: dict[str, int] = {}
        self._owners: dict[int, str] = {}
        #: the name of the node added last, or of the first input
        self.last = next(iter(self._inputs))

    def add(
        self,
        layer: Layer,
        *,
        inputs: str | Sequence[str] | None = None,
        name: str = "",
        trainable: bool = True,
    ) -> str:
        """Add a layer and return its node's name.

        Args:
            layer: the layer; the same object again means the same weights again.
            inputs: the name of the node or input that it reads, or several names; by default the node added last.
            name: its name; by default made from its layer's nickname.
            trainable: whether training changes its weights.
        """
        if not isinstance(layer, Layer):
            raise SpecError(f"Expected a layer but got {quoted(layer)}.")
        if inputs is None:
            inputs = self.last if type(layer).arity[1] else ()
        check_type("inputs", inputs, (str, tuple, list), "the name of a node, or several")
        check_type("name", name, str, "a name as text")
        reads = (inputs,) if isinstance(inputs, str) else tuple(inputs)
        owner = self._owners.get(id(layer), "")
        node = Node(name or default_name(layer, self._counts, self._names), layer, reads, owner, trainable)
        if next(layer.tensors(), None):  # only weights can be shared
            self._owners.setdefault(id(layer), node.name)
        self._nodes.append(node)
        self._names.add(node.name)
        self.last = node.name
        return node.name

    def chain(self, *layers: Layer, inputs: str | None = None) -> str:
        """Add layers, each reading the one before it, and return the last one's name."""
        for position, layer in enumerate(layers):
            self.add(layer, inputs=inputs if position == 0 else None)
        return self.last

    def build(self, *outputs: str) -> Net:
        """The finished network; its outputs are the named nodes, or the last one."""
        return Net(dict(self._inputs), tuple(self._nodes), outputs, self._name)
