"""Padding or a crop in a layer of its own, for a size that no padding of the window itself gives."""

from __future__ import annotations

from shapecalc.algebra import Int, Name
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.windows import extent
from shapecalc.measures.sizes import apply


def padded_in_front(layer: Layer, before: Int, after: Int) -> tuple[Layer, Layer] | None:
    """A layer that pads or crops, and the window without padding, which together make one size of another on each axis.

    Half of the amount comes before the axis, and what is left behind it; a max pooling is padded with −∞, as it pads
    itself. None where the sizes are not numbers, or it would be more than the input itself.
    """
    bare = layer.replace(padding=0)
    kernel, dilation = bare.values["kernel_size"][0], bare.values.get("dilation", (1,))[0]
    stride = (bare.values["stride"] or bare.values["kernel_size"])[0]
    if not isinstance(before, int) or not isinstance(after, int):
        return None
    amount = (after - 1) * stride + extent(kernel, dilation) - before
    if abs(amount) > before:
        return None
    sides = (amount // 2, amount - amount // 2) * layer.rank
    is_filled = layer.padding_value and amount > 0
    name, value = ("ConstantPad", (layer.padding_value,)) if is_filled else ("ZeroPad", ())
    try:
        pad = layer_classes()[f"{name}{layer.rank}d"](sides, *value)
        _, padded = apply(pad, ((Name("D"), *[before] * layer.rank),))
        _, output = apply(bare, (padded,))
    except ShapecalcError:
        return None
    return (pad, bare) if output[1:] == (after,) * layer.rank else None
