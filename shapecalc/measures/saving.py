"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

from __future__ import annotations

from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, product, total
from shapecalc.layers.core.saving import INDICES, OUTPUT_TENSOR, Gradient, SavedTensor
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.setting import Setting
from shapecalc.net import Net, Node


@final
class LayerSaving(NamedTuple):
    """What training adds at one layer.

    Attributes:
        saved: bytes that it saves and no layer before it has saved.
        passes: how often its work is done in a training step: forward, for the gradient of its weights, and for that
            of its input.
        reason: why ``saved`` is only a bound, or "".
    """

    saved: Int
    passes: int
    reason: str


_NOTHING = LayerSaving(0, 1, "")
#: With autocast there are more tensors than the layers declare.
_AUTOCAST = "autocast copies weights to half precision, and runs some layers in float32"


def savings(net: Net, layers: list[LayerMeasures], setting: Setting) -> list[LayerSaving]:
    """What training adds at each layer, in order."""
    ledger = _Ledger(net, setting)
    needed = _needed(net)
    return [ledger.enter(node, measures, node.name in needed) for node, measures in zip(net.nodes, layers, strict=True)]


def _needed(net: Net) -> set[str]:
    """The nodes on which an output depends; the graph of any other is dropped with its value."""
    needed = set(net.outputs)
    for node in reversed(net.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return needed


@final
class _Ledger:
    """The memories of a net's values while its layers run in order."""

    def __init__(self, net: Net, setting: Setting) -> None:
        self.setting = setting
        self.size = setting.value_size
        self.owner = {name: name for name in net.inputs}  # whose memory a value lies in
        self.entries: dict[str, Int] = {name: product(shape) for name, shape in net.inputs.items()}
        self.flowing: set[str] = set()  # the values that need a gradient
        self.saved: set[str] = set()  # the owners of memories that are counted
        self.indices: list[Int] = []  # the places of poolings that no unpooling has read

    def enter(self, node: Node, measures: LayerMeasures, needed: bool) -> LayerSaving:
        """Count what a layer saves."""
        name, inputs, owner = node.name, node.inputs, self.owner
        if measures.stored == 0:
            owner[name] = owner[inputs[0]]
        else:
            owner[name] = name
            self.entries[name] = measures.stored
        trains = node.trainable and bool(measures.tensors.weights)
        flows = not self.flowing.isdisjoint(inputs)
        if not (trains or flows):
            return _NOTHING
        self.flowing.add(name)
        if not needed:
            return _NOTHING
        terms: list[Int] = []
        reason = ""
        for tensor in measures.saves:
            if self._serves(tensor, trains, flows, inputs):
                terms.append(self._bytes(tensor, node, measures))
                reason = reason or tensor.reason
        if self.setting.dtype == "amp" and measures.tensors.weights:
            terms.append(self.size * measures.parameters)
            reason = reason or _AUTOCAST
        return LayerSaving(total(terms), 1 + trains + flows, reason)

    def _serves(self, tensor: SavedTensor, trains: bool, flows: bool, inputs: tuple[str, ...]) -> bool:
        serves = tensor.serves
        if serves is Gradient.INPUT:
            return flows
        if serves is Gradient.ANY:
            return True
        if serves is Gradient.WEIGHT:
            return trains
        return any(inputs[position] in self.flowing for position in serves)

    def _bytes(self, tensor: SavedTensor, node: Node, measures: LayerMeasures) -> Int:
        """The bytes of a tensor that are not counted yet."""
        place: Any = tensor.tensor
        entries = tensor.entries
        if isinstance(place, int):
            owner = self.owner[node.name if place == OUTPUT_TENSOR else node.inputs[place]]
            if owner in self.saved:
                return 0
            self.saved.add(owner)
            entries = self.entries[owner]
        elif place == INDICES and self._is_saved(entries, reads=measures.layer.reads_indices):
            return 0
        size = self.size if tensor.itemsize is None else tensor.itemsize
        if tensor.cuda is not None and self.setting.device == "cuda":
            size = tensor.cuda
        return entries * size if tensor.per_batch else entries * size * self.setting.batch

    def _is_saved(self, entries: Int, *, reads: bool) -> bool:
        """Whether the indices that an unpooling reads are those that its pooling saved."""
        if not reads:
            self.indices.append(entries)
        elif entries in self.indices:
            self.indices.remove(entries)
            return True
        return False
