"""The names of the options that several commands share: the field's letter first, then torch's words."""

from __future__ import annotations

KERNEL = ("--k", "-k", "--kernel", "--kernel-size")
STRIDE = ("--s", "-s", "--stride")
PADDING = ("--p", "-p", "--padding")
DILATION = ("--d", "-d", "--dilation")
OUTPUT_PADDING = ("--a", "-a", "--output-padding")

#: The option for each argument of a layer.
BY_ARGUMENT = {
    "kernel_size": KERNEL[0],
    "stride": STRIDE[0],
    "padding": PADDING[0],
    "dilation": DILATION[0],
    "output_padding": OUTPUT_PADDING[0],
    "out_channels": "--out",
    "groups": "--groups",
    "ceil_mode": "--ceil",
}
