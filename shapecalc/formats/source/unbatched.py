"""Layers without the batch: how a layer that counts it as one more dimension is written in a net.

A value of a net has no batch. In a program the batch is a dimension, mostly the first, and a layer of the engine that
reads such a tensor numbers it as any other. A layer of a net counts the dimension of the batch as 0, wherever it stands
in the program: a permutation that moves nothing but the batch moves nothing in a net.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.algebra import product
from shapecalc.algebra.names import names_in
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.values import BATCH, name_set
from shapecalc.layers import Layer, Shape, layer_classes

#: Layers that may stretch a dimension of size 1 to the batch.
_STRETCHING = frozenset({"Expand"})
#: Why something cannot be said in a net, in words that follow the name of the layer.
JOINS = "joins the batch with other dimensions"
MIXES = "mixes the inputs of a batch"


class MixedBatchError(LookupError):
    """A layer does something to the batch that a net cannot say; the message says what."""


def batch_axis(shape: Shape) -> int | None:
    """The dimension of the batch; None for a tensor without one.

    Raises:
        MixedBatchError: it is joined with other dimensions, or stands in several.
    """
    places = [place for place, size in enumerate(shape) if BATCH in names_in((size,))]
    if not places:
        return None
    if len(places) > 1 or shape[places[0]] != BATCH:
        raise MixedBatchError(JOINS if len(places) == 1 else MIXES)
    return places[0]


def without(shape: Shape, axis: int | None) -> Shape:
    """A shape without the dimension of the batch."""
    return shape if axis is None else (*shape[:axis], *shape[axis + 1 :])


def in_net(layer: Layer, shape: Shape, output: Shape) -> Layer | None:
    """A layer as a net has it; None where nothing is left of it.

    Args:
        layer: the layer, to which the batch is one more dimension.
        shape: the shape of its first input, with the batch.
        output: the shape that comes out.

    Raises:
        MixedBatchError: it does something to the batch that a net cannot say.
    """
    rule = _RULES.get(type(layer).__name__)
    before, after = batch_axis(shape), batch_axis(output)
    if rule is None:
        return layer
    if before is None and after is not None and type(layer).__name__ not in _STRETCHING:
        raise MixedBatchError("gives a batch to what has none")
    if before is not None and after is None:
        raise MixedBatchError(MIXES)
    return rule(layer, shape, before, output, after)


def _numbered(place: int, axis: int | None) -> int:
    """The number of a dimension in a net, where that of the batch is 0.

    Raises:
        MixedBatchError: it is the batch.
    """
    if place == axis:
        raise MixedBatchError(MIXES)
    return place + 1 if axis is None or place < axis else place


def _place(dim: int, dims: int) -> int:
    """A dimension of a layer to which the batch is one more as an index."""
    return dim - 1 if dim > 0 else dims + dim


def _dim(dim: int, dims: int, axis: int | None) -> int:
    """The number of a dimension in a net; one that is counted from the end stays so."""
    place = _place(dim, dims)
    number = _numbered(place, axis)
    return dim if dim < 0 and (axis is None or place > axis) else number


def _along(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    """Of a layer that works along dimensions of its input."""
    dim = layer.values["dim"]
    if dim is None:
        return layer
    dims = tuple([_dim(each, len(shape), axis) for each in (dim if isinstance(dim, tuple) else (dim,))])
    return layer.of_values({**layer.values, "dim": dims if isinstance(dim, tuple) else dims[0]})


def _inserting(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    """Of a layer whose dimension is one of its output."""
    return layer.of_values({**layer.values, "dim": _numbered(_place(layer.values["dim"], len(output)), after)})


def _permuted(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    numbers = [_place(dim, len(shape)) for dim in layer.values["order"][1:]]
    order = (0, *[_numbered(place, axis) for place in numbers if place != axis])
    moved = [place for place, dim in enumerate(order) if place != dim]
    if len(moved) == _PAIR:
        return layer_classes()["Transpose"](*moved)
    return layer.of_values({"order": order}) if moved else None


def _reshaped(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    if axis is None or after is None:
        return layer if shape != output else None
    if normal(product(shape[:axis])) != normal(product(output[:after])):
        raise MixedBatchError(MIXES)
    before, behind = without(shape, axis), without(output, after)
    if before == behind:
        return None
    if not behind:
        return layer_classes()["Squeeze"](tuple(range(1, len(before) + 1)))
    sizes = without(layer.values["sizes"], after)
    if len(behind) == 1 and (sizes == (-1,) or not names_in(before)):
        return layer_classes()["Flatten"]()
    return layer.of_values({"sizes": sizes})


def _flattened(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    first, last = (_place(dim, len(shape)) for dim in (layer.values["start_dim"], layer.values["end_dim"]))
    if first >= last:
        return None
    if axis is not None and first <= axis <= last:
        raise MixedBatchError(JOINS)
    end = -1 if last == len(shape) - 1 else _numbered(last, axis)
    return layer.of_values({"start_dim": _numbered(first, axis), "end_dim": end})


def _expanded(layer: Layer, shape: Shape, axis: int | None, output: Shape, after: int | None) -> Layer | None:
    before, sizes = without(shape, after), without(layer.values["sizes"], after)
    if all(size in (-1, old) for size, old in zip(sizes, before, strict=True)):
        return None
    return layer.of_values({"sizes": sizes})


#: How many dimensions a transposition moves.
_PAIR = 2
#: What becomes of a layer whose arguments number dimensions or name sizes, by its name.
_RULES: dict[str, Callable[[Layer, Shape, int | None, Shape, int | None], Layer | None]] = {
    **dict.fromkeys(
        name_set("Concat Select Slice Chunk Split Mean Sum Max Squeeze Softmax LogSoftmax Softmin GLU Unflatten"),
        _along,
    ),
    **dict.fromkeys(("Stack", "Unsqueeze"), _inserting),
    **dict.fromkeys(("Reshape", "View"), _reshaped),
    "Permute": _permuted,
    "Flatten": _flattened,
    "Expand": _expanded,
}
