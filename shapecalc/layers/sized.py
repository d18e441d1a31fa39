"""Layers that bring their input to a given size, or to the size of a second input: a crop and a resizing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, normal
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, Requirement, at_least
from shapecalc.layers.core.kinds import Shape, Size, word_of
from shapecalc.layers.core.motion import Motion, Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import Strides
from shapecalc.layers.upsample import _INTERPOLATING, GATHERED, MODES, Resize

_AGREES = Require("size must be that of the second input", "=", lambda n_out, second: (n_out, second))


class Sized(Axiswise):
    """To ``size``, or where that is left out to the size of a second input, whose values are not read. Abstract."""

    size: Size | None = None

    arity, dims, infers = (1, 2), (2, 3, 4), ("size",)
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"n_out"}
    axis_size = Formula(lambda n_out: n_out)

    def axes_of(self, shape: Shape) -> int:
        return len(shape) - 1

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Any]:
        return {"size": inputs[1][1:]}

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        values = {name: value[axis] if isinstance(value, tuple) else value for name, value in self.values.items()}
        return {**values, "W": size, "D": channels, "n_out": values["size"]}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1:
            shapes = " and ".join(map(shape_text, inputs))
            raise ShapeError(f"{self!r} needs inputs with as many dimensions, but they are {shapes}.")
        if self.size is None and len(inputs) == 1:
            raise ShapeError(f"{self!r} needs a size, or a second input to take it from.")
        axes = self.axes_of(inputs[0])
        for name, value in self.values.items():
            if isinstance(value, tuple) and len(value) != axes:
                raise ShapeError(f"{self!r}: {name} has {len(value)} values, but the input has {axes} axes.")

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(slides=self.slides(inputs[0]), sizes=(1,))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for second in inputs[1:]:
            for (axis, env), size in zip(self.axis_envs(inputs[0]), second[1:], strict=True):
                yield _AGREES, {**env, "second": size}, axis


@final
@register
class Crop(Sized):
    """The input cut to size, or to the size of a second input: from offset on, or out of its middle.

    Caffe's layer of that name, which FCN was built with. Where an odd number of positions is left over, the middle
    lies half a position towards the start, as in Keras and ONNX; torchvision's rounds to an even offset.
    """

    offset: Size | None = None

    nick, view, turns, saves = "crop", True, True, ()
    source = "https://caffe.berkeleyvision.org/tutorial/layers/crop.html"
    gives: ClassVar[frozenset[str]] = Sized.gives | {"left"}
    fits = (
        at_least(0, "n_out", words="size"),
        Require("the crop must not be larger than the input", "<=", lambda n_out, W: (n_out, W)),
        Require("offset must not be negative", ">=", lambda offset: None if offset is None else (offset, 0)),
        Require(
            "the crop must end within the input",
            "<=",
            lambda offset, n_out, W: None if offset is None else (offset + n_out, W),
        ),
    )
    reads = Reads(lambda o, left: (o + left, 1, 1), lambda: (1, 1))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        return strides

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        env["left"] = normal((size - env["n_out"]) // 2) if env["offset"] is None else env["offset"]
        return env


@final
@register
class Interpolate(Sized):
    """The input resized to size, or to the size of a second input (torch's F.interpolate with size)."""

    mode: Annotated[str, word_of(MODES)] = "nearest"
    align_corners: bool | None = None

    nick = "upsample"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html"
    gives: ClassVar[frozenset[str]] = Sized.gives | {"aligned", "rate_in", "rate_out"}
    fits = Resize.fits
    reads = Resize.reads
    saves = GATHERED

    def validate(self) -> None:
        self.check_word("mode")
        if self.align_corners is not None and self.mode not in _INTERPOLATING:
            raise SpecError(f"Interpolate: align_corners has a meaning only for {', '.join(_INTERPOLATING)}.")

    def edge(self) -> str:
        return "replicate"

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        axes = self.axes_of(inputs[0])
        if axes not in MODES[self.mode]:
            raise ShapeError(
                f'{self!r}: mode="{self.mode}" resizes {MODES[self.mode][0]} axes, but the input has {axes}.'
            )

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        outputs, aligned = env["n_out"], bool(self.align_corners)
        rate = (size - 1, outputs - 1 if outputs != 1 else 1) if aligned else (size, outputs)
        env["aligned"], env["rate_in"], env["rate_out"] = aligned, *((1, 1) if outputs == size else rate)
        return env
