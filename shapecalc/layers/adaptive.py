"""Pooling to a given size: windows that adapt to the input, and windows placed at random."""

from __future__ import annotations

import math
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, ceildiv, product
from shapecalc.errors import ShapecalcError, ShapeError, SpecError
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.kinds import Axes, Factors, OptionalAxes
from shapecalc.layers.core.motion import Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_OUTPUT, INDEX, INDICES, INPUT, Saved
from shapecalc.layers.windows import KERNEL

#: Factors with a denominator up to this are multiplied without rounding, for any size below 2**32.
_EXACT = 1 << 10


def adaptive_taps(o: Int, W: Int, n_out: Int) -> tuple[Int, Int, Int]:
    """Window o of N over W inputs: from ⌊o·W/N⌋ up to ⌈(o + 1)·W/N⌉."""
    first = o * W // n_out
    return first, 1, ceildiv((o + 1) * W, n_out) - first


def adaptive_cycle(W: Int, n_out: Int) -> tuple[Int, Int]:
    """The windows repeat after N/g outputs and W/g inputs, g the greatest common divisor of W and N.

    The only window to a single position is the whole input, wherever that position is stretched to.
    """
    if n_out == 1:
        return 1, 0
    common = math.gcd(W, n_out) if isinstance(W, int) and isinstance(n_out, int) else 1
    return n_out // common, W // common


class AdaptivePool(Axiswise):
    """Windows that adapt to the input, so that the output has a given size. Abstract."""

    output_size: OptionalAxes

    nick = "pool"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"n_out"}
    fits = (at_least(0, "n_out", words="output_size"),)
    axis_size = Formula(lambda n_out: n_out)
    reads = Reads(adaptive_taps, adaptive_cycle, overhang=lambda: 0)

    def validate(self) -> None:
        size = self.output_size
        if size is None or size == (None,):
            among = f"None may stand only among the {self.rank} of a tuple" if self.rank > 1 else "None is not one"
            raise SpecError(f"{type(self).__name__}: output_size must be a number; {among}.")

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        env["n_out"] = size if env["output_size"] is None else env["output_size"]
        return env


class AdaptiveAvgPool(AdaptivePool):
    """The mean of each adaptive window. Abstract."""

    #: to a single position it is a mean over dimensions, for which the shapes suffice
    saves = (Saved(0, Formula(lambda output: 0 if product(output[1:]) != 1 else None)),)


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

    return_indices: bool = False

    saves = (INPUT, Saved(INDICES, AS_OUTPUT, itemsize=INDEX))


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


def scaled(layer: Axiswise, size: Int, factor: float) -> Int:
    """A size times a factor, rounded down as torch rounds it: the product is a floating-point number.

    Raises:
        ShapeError: the product has more digits than a floating-point number.
        ShapecalcError: the size is a letter, and the factor is no short binary fraction such as 1.5: the product of
            the product is then rounded differently for each number, and no formula describes that.
    """
    if isinstance(size, int):
        product = float(size) * factor
        if not math.isfinite(product):
            raise ShapeError(f"{layer!r} gives a size of more than 300 digits.")
        return math.floor(product)
    above, below = factor.as_integer_ratio()
    if below > _EXACT:
        raise ShapecalcError(f"{layer!r} needs a number for the input size, not {size}: {factor} is rounded in binary.")
    return size * above // below


class FractionalMaxPool(Axiswise):
    """Max pooling with windows placed at random, to a given size or ratio. Abstract."""

    kernel_size: Axes
    output_size: OptionalAxes = None
    output_ratio: Factors = None
    return_indices: bool = False

    nick = "pool"
    saves = (INPUT, Saved(INDICES, AS_OUTPUT, itemsize=INDEX))
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"n_out"}
    fits: ClassVar[tuple[Require, ...]] = (
        KERNEL,
        at_least(0, "n_out", words="the output's size"),
        Require("the windows must fit the input", "<=", lambda n_out, kernel_size, W: (n_out + kernel_size - 1, W)),
    )
    axis_size = Formula(lambda n_out: n_out)
    reads = Reads(
        fractional_taps,
        fractional_cycle,
        bound="fractional pooling places its windows at random",
        overhang=lambda: 0,
    )

    def validate(self) -> None:
        size, ratio = self.values["output_size"], self.values["output_ratio"]
        sized = size is not None and None not in size
        if sized == (ratio is not None):
            raise SpecError(f"{type(self).__name__}: give either output_size or output_ratio.")
        ratios = ratio if isinstance(ratio, tuple) else (ratio,)
        if not sized and not (len(ratios) in (1, self.rank) and all(0 < fraction < 1 for fraction in ratios)):
            raise SpecError(f"{type(self).__name__}: output_ratio={ratio!r} must lie between 0 and 1.")

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if self.output_ratio is None:
            env["n_out"] = env["output_size"]
        else:
            ratio = self.output_ratio[axis] if isinstance(self.output_ratio, tuple) else self.output_ratio
            env["n_out"] = scaled(self, size, ratio)
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
    #: torch's three-dimensional kernel requires one input more than its windows read
    fits = (
        *FractionalMaxPool.fits,
        Require("the windows must leave one input over", "<=", lambda n_out, kernel_size, W: (n_out + kernel_size, W)),
    )
