"""Convolutions and transposed convolutions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, cast, final

from shapecalc.algebra import Env, Formula, Int, maximum, product
from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError, check_choice
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.kinds import Axes, Shape, word_of
from shapecalc.layers.core.motion import Motion, Slide
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import Gradient, Saved, SavedTensor
from shapecalc.layers.core.shapes import entries_of, positions
from shapecalc.layers.padding_rules import (
    RULES,
    TRANSPOSED_SIZE,
    Padding,
    TfPadding,
    add_cut,
    add_padding,
    size_by_rule,
)
from shapecalc.layers.windows import (
    KERNEL_FITS,
    TRANSPOSED_READS,
    WINDOW,
    WINDOW_READS,
    transposed_window,
    window,
)

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
PaddingMode = Annotated[str, word_of(PADDING_MODES)]

#: What every convolution requires.
CONV_REQUIRES = (
    at_least(1, "groups"),
    at_least(1, "out_channels"),
    Require("groups must divide in_channels", "divides", lambda groups, in_channels: (groups, in_channels)),
    Require("groups must divide out_channels", "divides", lambda groups, out_channels: (groups, out_channels)),
    Require("the input must have in_channels channels", "=", lambda D, in_channels: (D, in_channels)),
)


@remember()
def weight_entries(shared: Interned) -> Int:
    """How many numbers the weight holds."""
    layer: Axiswise = shared.layer
    return entries_of(type(layer).parameters["weight"].at(layer.values))


@remember()
def _motion(slides: tuple[tuple[int, Slide], ...], *, dense: bool) -> Motion:
    """Windows along the axes; each output channel reads all input channels, or those of its group."""
    return Motion(slides=slides, full=(0,) if dense else (), lost=() if dense else (0,))


#: The input, read again for the gradient of the input or of the weight.
_READ = Saved(0, serves=Gradient.ANY)


class Conv(Axiswise):
    """A window of learned weights slid over the input. Abstract: Conv1d, Conv2d and Conv3d are its ranks."""

    in_channels: Int
    out_channels: Int
    kernel_size: Axes
    stride: Axes = 1
    padding: Padding = 0
    dilation: Axes = 1
    groups: Int = 1
    bias: bool = True
    padding_mode: PaddingMode = "zeros"

    nick = "conv"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after", "weights", "positions"}
    infers, has_lazy, is_settled = ("in_channels",), True, True
    requires = CONV_REQUIRES
    fits = (
        *WINDOW,
        KERNEL_FITS,
        Require(
            "reflected padding must be smaller than the input",
            "<=",
            lambda W, before, after, padding_mode: (
                (maximum(before, after) + 1, W) if padding_mode == "reflect" else None
            ),
        ),
        Require(
            "circular padding must not exceed the input",
            "<=",
            lambda W, before, after, padding_mode: (maximum(before, after), W) if padding_mode == "circular" else None,
        ),
    )
    is_window = True
    channels = Formula(lambda out_channels: out_channels)
    axis_size = Formula(window)
    reads = WINDOW_READS
    parameters: ClassVar = {
        "weight": Formula(
            lambda out_channels, in_channels, groups, kernel_size: (out_channels, in_channels // groups, *kernel_size)
        ),
        "bias": Formula(lambda out_channels, bias: (out_channels,) if bias else None),
    }
    saves = (_READ,)
    #: every output position costs one multiplication per weight
    macs = Formula(lambda weights, positions: weights * positions)

    def validate(self) -> None:
        self.check_word("padding_mode")
        if not isinstance(self.padding, str):
            return
        rules = tuple(rule for rule in RULES if rule != "causal" or self.rank == 1)
        check_choice(type(self).__name__, "padding", self.padding, rules)
        stride = self.values["stride"]
        if self.padding == "same" and any(step != 1 for step in stride):
            raise SpecError(
                f'{type(self).__name__}: torch refuses padding="same" with stride {stride[0]}; '
                'for an output of ceil(W/S) as in TensorFlow write padding="tf_same", or give the padding as a number.'
            )

    def edge(self) -> str:
        return str(self.padding_mode)

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        add_padding(env)

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if "before" not in env:
            add_padding(env)
        return env

    def size_formula(self, env: Env) -> Formula:
        """That of a window; with letters, the size that the padding's rule is made for."""
        return size_by_rule(self.padding, env) or type(self).axis_size

    def work_env(self, inputs: tuple[Shape, ...], output: Shape) -> dict[str, Any]:
        env = super().work_env(inputs, output)
        env["weights"], env["positions"] = weight_entries(self.interned), positions(output)
        return env

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """The input, or its padded copy where torch pads it apart; mirroring and repeating read the input as well."""
        if self.padding_mode == "zeros" and not isinstance(self.padding, str):  # the convolution itself pads
            return super().saved(inputs, output)
        return self._saved_padded(inputs, output)

    def _saved_padded(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        extras = [self._padded_apart(env) for _, env in self.axis_envs(inputs[0])]
        if not any(extra is not None for extra in extras):
            yield from super().saved(inputs, output)
            return
        if self.padding_mode in ("reflect", "replicate"):
            yield SavedTensor(0)
        sizes = [size + (extra or 0) for size, extra in zip(inputs[0][1:], extras, strict=True)]
        yield SavedTensor("padded", product((inputs[0][0], *sizes)), Gradient.ANY)

    def _padded_apart(self, env: Env) -> Int | None:
        """By how much torch lengthens an axis before it convolves; None where the convolution itself pads."""
        before, after = env["before"], env["after"]
        if self.padding_mode != "zeros" or self.padding in ("causal", "tf_same"):
            return cast("Int", before + after)
        return None if self.padding != "same" or before == after else cast("Int", after - before)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return _motion(self.slides(inputs[0]), dense=self.groups == 1)


@final
@register
class Conv1d(Conv):
    """Convolution over one axis: channels × length."""

    rank, dims = 1, (2,)


@final
@register
class Conv2d(Conv):
    """Convolution over two axes: channels × height × width."""

    rank, dims = 2, (3,)


@final
@register
class Conv3d(Conv):
    """Convolution over three axes: channels × depth × height × width."""

    rank, dims = 3, (4,)


class ConvTranspose(Axiswise):
    """The transpose of a convolution: each input adds a weighted kernel to the output. Abstract."""

    in_channels: Int
    out_channels: Int
    kernel_size: Axes
    stride: Axes = 1
    padding: TfPadding = 0
    output_padding: Axes = 0
    groups: Int = 1
    bias: bool = True
    dilation: Axes = 1
    padding_mode: PaddingMode = "zeros"

    nick = "deconv"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after", "weights", "positions"}
    infers, has_lazy, is_settled = ("in_channels",), True, True
    requires = CONV_REQUIRES
    fits = (
        *WINDOW,
        at_least(0, "output_padding"),
        Require(
            "output_padding must be smaller than stride or dilation",
            "<=",
            lambda output_padding, stride, dilation: (output_padding + 1, maximum(stride, dilation)),
        ),
        Require(
            "the output must have at least 1 position",
            ">=",
            lambda W, kernel_size, stride, padding, output_padding, dilation: (
                W * stride
                if isinstance(padding, str)
                else transposed_window(W, kernel_size, stride, padding, output_padding, dilation),
                1,
            ),
        ),
    )
    channels = Formula(lambda out_channels: out_channels)
    axis_size = Formula(transposed_window)
    reads = TRANSPOSED_READS
    parameters: ClassVar = {
        "weight": Formula(
            lambda in_channels, out_channels, groups, kernel_size: (in_channels, out_channels // groups, *kernel_size)
        ),
        "bias": Formula(lambda out_channels, bias: (out_channels,) if bias else None),
    }
    saves = (_READ,)
    #: every *input* position is multiplied with every weight of its channel
    macs = Formula(lambda weights, positions: weights * positions)

    def validate(self) -> None:
        if self.padding_mode != "zeros":
            raise SpecError(f'{type(self).__name__}: only padding_mode="zeros" exists for transposed convolutions.')
        if not isinstance(self.padding, str):
            return
        check_choice(type(self).__name__, "padding", self.padding, ("tf_same",))
        if any(amount != 0 for amount in self.values["output_padding"]):
            raise SpecError(
                f'{type(self).__name__}: padding="tf_same" gives S outputs for each input and takes no output_padding.'
            )

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        add_cut(env)

    def size_formula(self, env: Env) -> Formula:
        """That of a transposed window; by TensorFlow's rule, S outputs for each input."""
        return TRANSPOSED_SIZE if isinstance(self.padding, str) else type(self).axis_size

    def work_env(self, inputs: tuple[Shape, ...], output: Shape) -> dict[str, Any]:
        env = super().work_env(inputs, output)
        env["weights"], env["positions"] = weight_entries(self.interned), positions(inputs[0])
        return env

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return _motion(self.slides(inputs[0]), dense=self.groups == 1)


@final
@register
class ConvTranspose1d(ConvTranspose):
    """Transposed convolution over one axis."""

    rank, dims = 1, (2,)


@final
@register
class ConvTranspose2d(ConvTranspose):
    """Transposed convolution over two axes."""

    rank, dims = 2, (3,)


@final
@register
class ConvTranspose3d(ConvTranspose):
    """Transposed convolution over three axes."""

    rank, dims = 3, (4,)
