"""The writer of each layer's sheet, by the layer's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shapecalc.drawing.sheet.cells import PlacedTensor
from shapecalc.drawing.sheet.convolutions import write_convolution, write_padding, write_transposed
from shapecalc.drawing.sheet.dense import write_batch_norm, write_linear, write_softmax, write_whole_norm
from shapecalc.drawing.sheet.entries import (
    TEMPLATES,
    write_concat,
    write_operator,
    write_permutation,
    write_prelu,
    write_template,
    write_view,
)
from shapecalc.drawing.sheet.job import SheetJob
from shapecalc.drawing.sheet.pooling import write_average_pool, write_max_pool

#: Writes what comes out of a layer, and says where it stands.
Writer = Callable[[SheetJob], PlacedTensor]

#: Every layer that has a sheet.
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        **dict.fromkeys(TEMPLATES, write_template),
        **dict.fromkeys(("Conv1d", "Conv2d"), write_convolution),
        "ConvTranspose2d": write_transposed,
        **dict.fromkeys(("MaxPool1d", "MaxPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d"), write_max_pool),
        **dict.fromkeys(("AvgPool1d", "AvgPool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d"), write_average_pool),
        **dict.fromkeys(
            (
                *("ZeroPad1d", "ZeroPad2d", "ConstantPad1d", "ConstantPad2d", "ReflectionPad1d", "ReflectionPad2d"),
                *("ReplicationPad1d", "ReplicationPad2d", "CircularPad1d", "CircularPad2d"),
            ),
            write_padding,
        ),
        "Linear": write_linear,
        **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin", "Softmax2d"), write_softmax),
        **dict.fromkeys(("BatchNorm1d", "BatchNorm2d"), write_batch_norm),
        **dict.fromkeys(("GroupNorm", "LayerNorm"), write_whole_norm),
        "PReLU": write_prelu,
        **dict.fromkeys(("Add", "Multiply"), write_operator),
        "Concat": write_concat,
        **dict.fromkeys(("Flatten", "Unflatten", "Reshape", "View", "Squeeze", "Unsqueeze"), write_view),
        **dict.fromkeys(("Permute", "Transpose"), write_permutation),
    }
)
