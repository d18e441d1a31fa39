"""An image, and what each of several layers makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, final

from shapecalc.drawing.filtering.operations import OPERATIONS, Operation, convolve
from shapecalc.errors import SpecError, check_choice, quoted
from shapecalc.formats import parse
from shapecalc.formats.text.matrices import is_kernel_name
from shapecalc.kernels import KERNELS, Kernel, named_kernel
from shapecalc.layers import Layer, shape_text
from shapecalc.layers.conv import Conv2d
from shapecalc.measures import measure
from shapecalc.net import Net
from shapecalc.net.net import INPUT, chain_nodes
from shapecalc.page import Column, Page, Presentable, Table

#: What a kernel reads beyond the image: zeros, the image continued as torch's padding modes do, or nothing.
BORDERS = ("zeros", "reflect", "replicate", "circular", "crop")
#: The most layers behind an image.
MAX_STAGES = 12


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An image on its way.

    Attributes:
        name: what made it.
        layer: the layer that did, or None for the image that was filtered.
        values: its numbers, float64, channels x height x width.
    """

    name: str
    layer: Layer | None
    values: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, height and width."""
        return tuple(map(int, self.values.shape))

    @property
    def extremes(self) -> tuple[float, float]:
        """The lowest and the highest number."""
        return float(self.values.min()), float(self.values.max())


@final
@dataclass(frozen=True, slots=True, eq=False)
class FilteredImage(Presentable):
    """An image and what was made of it.

    Attributes:
        stages: the image first.
    """

    stages: tuple[Stage, ...]

    def page(self) -> Page:
        columns = (
            Column("stage", least=12),
            Column("layer", least=24),
            Column("size", "right"),
            Column("lowest", "right"),
            Column("highest", "right"),
        )
        return Page((Table(columns, tuple(map(_row, self.stages))),))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each stage with its layer, its shape, and its lowest and highest number."""
        return {
            "stages": [
                {
                    "name": stage.name,
                    "layer": None if stage.layer is None else repr(stage.layer),
                    "shape": list(stage.shape),
                    "lowest": stage.extremes[0],
                    "highest": stage.extremes[1],
                }
                for stage in self.stages
            ]
        }


def _row(stage: Stage) -> tuple[str, ...]:
    layer = "" if stage.layer is None else repr(stage.layer)
    return stage.name, layer, shape_text(stage.shape), *(f"{number:.6g}" for number in stage.extremes)


class _PlannedStage(NamedTuple):
    """A layer that is to come, what it is called, and how its numbers are computed."""

    name: str
    layer: Layer
    operation: Operation


def filter_image(
    values: Any,
    kernels: Sequence[Kernel],
    *,
    name: str = "kernel",
    image_name: str = "image",
    border: str = "zeros",
    stride: int = 1,
    behind: str = "",
) -> FilteredImage:
    """An image through a kernel, and through the layers behind it.

    Args:
        values: the image, float64, channels x height x width.
        kernels: one, which is used on each channel by itself, or one for each channel, whose results are added.
        name: what the kernel is called.
        image_name: what the image is called.
        border: what the kernel reads beyond the image: one of ``BORDERS``.
        stride: how far the kernel moves.
        behind: layers behind it between commas, and names of further kernels: relu, maxpool2, sobel-y.

    Raises:
        SpecError: there is another number of kernels than of channels, or a layer is none that images go through.
        ShapeError: a layer does not fit; the message is the engine's.
    """
    check_choice("filter", "border", border, BORDERS)
    channels = len(values)
    if len(kernels) not in (1, channels):
        raise SpecError(
            f"The kernel has a matrix for each of {len(kernels)} channels, but the image has {channels}; "
            f"give one matrix{'' if channels == 1 else f', or {channels}'}."
        )
    steps = [_kernel_step(name, kernels, channels, border, stride)]
    channels = steps[0].layer.values["out_channels"]
    steps += _steps_behind(behind, channels, border)
    if len(steps) > MAX_STAGES:
        raise SpecError(f"An image goes through at most {MAX_STAGES} layers; these are {len(steps)}.")
    return FilteredImage((Stage(image_name, None, values), *_stages(values, steps)))


def _stages(values: Any, steps: Sequence[_PlannedStage]) -> Iterator[Stage]:
    nodes = chain_nodes(step.layer for step in steps)
    report = measure(Net({INPUT: tuple(map(int, values.shape))}, nodes))
    for step, row in zip(steps, report, strict=True):
        values = step.operation(values, row.layer, row.output_shape)
        yield Stage(step.name, row.layer, values)


def _kernel_step(name: str, kernels: Sequence[Kernel], channels: int, border: str, stride: int) -> _PlannedStage:
    size = kernels[0].size
    padding: str | tuple[int, ...] = tuple((side - 1) // 2 for side in size)
    if border == "crop":
        padding = (0, 0)
    elif not all(side % 2 for side in size):
        if stride > 1:
            raise SpecError(
                f"{name} is {size[0]}x{size[1]}, and torch pads for an even kernel only where the stride is 1, not "
                f"{stride}. Try --border crop, which pads nothing."
            )
        padding = "same"  # an even kernel pads more behind the image than before it, which no number says
    layer = Conv2d(
        channels,
        channels if len(kernels) == 1 else 1,
        size,
        stride=stride,
        padding=padding,
        groups=channels if len(kernels) == 1 else 1,
        bias=False,
        padding_mode="zeros" if border == "crop" else border,
    )
    return _PlannedStage(name, layer, partial(convolve, kernels=kernels))


def _steps_behind(text: str, channels: int, border: str) -> Iterator[_PlannedStage]:
    for word in _words(text):
        if is_kernel_name(word) and word.lower().replace("_", "-") in KERNELS:
            yield _kernel_step(word, (named_kernel(word),), channels, border, 1)
            continue
        for node in parse(word).nodes:
            operation = OPERATIONS.get(type(node.layer).__name__)
            if operation is None:
                raise SpecError(f"{quoted(word)}: images go through {', '.join(OPERATIONS)} and kernels with a name.")
            yield _PlannedStage(word, node.layer, operation)


def _words(text: str) -> Iterator[str]:
    """What stands between commas outside of brackets."""
    start = depth = 0
    for place, sign in enumerate(f"{text},"):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth <= 0:
            if word := text[start:place].strip():
                yield word
            start = place + 1
    if start <= len(text):  # a bracket stays open, which the reader of layers explains
        yield text[start:]
