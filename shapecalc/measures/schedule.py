"""The schedule of a net's memory: what depends on its layers and their order, whatever the sizes.

Whose memory each value lies in, when nothing reads it any more, and which tensors each layer is the first to save.
"""

from operator import itemgetter
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.layers import Layer
from shapecalc.layers.core.saving import INDICES, Gradient, SavedTensor
from shapecalc.net import Net
from shapecalc.net.net import dependencies


@final
class Wiring(NamedTuple):
    """What reads what in a net. Compared by identity: see :func:`wiring`.

    Attributes:
        nodes: the name of each node, what it reads, whose weights it uses, and whether they are trained.
        inputs: the name of each input.
        indices: those inputs that an embedding reads.
        outputs: the names of the outputs.
    """

    nodes: tuple[tuple[str, tuple[str, ...], str, bool], ...]
    inputs: tuple[str, ...]
    indices: frozenset[str]
    outputs: tuple[str, ...]


# they are remembered, so equal ones are one object; what is remembered of a graph is found by it
Wiring.__hash__ = object.__hash__  # type: ignore[method-assign]
Wiring.__eq__ = object.__eq__  # type: ignore[method-assign]

_WIRES = itemgetter(0, 2, 3, 4)


def wiring(net: Net) -> Wiring:
    """What reads what in a net; nets of the same graph have one wiring."""
    indices: list[str] = []
    if any(layer.reads_integers for layer in net.layer_classes()):
        indices = [node.inputs[0] for node in net.nodes if node.layer.reads_integers]
    return _wiring(
        tuple(map(_WIRES, net.nodes)), tuple(net.inputs), frozenset(indices).intersection(net.inputs), net.outputs
    )


@remember(parts=lambda wiring: len(wiring.nodes))
def _wiring(
    nodes: tuple[tuple[str, tuple[str, ...], str, bool], ...],
    inputs: tuple[str, ...],
    indices: frozenset[str],
    outputs: tuple[str, ...],
) -> Wiring:
    return Wiring(nodes, inputs, indices, outputs)


@final
class Storage:
    """What a layer stores and saves, but for the sizes. Compared by identity.

    Attributes:
        is_view: whether the output is the memory of the first input.
        has_weights: whether it has parameters.
        reads_indices: whether it reads the indices of a max pooling before it.
        tensors: what autograd saves, without the numbers of entries.
    """

    __slots__ = ("has_weights", "is_view", "reads_indices", "tensors")

    def __init__(self, is_view: bool, has_weights: bool, reads_indices: bool, tensors: tuple[SavedTensor, ...]) -> None:
        self.is_view = is_view
        self.has_weights = has_weights
        self.reads_indices = reads_indices
        self.tensors = tensors


def storage(layer: Layer, entries: Int, saves: tuple[SavedTensor, ...], *, has_weights: bool) -> Storage:
    """What a layer stores that makes so many new numbers and saves these tensors; equal ones are one object."""
    return _storage(entries == 0, has_weights, layer.reads_indices, tuple(map(_UNSIZED, saves)))


#: The parts of a SavedTensor but for the number of its entries.
_UNSIZED = itemgetter(0, *range(2, len(SavedTensor._fields)))


@remember()
def _storage(is_view: bool, has_weights: bool, reads_indices: bool, unsized: tuple[tuple[Any, ...], ...]) -> Storage:
    tensors = tuple([SavedTensor(tensor, 0, *rest) for tensor, *rest in unsized])
    return Storage(is_view, has_weights, reads_indices, tensors)


@final
class Step(NamedTuple):
    """What training adds at one layer, and what its end frees. A place is that of an input, or of a node behind them.

    Attributes:
        saves: for each tensor that it is the first to save, the position among those of the layer, and the place whose
            memory it is; None where it is a tensor of the layer's own.
        passes: how often its work is done in a training step: forward, for the gradient of its weights, and for that
            of its input.
        frees: the places of the memories that nothing reads after it.
        reason: why what it saves is only a bound, or "".
    """

    saves: tuple[tuple[int, int | None], ...]
    passes: int
    frees: tuple[int, ...]
    reason: str


@remember(parts=len)
def schedule(wiring: Wiring, storages: tuple[Storage, ...], indices: tuple[tuple[Int, ...], ...]) -> tuple[Step, ...]:
    """The steps of a net's memory, one for each node.

    Args:
        wiring: what reads what.
        storages: what each node stores.
        indices: where an unpooling reads the indices of a pooling, how many indices each node reads or writes; else ().
    """
    ledger = _Ledger(wiring)
    # the graph of a node on which no output depends is dropped with its value
    needed = dependencies(wiring.outputs, ((name, inputs) for name, inputs, _, _ in reversed(wiring.nodes)))
    steps = []
    for number, (storage, (name, inputs, _, trainable)) in enumerate(zip(storages, wiring.nodes, strict=True)):
        ledger.store(name, inputs, number, is_view=storage.is_view)
        trains = trainable and storage.has_weights
        flows = not ledger.flowing.isdisjoint(inputs)
        if trains or flows:
            ledger.flowing.add(name)
        if not (trains or flows) or name not in needed:
            steps.append(Step((), 1, (), ""))
            continue
        positions = ledger.serving(storage, inputs, trains=trains, flows=flows)
        saves = ledger.save(storage, positions, (*inputs, name), indices[number] if indices else ())
        reason = next((reason for position in positions if (reason := storage.tensors[position].reason)), "")
        steps.append(Step(saves, 1 + trains + flows, (), reason))
    return tuple([step._replace(frees=frees) for step, frees in zip(steps, ledger.frees(wiring), strict=True)])


@final
class _Ledger:
    """The memories of a net's values while its layers run in order."""

    def __init__(self, wiring: Wiring) -> None:
        self.first = len(wiring.inputs)  # the place of the first node
        self.owner = {name: place for place, name in enumerate(wiring.inputs)}  # whose memory a value lies in
        self.last: dict[int, int] = {}  # the last node that reads a memory
        self.flowing: set[str] = set()  # the values that need a gradient
        self.saved: set[int] = set()  # the owners of memories that are counted
        self.indices: list[Int] = []  # the numbers of indices of poolings that no unpooling has read

    def store(self, name: str, inputs: tuple[str, ...], number: int, *, is_view: bool) -> None:
        """Enter where the output of a node lies."""
        for read in inputs:
            self.last[self.owner[read]] = number
        self.owner[name] = self.owner[inputs[0]] if is_view and inputs else self.first + number

    def serving(self, storage: Storage, inputs: tuple[str, ...], *, trains: bool, flows: bool) -> list[int]:
        """The positions of the tensors that serve a gradient that is asked for."""
        wanted = {Gradient.INPUT: flows, Gradient.ANY: True, Gradient.WEIGHT: trains}
        return [
            position
            for position, tensor in enumerate(storage.tensors)
            if (
                wanted[tensor.serves]
                if isinstance(tensor.serves, Gradient)
                else any(inputs[place] in self.flowing for place in tensor.serves)
            )
        ]

    def save(
        self, storage: Storage, positions: list[int], names: tuple[str, ...], indices: tuple[Int, ...]
    ) -> tuple[tuple[int, int | None], ...]:
        """What of these tensors is not counted yet; ``names`` are the inputs, and last the output."""
        saves: list[tuple[int, int | None]] = []
        for position in positions:
            place = storage.tensors[position].tensor
            if isinstance(place, int):
                owner = self.owner[names[place]]  # the output has the place −1
                if owner not in self.saved:
                    self.saved.add(owner)
                    saves.append((position, owner))
            elif place != INDICES or not indices or not self._is_saved(*indices, reads=storage.reads_indices):
                saves.append((position, None))
        return tuple(saves)

    def _is_saved(self, entries: Int, *, reads: bool) -> bool:
        """Whether the indices that an unpooling reads are those that its pooling saved."""
        if not reads:
            self.indices.append(entries)
        elif entries in self.indices:
            self.indices.remove(entries)
            return True
        return False

    def frees(self, wiring: Wiring) -> list[tuple[int, ...]]:
        """The memories that nothing reads after each node; what comes out stays."""
        for name in wiring.outputs:
            self.last.pop(self.owner[name], None)
        frees: list[list[int]] = [[] for _ in wiring.nodes]
        for place, number in self.last.items():
            frees[number].append(place)
        return list(map(tuple, frees))
