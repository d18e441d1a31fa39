"""Layers that move values about: flattening, pixel and channel shuffles, patches to columns and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, final

from shapecalc.algebra import Env, Formula, Int, product
from shapecalc.errors import ShapeError
from shapecalc.layers.core.axiswise import AXIS_NAMES, Axiswise
from shapecalc.layers.core.conditions import Require, Requirement, at_least
from shapecalc.layers.core.kinds import Axes, Shape, Sizes
from shapecalc.layers.core.layer import Layer, SizeStep
from shapecalc.layers.core.motion import STILL, Motion, Reads, scattered
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import Strides, viewed
from shapecalc.layers.windows import WINDOW, padded_fit, window


def place(layer: Layer, argument: str, dim: Int, dims: int) -> int:
    """A torch dimension (which counts the batch as 0) as an index into a shape without it; -1 is the batch.

    Raises:
        ShapeError: there is no such dimension, or a letter stands for it.
    """
    if not isinstance(dim, int):
        raise ShapeError(f"{layer!r}: {argument} must be a number; a letter cannot say which dimension is meant.")
    if not -(dims + 1) <= dim <= dims:
        raise ShapeError(
            f"{layer!r}: {argument}={dim} does not exist: with the batch as dimension 0 the input has dimensions "
            f"{-(dims + 1)} to {dims}."
        )
    return dim - 1 if dim >= 0 else dims + dim


def refuse_batch(layer: Layer, argument: str, verb: str) -> ShapeError:
    """The refusal of a layer that would mix the images of a batch."""
    return ShapeError(f"{layer!r}: {argument} is the batch, and {verb} it would mix the inputs of a batch.")


def place_apart(layer: Layer, argument: str, dim: Int, dims: int, verb: str) -> int:
    """As :func:`place`, of a layer that may not do to the batch what ``verb`` says.

    Raises:
        ShapeError: there is no such dimension, it is the batch, or a letter stands for it.
    """
    index = place(layer, argument, dim, dims)
    if index < 0:
        raise refuse_batch(layer, f"{argument}={dim}", verb)
    return index


@final
@register
class Flatten(Layer):
    """Joins the dimensions from start_dim to end_dim into one; dimensions count the batch as 0."""

    start_dim: Int = 1
    end_dim: Int = -1

    nick, saves = "flatten", ()
    view = copies = True
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first", "last"}
    shape = Formula(
        lambda input, first, last: (
            (*input[:first], product(input[first : last + 1]), *input[last + 1 :]) if last > first else input
        )
    )

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        dims = len(inputs[0])
        first = place(self, "start_dim", self.start_dim, dims)
        last = place(self, "end_dim", self.end_dim, dims)
        if first > last:
            raise ShapeError(
                f"{self!r}: start_dim comes after end_dim; {shape_text(inputs[0])} has {dims} dimensions and the batch."
            )
        if first < 0 < last + 1:
            raise refuse_batch(self, f"start_dim={self.start_dim}", "flattening")
        return {**super().bind(inputs), "first": first, "last": last}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        env = self.bind(inputs)
        first, last = env["first"], env["last"]
        dims = [(dim,) for dim in range(len(inputs[0]))]
        if last <= first:
            return STILL
        return Motion(dims=(*dims[:first], tuple(range(first, last + 1)), *dims[last + 1 :]))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return viewed(strides, inputs[0], output)


@final
@register
class Unflatten(Layer):
    """Splits dimension dim (which counts the batch as 0) into several; one of them may be -1, for what is left."""

    dim: Int
    unflattened_size: Sizes

    nick, saves = "unflatten", ()
    view = True
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first", "parts"}
    requires = (
        Require(
            "unflattened_size must multiply to the size of the dimension",
            "=",
            lambda parts, input, first: (product(parts), input[first]),
        ),
    )
    shape = Formula(lambda input, first, parts: (*input[:first], *parts, *input[first + 1 :]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        (shape, *_) = inputs
        first = place(self, "dim", self.dim, len(shape))
        if first < 0:
            raise refuse_batch(self, f"dim={self.dim}", "splitting")
        parts = self.unflattened_size
        if parts.count(-1) > 1 or any(isinstance(part, int) and part < -1 for part in parts) or not parts:
            raise ShapeError(f"{self!r}: unflattened_size takes positive sizes, and -1 at most once.")
        if -1 in parts:
            divisor = product(tuple(part for part in parts if part != -1))
            if divisor == 0:
                raise ShapeError(f"{self!r}: -1 cannot be worked out beside a size of 0.")
            parts = tuple(shape[first] // divisor if part == -1 else part for part in parts)
        return {**super().bind(inputs), "first": first, "parts": parts}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        env = self.bind(inputs)
        first, dims = env["first"], [(dim,) for dim in range(len(inputs[0]))]
        return Motion(dims=(*dims[:first], *((),) * len(env["parts"]), *dims[first + 1 :]), lost=(first,))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return viewed(strides, inputs[0], output)


@final
@register
class PixelShuffle(Axiswise):
    """Moves channels into space: r·r channels become r by r pixels."""

    upscale_factor: Int

    nick, rank, dims, takes_empty, saves = "shuffle", 2, (3,), True, ()
    source = "https://arxiv.org/abs/1609.05158"
    requires = (
        at_least(1, "upscale_factor"),
        Require(
            "upscale_factor² must divide the channels",
            "divides",
            lambda upscale_factor, D: (upscale_factor * upscale_factor, D),
        ),
    )
    channels = Formula(lambda D, upscale_factor: D // (upscale_factor * upscale_factor))
    axis_size = Formula(lambda W, upscale_factor: W * upscale_factor)
    reads = Reads(
        lambda o, upscale_factor: (o * upscale_factor, 1, upscale_factor),
        lambda upscale_factor: (upscale_factor, 1),
        transposed=True,
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(slides=self.slides(inputs[0]), lost=(0,), gathers_channels=True)


@final
@register
class PixelUnshuffle(Axiswise):
    """Moves space into channels: r by r pixels become r·r channels."""

    downscale_factor: Int

    nick, rank, dims, saves = "shuffle", 2, (3,), ()
    source = "https://arxiv.org/abs/1609.05158"
    requires = (at_least(1, "downscale_factor"),)
    fits = (
        Require("downscale_factor must divide the size", "divides", lambda downscale_factor, W: (downscale_factor, W)),
    )
    channels = Formula(lambda D, downscale_factor: D * (downscale_factor * downscale_factor))
    axis_size = Formula(lambda W, downscale_factor: W // downscale_factor)
    reads = Reads(
        lambda o, downscale_factor: (o * downscale_factor, 1, downscale_factor),
        lambda downscale_factor: (1, downscale_factor),
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(slides=self.slides(inputs[0]), lost=(0,), parts_channels=True)


@final
@register
class ChannelShuffle(Layer):
    """Deals the channels out over groups, so that grouped convolutions mix."""

    groups: Int

    nick, dims, saves = "shuffle", (2, 3, 4), ()
    source = "https://arxiv.org/abs/1707.01083"
    requires = (
        at_least(1, "groups"),
        Require("groups must divide the channels", "divides", lambda groups, input: (groups, input[0])),
    )
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(lost=(0,))


class Patches(Axiswise):
    """What Unfold and Fold share: windows of an image, one column for each. Abstract."""

    rank, saves = 2, ()
    gives: ClassVar[frozenset[str]] = Axiswise.gives - {"o"} | {"before", "after", "columns"}
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html"
    fits = (
        *WINDOW,
        Require("the image must have at least 1 position", ">=", lambda W: (W, 1)),
        Require("the kernel must fit the padded image", "<=", padded_fit),
    )
    #: how many windows there are along an axis of the image
    axis_size = Formula(window)

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        env["before"] = env["after"] = env["padding"]

    def image(self, shape: Shape) -> Shape:
        """The sizes of the image whose windows are the columns."""
        raise NotImplementedError

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        columns = tuple(type(self).axis_size.at(env) for _, env in self.axis_envs(self.image(inputs[0])))
        return {**super().bind(inputs), "columns": columns}

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        for axis, env in zip(AXIS_NAMES[2], self._image_envs(inputs[0]), strict=True):
            for require in type(self).fits:
                yield require, env, axis
        yield from Layer.requirements(self, inputs)  # the columns can be counted only where the kernel fits

    def _image_envs(self, shape: Shape) -> list[Env]:
        return [env for _, env in self.axis_envs(self.image(shape))]

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return tuple(type(self).shape.at(self.bind(inputs)))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return scattered(len(inputs[0]), len(output))

    def steps(self, inputs: tuple[Shape, ...]) -> Iterator[SizeStep]:
        for axis, env in zip(AXIS_NAMES[2], self._image_envs(inputs[0]), strict=True):
            yield Quantity.WINDOWS, axis, type(self).axis_size, env
        yield Quantity.SHAPE, "", type(self).shape, self.bind(inputs)


@final
@register
class Unfold(Patches):
    """Every window of an image as a column (im2col)."""

    kernel_size: Axes
    dilation: Axes = 1
    padding: Axes = 0
    stride: Axes = 1

    nick, dims = "unfold", (3,)
    shape = Formula(lambda D, kernel_size, columns: (D * product(kernel_size), product(columns)))

    def image(self, shape: Shape) -> Shape:
        return shape


@final
@register
class Fold(Patches):
    """Adds columns up into an image, each in its window: the transpose of Unfold."""

    output_size: Axes
    kernel_size: Axes
    dilation: Axes = 1
    padding: Axes = 0
    stride: Axes = 1

    nick, dims = "fold", (2,)
    requires = (
        Require(
            "the kernel's size must divide the input's channels",
            "divides",
            lambda kernel_size, D: (product(kernel_size), D),
        ),
        Require("there must be one column for each window", "=", lambda input, columns: (input[1], product(columns))),
    )
    shape = Formula(lambda D, kernel_size, output_size: (D // product(kernel_size), *output_size))

    def image(self, shape: Shape) -> Shape:
        return (shape[0], *self.values["output_size"])
