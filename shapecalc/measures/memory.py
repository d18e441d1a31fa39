"""Memory: bytes of weights, gradients and values, for a batch and a number type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import neg
from typing import Any, cast, final

from shapecalc.algebra import Int, plain, product, total
from shapecalc.algebra.dominating_sums import MAX_SUMS
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.saving import INDEX
from shapecalc.measures.schedule import Step, Wiring
from shapecalc.measures.setting import Setting

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
        reason = {"reason": self.reason} if self.reason else {}
        return {"dtype": self.dtype, "unit": "bytes", **values, **reason}


def stored(layer: Layer, output: Shape) -> Int:
    """How many new numbers a layer's output is: none for a view, or for a layer that works in place."""
    return 0 if layer.is_view() else product(output)


def held_by_inputs(wiring: Wiring, shapes: Iterable[Shape], setting: Setting) -> list[Int]:
    """How many numbers each input takes; an index, an integer of 8 bytes, counts as many as it has room for."""
    width = INDEX // setting.value_size
    return [
        product(shape) * (width if name in wiring.indices else 1)
        for name, shape in zip(wiring.inputs, shapes, strict=True)
    ]


def moves(steps: Sequence[Step], inputs: int) -> tuple[int, ...]:
    """What begins and ends to be alive, in order, as places among all sizes and, behind them, their negatives.

    Args:
        steps: what ends after each node.
        inputs: how many inputs there are; their sizes stand first, then those that the nodes newly store.
    """
    negatives = inputs + len(steps)
    places = [(born, *[negatives + place for place in step.frees]) for born, step in enumerate(steps, inputs)]
    return tuple(chain.from_iterable(places))


def peak(moves: Sequence[int], held: list[Int], new: list[Int], setting: Setting) -> Int | None:
    """The most bytes that inputs and outputs take at one time; None where letters stand for some sizes.

    Args:
        moves: what begins and ends to be alive (:func:`moves`).
        held: how many numbers each input takes (:func:`held_by_inputs`).
        new: for each node how many numbers its layer newly stores (:func:`stored`).
        setting: the number type and the batch.
    """
    sizes: list[Any] = [*held, *new]
    if not {int}.issuperset(map(type, sizes)):
        return None
    changes = [*sizes, *map(neg, sizes)]
    most = max(accumulate(map(changes.__getitem__, moves), initial=sum(held)))
    return setting.value_size * cast("int", most) * setting.batch


def live_sets(steps: Sequence[Step], held: list[Int], new: list[Int]) -> list[list[tuple[Int, int]]]:
    """For sizes with letters: the sizes that are alive at one time, each with its number; each different set once.

    There are no more sets than are compared, plus one.
    """
    objects: dict[Int, Int] = {}  # equal sizes as one object, which is looked up without being compared
    sizes = [objects.setdefault(entries, entries) for entries in (*held, *new)]
    alive: Counter[Int] = Counter(sizes[: len(held)])
    sets: dict[frozenset[tuple[Int, int]], list[tuple[Int, int]]] = {}
    for born, step in zip(sizes[len(held) :], steps, strict=True):
        if born != 0:
            alive[born] += 1
        live = list(alive.items())
        sets.setdefault(frozenset(live), live)
        if len(sets) > MAX_SUMS:
            break
        dying = [sizes[place] for place in step.frees]
        alive.subtract(dying)
        for size in dying:
            if not alive[size]:
                del alive[size]
    return list(sets.values())
