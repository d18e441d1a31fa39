"""Parameters and buffers: every tensor that a layer keeps, by torch's name and shape."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shapecalc.algebra import Int
from shapecalc.algebra.memo import remember
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.shapes import entries_of


class LayerTensors(NamedTuple):
    """What one layer keeps.

    Attributes:
        weights: the shape of each trainable tensor by its torch name.
        buffers: the shape of each tensor that is kept but not trained.
        parameters: the number of entries of all weights.
        buffered: the number of entries of all buffers.
        counted: the number of those that are integers of 8 bytes.
    """

    weights: Mapping[str, Shape]
    buffers: Mapping[str, Shape]
    parameters: Int
    buffered: Int
    counted: int = 0


#: What a layer keeps that has no tensors.
NO_TENSORS = LayerTensors(MappingProxyType({}), MappingProxyType({}), 0, 0)


def layer_tensors(layer: Layer) -> LayerTensors:
    """What a completed layer keeps; see :func:`shapecalc.measures.sizes.apply`."""
    return tensors_of(layer.interned)


@remember(parts=lambda tensors: len(tensors.weights) + len(tensors.buffers))
def tensors_of(shared: Interned) -> LayerTensors:
    """As :func:`layer_tensors`, of all layers of a class and values."""
    layer: Layer = shared.layer
    weights = {name: shape for name, formula, env in layer.tensors() if (shape := formula.at(env)) is not None}
    buffers = {
        name: shape for name, formula in layer.buffers.items() if (shape := formula.at(layer.values)) is not None
    }
    if not (weights or buffers):
        return NO_TENSORS
    counted = len(layer.counters & buffers.keys())
    return LayerTensors(
        MappingProxyType(weights), MappingProxyType(buffers), entries(weights), entries(buffers), counted
    )


def entries(tensors: Mapping[str, Shape]) -> Int:
    """How many numbers some tensors hold together."""
    total: Int = 0
    for shape in tensors.values():
        total = total + entries_of(shape)
    return total
