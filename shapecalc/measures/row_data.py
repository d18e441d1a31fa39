"""The parts of a row as JSON has them, remembered for layers and fields that are the same in many rows."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra import plain, product
from shapecalc.algebra.memo import remember
from shapecalc.measures.field.state import Layout, State
from shapecalc.measures.layer import LayerMeasures, layer_text

#: The shape of each tensor by its name, as JSON has it.
_Tensors = tuple[tuple[str, list[Any]], ...]


#: What JSON has of a layer that is the same wherever it reads the same shapes; see :func:`layer_data`.
_LayerData = tuple[str, str, tuple[list[Any], ...], list[Any], Any, Any, Any, _Tensors, _Tensors]


@remember()
def layer_data(measures: LayerMeasures) -> _LayerData:
    """What JSON has of a layer: its class, its text, the shapes of its inputs and its output; values, parameters and
    multiply-accumulates; the shapes of its weights and its buffers.
    """
    layer, tensors = measures.layer, measures.tensors
    return (
        type(layer).__name__,
        layer_text(layer.interned),
        tuple(map(plain, measures.input_shapes)),
        plain(measures.output_shape),
        plain(product(measures.output_shape)),
        plain(measures.parameters),
        plain(measures.macs),
        tuple([(name, plain(shape)) for name, shape in tensors.weights.items()]),
        tuple([(name, plain(shape)) for name, shape in tensors.buffers.items()]),
    )


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
