"""What autograd saves of a net for the way back: each memory once, and nothing before the first parameter."""

from typing import NamedTuple, final

from shapecalc.algebra import Int, product, total
from shapecalc.algebra.expr import count_nodes
from shapecalc.algebra.memo import remember
from shapecalc.layers import Shape
from shapecalc.layers.core.saving import INDICES, SavedTensor
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import held_by_inputs, live_sets, peak
from shapecalc.measures.schedule import Step, Wiring, schedule
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
        size = setting.value_size
        training = tuple(
            [_saving(step, measures, entries, size, setting) for step, measures in zip(steps, layers, strict=True)]
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
    unpools = any(measures.storage.reads_indices for measures in layers)
    indices = tuple([_indices(measures) for measures in layers]) if unpools else ()
    return schedule(wiring, tuple([measures.storage for measures in layers]), indices)


def _indices(measures: LayerMeasures) -> tuple[Int, ...]:
    return tuple([tensor.entries for tensor in measures.saves if tensor.tensor == INDICES])


@remember(parts=count_nodes)
def _sum(terms: tuple[Int, ...]) -> Int:
    """The bytes of one layer; with letters, equal layers of a net have equal sums."""
    return total(terms)


def _saving(step: Step, measures: LayerMeasures, entries: list[Int], value_size: int, setting: Setting) -> LayerSaving:
    number, terms = 0, []  # type: int, list[Int]
    saves, passes, _, reason = step
    for position, place in saves:
        tensor = measures.saves[position]
        size = _bytes(tensor, tensor.entries if place is None else entries[place], value_size, setting)
        if isinstance(size, int):
            number += size
        else:
            terms.append(size)
    if setting.dtype == "amp" and measures.storage.has_weights and passes > 1:
        terms.append(value_size * measures.parameters)
        reason = reason or _AUTOCAST
    return LayerSaving(_sum((*terms, number)) if terms else number, passes, reason)


def _bytes(tensor: SavedTensor, entries: Int, value_size: int, setting: Setting) -> Int:
    size = value_size if tensor.itemsize is None else tensor.itemsize
    if tensor.cuda is not None and setting.device == "cuda":
        size = tensor.cuda
    if isinstance(entries, int):
        return entries * size if tensor.per_batch else entries * size * setting.batch
    return _product((entries, size) if tensor.per_batch else (entries, size, setting.batch))


@remember(parts=count_nodes)
def _product(factors: tuple[Int, ...]) -> Int:
    """The bytes of one tensor; with letters, equal tensors of a net are multiplied once."""
    return product(factors)
