"""The inputs of terms: the numbers and settings of a layer that the terms of a count are formulas of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, product
from shapecalc.layers import Layer, Shape
from shapecalc.layers.attention import TransformerLayer
from shapecalc.layers.upsample import Resize
from shapecalc.measures.parameters import entries, layer_tensors
from shapecalc.measures.sizes import apply
from shapecalc.measures.work import macs


@final
class Part(NamedTuple):
    """A layer that is counted by itself, or a part of such a layer.

    Attributes:
        layer: the layer, with its omitted counts filled in.
        inputs: the shapes of its inputs.
        output: the shape of its output.
        fused: whether torch runs the attention in it as one operation rather than as several products.
        leading: the size of the first dimension as torch sees it: one input, or the length where the batch is second.
    """

    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    fused: bool = False
    leading: Int = 1


def parts(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Part]:
    """The layer itself, or the layers of which it consists."""
    if not isinstance(layer, TransformerLayer):
        yield Part(layer, inputs, output)
        return
    for _, part, shapes in layer.parts(inputs):
        completed, part_output = apply(part, shapes)
        yield Part(completed, shapes, part_output, fused=True, leading=1 if layer.batch_first else shapes[0][0])


def term_inputs(part: Part) -> dict[str, Any]:
    """The names that a term may use: the layer's arguments, the names of its own formulas, and for every layer

    - macs: its multiply-accumulates; n_weights: how many numbers its weights have; is_scaled: whether one of its
      weights is called "weight";
    - n_in, n_out: how many numbers its first input and its output have; places_in, places_out: without the channels;
    - shape, output: the shapes of its first input and of its output; lines: how many lines it reads from end to end;
    - mode: that of a layer that resizes; fused, leading: see :class:`Part`.
    """
    layer, inputs, output, fused, leading = part
    work = macs(layer, inputs, output)
    shape, weights = next(iter(inputs), ()), layer_tensors(layer).weights
    mixed = layer.motion(inputs, output).full
    return {
        **layer.work_env(inputs, output),
        "macs": 0 if work is None else work,  # of a layer that no tool was tried on, which is said
        "n_weights": entries(weights),
        "is_scaled": "weight" in weights,
        "n_in": product(shape),
        "n_out": product(output),
        "places_in": product(shape[1:]),
        "places_out": product(output[1:]),
        "shape": shape,
        "output": output,
        "lines": product(tuple(size for dim, size in enumerate(shape) if dim not in mixed)),
        "fused": fused,
        **({"mode": layer.rule()[0]} if isinstance(layer, Resize) else {}),
        "leading": leading,
    }
