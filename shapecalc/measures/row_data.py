"""The parts of a row as JSON has them, remembered for layers and fields that are the same in many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecalc.algebra import plain, product
from shapecalc.algebra.memo import remember
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.field.state import Layout, State
from shapecalc.measures.layer import LayerMeasures, layer_text
from shapecalc.measures.parameters import tensors_of

#: The shape of each tensor by its name, as JSON has it.
_Tensors = tuple[tuple[str, list[Any]], ...]


#: What JSON has of a layer that is the same for every shape that reaches it; see :func:`layer_data`.
_LayerData = tuple[str, str, Any, _Tensors, _Tensors]
#: What JSON has of a layer on given shapes; see :func:`shape_data`.
_ShapeData = tuple[tuple[Sequence[Any], ...], Sequence[Any], Any, Any]


@remember()
def layer_data(interned: Interned) -> _LayerData:
    """What JSON has of a completed layer: its class, text and parameters, and the shapes of its weights and buffers."""
    tensors = tensors_of(interned)
    return (
        interned.cls.__name__,
        layer_text(interned),
        plain(tensors.parameters),
        tuple([(name, plain(shape)) for name, shape in tensors.weights.items()]),
        tuple([(name, plain(shape)) for name, shape in tensors.buffers.items()]),
    )


@remember()
def shape_data(measures: LayerMeasures) -> _ShapeData:
    """What JSON has of a layer on given shapes: those of its inputs and its output; values, multiply-accumulates."""
    shapes, output, macs = measures.input_shapes, measures.output_shape, measures.macs
    values = product(output)
    if not measures.has_letters:
        return shapes, output, values, macs
    return tuple(map(plain, shapes)), plain(output), plain(values), plain(macs)


@remember()
def field_data(layout: Layout, entries: tuple[int, ...]) -> tuple[list[Any], list[Any], list[Any], str]:
    """The size, jump and start of fields along each axis as JSON has them, and why they are only a bound."""
    patterns = layout.patterns
    return (
        [plain(pattern.size(count)) for pattern, count in zip(patterns, entries, strict=True)],
        [plain(pattern.jump) for pattern in patterns],
        [plain(pattern.start(count)) for pattern, count in zip(patterns, entries, strict=True)],
        next((pattern.bound for pattern in patterns if pattern.bound), ""),
    )


def local_data(state: State) -> dict[str, Any]:
    """The fields along the local path as JSON has them."""
    sizes, jumps, starts, reason = field_data(state.layout, state.entries)
    status = {"status": "bound", "reason": reason} if reason else {"status": "exact"}
    return {"size": list(sizes), "jump": list(jumps), "start": list(starts), **status}
