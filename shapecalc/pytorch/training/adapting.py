"""A net and samples that do not fit: the net gets another head, and images are scaled to the net's own input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.measures.sizes import walk
from shapecalc.net import Net
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.scaling import GREY, RGB, numbers_of

#: The arguments of layers that say how many outputs they have.
_WIDTHS = ("out_features", "out_channels")


@final
@dataclass(frozen=True, slots=True)
class Adapted:
    """A net that was made to fit samples.

    Attributes:
        net: with the shape that it is trained at.
        heads: the names of the layers that were replaced: their weights start anew.
        width: the number of outputs that they have now; 0 where none was replaced.
    """

    net: Net
    heads: frozenset[str] = frozenset()
    width: int = 0


def adapt_net(net: Net, samples: Samples) -> Adapted:
    """A net for samples: with its own input shape, where it declares one, and with heads for what the samples ask for.

    Raises:
        ShapecalcError: no head of another width makes it fit, or the samples cannot have the shape of its input.
    """
    if len(net.inputs) != 1:
        raise SpecError(f"--adapt takes a net with one input, but this one has {len(net.inputs)}.")
    net = net.with_input(adapted_shape(net, samples))
    if all(shape == samples.output_shape for shape in output_shapes(net)):
        return Adapted(net)
    for width in dict.fromkeys(numbers_of(samples.output_shape)):
        try:
            adapted = replace_heads(net, width)
            shapes = output_shapes(adapted.net)
        except ShapecalcError:
            continue
        if all(shape == samples.output_shape for shape in shapes):
            return adapted
    raise SpecError(
        f"--adapt cannot make this net fit {samples.name}: with no width of its last layer it ends in "
        f"{shape_text(samples.output_shape)}."
    )


def replace_heads(net: Net, width: int) -> Adapted:
    """A net whose outputs come from layers of another width: the last layer with a width before each output.

    Args:
        net: the network, its input shape known.
        width: the number of outputs of these layers.

    Raises:
        SpecError: an output has no such layer.
        ShapeError: the net is not legal with this width.
    """
    heads = {_head(net, output) for output in net.outputs}
    for head in sorted(heads):
        layer = net[head].layer
        net = net.replacing(head, layer.replace(**{_width_argument(layer): width}))
    walk(net)
    return Adapted(net, frozenset(net[head].share or head for head in heads), width)


def _head(net: Net, output: str) -> str:
    """The name of the last layer with a width that feeds an output."""
    for node in net.ancestors(output):
        if _width_argument(node.layer):
            return node.name
    raise SpecError(f"No layer before {output} has a number of outputs, so the net has no head to replace.")


def _width_argument(layer: Layer) -> str:
    """The argument that says how many outputs a layer has; "" for one that has none."""
    return next((name for name in _WIDTHS if name in vars(layer)), "")


def own_shape(net: Net) -> Shape:
    """The shape of the first input of a net; () where it declares none."""
    return next(iter(net.inputs.values()), ())


def output_shapes(net: Net) -> list[Shape]:
    """The shape of each output of a net."""
    shapes = {**net.inputs, **{node.name: output for node, _, _, output in walk(net)}}
    return [shapes[name] for name in net.outputs]


def adapted_shape(net: Net, samples: Samples) -> Shape:
    """The shape that samples get for a net: that of its own input, or theirs where it declares none.

    Raises:
        SpecError: the samples cannot have it.
    """
    (shape,) = net.inputs.values()
    if not shape:
        return samples.shape
    if len(shape) == len(samples.shape):  # letters take any size
        shape = tuple(
            size if isinstance(size, int) else actual for size, actual in zip(shape, samples.shape, strict=True)
        )
    if shape != samples.shape and not _can_have(shape, samples.shape):
        raise SpecError(
            f"--adapt scales images and turns grey into RGB and back, which makes no {shape_text(shape)} of the "
            f"{shape_text(samples.shape)} of {samples.name}."
        )
    return shape


def _can_have(shape: Shape, actual: Shape) -> bool:
    """Whether images can be given another shape."""
    if not len(shape) == len(actual) == 3:
        return False
    return shape[0] == actual[0] or {shape[0], actual[0]} == {GREY, RGB}
