"""The names in formulas that mistakes look for, and what kind of formula a line has."""

from __future__ import annotations

from shapecalc.algebra import Name, names_in
from shapecalc.grading.mistakes.line import Line
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity

SIZE, KERNEL, STRIDE, DILATION = Name("W"), Name("kernel_size"), Name("stride"), Name("dilation")
PADDING, BEFORE, AFTER = Name("padding"), Name("before"), Name("after")
#: What goes into a layer of weights, and what comes out, by the names of all layers.
INPUTS = frozenset({"in_channels", "in_features", "input_size", "from_size", "in1_features", "in2_features"})
OUTPUTS = frozenset({"out_channels", "out_features", "hidden_size"})

#: The mistakes in the factor of a unit, after which a number still counts the same.
OF_UNITS = frozenset({"megabyte-for-mebibyte", "unit-factor-twice"})
#: The mistakes of whoever gives the number of another layer than the one that is asked about.
OTHER_LAYERS = frozenset({"next-layer", "previous-layer", "another-layer"})


def is_window(line: Line) -> bool:
    """Whether a line is the size that comes out of a window, be it transposed or not."""
    return line.quantity is Quantity.SIZE and KERNEL in names_in(line.tree)


def is_transposed(line: Line) -> bool:
    """Whether a line is the size that comes out of a transposed window."""
    return is_window(line) and Name("output_padding") in names_in(line.tree)


def is_pool(layer: Layer) -> bool:
    """Whether a layer slides a window without weights."""
    return bool(layer.is_window) and not layer.parameters
