"""Deformable convolution: a window whose weights read wherever a second input says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.errors import ShapeError
from shapecalc.layers.conv import CONV_REQUIRES, Conv, weight_entries
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, Requirement
from shapecalc.layers.core.kinds import Axes, Shape
from shapecalc.layers.core.motion import Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import Gradient, Saved, SavedTensor
from shapecalc.layers.core.shapes import positions, shape_text
from shapecalc.layers.windows import KERNEL_FITS, WINDOW, window

#: What its inputs are called.
_INPUTS = ("the input", "the offsets", "the mask")


@final
@register
class DeformConv2d(Axiswise):
    """Convolution whose weights read where its second input moves them, times its third (torchvision's)."""

    in_channels: Int
    out_channels: Int
    kernel_size: Axes
    stride: Axes = 1
    padding: Axes = 0
    dilation: Axes = 1
    groups: Int = 1
    bias: bool = True

    rank, dims, arity, nick, infers = 2, (3,), (2, 3), "deform", ("in_channels",)
    source = "https://docs.pytorch.org/vision/stable/generated/torchvision.ops.DeformConv2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives - {"o"} | {
        *("before", "after", "weights", "positions", "offset_channels", "mask_channels", "taps", "offset_groups"),
    }
    requires = (
        *CONV_REQUIRES,
        Require(
            "there must be an offset along both axes for each weight of the kernel",
            "<=",
            lambda taps, offset_channels: (2 * taps, offset_channels),
        ),
        Require(
            "the channels of the offsets must be a multiple of two for each weight of the kernel",
            "divides",
            lambda taps, offset_channels: (2 * taps, offset_channels),
        ),
        Require(
            "the groups of offsets must divide the channels",
            "divides",
            lambda offset_groups, D: (offset_groups, D),
        ),
        Require(
            "the mask must have a channel for each weight of the kernel in each group of offsets",
            "=",
            lambda mask_channels, offset_groups, taps: (
                None if mask_channels is None else (mask_channels, offset_groups * taps)
            ),
        ),
    )
    fits = (*WINDOW, KERNEL_FITS)
    channels = Formula(lambda out_channels: out_channels)
    axis_size = Formula(window)
    parameters = Conv.parameters
    #: every output position costs one multiplication per weight; what is read between positions is not counted
    macs = Conv.macs

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        taps = product(self.values["kernel_size"])
        offset_channels, *masks = [shape[0] for shape in inputs[1:]]
        return {
            **super().bind(inputs),
            "taps": taps,
            "offset_channels": offset_channels,
            "mask_channels": masks[0] if masks else None,
            "offset_groups": offset_channels // (2 * taps) if taps != 0 else 0,
        }

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        env["before"] = env["after"] = env["padding"]

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        for role, shape in zip(_INPUTS, inputs, strict=False):
            if len(shape) not in self.dims:
                raise ShapeError(f"{self!r} takes maps only, but {role} are {shape_text(shape)}.")

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for role, shape in zip(_INPUTS[1:], inputs[1:], strict=False):
            require = _ALIGNED[role]
            for (axis, env), size in zip(self.axis_envs(inputs[0]), shape[1:], strict=True):
                yield require, {"size": size, "n_out": type(self).axis_size.at(env)}, axis

    def work_env(self, inputs: tuple[Shape, ...], output: Shape) -> dict[str, Any]:
        weights = weight_entries(self.interned)
        return {**super().work_env(inputs, output), "weights": weights, "positions": positions(output)}

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """All inputs, whichever gradient is asked for; torchvision makes a mask and a bias where there are none."""
        for position in range(len(inputs)):
            yield SavedTensor(position, serves=Gradient.ANY)
        yield from super().saved(inputs, output)

    saves = (
        Saved("no mask", Formula(lambda mask_channels: 1 if mask_channels is None else None), Gradient.ANY),
        Saved("no bias", Formula(lambda bias, out_channels: None if bias else out_channels), Gradient.ANY, True),
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        dense = self.groups == 1
        lost = (1, 2) if dense else (0, 1, 2)
        return Motion(full=(0,) if dense else (), lost=lost, reason="reads wherever its offsets point")


#: Offsets and mask have a place for each output.
_ALIGNED = {
    role: Require(f"{role} must be as large as the output", "=", lambda size, n_out: (size, n_out))
    for role in _INPUTS[1:]
}
