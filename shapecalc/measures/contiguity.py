"""How values lie in memory: where torch copies them, and where it refuses a view that would need a copy."""

from __future__ import annotations

from typing import NamedTuple, final

from shapecalc.algebra import Int, product
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.layers.core.strides import MemoryOrder, Strides, joins, lie_in_order, strides_in_order, viewed
from shapecalc.net import Net, Node

_UNSETTLED = "how its input lies in memory is torch's choice, and so whether torch copies it; both count"


@final
class Copies(NamedTuple):
    """What torch copies where values do not lie in order in memory.

    Attributes:
        output: whether a view is no view, but a copy.
        inputs: the positions of the inputs in place of which a copy is saved.
        reason: why that is only a bound, or "".
    """

    output: bool = False
    inputs: tuple[int, ...] = ()
    reason: str = ""


NO_COPIES = Copies()


@final
class Contiguity:
    """How the values of a net lie in memory, as far as torch does not choose it; nodes are entered in order.

    Inputs and learned tensors lie in order. Views move nothing; other layers put what they compute in order where what
    they read is, or always.

    Attributes:
        unsettled: the views of which torch's choice decides whether they are legal.
    """

    def __init__(self, net: Net, batch: Int = 1) -> None:
        self.batch = batch
        classes = net.layer_classes()
        self.is_needed = any(layer.needs_order for layer in classes) or (
            any(layer.turns for layer in classes)
            and any(layer.copies or layer.dims_apart is not None for layer in classes)
        )
        #: the strides of each value, that of the batch first; None where they are not known
        self.strides: dict[str, Strides | None] = {}
        #: the node that turned values out of their order, by the name of a value
        self.turned: dict[str, str] = {}
        self.unsettled: list[str] = []
        #: values whose order a layer chooses, a recurrent one for example: no copies are counted behind it
        self.chosen: set[str] = set()
        if self.is_needed:
            self.strides = {name: _in_order(shape) for name, shape in net.inputs.items()}

    def enter(self, node: Node, layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Copies:
        """Work out how the output of a node lies in memory, and what torch copies for it.

        Raises:
            ShapeError: it is a view that torch refuses.
        """
        if not self.is_needed:
            return NO_COPIES
        name = node.name
        turner = next((self.turned[read] for read in node.inputs if read in self.turned), "")
        before = [
            _in_order(shape) if strides is not None and len(strides) != len(shape) + 1 else strides  # a learned tensor
            for strides, shape in zip(map(self.strides.__getitem__, node.inputs), inputs, strict=True)
        ]
        if before and layer.is_view():
            copies = self._view(node, layer, before[0], inputs, output, turner)
        else:
            copies = self._compute(node, layer, before, inputs, output)
        strides = self.strides[name]
        if strides is None or not lie_in_order(strides[1:], output):
            self.turned[name] = turner or name
        was_chosen = not self.chosen.isdisjoint(node.inputs)
        if layer.memory_order is MemoryOrder.OPEN or (strides is None and was_chosen):
            self.chosen.add(name)
        return NO_COPIES if copies.reason and was_chosen else copies

    def _view(
        self, node: Node, layer: Layer, before: Strides | None, inputs: tuple[Shape, ...], output: Shape, turner: str
    ) -> Copies:
        self.strides[node.name] = None
        if before is None:
            if layer.needs_order:
                self.unsettled.append(node.name)
                self.strides[node.name] = _in_order(output)  # if it runs
            return Copies(True, (), _UNSETTLED) if layer.copies and joins(inputs[0], output) else NO_COPIES
        strides = layer.strides(before[1:], inputs, output)
        if strides is not None:
            self.strides[node.name] = (before[0], *strides)
            return NO_COPIES
        if layer.needs_order:
            raise ShapeError(
                f"{layer!r}: behind {turner} the values of {shape_text(inputs[0])} do not lie in memory in the "
                "order of their shape, and torch refuses a view that would need a copy; Reshape makes one."
            )
        self.strides[node.name] = _in_order(output)
        return Copies(output=True)

    def _compute(
        self, node: Node, layer: Layer, before: list[Strides | None], inputs: tuple[Shape, ...], output: Shape
    ) -> Copies:
        pairs = [*zip(before, inputs, strict=True)]
        ordered = all(strides is not None and lie_in_order(strides[1:], shape) for strides, shape in pairs)
        is_made = layer.memory_order is MemoryOrder.MADE or (ordered and layer.memory_order is MemoryOrder.KEPT)
        self.strides[node.name] = _in_order(output) if is_made else None
        if layer.dims_apart is None:
            return NO_COPIES
        joined = [(strides, shape, len(shape) - layer.dims_apart) for strides, shape in pairs]
        copied = [place for place, (strides, shape, lead) in enumerate(joined) if self._copied(strides, shape, lead)]
        if not copied:
            return NO_COPIES
        is_open = any(_is_open(before[place], inputs[place], layer.dims_apart) for place in copied)
        return Copies(False, tuple(copied), _UNSETTLED if is_open else "")

    def _copied(self, strides: Strides | None, shape: Shape, lead: int) -> bool:
        """Whether torch copies values to join the batch and ``lead`` dimensions."""
        sizes = (self.batch, *shape[: max(lead, 0)])
        if lead <= 0 or all(size == 1 for size in sizes[1:]):
            return False
        if strides is None:
            return lead == len(shape) or joins(sizes, (product(sizes),))
        if lead == len(shape) and not lie_in_order(strides[1:], shape):
            return True
        return viewed(strides[: lead + 1], sizes, (product(sizes),)) is None


def _is_open(strides: Strides | None, shape: Shape, dims_apart: int) -> bool:
    """Whether torch chooses if values are copied: norms may take images whose channels stand last as they lie."""
    if strides is None:
        return True
    return not dims_apart and lie_in_order((*strides[2:], strides[1]), (*shape[1:], shape[0]))


def _in_order(shape: Shape) -> Strides:
    return strides_in_order((1, *shape))
