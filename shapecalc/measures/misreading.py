"""Inputs that are legal as they are written, but were probably written with the channels last."""

from __future__ import annotations

from shapecalc.algebra import Name
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.net import Net

#: How many channels an image has: grey, colour, colour with transparency.
_CHANNELS = (1, 3, 4)
#: An image has at least so many pixels on a side; one of three colours need not be square if it has as many as this.
_SQUARE, _OBLONG = 8, 16


def channels_first(shape: Shape) -> Shape | None:
    """The shape with its last size first, where it looks like an image with the channels last: 32x32x3, HxWx3."""
    if len(shape) != 3:
        return None
    height, width, channels = shape
    if channels not in _CHANNELS:
        return None
    if isinstance(height, int) and isinstance(width, int):
        square = height == width >= _SQUARE
        oblong = channels == 3 and min(height, width) >= _OBLONG
        return (channels, height, width) if square or oblong else None
    return (channels, height, width) if isinstance(height, Name) and isinstance(width, Name) else None


def input_words(net: Net) -> str:
    """The shapes of the inputs, and the shape that one of them was probably meant to be."""
    meant = misread_input(net)
    hint = "" if meant is None else f" (did you mean {shape_text(meant)}? channels come first)"
    return f"{net.input_text()}{hint}"


def misread_input(net: Net) -> Shape | None:
    """The only input with its last size first, where it looks misread and no layer that reads it says otherwise."""
    if len(net.inputs) != 1:
        return None
    ((name, shape),) = net.inputs.items()
    meant = channels_first(shape)
    if meant is None:
        return None
    readers = [node.layer for node in net.nodes if name in node.inputs]
    return meant if readers and all(_may_misread(layer, shape) for layer in readers) else None


def _may_misread(layer: Layer, shape: Shape) -> bool:
    """Whether a layer reads maps, and does not name as many channels as the shape has first."""
    if 3 not in layer.dims:
        return False
    count = layer.values[layer.infers[0]] if layer.infers else None
    return count is None or (isinstance(shape[0], Name) and count == shape[-1])
