"""Output shapes: what comes out of each layer."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import partial
from typing import cast

from shapecalc.algebra.memo import remember
from shapecalc.algebra.normal_form import factored
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.contiguity import Contiguity
from shapecalc.measures.unpooling import Unpooling
from shapecalc.net import Net, Node

#: Bounds on what a chain of layers may grow to: digits of a size, and dimensions of a shape.
MAX_DIGITS, MAX_DIMS = 300, 64
_LARGEST = 10**MAX_DIGITS


def complete(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Layer, Shape]:
    """The layer with its omitted counts filled in, and the shape that comes out.

    Raises:
        ShapeError: the layer refuses these inputs.
    """
    resolved = layer.accept(inputs)
    return resolved, _bounded(layer, resolved.output_shape(inputs))


def apply(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Layer, Shape]:
    """As :func:`complete`, remembered."""
    return _applied(layer.interned, inputs)


@remember()
def _applied(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Layer, Shape]:
    """What :func:`complete` gives; the key is not the layer, because one with 2.0 equals one with 2."""
    return complete(interned.layer, inputs)


def _bounded(layer: Layer, shape: Shape) -> Shape:
    """The shape, unless it is one that nobody has memory for and nobody could read."""
    if len(shape) > MAX_DIMS:
        raise ShapeError(f"{layer!r} gives {len(shape)} dimensions; at most {MAX_DIMS} are worked out.")
    is_numeric = {int}.issuperset(map(type, shape))
    numbers = cast("Sequence[int]", shape) if is_numeric else [size for size in shape if isinstance(size, int)]
    if max(numbers, default=0) >= _LARGEST:
        raise ShapeError(f"{layer!r} gives a size of more than {MAX_DIGITS} digits.")
    return shape if is_numeric else tuple(map(factored, shape))


def shapes_reaching(node: Node, shapes: Mapping[str, Shape], learned: Container[str]) -> tuple[Shape, ...]:
    """The input shapes of a node.

    Args:
        node: the node.
        shapes: those of the inputs and nodes before it.
        learned: the names of those that depend on no input.
    """
    inputs = tuple([shapes[name] for name in node.inputs])
    return node.layer.alignment(inputs, tuple([name in learned for name in node.inputs]))


def walk(net: Net) -> list[tuple[Node, Layer, tuple[Shape, ...], Shape]]:
    """Each node with its completed layer, its input shapes and its output shape.

    Raises:
        SpecError: an input has no shape.
        ShapeError: a layer refuses its inputs; the error names the node and the smallest repairs.
    """
    shapes = input_shapes(net)
    steps, learned = [], net.learned()
    unpooling, contiguity = Unpooling(net), Contiguity(net)
    for node in net.nodes:
        inputs = shapes_reaching(node, shapes, learned)
        try:
            layer, shapes[node.name] = apply(node.layer, inputs)
            if layer.reads_indices:
                unpooling.check(node, shapes.__getitem__)
            contiguity.enter(node, layer, inputs, shapes[node.name])
        except ShapeError as refused:
            raise with_repairs(net, node, refused) from None
        steps.append((node, layer, inputs, shapes[node.name]))
    return steps


def with_repairs(net: Net, node: Node, refusal: ShapeError) -> ShapeError:
    """A refusal with its node, and with the repairs that are searched when it is shown."""
    return ShapeError(refusal.reason, node=node.name, repairs=partial(_repairs, net, node.name))


def _repairs(net: Net, name: str) -> tuple[str, ...]:
    from shapecalc.measures.repairs import repairs  # noqa: PLC0415  only a mistake that is shown needs it

    return repairs(net, name)


def input_shapes(net: Net) -> dict[str, Shape]:
    """The shapes of a net's inputs.

    Raises:
        SpecError: one is not known.
    """
    for name, shape in net.inputs.items():
        if not shape:
            raise SpecError(f"The shape of {name} is not known; give it, for example 3x32x32.")
    return dict(net.inputs)
