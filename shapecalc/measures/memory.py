"""Memory: bytes of weights, gradients and values, for a batch and a number type."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, plain, product, total
from shapecalc.algebra.dominating_sums import MAX_SUMS
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.saving import INDEX
from shapecalc.measures.setting import Setting
from shapecalc.net import Net

CONVENTION = (
    "of a batch: parameters, buffers and gradients as tensors, the optimizer's state, saved as what autograd keeps for "
    "the way back (each memory once, weights not again), inference as the most that inputs and outputs of layers take "
    "at one time without gradients; training is the sum of all but inference"
)


@final
@dataclass(frozen=True)
class Memory:
    """Bytes by what they are for. Divide by 2**20 for MiB.

    Attributes:
        setting: the batch, the optimizer, the number type and the device.
        parameters: all weights.
        buffers: all tensors that are kept but not trained.
        gradients: one for each parameter that is trained.
        optimizer: the optimizer's state.
        saved: what autograd saves for the way back.
        inference: the most that inputs and outputs of layers take at one time without gradients, weights not counted;
            None where letters make more moments than can be compared.
        reason: why ``saved`` is only a bound, with the first node where it is; or why there is no training; or "".
    """

    setting: Setting
    parameters: Int
    buffers: Int
    gradients: Int
    optimizer: Int
    saved: Int
    inference: Int | None
    reason: str = ""

    @property
    def dtype(self) -> str:
        """The number type."""
        return self.setting.dtype

    @property
    def batch(self) -> Int:
        """How many inputs are computed at a time."""
        return self.setting.batch

    @property
    def training(self) -> Int | None:
        """What a training step takes: weights, buffers, gradients, the optimizer's state and what is saved.

        None where the weights are of an integer type, which is not trained.
        """
        if self.setting.is_integer:
            return None
        return total([self.parameters, self.buffers, self.gradients, self.optimizer, self.saved])

    def as_dict(self) -> dict[str, object]:
        """For JSON: numbers as they are, expressions as text."""
        names = ("batch", "parameters", "buffers", "gradients", "optimizer", "saved", "inference", "training")
        values = {name: plain(getattr(self, name)) for name in names}
        return {"dtype": self.dtype, "unit": "bytes", **values, **({"reason": self.reason} if self.reason else {})}


def stored(layer: Layer, output: Shape) -> Int:
    """How many new numbers a layer's output is: none for a view, or for a layer that works in place."""
    return 0 if layer.is_view() else product(output)


@final
class Wiring(NamedTuple):
    """What reads what in a net, in a form by which results are remembered.

    Attributes:
        nodes: the name of each node, what it reads, and whether its weights are trained.
        inputs: the name and the shape of each input.
        indices: those inputs that an embedding reads.
        outputs: the names of the outputs.
    """

    nodes: tuple[tuple[str, tuple[str, ...], bool], ...]
    inputs: tuple[tuple[str, Shape], ...]
    indices: frozenset[str]
    outputs: tuple[str, ...]


_WIRING = itemgetter(0, 2, 4)


def wiring(net: Net) -> Wiring:
    """What reads what in a net."""
    indices = [node.inputs[0] for node in net.nodes if node.layer.reads_integers]
    return Wiring(
        tuple(map(_WIRING, net.nodes)),
        tuple(net.inputs.items()),
        frozenset(indices).intersection(net.inputs),
        net.outputs,
    )


def peak(wiring: Wiring, new: list[Any], setting: Setting) -> Int | None:
    """The most bytes that inputs and outputs take at one time; None where letters stand for some sizes.

    Args:
        wiring: what reads what.
        new: for each node how many numbers its layer newly stores (:func:`stored`).
        setting: the number type and the batch.
    """
    alive = most = 0
    for born, dying in _lives(wiring, new, setting):
        alive += born
        if not isinstance(alive, int):
            return None
        most = max(most, alive)
        if dying:
            alive -= sum(dying)
    return setting.value_size * most * setting.batch


def live_sets(wiring: Wiring, new: list[Int], setting: Setting) -> list[list[tuple[Int, int]]]:
    """For sizes with letters: the sizes that are alive at one time, each with its number; each different set once.

    There are no more sets than are compared, plus one.
    """
    alive: Counter[Int] = Counter()
    sets: dict[frozenset[tuple[Int, int]], list[tuple[Int, int]]] = {}
    objects: dict[Int, Int] = {}  # equal sizes as one object, which is looked up without being compared
    new = [objects.setdefault(entries, entries) for entries in new]
    for born, dying in _lives(wiring, new, setting):
        alive[born] += 1
        live = list(alive.items())
        sets.setdefault(frozenset(live), live)
        if len(sets) > MAX_SUMS:
            break
        alive.subtract(dying)
        for size in dying:
            if not alive[size]:
                del alive[size]
    return list(sets.values())


def _lives(wiring: Wiring, new: list[Any], setting: Setting) -> Iterator[tuple[Any, Sequence[Any]]]:
    """What the inputs and each layer newly hold, and what nothing reads after it."""
    sizes = {
        name: product(shape) * (INDEX // setting.value_size if name in wiring.indices else 1)
        for name, shape in wiring.inputs
    }
    owner = {name: name for name in sizes}  # whose memory a node's output is
    last: dict[str, int] = {}  # the last step that reads a memory
    for step, ((name, reads, _), entries) in enumerate(zip(wiring.nodes, new, strict=True)):
        for read in reads:
            last[owner[read]] = step
        if entries == 0 and reads:
            owner[name] = owner[reads[0]]
        else:
            owner[name] = name
            sizes[name] = entries
    for name in wiring.outputs:
        last.pop(owner[name], None)  # what comes out stays
    freed: dict[int, list[Any]] = {}
    for memory, step in last.items():
        freed.setdefault(step, []).append(sizes[memory])
    for name, _ in wiring.inputs:
        yield sizes[name], ()
    for step, born in enumerate(new):
        yield born, freed.get(step, ())
