"""Pooling: windows without weights."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any, ClassVar, final

from shapecalc.algebra import Env, Formula, Int, product
from shapecalc.errors import SpecError, check_choice
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require, Requirement
from shapecalc.layers.core.kinds import Axes, OptionalAxes, Shape
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, AS_OUTPUT, INDEX, INDICES, INPUT, Saved, SavedTensor
from shapecalc.layers.core.shapes import positions
from shapecalc.layers.padding_rules import TfPadding, add_padding, size_by_rule
from shapecalc.layers.windows import KERNEL_FITS, WINDOW, WINDOW_READS, ceil_window, padded_fit, window


def pool_size(W: Int, kernel_size: Int, stride: Int, before: Int, after: Int, dilation: Int, ceil_mode: bool) -> Int:
    """The size after pooling: windows that fit, or with ``ceil_mode`` also those that hang over the end."""
    rule = ceil_window if ceil_mode else window
    return rule(W, kernel_size, stride, before, after, dilation)


class Pool(Axiswise):
    """A window that keeps the channels. Abstract."""

    nick = "pool"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after", "dilation", "padding"}
    fits: ClassVar[tuple[Require, ...]] = (
        *WINDOW,
        Require(
            "padding must be at most half of the kernel",
            "<=",
            lambda padding, before, kernel_size: None if isinstance(padding, str) else (before, kernel_size // 2),
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
    is_window = is_settled = True
    saves: ClassVar[tuple[Saved, ...]] = (INPUT,)
    axis_size = Formula(pool_size)
    reads = WINDOW_READS

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        if env["stride"] is None:
            env["stride"] = env["kernel_size"]
        env.setdefault("padding", 0)
        env.setdefault("dilation", 1)
        add_padding(env)

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        if "before" not in env:
            add_padding(env)
        return env

    def size_formula(self, env: Env) -> Formula:
        """That of a window; with letters, the size that the padding's rule is made for."""
        return size_by_rule(env["padding"], env) or type(self).axis_size

    def validate(self) -> None:
        padding = self.values.get("padding")
        if isinstance(padding, str):
            check_choice(type(self).__name__, "padding", padding, ("tf_same",))

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """The input, or its padded copy where a rule pads that torch lacks."""
        if not isinstance(self.values.get("padding"), str):
            yield from super().saved(inputs, output)
            return
        sizes = [env["W"] + env["before"] + env["after"] for _, env in self.axis_envs(inputs[0])]
        padded = product((*inputs[0][: len(inputs[0]) - len(sizes)], *sizes))
        for tensor in super().saved(inputs, output):
            yield SavedTensor("padded", padded) if tensor.tensor == 0 else tensor
        if self.counts_inputs():
            yield SavedTensor("counts", positions(output), per_batch=True)

    def counts_inputs(self) -> bool:
        """Whether it divides by the number of inputs in each window, where a rule pads that torch lacks."""
        leaves_out = self.values.get("count_include_pad") is False and self.values.get("divisor_override") is None
        return leaves_out and isinstance(self.values["padding"], str)


class MaxPool(Pool):
    """The largest value in each window. Abstract: MaxPool1d, MaxPool2d and MaxPool3d are its ranks."""

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: TfPadding = 0
    dilation: Axes = 1
    return_indices: bool = False
    ceil_mode: bool = False

    padding_value = -inf
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html"
    saves = (INPUT, Saved(INDICES, AS_OUTPUT, itemsize=INDEX))

    def validate(self) -> None:
        super().validate()
        if self.return_indices and not self.gives_indices():
            raise SpecError(
                f'{type(self).__name__}: with padding="tf_same" its indices would count the padding; '
                "leave return_indices out."
            )

    def gives_indices(self) -> bool:
        return not isinstance(self.padding, str)


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
    padding: TfPadding = 0
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
_INSIDE = Require(
    "the kernel must fit the input without its padding",
    "<=",
    lambda kernel_size, W, padding: None if isinstance(padding, str) else (kernel_size, W),
)


class AvgPool(Pool):
    """The mean of each window. Abstract: AvgPool2d and AvgPool3d, which alone take a divisor."""

    kernel_size: Axes
    stride: OptionalAxes = None
    padding: TfPadding = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: Int | None = None

    source = _AVERAGE

    def validate(self) -> None:
        super().validate()
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
