"""Layers that order, split, join, drop and add dimensions; the values stay where they are in memory.

A dimension has torch's number, with the batch as 0. Sizes are written without the batch, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, product, text
from shapecalc.algebra.normal_form import normal
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Require, Requirement
from shapecalc.layers.core.kinds import Shape, Size, Sizes, write_value
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import Motion, scattered
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import Strides, cuts, viewed
from shapecalc.layers.reshape import place, place_apart, refuse_batch

_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch."


class Rearrangement(Layer):
    """Another shape for the same memory. Abstract."""

    saves = ()
    view = True


class Variadic(Rearrangement):
    """With a tuple first, whose brackets may be left out as in the methods of torch's tensors. Abstract."""

    #: torch's name for the tuple; every layer has attributes called dims and shape already.
    keyword: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = next(iter(type(self).fields))
        if self.keyword in kwargs and name not in kwargs:
            kwargs[name] = kwargs.pop(self.keyword)
        brackets = args and isinstance(args[0], tuple | list)
        super().__init__(*((args,) if args and not brackets else args), **kwargs)

    def __repr__(self) -> str:
        name, *others = type(self).fields
        arguments = [*map(write_value, self.values[name])]
        defaults = {other: type(self).fields[other].default for other in others}
        arguments += [f"{other}={self.values[other]}" for other in others if self.values[other] != defaults[other]]
        return f"{type(self).__name__}({', '.join(arguments)})"


@final
@register
class Permute(Variadic):
    """The dimensions in another order, each counted with the batch as 0, which stays first."""

    order: Sizes

    nick, keyword, turns = "permute", "dims", True
    source = _DOCS + "permute.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"dim"}
    shape = Formula(lambda input, dim: tuple([input[place] for place in dim]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        dims = len(inputs[0])
        places = [place(self, "a dimension", number, dims) for number in self.order]
        if sorted(places) != [*range(-1, dims)]:
            raise ShapeError(
                f"{self!r} must name each of the {dims} dimensions of {shape_text(inputs[0])} and the batch once, "
                f"the batch as 0{_with_batch(places, dims)}."
            )
        if places[0] != -1:
            raise refuse_batch(self, "dimension 0", "moving")
        return {**super().bind(inputs), "dim": tuple(places[1:])}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(dims=tuple([(dim,) for dim in self.bind(inputs)["dim"]]))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return tuple([strides[dim] for dim in self.bind(inputs)["dim"]])


def _with_batch(places: list[int], dims: int) -> str:
    """How an order that leaves out the batch is written with it, as the end of a sentence."""
    first = min(places)
    if sorted(places) != [*range(first, first + dims)]:
        return ""
    return f": Permute(0, {', '.join(str(place - first + 1) for place in places)})"


@final
@register
class Transpose(Rearrangement):
    """Two dimensions exchanged, each counted with the batch as 0."""

    dim0: Int
    dim1: Int

    nick, source, turns = "transpose", _DOCS + "transpose.html", True
    gives: ClassVar[frozenset[str]] = Layer.gives | {"dim"}
    shape = Permute.shape

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        dims = len(inputs[0])
        first, second = (place(self, name, self.values[name], dims) for name in ("dim0", "dim1"))
        if first != second and min(first, second) < 0:
            raise refuse_batch(self, "dimension 0", "exchanging")
        order = [*range(dims)]
        if first != second:
            order[first], order[second] = second, first
        return {**super().bind(inputs), "dim": tuple(order)}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(dims=tuple([(dim,) for dim in self.bind(inputs)["dim"]]))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return tuple([strides[dim] for dim in self.bind(inputs)["dim"]])


def _uneven(layer: Resizing, inputs: tuple[Shape, ...]) -> str:
    env = layer.bind(inputs)
    values = f"the {text(product(inputs[0]))} values of {shape_text(inputs[0])}"
    if env["whole"] is not None:
        return f"{layer!r} has room for {text(env['whole'])} values, but cannot hold {values}."
    return f"{layer!r}: {text(env['others'])}, the product of the sizes besides -1, does not divide {values}."


class Resizing(Variadic):
    """The values of each input in their order, under other sizes; one of them may be -1, for what is left. Abstract."""

    sizes: Sizes

    keyword, copies = "shape", True
    gives: ClassVar[frozenset[str]] = Layer.gives | {"parts", "whole", "others"}
    requires = (
        Require(
            "the sizes must multiply to those of the input",
            "=",
            lambda whole, input: None if whole is None else (whole, product(input)),
            refusal=_uneven,
        ),
        Require(
            "the sizes besides -1 must divide those of the input",
            "divides",
            lambda others, input: None if others is None else (others, product(input)),
            refusal=_uneven,
        ),
    )
    shape = Formula(lambda parts: parts)

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        sizes = self.sizes
        if sizes.count(-1) > 1 or any(isinstance(size, int) and size < -1 for size in sizes):
            raise ShapeError(f"{self!r} takes sizes, and -1 at most once.")
        known = product(tuple([size for size in sizes if size != -1]))
        if -1 in sizes and known == 0:
            raise ShapeError(f"{self!r}: -1 cannot be worked out beside a size of 0.")
        parts = tuple([_left(inputs[0], sizes) if size == -1 else size for size in sizes])
        whole, others = (None, known) if -1 in sizes else (known, None)
        return {**super().bind(inputs), "parts": parts, "whole": whole, "others": others}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return regrouped(inputs[0], output)

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return viewed(strides, inputs[0], output)


def _left(shape: Shape, sizes: Shape) -> Int:
    """The size that -1 stands for: what the others leave of a shape."""
    others = [size for size in sizes if size != -1]
    left = []
    for size in shape:
        if size in others:
            others.remove(size)
        else:
            left.append(size)
    return normal(product(tuple(left)) // product(tuple(others)))


def regrouped(shape: Shape, output: Shape) -> Motion:
    """The motion of values that keep their order under other sizes.

    Where the first few sizes of both multiply to the same number, neither side's later dimensions mix with them.
    """
    if 0 in shape or 0 in output:
        return scattered(len(shape), len(output))
    dims: list[tuple[int, ...]] = []
    lost: list[int] = []
    first = place = 0
    for end, stop in cuts(shape, output):
        group = tuple(range(first, end))
        if stop - place == 1:
            dims.append(group)
        else:
            dims += [()] * (stop - place)
            lost += group
        first, place = end, stop
    return Motion(dims=tuple(dims), lost=tuple(lost))


@final
@register
class Reshape(Resizing):
    """The values in their order under other sizes, written without the batch; -1 stands for what is left."""

    nick, source = "reshape", _DOCS + "reshape.html"


@final
@register
class View(Resizing):
    """As Reshape; torch refuses it where the values do not lie in this order in memory, as behind a Permute."""

    nick, source = "view", "https://docs.pytorch.org/docs/stable/generated/torch.Tensor.view.html"
    copies, needs_order = False, True

    def alternatives(self, inputs: tuple[Shape, ...]) -> Iterator[Layer]:
        yield Reshape(self.sizes)


def dims_of(layer: Layer, dim: Int | tuple[Int, ...], dims: int) -> list[int]:
    """The dimensions that an argument dim names, as indices into a shape without the batch; -1 is the batch.

    Raises:
        ShapeError: there is no such dimension, it is named twice, or a letter stands for it.
    """
    places = [place(layer, "dim", number, dims) for number in (dim if isinstance(dim, tuple) else (dim,))]
    if len({*places}) < len(places):
        raise ShapeError(f"{layer!r} names a dimension twice.")
    return places


@final
@register
class Squeeze(Rearrangement):
    """Without the dimension dim if its size is 1, or without each of several; without dim, without all of size 1."""

    dim: Size | None = None

    nick, source = "squeeze", _DOCS + "squeeze.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first"}
    shape = Formula(lambda input, first: tuple([size for dim, size in enumerate(input) if dim not in first]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        (shape,) = inputs
        places = [*range(len(shape))] if self.dim is None else dims_of(self, self.dim, len(shape))
        for dim in places:
            if dim >= 0 and not isinstance(shape[dim], int):
                raise ShapeError(
                    f"{self!r}: a letter cannot say whether {shape[dim]} is 1; name dimensions of numbers."
                )
        return {**super().bind(inputs), "first": tuple([dim for dim in places if dim >= 0 and shape[dim] == 1])}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        dropped = self.bind(inputs)["first"]
        return Motion(dims=tuple([(dim,) for dim in range(len(inputs[0])) if dim not in dropped]), full=dropped)

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        dropped = self.bind(inputs)["first"]
        return tuple([stride for dim, stride in enumerate(strides) if dim not in dropped])


@final
@register
class Unsqueeze(Rearrangement):
    """With a dimension of size 1 before dimension dim, which counts the batch as 0."""

    dim: Int

    nick, source = "unsqueeze", _DOCS + "unsqueeze.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first"}
    shape = Formula(lambda input, first: (*input[:first], 1, *input[first:]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        first = place_apart(self, "dim", self.dim, len(inputs[0]) + 1, "putting a dimension before")
        return {**super().bind(inputs), "first": first}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return inserted(self.bind(inputs)["first"], len(inputs[0]))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        first = self.bind(inputs)["first"]
        return (*strides[:first], 1, *strides[first:])


def inserted(first: int, dims: int) -> Motion:
    """The motion of a layer that adds a dimension at ``first`` to those that there are."""
    return Motion(dims=(*[(dim,) for dim in range(first)], (), *[(dim,) for dim in range(first, dims)]))


@final
@register
class Expand(Variadic):
    """Dimensions of size 1 stretched to the sizes, written without the batch; -1 leaves a size as it is."""

    sizes: Sizes

    nick, source = "expand", "https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html"
    turns = True
    gives: ClassVar[frozenset[str]] = Layer.gives | {"parts"}
    shape = Formula(lambda parts: parts)

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        (shape,) = inputs
        if len(self.sizes) != len(shape):
            raise ShapeError(f"{self!r} must have a size for each dimension of {shape_text(shape)}, without the batch.")
        if any(isinstance(size, int) and size < -1 for size in self.sizes):
            raise ShapeError(f"{self!r} takes sizes, and -1 where a size stays as it is.")
        parts = tuple([size if part == -1 else part for size, part in zip(shape, self.sizes, strict=True)])
        return {**super().bind(inputs), "parts": parts}

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        for left, right in zip(inputs[0], self.bind(inputs)["parts"], strict=True):
            yield _STRETCHES, {"left": left, "right": right}, ""

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        pairs = [*enumerate(zip(inputs[0], output, strict=True))]
        stretched = tuple([dim for dim, (size, part) in pairs if size == 1 != part])
        lost = tuple([dim for dim, (size, part) in pairs if size not in (1, part)])
        return Motion(full=stretched, lost=lost, reason="stretches a dimension if its size is 1")

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        sizes = zip(strides, inputs[0], output, strict=True)
        return tuple([0 if size == 1 != part else stride for stride, size, part in sizes])


def _no_stretch(layer: Expand, inputs: tuple[Shape, ...]) -> str:
    return f"{layer!r} stretches sizes of 1 only, but the input is {shape_text(inputs[0])}."


_STRETCHES = Require(
    "only sizes of 1 can be stretched",
    "=",
    lambda left, right: (left, right),
    alternatives=(("=", lambda left: (left, 1)),),
    refusal=_no_stretch,
)
