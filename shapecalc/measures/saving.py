"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, product, total
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.memo import remember
from shapecalc.layers.core.saving import INDICES, Gradient, SavedTensor
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import Wiring, peak
from shapecalc.measures.setting import Setting
from shapecalc.net.net import dependencies


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


@remember(parts=lambda measured: len(measured[0]))
def measure_values(
    wiring: Wiring, layers: tuple[LayerMeasures, ...], setting: Setting
) -> tuple[tuple[LayerSaving, ...], Int | None]:
    """What training adds at each layer, in order, and the most that is alive at one time (see :func:`peak`)."""
    ledger = _Ledger(wiring, setting)
    # the graph of a node on which no output depends is dropped with its value
    needed = dependencies(wiring.outputs, ((name, inputs) for name, inputs, _ in reversed(wiring.nodes)))
    training = [
        ledger.enter(name, inputs, measures, trainable=trainable, needed=name in needed)
        for (name, inputs, trainable), measures in zip(wiring.nodes, layers, strict=True)
    ]
    return tuple(training), peak(wiring, [measures.stored for measures in layers], setting)


@remember(parts=count_nodes)
def _sum(terms: tuple[Int, ...]) -> Int:
    """The bytes of one layer; with letters, equal layers of a net have equal sums."""
    return total(terms)


@final
class _Ledger:
    """The memories of a net's values while its layers run in order."""

    def __init__(self, wiring: Wiring, setting: Setting) -> None:
        self.setting = setting
        self.size = setting.value_size
        self.owner = {name: name for name, _ in wiring.inputs}  # whose memory a value lies in
        self.entries: dict[str, Int] = {name: product(shape) for name, shape in wiring.inputs}
        self.flowing: set[str] = set()  # the values that need a gradient
        self.saved: set[str] = set()  # the owners of memories that are counted
        self.indices: list[Int] = []  # the places of poolings that no unpooling has read

    def enter(
        self, name: str, inputs: tuple[str, ...], measures: LayerMeasures, *, trainable: bool, needed: bool
    ) -> LayerSaving:
        """Count what a layer saves."""
        owner = self.owner
        if measures.stored == 0 and inputs:
            owner[name] = owner[inputs[0]]
        else:
            owner[name] = name
            self.entries[name] = measures.stored
        trains = trainable and bool(measures.tensors.weights) and not self.setting.is_integer
        flows = not self.flowing.isdisjoint(inputs)
        if not (trains or flows):
            return _NOTHING
        self.flowing.add(name)
        if not needed:
            return _NOTHING
        number, terms, reason = 0, [], ""  # type: int, list[Int], str
        names = (*inputs, name)
        for tensor in measures.saves:
            if self._serves(tensor, trains, flows, inputs):
                entries = self._bytes(tensor, names, measures)
                if isinstance(entries, int):
                    number += entries
                else:
                    terms.append(entries)
                reason = reason or tensor.reason
        if self.setting.dtype == "amp" and measures.tensors.weights:
            terms.append(self.size * measures.parameters)
            reason = reason or _AUTOCAST
        return LayerSaving(_sum((*terms, number)) if terms else number, 1 + trains + flows, reason)

    def _serves(self, tensor: SavedTensor, trains: bool, flows: bool, inputs: tuple[str, ...]) -> bool:
        serves = tensor.serves
        if serves is Gradient.INPUT:
            return flows
        if serves is Gradient.ANY:
            return True
        if serves is Gradient.WEIGHT:
            return trains
        return any(inputs[position] in self.flowing for position in serves)

    def _bytes(self, tensor: SavedTensor, names: tuple[str, ...], measures: LayerMeasures) -> Int:
        """The bytes of a tensor that are not counted yet; ``names`` are the inputs, and last the output."""
        place: Any = tensor.tensor
        entries = tensor.entries
        if isinstance(place, int):
            owner = self.owner[names[place]]  # the output has the place −1
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
