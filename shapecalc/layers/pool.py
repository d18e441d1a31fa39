"""Pooling: windows without weights, windows that adapt to the input, and the inverse of max pooling."""

from __future__ import annotations

import math
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, ceildiv
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers.axiswise import WINDOW_READS, Axiswise, Reads, ceil_window, extent, window
from shapecalc.layers.base import Require, register
from shapecalc.layers.conv import transposed_window
from shapecalc.layers.fields import Axes, Factors, OptionalAxes

_KERNEL = Require("kernel_size must be at least 1", ">=", lambda kernel_size: (kernel_size, 1))
_STRIDE = Require("stride must be at least 1", ">=", lambda stride: (stride, 1))


def pool_size(W: Int, kernel_size: Int, stride: Int, before: Int, after: Int, dilation: Int, ceil_mode: bool) -> Int:
    """The size after pooling: windows that fit, or with ``ceil_mode`` also those that hang over the end."""
    rule = ceil_window if ceil_mode else window
    return rule(W, kernel_size, stride, before, after, dilation)


class Pool(Axiswise):
    """A window that keeps the channels. Abstract."""

    nick = "pool"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after", "stride", "padding", "dilation"}
    fits: ClassVar[tuple[Require, ...]] = (
        _KERNEL,
        _STRIDE,
        Require("dilation must be at least 1", ">=", lambda dilation: (dilation, 1)),
        Require("padding must not be negative", ">=", lambda before: (before, 0)),
        Require(
            "padding must be at most half of the kernel",
            "<=",
            lambda before, kernel_size: (before, kernel_size // 2),
        ),
        Require(
            "the kernel must fit the padded input",
            "<=",
            lambda W, kernel_size, dilation, before, after, ceil_mode: (
                None if ceil_mode else (extent(kernel_size, dilation), W + (before + after))
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

    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html"


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

    def validate(self) -> None:
        if self.norm_type == 0:
            raise SpecError(f"{type(self).__name__}: norm_type=0 would divide by 0.")


@final
@register
class LPPool1d(LPPool):
    """Power-average pooling over one axis."""

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


def adaptive_taps(o: Int, W: Int, n_out: Int) -> tuple[Int, Int, Int]:
    """Window o of N over W inputs: from ⌊o·W/N⌋ up to ⌈(o + 1)·W/N⌉."""
    first = o * W // n_out
    return first, 1, ceildiv((o + 1) * W, n_out) - first


def adaptive_cycle(W: Int, n_out: Int) -> tuple[Int, Int]:
    """The windows repeat after N/g outputs and W/g inputs, g the greatest common divisor of W and N."""
    common = math.gcd(W, n_out) if isinstance(W, int) and isinstance(n_out, int) else 1
    return n_out // common, W // common


class AdaptivePool(Axiswise):
    """Windows chosen so that a given size comes out. Abstract."""

    nick = "pool"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html"
    fits = (Require("output_size must not be negative", ">=", lambda n_out: (n_out, 0)),)
    axis_size = Formula(lambda n_out: n_out)
    reads = Reads(adaptive_taps, adaptive_cycle)

    def validate(self) -> None:
        size = self.values["output_size"]
        if size is None or (self.rank == 1 and None in size):
            among = f"None may stand only among the {self.rank} of a tuple" if self.rank > 1 else "None is not one"
            raise SpecError(f"{type(self).__name__}: output_size must be a number; {among}.")

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        env["n_out"] = size if env["output_size"] is None else env["output_size"]
        return env


class AdaptiveAvgPool(AdaptivePool):
    """The mean of each adaptive window. Abstract."""

    output_size: OptionalAxes


@final
@register
class AdaptiveAvgPool1d(AdaptiveAvgPool):
    """Average pooling to a given length."""

    rank, dims = 1, (2,)


@final
@register
class AdaptiveAvgPool2d(AdaptiveAvgPool):
    """Average pooling to a given height and width."""

    rank, dims = 2, (3,)


@final
@register
class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """Average pooling to a given depth, height and width."""

    rank, dims = 3, (4,)


class AdaptiveMaxPool(AdaptivePool):
    """The largest value in each adaptive window. Abstract."""

    output_size: OptionalAxes
    return_indices: bool = False


@final
@register
class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """Max pooling to a given length."""

    rank, dims = 1, (2,)


@final
@register
class AdaptiveMaxPool2d(AdaptiveMaxPool):
    """Max pooling to a given height and width."""

    rank, dims = 2, (3,)


@final
@register
class AdaptiveMaxPool3d(AdaptiveMaxPool):
    """Max pooling to a given depth, height and width."""

    rank, dims = 3, (4,)


def fractional_taps(o: Int, W: Int, n_out: Int, kernel_size: Int) -> tuple[Int, Int, Int]:
    """Window o of N starts at o·(W − F)/(N − 1), rounded down or up by chance; the last ends with the input."""
    if n_out in (0, 1):
        return W - kernel_size, 1, kernel_size
    first, last = o * (W - kernel_size) // (n_out - 1), ceildiv(o * (W - kernel_size), n_out - 1)
    return first, 1, kernel_size + (last - first)


def fractional_cycle(W: Int, n_out: Int, kernel_size: Int) -> tuple[Int, Int]:
    """The windows repeat as the fraction (W − F)/(N − 1) does."""
    outputs, inputs = n_out - 1, W - kernel_size
    if n_out in (0, 1):
        return 1, W
    common = math.gcd(outputs, inputs) if isinstance(outputs, int) and isinstance(inputs, int) else 1
    return outputs // common, inputs // common


class FractionalMaxPool(Axiswise):
    """Max pooling with windows placed at random, to a given size or ratio. Abstract."""

    kernel_size: Axes
    output_size: OptionalAxes = None
    output_ratio: Factors = None
    return_indices: bool = False

    nick = "pool"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html"
    fits: ClassVar[tuple[Require, ...]] = (
        _KERNEL,
        Require("the output's size must not be negative", ">=", lambda n_out: (n_out, 0)),
        Require("the windows must fit the input", "<=", lambda n_out, kernel_size, W: (n_out + kernel_size - 1, W)),
    )
    axis_size = Formula(lambda n_out: n_out)
    reads = Reads(fractional_taps, fractional_cycle, bound="fractional pooling places its windows at random")

    def validate(self) -> None:
        size, ratio = self.values["output_size"], self.values["output_ratio"]
        sized = size is not None and None not in size
        if sized == (ratio is not None):
            raise SpecError(f"{type(self).__name__}: give either output_size or output_ratio.")
        ratios = ratio if isinstance(ratio, tuple) else (ratio,)
        if not sized and not (len(ratios) in (1, self.rank) and all(0 < one < 1 for one in ratios)):
            raise SpecError(f"{type(self).__name__}: output_ratio={ratio!r} must lie between 0 and 1.")

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if self.output_ratio is None:
            env["n_out"] = env["output_size"]
        elif isinstance(size, int):
            ratio = self.output_ratio[axis] if isinstance(self.output_ratio, tuple) else self.output_ratio
            env["n_out"] = int(size * ratio)
        else:
            raise ShapecalcError(f"{self!r} needs a number for the input size, not {size}: its ratio is not whole.")
        return env


@final
@register
class FractionalMaxPool2d(FractionalMaxPool):
    """Fractional max pooling over two axes."""

    rank, dims = 2, (3,)


@final
@register
class FractionalMaxPool3d(FractionalMaxPool):
    """Fractional max pooling over three axes."""

    rank, dims = 3, (4,)
    #: torch's three-dimensional kernel wants one input more than its windows need
    fits = (
        *FractionalMaxPool.fits,
        Require("the windows must leave one input over", "<=", lambda n_out, kernel_size, W: (n_out + kernel_size, W)),
    )


class MaxUnpool(Axiswise):
    """Puts the values of a max pooling back where they came from. Abstract.

    It undoes the nearest max pooling before it that no other unpooling undoes.
    """

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: Axes = 0

    nick = "unpool"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after"}
    fits = (
        Require(
            "the output's size must not be negative",
            ">=",
            lambda W, kernel_size, stride, padding: (transposed_window(W, kernel_size, stride, padding, 0, 1), 0),
        ),
        _KERNEL,
        _STRIDE,
    )
    axis_size = Formula(
        lambda W, kernel_size, stride, padding: transposed_window(W, kernel_size, stride, padding, 0, 1)
    )
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
