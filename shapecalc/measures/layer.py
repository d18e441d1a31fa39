"""The measures of one layer that depend on nothing but its input shapes."""

from itertools import chain
from typing import NamedTuple

from shapecalc.algebra import Int, names_in, product, short
from shapecalc.algebra.memo import remember
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.saving import Gradient, SavedTensor
from shapecalc.measures.contiguity import Copies
from shapecalc.measures.memory import stored
from shapecalc.measures.parameters import LayerTensors, tensors_of
from shapecalc.measures.schedule import Storage, storage
from shapecalc.measures.sizes import complete
from shapecalc.measures.work import macs


class LayerMeasures(NamedTuple):
    """The measures of a layer on some input shapes, wherever in a net that is. Compared by identity.

    Attributes:
        layer: the layer, its omitted counts filled in.
        input_shapes: what comes in, one shape for each input, without the batch.
        output_shape: what comes out.
        motion: how it moves and reads the dimensions of its inputs.
        tensors: what it keeps.
        parameters: how many numbers its weights hold.
        macs: multiply-accumulates for one input; None where they are not known.
        stored: how many new numbers its output is.
        saves: the tensors that autograd saves.
        storage: what it stores and saves, but for the sizes.
        has_letters: whether letters stand for some of the sizes or arguments.
        is_still: whether it leaves every position of its only input where it is.
    """

    layer: Layer
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    motion: Motion
    tensors: LayerTensors
    parameters: Int
    macs: Int | None
    stored: Int
    saves: tuple[SavedTensor, ...]
    storage: Storage
    has_letters: bool
    is_still: bool


# they are remembered, so equal ones are one object; what is remembered of a net is found by them
LayerMeasures.__hash__ = object.__hash__  # type: ignore[method-assign]
LayerMeasures.__eq__ = object.__eq__  # type: ignore[method-assign]


@remember()
def _is_lettered(interned: Interned) -> bool:
    """Whether letters stand for some arguments."""
    return bool(names_in(interned.values))


def _has_letters(shapes: tuple[Shape, ...]) -> bool:
    return not {int}.issuperset(map(type, chain.from_iterable(shapes)))


@remember()
def layer_of(interned: Interned) -> Layer:
    """A layer of this class and these values."""
    layer: Layer = interned.layer
    return layer


@remember()
def measure_layer(interned: Interned, input_shapes: tuple[Shape, ...]) -> LayerMeasures:
    """The measures of a layer on these shapes.

    Raises:
        ShapeError: the layer refuses them.
    """
    layer, output_shape = complete(layer_of(interned), input_shapes)
    tensors = tensors_of(layer.interned)
    work = macs(layer, input_shapes, output_shape)
    entries = stored(layer, output_shape)
    saves = tuple(layer.saved(input_shapes, output_shape))
    has_letters = _has_letters(input_shapes) or _is_lettered(interned)
    if has_letters:
        saves = tuple(map(_short, saves))
    motion = layer.motion(input_shapes, output_shape)
    return LayerMeasures(
        layer=layer,
        input_shapes=input_shapes,
        output_shape=output_shape,
        motion=motion,
        tensors=tensors,
        parameters=tensors.parameters,
        macs=None if work is None else short(work),
        stored=entries,
        saves=saves,
        storage=storage(layer, entries, saves, has_weights=bool(tensors.weights)),
        has_letters=has_letters,
        is_still=motion is STILL and input_shapes == (output_shape,),
    )


@remember()
def copying(measures: LayerMeasures, copies: Copies) -> LayerMeasures:
    """The measures of a layer for which torch copies values that do not lie in order in memory."""
    saves = [
        tensor._replace(tensor="a copy of an input", entries=product(measures.input_shapes[tensor.tensor]))
        if isinstance(tensor.tensor, int) and tensor.tensor in copies.inputs
        else tensor
        for tensor in measures.saves
    ]
    if copies.reason:  # where there is no copy, what is saved holds the whole memory that the input is a part of
        saves += [SavedTensor(place, serves=Gradient.ANY, reason=copies.reason) for place in copies.inputs or (0,)]
    entries = product(measures.output_shape) if copies.output else measures.stored
    return measures._replace(
        stored=entries,
        saves=tuple(saves),
        storage=storage(measures.layer, entries, tuple(saves), has_weights=measures.storage.has_weights),
    )


def _short(tensor: SavedTensor) -> SavedTensor:
    return tensor if isinstance(tensor.entries, int) else tensor._replace(entries=short(tensor.entries))


@remember()
def layer_text(interned: Interned) -> str:
    """A layer in torch's call syntax."""
    return repr(layer_of(interned))
