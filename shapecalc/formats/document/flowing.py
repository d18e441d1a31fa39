"""The shapes between the layers of a document, as far as a text needs them while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Shape
from shapecalc.net import Node


@final
class FlowingShapes:
    """What comes out of each node; nothing is worked out before it is asked for.

    Args:
        inputs: the shapes of the inputs by name.
    """

    def __init__(self, inputs: Mapping[str, Shape]) -> None:
        self.shapes = dict(inputs)
        self.count = 0

    def after(self, nodes: Sequence[Node], sources: Sequence[str]) -> Shape:
        """The shape of the one source; () where it is not known, or where there are several.

        Args:
            nodes: the nodes that have been read so far; those of earlier calls come first.
            sources: the names of what is asked for.
        """
        for node in nodes[self.count :]:
            inputs = tuple(self.shapes.get(name, ()) for name in node.inputs)
            self.shapes[node.name] = _output_shape(node, inputs) if all(inputs) else ()
        self.count = len(nodes)
        return self.shapes.get(sources[0], ()) if len(sources) == 1 else ()


def _output_shape(node: Node, inputs: tuple[Shape, ...]) -> Shape:
    """What comes out of a node; () where the layer refuses its inputs, which the measure of the net says."""
    try:
        layer = node.layer.resolve(inputs)
        layer.check(inputs)
        return layer.output_shape(inputs)
    except ShapecalcError:
        return ()
