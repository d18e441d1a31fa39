"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

from collections.abc import Callable
from functools import partial
from itertools import repeat
from typing import NamedTuple, final

from shapecalc.algebra import Int, product, total
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.memo import remember
from shapecalc.layers import Shape
from shapecalc.layers.core.saving import INDICES, SavedTensor
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import held_by_inputs, live_sets, peak
from shapecalc.measures.schedule import Step, Storage, Wiring, schedule
from shapecalc.measures.setting import Setting


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
#: As LayerSaving._make, without a frame of Python's own for each of thousands of layers.
_layer_saving: Callable[[tuple[Int, int, str]], LayerSaving] = partial(tuple.__new__, LayerSaving)
#: With autocast there are more tensors than the layers declare.
_AUTOCAST = "autocast copies weights to half precision, and runs some layers in float32"


@remember(parts=lambda measured: len(measured[0]))
def measure_values(
    wiring: Wiring, shapes: tuple[Shape, ...], layers: tuple[LayerMeasures, ...], setting: Setting
) -> tuple[tuple[LayerSaving, ...], Int | None]:
    """What training adds at each layer, in order, and the most that is alive at one time (see :func:`peak`).

    Args:
        wiring: what reads what.
        shapes: those of the inputs.
        layers: the measures of each node.
        setting: batch, number type and device.
    """
    plan = _plan(setting, *_storing(wiring, layers))
    new = [measures.stored for measures in layers]
    entries = [*map(product, shapes), *new]
    if setting.is_integer:  # integers are not trained
        training = (_NOTHING,) * len(layers)
    else:
        training = tuple(map(_saving, plan.saves, layers, repeat(entries)))
    return training, peak(plan.steps, held_by_inputs(wiring, shapes, setting), new, setting)


@final
class _Saves(NamedTuple):
    """What a layer is the first to save, whatever the sizes.

    Attributes:
        tensors: for each tensor its position among those of the layer, the place whose memory it is (see
            :class:`Step`), and the bytes of one entry for the whole batch.
        weight: the bytes of one number of its weights, where autocast copies them; else 0.
        passes: how often its work is done in a training step.
        reason: why what it saves is only a bound, or "".
    """

    tensors: tuple[tuple[int, int | None, Int], ...]
    weight: int
    passes: int
    reason: str


class _Plan(NamedTuple):
    """What a net stores and saves in one setting, whatever the sizes."""

    steps: tuple[Step, ...]
    saves: tuple[_Saves, ...]


@remember(parts=lambda plan: len(plan.saves))
def _plan(
    setting: Setting, wiring: Wiring, storages: tuple[Storage, ...], indices: tuple[tuple[Int, ...], ...]
) -> _Plan:
    """The arguments are those of :func:`schedule`, but for the setting."""
    steps = schedule(wiring, storages, indices)
    widths = {storage: _widths(storage, setting) for storage in {*storages}}
    saves = []
    for step, storage in zip(steps, storages, strict=True):
        tensors = tuple([(position, place, widths[storage][position]) for position, place in step.saves])
        copies = setting.dtype == "amp" and storage.has_weights and step.passes > 1
        reason = step.reason or (_AUTOCAST if copies else "")
        saves.append(_Saves(tensors, setting.value_size if copies else 0, step.passes, reason))
    return _Plan(steps, tuple(saves))


def values_alive(
    wiring: Wiring, shapes: tuple[Shape, ...], layers: tuple[LayerMeasures, ...], setting: Setting
) -> list[list[tuple[Int, int]]]:
    """The sizes of values that are alive at one time (see :func:`live_sets`), for sizes with letters."""
    new = [measures.stored for measures in layers]
    return live_sets(layer_steps(wiring, layers), held_by_inputs(wiring, shapes, setting), new)


def layer_steps(wiring: Wiring, layers: tuple[LayerMeasures, ...]) -> tuple[Step, ...]:
    """The schedule of a net with these layers."""
    return schedule(*_storing(wiring, layers))


def _storing(
    wiring: Wiring, layers: tuple[LayerMeasures, ...]
) -> tuple[Wiring, tuple[Storage, ...], tuple[tuple[Int, ...], ...]]:
    """What :func:`schedule` reads of these layers."""
    storages = tuple([measures.storage for measures in layers])
    unpools = True in [storage.reads_indices for storage in storages]
    return wiring, storages, tuple(map(_indices, layers)) if unpools else ()


def _indices(measures: LayerMeasures) -> tuple[Int, ...]:
    return tuple([tensor.entries for tensor in measures.saves if tensor.tensor == INDICES])


@remember(parts=count_nodes)
def _sum(terms: tuple[Int, ...]) -> Int:
    """The bytes of one layer; with letters, equal layers of a net have equal sums."""
    return total(terms)


def _saving(saves: _Saves, measures: LayerMeasures, entries: list[Int]) -> LayerSaving:
    """What training adds at a layer, where the places of a net have so many entries."""
    tensors, weight, passes, reason = saves
    if not tensors and not weight:
        return _layer_saving((0, passes, reason))
    own = measures.saves
    if not (measures.has_letters or weight):  # nearly always
        saved: Int = 0
        for position, place, width in tensors:
            saved += (own[position][1] if place is None else entries[place]) * width
        if isinstance(saved, int):
            return _layer_saving((saved, passes, reason))
    sizes = [(own[position][1] if place is None else entries[place], width) for position, place, width in tensors]
    if weight:
        sizes.append((measures.parameters, weight))
    terms = [number * width if isinstance(number, int) else _product((number, width)) for number, width in sizes]
    saved = sum(terms) if {int}.issuperset(map(type, terms)) else _sum(tuple(terms))
    return _layer_saving((saved, passes, reason))


@remember(parts=count_nodes)
def _product(factors: tuple[Int, ...]) -> Int:
    """The bytes of one tensor; with letters, equal tensors of a net are multiplied once."""
    return product(factors)


def _widths(storage: Storage, setting: Setting) -> list[Int]:
    """The bytes that one entry of each saved tensor takes, for the whole batch."""
    return [_width(tensor, setting) * (1 if tensor.per_batch else setting.batch) for tensor in storage.tensors]


def _width(tensor: SavedTensor, setting: Setting) -> int:
    if tensor.cuda is not None and setting.device == "cuda":
        return tensor.cuda
    return setting.value_size if tensor.itemsize is None else tensor.itemsize
