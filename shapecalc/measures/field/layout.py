"""Which dimension of a tensor runs along which axis of the net's input, and what reshaping does to that."""

from __future__ import annotations

from shapecalc.layers import Layer, Shape
from shapecalc.layers.capsule import CapsuleLength
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.linear import Embedding, EmbeddingBag
from shapecalc.layers.merge import Concat
from shapecalc.layers.recurrent import Recurrent
from shapecalc.layers.reshape import Flatten, Patches, Unflatten

#: For each dimension the axes of the input that it runs along: none for channels, several once flattened together.
Layout = tuple[tuple[int, ...], ...]


def rearranged(
    layer: Layer, layout: Layout, inputs: tuple[Shape, ...], output: Shape
) -> tuple[Layout, tuple[int, ...]]:
    """The layout behind a layer, and the axes whose order it loses."""
    match layer:
        case Flatten():
            env = layer.bind(inputs)
            first, last = env["first"], env["last"]
            joined = tuple(axis for dim in layout[first : last + 1] for axis in dim)
            return (*layout[:first], joined, *layout[last + 1 :]), ()
        case Unflatten():
            first = layer.bind(inputs)["first"]
            parts = len(output) - len(layout) + 1
            return (*layout[:first], *((),) * parts, *layout[first + 1 :]), layout[first]
        case Concat():
            along = layer.along(inputs[0])
            return layout, layout[along]
        case CapsuleLength():
            return layout[1:], ()
        case Patches():
            return ((),) * len(output), tuple(axis for dim in layout for axis in dim)
        case Embedding():
            return (*layout, ()), ()
        case EmbeddingBag():
            return ((),), ()
        case Axiswise():
            # a dimension that joins several axes is not an axis to slide along; channels that are mixed lose theirs
            sliding = layout[len(layout) - layer.axes_of(inputs[0]) :]
            lead = layout[: len(layout) - len(sliding)] if layer.channels else ()
            lost = tuple(axis for dim in sliding if len(dim) > 1 for axis in dim)
            return layout, lost + tuple(axis for dim in lead for axis in dim)
        case _:
            return (layout if len(output) == len(layout) else ((),) * len(output)), ()


def one_way(layer: Layer, layout: Layout) -> tuple[int, ...]:
    """The axes along which each output sees only what comes before it, and itself: a recurrence in one direction."""
    return layout[0] if isinstance(layer, Recurrent) and not layer.bidirectional else ()
