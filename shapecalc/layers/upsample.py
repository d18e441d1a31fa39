"""Resizing: to a size or by a factor, by nearest neighbour or interpolation."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, minimum, product
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers.adaptive import adaptive_taps, scaled
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.kinds import Factors, Shape, Size, word_of
from shapecalc.layers.core.motion import Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import Saved

#: Each mode with the number of axes that it can resize.
MODES = MappingProxyType(
    {
        "nearest": (1, 2, 3),
        "nearest-exact": (1, 2, 3),
        "area": (1, 2, 3),
        "linear": (1,),
        "bilinear": (2,),
        "bicubic": (2,),
        "trilinear": (3,),
    }
)
_INTERPOLATING = ("linear", "bilinear", "bicubic", "trilinear")
_GATHERING = ("area",)
#: How far beyond the input an output at the border reads, where its edge is repeated.
_OVERHANG = MappingProxyType({"linear": 1, "bilinear": 1, "trilinear": 1, "bicubic": 2})

#: Up to this denominator 1/factor is a short binary number, and its multiples are exact in torch's float32.
_SHORT = 1 << 10
#: A factor above it has an inverse that is finite, and short where it is whole.
_LEAST_INVERTED = 1e-4


def resized_taps(o: int, W: int, n_out: int, mode: str, aligned: bool, rate_in: int, rate_out: int) -> Any:
    """The inputs that output o is made of; one step of o is rate_in/rate_out steps of the input.

    A source that falls on an input exactly is that input alone. Source of the coordinates: aten's UpSample.h.
    """
    if mode == "area":
        return adaptive_taps(o, W, n_out)
    if mode == "nearest":
        return o * rate_in // rate_out, 1, 1
    # the source is above/below, before it is rounded; corners aligned or pixel centres aligned
    above, below = (o * rate_in, rate_out) if aligned else ((2 * o + 1) * rate_in - rate_out, 2 * rate_out)
    if mode == "nearest-exact":
        return (above + rate_out) // below, 1, 1
    source = above // below
    between = minimum(above - source * below, 1)  # 0 where it falls on an input, else 1
    return (source - between, 1, 1 + 3 * between) if mode == "bicubic" else (source, 1, 1 + between)


def resized_cycle(rate_in: Int, rate_out: Int) -> tuple[Int, Int]:
    """The taps repeat after rate_out/g outputs and rate_in/g inputs."""
    common = math.gcd(rate_in, rate_out) if isinstance(rate_in, int) and isinstance(rate_out, int) else 1
    return rate_out // (common or 1), rate_in // (common or 1)


#: Adaptive pooling reads its input again; see :class:`shapecalc.layers.adaptive.AdaptiveAvgPool`.
GATHERED = (Saved(0, Formula(lambda mode, output: 0 if mode in _GATHERING and product(output[1:]) != 1 else None)),)


class Resize(Axiswise):
    """Every axis resized by one rule. Abstract."""

    size: Size | None = None
    scale_factor: Factors = None

    nick = "upsample"
    saves: ClassVar[tuple[Saved, ...]] = ()
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"n_out", "factor", "mode", "aligned", "rate_in", "rate_out"}
    dims: ClassVar[tuple[int, ...]] = (2, 3, 4)
    fits = (
        Require(
            "the output must have at least 1 position",
            ">=",
            lambda n_out, mode: (n_out, 0 if mode in _GATHERING else 1),
        ),
    )
    #: a whole factor multiplies; any other size or factor has been worked out as N
    axis_size = Formula(lambda W, factor, n_out: n_out if factor is None else W * factor)
    reads = Reads(resized_taps, resized_cycle, overhang=lambda mode: _OVERHANG.get(mode, 0))

    def axes_of(self, shape: Shape) -> int:
        return len(shape) - 1

    def edge(self) -> str:
        return "replicate"

    def rule(self) -> tuple[str, bool]:
        """The mode, and whether the corners are aligned."""
        raise NotImplementedError

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        axes, mode = self.axes_of(inputs[0]), self.rule()[0]
        if axes not in MODES[mode]:
            raise ShapeError(f'{self!r}: mode="{mode}" resizes {MODES[mode][0]} axes, but the input has {axes}.')
        for name, value in (("size", self.size), ("scale_factor", self.scale_factor)):
            if isinstance(value, tuple) and len(value) != axes:
                raise ShapeError(f"{self!r}: {name} has {len(value)} values, but the input has {axes} axes.")

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        mode, aligned = self.rule()
        env: dict[str, Any] = {**vars(self), "W": size, "D": channels, "mode": mode, "aligned": aligned}
        env["factor"], env["n_out"] = self._target(axis, size)
        env["rate_in"], env["rate_out"] = self._rate(axis, size, env["n_out"], aligned)
        return env

    def _factor(self, axis: int) -> float | None:
        factors = self.scale_factor
        return factors[axis] if isinstance(factors, tuple) else factors or None

    def _target(self, axis: int, size: Int) -> tuple[Int | None, Int]:
        factor = self._factor(axis)
        if factor is None:
            sizes: Any = self.size  # validate() refuses neither size nor factor
            return None, sizes[axis] if isinstance(sizes, tuple) else sizes
        if factor == int(factor):
            return int(factor), size * int(factor)
        return None, scaled(self, size, factor)

    def _rate(self, axis: int, size: Int, n_out: Int, aligned: bool) -> tuple[Int, Int]:
        factor = self._factor(axis)
        if aligned:
            return size - 1, n_out - 1 if n_out != 1 else 1
        # "area" is adaptive pooling, which knows the sizes alone; a whole factor comes to the same
        by_size = self.values.get("recompute_scale_factor") or self.rule()[0] == "area"
        if factor and (factor == int(factor) or not by_size):
            return _pace(factor)
        return size, n_out

    def validate(self) -> None:
        name, size, factor = type(self).__name__, self.size, self.scale_factor
        if (size is None) == (not factor):  # torch takes a factor of 0 for none
            raise SpecError(f"{name}: give either size or scale_factor.")
        factors = factor if isinstance(factor, tuple) else (factor or 0,)
        if not all(math.isfinite(value) for value in factors):
            raise SpecError(f"{name}: scale_factor={factor} is not a finite number.")
        if min(factors) < 0:
            raise SpecError(f"{name}: scale_factor={factor} must not be negative.")


def _pace(factor: float) -> tuple[int, int]:
    """By how many inputs the source moves on for how many outputs.

    torch multiplies by 1/factor, rounded to a binary number: exactly 3/2 for a factor of 2/3.
    """
    if factor > _LEAST_INVERTED:
        inputs, outputs = (1 / factor).as_integer_ratio()
        if outputs <= _SHORT:
            return inputs, outputs
    outputs, inputs = factor.as_integer_ratio()
    return inputs, outputs


@final
@register
class Upsample(Resize):
    """Resize one, two or three axes."""

    mode: Annotated[str, word_of(MODES)] = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    saves = GATHERED

    def validate(self) -> None:
        super().validate()
        self.check_word("mode")
        if self.align_corners is not None and self.mode not in _INTERPOLATING:
            raise SpecError(f"Upsample: align_corners has a meaning only for {', '.join(_INTERPOLATING)}.")
        if self.recompute_scale_factor and self.size is not None:
            raise SpecError("Upsample: recompute_scale_factor needs scale_factor, but size is given.")

    def rule(self) -> tuple[str, bool]:
        return self.mode, bool(self.align_corners)


class Upsample2d(Resize):
    """Resize two axes by a fixed mode. Abstract."""

    dims: ClassVar[tuple[int, ...]] = (3,)


@final
@register
class UpsamplingNearest2d(Upsample2d):
    """Resize two axes by nearest neighbour; torch lets it resize one or three as well."""

    dims = (2, 3, 4)

    def rule(self) -> tuple[str, bool]:
        return "nearest", False


@final
@register
class UpsamplingBilinear2d(Upsample2d):
    """Resize two axes by bilinear interpolation with aligned corners."""

    def rule(self) -> tuple[str, bool]:
        return "bilinear", True
