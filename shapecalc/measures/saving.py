"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

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
    steps = layer_steps(wiring, layers)
    new = [measures.stored for measures in layers]
    entries = [*map(product, shapes), *new]
    if setting.is_integer:  # integers are not trained
        training = (LayerSaving(0, 1, ""),) * len(layers)
    else:
        widths = {storage: _widths(storage, setting) for storage in {measures.storage for measures in layers}}
        training = tuple(
            [
                _saving(step, measures, widths[measures.storage], entries, setting)
                for step, measures in zip(steps, layers, strict=True)
            ]
        )
    return training, peak(steps, held_by_inputs(wiring, shapes, setting), new, setting)


def values_alive(
    wiring: Wiring, shapes: tuple[Shape, ...], layers: tuple[LayerMeasures, ...], setting: Setting
) -> list[list[tuple[Int, int]]]:
    """The sizes of values that are alive at one time (see :func:`live_sets`), for sizes with letters."""
    new = [measures.stored for measures in layers]
    return live_sets(layer_steps(wiring, layers), held_by_inputs(wiring, shapes, setting), new)


def layer_steps(wiring: Wiring, layers: tuple[LayerMeasures, ...]) -> tuple[Step, ...]:
    """The schedule of a net with these layers."""
    storages = tuple([measures.storage for measures in layers])
    unpools = True in [storage.reads_indices for storage in storages]
    return schedule(wiring, storages, tuple(map(_indices, layers)) if unpools else ())


def _indices(measures: LayerMeasures) -> tuple[Int, ...]:
    return tuple([tensor.entries for tensor in measures.saves if tensor.tensor == INDICES])


@remember(parts=count_nodes)
def _sum(terms: tuple[Int, ...]) -> Int:
    """The bytes of one layer; with letters, equal layers of a net have equal sums."""
    return total(terms)


def _saving(
    step: Step, measures: LayerMeasures, widths: list[Int], entries: list[Int], setting: Setting
) -> LayerSaving:
    saves, passes, _, reason = step
    sizes = [
        number * widths[position]
        if isinstance(number := measures.saves[position].entries if place is None else entries[place], int)
        else _product((number, widths[position]))
        for position, place in saves
    ]
    if setting.dtype == "amp" and measures.storage.has_weights and passes > 1:
        sizes.append(setting.value_size * measures.parameters)
        reason = reason or _AUTOCAST
    saved = sum(sizes) if {int}.issuperset(map(type, sizes)) else _sum(tuple(sizes))
    return LayerSaving(saved, passes, reason)


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
