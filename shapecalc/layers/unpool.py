"""The inverse of max pooling."""

from __future__ import annotations

from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.kinds import Axes, OptionalAxes, SizeOfAxes
from shapecalc.layers.core.motion import Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, INDEX, INDICES, Saved
from shapecalc.layers.windows import KERNEL, STRIDE, transposed_window


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
    reads_indices = is_settled = True
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

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        if env["stride"] is None:
            env["stride"] = env["kernel_size"]
        env["before"] = env["after"] = env["padding"]


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
