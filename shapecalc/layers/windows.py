"""Windows that slide along an axis: their sizes, what they read, and the conditions that they share."""

from __future__ import annotations

from shapecalc.algebra import Int, ceildiv, maximum, minimum
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.motion import Reads


def extent(kernel_size: Int, dilation: Int) -> Int:
    """How many inputs a dilated kernel spans: d·(F − 1) + 1."""
    return dilation * (kernel_size - 1) + 1


def window(W: Int, kernel_size: Int, stride: Int, before: Int, after: Int, dilation: Int) -> Int:
    """Windows that fit, the remainder dropped: ⌊(W − F + 2P)/S⌋ + 1."""
    return (W - extent(kernel_size, dilation) + (before + after)) // stride + 1


def ceil_window(W: Int, kernel_size: Int, stride: Int, before: Int, after: Int, dilation: Int) -> Int:
    """Windows that fit or hang over the end, as long as they start inside the input or its left padding."""
    hanging = ceildiv(W - extent(kernel_size, dilation) + (before + after), stride) + 1
    return minimum(hanging, ceildiv(W + before, stride))


def transposed_window(W: Int, kernel_size: Int, stride: Int, padding: Int, output_padding: Int, dilation: Int) -> Int:
    """The size that a window of this kind would have made W out of: S(W − 1) + F − 2P + output_padding."""
    return stride * (W - 1) + extent(kernel_size, dilation) - 2 * padding + output_padding


def unread_end(W: Int, size: Int, kernel_size: Int, stride: Int, before: Int, dilation: Int) -> Int:
    """How many of the W inputs lie behind the last of ``size`` windows."""
    return maximum(W + before - transposed_window(size, kernel_size, stride, 0, 0, dilation), 0)


#: What a window reads: F taps, d apart, from S·o − P on.
WINDOW_READS = Reads(
    lambda o, kernel_size, stride, before, dilation: (o * stride - before, dilation, kernel_size),
    lambda stride: (1, stride),
)
#: What an input of a transposed window adds to.
TRANSPOSED_READS = Reads(WINDOW_READS.taps.function, lambda stride: (stride, 1), transposed=True)

KERNEL = at_least(1, "kernel_size")
STRIDE = at_least(1, "stride")
#: What every window requires of its arguments.
WINDOW = (KERNEL, STRIDE, at_least(1, "dilation"), at_least(0, "before", words="padding"))


def padded_fit(W: Int, kernel_size: Int, dilation: Int, before: Int, after: Int) -> tuple[Int, Int]:
    """The extent of a kernel and the size of the padded input, which must not be smaller."""
    return extent(kernel_size, dilation), W + (before + after)


KERNEL_FITS = Require("the kernel must fit the padded input", "<=", padded_fit)
