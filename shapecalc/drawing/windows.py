"""What each output of a sliding window reads along an axis, in numbers, as the engine says it."""

from __future__ import annotations

from typing import Any, NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.measures.field.sliding import taps_of


@final
class WindowTaps(NamedTuple):
    """The positions that one output reads along an axis.

    Attributes:
        first: the first position, which may lie before the input.
        step: how far apart the positions are.
        taps: how many there are, those outside of the input included.
        size: the size of the input along the axis.
    """

    first: int
    step: int
    taps: int
    size: int

    @property
    def skipped(self) -> int:
        """How many of the positions lie before the input."""
        return min(max(-(self.first // self.step), 0), self.taps)

    @property
    def positions(self) -> range:
        """The positions inside the input."""
        start = self.first + self.skipped * self.step
        return range(start, min(self.first + self.taps * self.step, self.size), self.step)


def whole_sizes(shape: Shape) -> tuple[int, ...]:
    """A shape whose sizes are all numbers.

    Raises:
        SpecError: a letter stands for one.
    """
    sizes = tuple(size for size in shape if isinstance(size, int))
    if len(sizes) < len(shape):
        raise SpecError(f"{shape_text(shape)} has letters; give an input in numbers, such as --input 1x28x28.")
    return sizes


def windows_of(layer: Layer, shape: Shape, output: Shape) -> tuple[tuple[WindowTaps, ...], ...]:
    """The windows of a layer along each of its axes, one for each position that comes out.

    Args:
        layer: a layer whose outputs read windows.
        shape: the shape that it reads, in numbers.
        output: the shape that comes out.
    """
    slides = layer.motion((shape,), output).slides
    sizes, outputs = whole_sizes(shape), whole_sizes(output)
    return tuple(
        tuple(WindowTaps(*taps(position), sizes[dim]) for position in range(outputs[dim]))
        for dim, taps in ((dim, taps_of(slide)) for dim, slide in slides)
    )


def averaged_counts(
    layer: Any, shape: Shape, windows: tuple[tuple[WindowTaps, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    """By how many positions an average divides, for each window along each axis; a divisor_override stands apart.

    torch counts the padding, but not what a window in ceil mode reads behind it.
    https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/cpu/AvgPoolKernel.cpp
    """
    if not layer.values.get("count_include_pad", False):
        return tuple(tuple(len(window.positions) for window in line) for line in windows)
    ends = [int(env["W"]) + int(env["after"]) for _, env in layer.axis_envs(shape)]
    return tuple(
        tuple(min(window.taps, end - window.first) for window in line) for line, end in zip(windows, ends, strict=True)
    )
