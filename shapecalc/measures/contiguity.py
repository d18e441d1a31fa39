"""Whether values lie in memory in an order that a view can keep: torch refuses a view that would need a copy."""

from __future__ import annotations

from typing import final

from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.layers.core.strides import MemoryOrder, Strides, lie_in_order, strides_in_order
from shapecalc.net import Net, Node


@final
class Contiguity:
    """How the values of a net lie in memory, as far as torch does not choose it; nodes are entered in order.

    Inputs and learned tensors lie in order. Views move nothing; other layers put what they compute in order where what
    they read is, or always.

    Attributes:
        unsettled: the views of which torch's choice decides whether they are legal.
    """

    def __init__(self, net: Net) -> None:
        self.is_needed = any(node.layer.needs_order for node in net.nodes)
        #: the strides of each value; None where they are not known
        self.strides: dict[str, Strides | None] = {}
        #: the node that turned values out of their order, by the name of a value
        self.turned: dict[str, str] = {}
        self.unsettled: list[str] = []
        if self.is_needed:
            self.strides = {name: strides_in_order(shape) for name, shape in net.inputs.items()}

    def enter(self, node: Node, layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> None:
        """Work out how the output of a node lies in memory.

        Raises:
            ShapeError: it is a view that torch refuses.
        """
        if not self.is_needed:
            return
        name = node.name
        turner = next((self.turned[read] for read in node.inputs if read in self.turned), "")
        self.strides[name] = strides = self._behind(node, layer, inputs, output, turner)
        if strides is None or not lie_in_order(strides, output):
            self.turned[name] = turner or name

    def _behind(
        self, node: Node, layer: Layer, inputs: tuple[Shape, ...], output: Shape, turner: str
    ) -> Strides | None:
        before = [self.strides[name] for name in node.inputs]
        if layer.view and before:
            first = before[0]
            strides = None if first is None else layer.strides(first, inputs, output)
            if layer.needs_order and first is None:
                self.unsettled.append(node.name)
                return strides_in_order(output)  # if it runs
            if layer.needs_order and strides is None:
                raise ShapeError(
                    f"{layer!r}: behind {turner} the values of {shape_text(inputs[0])} do not lie in memory in the "
                    "order of their shape, and torch refuses a view that would need a copy; Reshape makes one."
                )
            return strides
        ordered = all(
            strides is not None and lie_in_order(strides, shape) for strides, shape in zip(before, inputs, strict=True)
        )
        is_made = layer.memory_order is MemoryOrder.MADE or (ordered and layer.memory_order is MemoryOrder.KEPT)
        return strides_in_order(output) if is_made else None
