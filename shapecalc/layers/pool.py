"""Pooling: windows without weights, and the inverse of max pooling."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int
from shapecalc.errors import SpecError
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, Requirement
from shapecalc.layers.core.kinds import Axes, OptionalAxes, Shape, SizeOfAxes
from shapecalc.layers.core.motion import Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, AS_OUTPUT, INDEX, INDICES, INPUT, Saved
from shapecalc.layers.windows import (
    KERNEL,
    KERNEL_FITS,
    STRIDE,
    WINDOW,
    WINDOW_READS,
    ceil_window,
    padded_fit,
    transposed_window,
    window,
)


def pool_size(W: Int, kernel_size: Int, stride: Int, before: Int, after: Int, dilation: Int, ceil_mode: bool) -> Int:
    """The size after pooling: windows that fit, or with ``ceil_mode`` also those that hang over the end."""
    rule = ceil_window if ceil_mode else window
    return rule(W, kernel_size, stride, before, after, dilation)


class Pool(Axiswise):
    """A window that keeps the channels. Abstract."""

    nick = "pool"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after", "dilation"}
    fits: ClassVar[tuple[Require, ...]] = (
        *WINDOW,
        Require(
            "padding must be at most half of the kernel",
            "<=",
            lambda before, kernel_size: (before, kernel_size // 2),
        ),
        Require(
            KERNEL_FITS.words,
            "<=",
            lambda W, kernel_size, dilation, before, after, ceil_mode: (
                None if ceil_mode else padded_fit(W, kernel_size, dilation, before, after)
            ),
        ),
        Require(
            "the output must have at least 1 position",
            ">=",
            lambda W, kernel_size, stride, before, after, dilation, ceil_mode: (
                (pool_size(W, kernel_size, stride, before, after, dilation, True), 1) if ceil_mode else None
            ),
        ),
    )
    is_window = True
    saves: ClassVar[tuple[Saved, ...]] = (INPUT,)
    axis_size = Formula(pool_size)
    reads = WINDOW_READS

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if env["stride"] is None:
            env["stride"] = env["kernel_size"]
        env["before"] = env["after"] = env.get("padding", 0)
        env.setdefault("dilation", 1)
        return env


class MaxPool(Pool):
    """The largest value in each window. Abstract: MaxPool1d, MaxPool2d and MaxPool3d are its ranks."""

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: Axes = 0
    dilation: Axes = 1
    return_indices: bool = False
    ceil_mode: bool = False

    gives_indices = True
    padding_value = -inf
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html"
    saves = (INPUT, Saved(INDICES, AS_OUTPUT, itemsize=INDEX))


@final
@register
class MaxPool1d(MaxPool):
    """Max pooling over one axis."""

    rank, dims = 1, (2,)


@final
@register
class MaxPool2d(MaxPool):
    """Max pooling over two axes."""

    rank, dims = 2, (3,)


@final
@register
class MaxPool3d(MaxPool):
    """Max pooling over three axes."""

    rank, dims = 3, (4,)


_AVERAGE = "https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html"


@final
@register
class AvgPool1d(Pool):
    """The mean of each window over one axis."""

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: Axes = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    rank, dims, source = 1, (2,), _AVERAGE


#: A number has been checked by then, so this is for letters.
_DIVISOR = Require(
    "divisor_override must not be 0",
    ">=",
    lambda divisor_override: None if divisor_override is None else (divisor_override, 1),
    alternatives=(("<=", lambda divisor_override: (divisor_override, -1)),),
)

#: torch's three-dimensional kernel compares the window with the input alone, whatever the padding or rounding.
_INSIDE = Require("the kernel must fit the input without its padding", "<=", lambda kernel_size, W: (kernel_size, W))


class AvgPool(Pool):
    """The mean of each window. Abstract: AvgPool2d and AvgPool3d, which alone take a divisor."""

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: Axes = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: Int | None = None

    source = _AVERAGE

    def validate(self) -> None:
        if self.divisor_override == 0:
            raise SpecError(f"{type(self).__name__}: divisor_override=0 would divide by 0.")

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        yield _DIVISOR, self.values, ""


@final
@register
class AvgPool2d(AvgPool):
    """Average pooling over two axes."""

    rank, dims = 2, (3,)


@final
@register
class AvgPool3d(AvgPool):
    """Average pooling over three axes."""

    rank, dims = 3, (4,)
    fits = (*Pool.fits, _INSIDE)


class LPPool(Pool):
    """The p-norm of each window. Abstract: LPPool1d, LPPool2d and LPPool3d are its ranks."""

    norm_type: float
    kernel_size: Axes
    stride: OptionalAxes = None
    ceil_mode: bool = False

    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html"
    saves = (
        INPUT,
        Saved("powers", AS_INPUT),
        *(Saved(name, AS_OUTPUT) for name in ("signs", "mean", "rectified", "sum")),
    )

    def validate(self) -> None:
        if self.norm_type == 0:
            raise SpecError(f"{type(self).__name__}: norm_type=0 would divide by 0.")


@final
@register
class LPPool1d(LPPool):
    """Power-average pooling over one axis."""

    kernel_size: Int  # no tuple, because torch multiplies by it

    rank, dims = 1, (2,)


@final
@register
class LPPool2d(LPPool):
    """Power-average pooling over two axes."""

    rank, dims = 2, (3,)


@final
@register
class LPPool3d(LPPool):
    """Power-average pooling over three axes."""

    rank, dims = 3, (4,)
    fits = (*Pool.fits, _INSIDE)


def unpooled_size(W: Int, kernel_size: Int, stride: Int, padding: Int, output_size: Int | None) -> Int:
    """The size that is asked for, or the smallest that a pooling with these windows makes into W."""
    return transposed_window(W, kernel_size, stride, padding, 0, 1) if output_size is None else output_size


class MaxUnpool(Axiswise):
    """Puts the values of a max pooling back where they came from. Abstract.

    It undoes the nearest max pooling before it that no other unpooling undoes. In torch, ``output_size`` is an
    argument of the call.
    """

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: Axes = 0
    output_size: SizeOfAxes | None = None

    nick = "unpool"
    reads_indices = True
    call_arguments = frozenset({"output_size"})
    saves = (Saved(INDICES, AS_INPUT, itemsize=INDEX),)
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after"}
    fits = (
        Require(
            "the output's size must not be negative",
            ">=",
            lambda W, kernel_size, stride, padding, output_size: (
                unpooled_size(W, kernel_size, stride, padding, output_size),
                0,
            ),
        ),
        KERNEL,
        STRIDE,
        Require(
            "output_size must be less than a stride above the usual size",
            "<=",
            lambda W, kernel_size, stride, padding, output_size: (
                None
                if output_size is None
                else (output_size, unpooled_size(W, kernel_size, stride, padding, None) + stride - 1)
            ),
        ),
        Require(
            "output_size must be less than a stride below the usual size",
            ">=",
            lambda W, kernel_size, stride, padding, output_size: (
                None
                if output_size is None
                else (output_size, unpooled_size(W, kernel_size, stride, padding, None) - stride + 1)
            ),
        ),
    )
    axis_size = Formula(unpooled_size)
    reads = Reads(
        lambda o, stride, before, kernel_size: (o * stride - before, 1, kernel_size),
        lambda stride: (stride, 1),
        transposed=True,
        bound="where an unpooled value goes depends on the data",
    )

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if env["stride"] is None:
            env["stride"] = env["kernel_size"]
        env["before"] = env["after"] = env["padding"]
        return env


@final
@register
class MaxUnpool1d(MaxUnpool):
    """Max unpooling over one axis."""

    rank, dims = 1, (2,)


@final
@register
class MaxUnpool2d(MaxUnpool):
    """Max unpooling over two axes."""

    rank, dims = 2, (3,)


@final
@register
class MaxUnpool3d(MaxUnpool):
    """Max unpooling over three axes."""

    rank, dims = 3, (4,)
