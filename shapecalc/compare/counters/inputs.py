"""The facts of a layer that the terms of a count are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, product
from shapecalc.layers import Layer, Shape
from shapecalc.layers.attention import TransformerLayer
from shapecalc.layers.upsample import Resize
from shapecalc.measures.parameters import entries, held
from shapecalc.measures.sizes import apply
from shapecalc.measures.work import macs


@final
class Part(NamedTuple):
    """What is counted by itself: a layer, or a layer that is part of another.

    Attributes:
        layer: the layer, its omitted counts filled in.
        inputs: the shapes that reach it.
        output: the shape that comes out.
        fused: whether torch runs attention here as one operation rather than as several products.
        leading: the size of the first dimension as torch sees it: one input, or the length where the batch is second.
    """

    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    fused: bool = False
    leading: Int = 1


def parts(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Part]:
    """The layer itself, or the layers that it is made of."""
    if not isinstance(layer, TransformerLayer):
        yield Part(layer, inputs, output)
        return
    for _, part, shapes in layer.parts(inputs):
        whole, out = apply(part, shapes)
        yield Part(whole, shapes, out, fused=True, leading=1 if layer.batch_first else shapes[0][0])


def term_inputs(piece: Part) -> dict[str, Any]:
    """What a term may name: the layer's arguments, what its own formulas use, and of every layer

    - macs: its multiply-accumulates; held: how many numbers its weights hold; is_scaled: whether a "weight" is one;
    - n_in, n_out: how many numbers its first input and its output hold; places_in, places_out: without the channels;
    - shape, output: of its first input and of what comes out; lines: how many lines it reads from end to end;
    - mode: of a layer that resizes; fused, leading: see :class:`Piece`.
    """
    layer, inputs, output, fused, leading = piece
    shape, weights = inputs[0], held(layer).weights
    mixed = layer.motion(inputs, output).full
    return {
        **layer.work_env(inputs, output),
        "macs": macs(layer, inputs, output),
        "held": entries(weights),
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
