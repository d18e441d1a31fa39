"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate, chain, pairwise
from operator import attrgetter, mul, sub
from typing import NamedTuple, final

from shapecalc.algebra import Int, product, total
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.memo import remember
from shapecalc.layers import Shape
from shapecalc.layers.core.saving import INDICES, SavedTensor
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import held_by_inputs, live_sets, moves, peak
from shapecalc.measures.schedule import Storage, Wiring, schedule
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
#: Parts of the measures of a layer, of a saved tensor and of what a layer stores, read likewise.
_STORED, _PARAMETERS, _SAVES, _STORAGE = map(attrgetter, ("stored", "parameters", "saves", "storage"))
_ENTRIES, _READS_INDICES = map(attrgetter, ("entries", "reads_indices"))
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
    new = [*map(_STORED, layers)]
    if setting.is_integer:  # integers are not trained
        training = (_NOTHING,) * len(layers)
    else:
        own = map(_ENTRIES, chain.from_iterable(map(_SAVES, layers)))
        saved = _saved(plan, [*map(product, shapes), *new, *map(_PARAMETERS, layers), *own])
        training = tuple(map(_layer_saving, zip(saved, plan.passes, plan.reasons, strict=True)))
    return training, peak(plan.moves, held_by_inputs(wiring, shapes, setting), new, setting)


class _Plan(NamedTuple):
    """What a net stores and saves in one setting, whatever the sizes.

    The tensors that are saved are those of all layers, one layer behind the other.

    Attributes:
        numbers: of each saved tensor the number of its entries, as a position among those of the inputs, of what each
            layer stores, of its weights, and of all its tensors, saved or not.
        widths: the bytes of one entry of each, for the whole batch.
        bounds: where the tensors of each layer begin, and where the last ones end.
        passes: how often the work of each layer is done in a training step.
        reasons: why what each layer saves is only a bound, or "".
        moves: what begins and ends to be alive, in order: see :func:`shapecalc.measures.memory.moves`.
    """

    numbers: tuple[int, ...]
    widths: tuple[Int, ...]
    bounds: tuple[int, ...]
    passes: tuple[int, ...]
    reasons: tuple[str, ...]
    moves: tuple[int, ...]


@remember(parts=lambda plan: len(plan.passes) + len(plan.numbers))
def _plan(
    setting: Setting, wiring: Wiring, storages: tuple[Storage, ...], indices: tuple[tuple[Int, ...], ...]
) -> _Plan:
    """The arguments are those of :func:`schedule`, but for the setting."""
    steps = schedule(wiring, storages, indices)
    widths = {storage: _widths(storage, setting) for storage in {*storages}}
    weights = len(wiring.inputs) + len(storages)  # where the numbers of the layers' weights stand
    own = weights + len(storages)  # and those of a layer's own tensors
    tensors: list[tuple[int, Int]] = []
    bounds, reasons = [0], []
    for number, (step, storage) in enumerate(zip(steps, storages, strict=True)):
        for position, place in step.saves:
            tensors.append((own + position if place is None else place, widths[storage][position]))
        copies = setting.dtype == "amp" and storage.has_weights and step.passes > 1
        if copies:
            tensors.append((weights + number, setting.value_size))
        own += len(storage.tensors)
        bounds.append(len(tensors))
        reasons.append(step.reason or (_AUTOCAST if copies else ""))
    return _Plan(
        tuple([number for number, _ in tensors]),
        tuple([width for _, width in tensors]),
        tuple(bounds),
        tuple([step.passes for step in steps]),
        tuple(reasons),
        moves(steps, len(wiring.inputs)),
    )


def _saved(plan: _Plan, entries: list[Int]) -> Iterable[Int]:
    """The bytes that each layer saves, where there are so many entries: see ``_Plan.numbers``."""
    numbers = [*map(entries.__getitem__, plan.numbers)]
    if {int}.issuperset(map(type, chain(numbers, plan.widths))):  # nearly always
        sums = [0, *accumulate(map(mul, numbers, plan.widths))]
        limits = [*map(sums.__getitem__, plan.bounds)]
        return map(sub, limits[1:], limits)
    terms = [
        number * width if isinstance(number, int) else _product((number, width))
        for number, width in zip(numbers, plan.widths, strict=True)
    ]
    return [_sum(tuple(terms[start:end])) for start, end in pairwise(plan.bounds)]


@remember(parts=count_nodes)
def _product(factors: tuple[Int, ...]) -> Int:
    """The bytes of one tensor; with letters, equal tensors of a net are multiplied once."""
    return product(factors)


@remember(parts=count_nodes)
def _sum(terms: tuple[Int, ...]) -> Int:
    """The bytes of one layer; with letters, equal layers of a net have equal sums."""
    return total(terms)


def _widths(storage: Storage, setting: Setting) -> list[Int]:
    """The bytes that one entry of each saved tensor takes, for the whole batch."""
    return [_width(tensor, setting) * (1 if tensor.per_batch else setting.batch) for tensor in storage.tensors]


def _width(tensor: SavedTensor, setting: Setting) -> int:
    if tensor.cuda is not None and setting.device == "cuda":
        return tensor.cuda
    return setting.value_size if tensor.itemsize is None else tensor.itemsize


def values_alive(
    wiring: Wiring, shapes: tuple[Shape, ...], layers: tuple[LayerMeasures, ...], setting: Setting
) -> list[list[tuple[Int, int]]]:
    """The sizes of values that are alive at one time (see :func:`live_sets`), for sizes with letters."""
    steps = schedule(*_storing(wiring, layers))
    return live_sets(steps, held_by_inputs(wiring, shapes, setting), [*map(_STORED, layers)])


def _storing(
    wiring: Wiring, layers: tuple[LayerMeasures, ...]
) -> tuple[Wiring, tuple[Storage, ...], tuple[tuple[Int, ...], ...]]:
    """What :func:`schedule` reads of these layers."""
    storages = tuple(map(_STORAGE, layers))
    unpools = any(map(_READS_INDICES, storages))
    return wiring, storages, tuple(map(_indices, layers)) if unpools else ()


def _indices(measures: LayerMeasures) -> tuple[Int, ...]:
    return tuple([tensor.entries for tensor in measures.saves if tensor.tensor == INDICES])
