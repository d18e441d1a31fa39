"""Parameters and buffers: every tensor that a layer keeps, by torch's name and shape."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shapecalc.algebra import Int, normal, total
from shapecalc.algebra.memo import remember
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.shapes import entries_of
from shapecalc.measures.schedule import Wiring


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


# they are remembered, so equal ones are one object; what is remembered of a net is found by them
LayerTensors.__hash__ = object.__hash__  # type: ignore[method-assign]
LayerTensors.__eq__ = object.__eq__  # type: ignore[method-assign]

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
        MappingProxyType(weights), MappingProxyType(buffers), normal(entries(weights)), entries(buffers), counted
    )


class NetTensors(NamedTuple):
    """What all layers of a net keep together; weights that are used twice count once.

    Attributes:
        parameters: the number of entries of all weights.
        trainable: of those that training changes.
        weights: how many tensors these are.
        buffered: the number of entries of all buffers.
        counted: the number of those that are integers of 8 bytes.
    """

    parameters: Int
    trainable: Int
    weights: int
    buffered: Int
    counted: int


@remember()
def net_tensors(wiring: Wiring, layers: tuple[LayerTensors, ...]) -> NetTensors:
    """What a net keeps, from what each of its layers does."""
    owners = [
        (tensors, trainable)
        for tensors, (_, _, share, trainable) in zip(layers, wiring.nodes, strict=True)
        if tensors is not NO_TENSORS and not share
    ]
    return NetTensors(
        parameters=total([tensors.parameters for tensors, _ in owners]),
        trainable=total([tensors.parameters for tensors, trainable in owners if trainable]),
        weights=sum([len(tensors.weights) for tensors, trainable in owners if trainable]),
        buffered=total([tensors.buffered for tensors, _ in owners]),
        counted=sum([tensors.counted for tensors, _ in owners]),
    )


def entries(tensors: Mapping[str, Shape]) -> Int:
    """How many numbers some tensors hold together."""
    number: Int = 0
    for shape in tensors.values():
        number = number + entries_of(shape)
    return number
