"""Keras and ONNX: the layers that they read differently from torch, as running them showed.

Their results are in ``tests/data/semantics.json``, for every kernel, stride and dilation up to 4 and for 40 sizes.
"""

from __future__ import annotations

from typing import Any

from shapecalc.algebra import Formula, Int, ceildiv, maximum
from shapecalc.compare.frameworks.readings import Framework, Reading, Remark, Rule, any_above
from shapecalc.layers.adaptive import AdaptivePool
from shapecalc.layers.conv import Conv, ConvTranspose
from shapecalc.layers.padding_rules import RULES
from shapecalc.layers.pool import AvgPool, AvgPool1d, MaxPool, Pool
from shapecalc.layers.recurrent import Recurrent
from shapecalc.layers.reshape import Flatten
from shapecalc.layers.windows import extent, transposed_window

TORCH = Framework("torch", "torch 2.13.0")

# --- Keras: padding is a word, "valid" or "same", whatever the layer

_SAME_SIZE = Formula(lambda W, stride: ceildiv(W, stride))  # noqa: PLW0108  a formula's names are its arguments
_SAME_BEFORE = RULES["tf_same"][0]
# https://keras.io/api/layers/convolution_layers/convolution2d/
_PADDED = Rule(
    'padding="same"',
    _SAME_SIZE,
    _SAME_BEFORE,
    'Keras has no number for padding. Its "same" gives ⌈W/S⌉ and pads what that takes, an odd one at the end; '
    'for torch\'s windows, pad with ZeroPadding first and write padding="valid".',
)
_PADDED_POOL = Rule(
    'padding="same"',
    _SAME_SIZE,
    _SAME_BEFORE,
    'Keras has no number for padding. Its "same" gives ⌈W/S⌉ and pads what that takes, an odd one at the end; '
    "for torch's windows, pad first, with zeros, or with less where a maximum may be negative.",
)
_CEILED = Rule(
    'padding="same"',
    _SAME_SIZE,
    _SAME_BEFORE,
    'Keras has no ceil_mode. Its "same" rounds up as well, but to ⌈W/S⌉, and it pads on both sides.',
)


def _kind_of_conv(padding: Any) -> str:
    """Keras has torch's words; for a number other than 0 it has only "same"."""
    if isinstance(padding, str):
        return "padded" if padding == "tf_same" else padding
    return "padded" if any(amount != 0 for amount in padding) else "valid"


def _kind_of_pool(padding: Any, ceil_mode: bool) -> str:
    return "ceiled" if ceil_mode else _kind_of_conv(padding)


_STRIDE_AND_DILATION = Remark(
    "Keras takes no stride above 1 together with a dilation above 1",
    Formula(lambda stride, dilation: any_above(stride, 1) and any_above(dilation, 1)),
)


def _same_cut(kernel_size: Int, stride: Int, dilation: Int) -> Int:
    """Keras cuts F − S off, an odd one at the end; where the stride is the larger, it adds at the end."""
    return maximum((extent(kernel_size, dilation) - stride) // 2, 0)


def _half(kernel_size: Int, dilation: Int) -> Int:
    """Half the kernel, rounded down: the amount that "same" cuts off on each side if there is an output_padding."""
    return extent(kernel_size, dilation) // 2


_TRANSPOSED = {
    "valid": Rule(
        'padding="valid"',
        Formula(
            lambda W, kernel_size, stride, dilation: stride * (W - 1) + maximum(extent(kernel_size, dilation), stride)
        ),
        Formula(lambda: 0),
        "Keras fills up to S outputs for each input, where the stride is larger than the kernel.",
    ),
    "same": Rule(
        'padding="same"',
        Formula(lambda W, stride: W * stride),
        Formula(_same_cut),
        'Keras has no number for padding. Its "same" makes S outputs of each input, without an output_padding; for '
        'torch\'s sizes, write padding="valid" and cut with Cropping.',
    ),
    "same, extended": Rule(
        'padding="same" and output_padding',
        Formula(
            lambda W, kernel_size, stride, dilation, output_padding: transposed_window(
                W, kernel_size, stride, _half(kernel_size, dilation), output_padding, dilation
            )
        ),
        Formula(
            lambda kernel_size, dilation, output_padding: maximum(
                _half(kernel_size, dilation) - ceildiv(output_padding, 2), 0
            )
        ),
        'Keras has no number for padding. Its "same" with an output_padding stands for a padding of ⌊F/2⌋, and takes '
        "half of the output_padding off the start.",
    ),
}


def _kind_of_transposed(padding: Any, output_padding: Any) -> str:
    padded = any(amount != 0 for amount in padding)
    extended = any(amount != 0 for amount in output_padding)
    return ("same, extended" if extended else "same") if padded else ("as torch" if extended else "valid")


_POOL = Reading(
    Formula(_kind_of_pool),
    {"padded": _PADDED_POOL, "ceiled": _CEILED},
    (Remark("Keras' pooling has no dilation", Formula(lambda dilation: any_above(dilation, 1))),),
)
_POOL_UNDILATED = Reading(_POOL.kind, _POOL.rules)

_LEFT_OUT = Remark(
    "Keras leaves the padding out of the average, as torch does with count_include_pad=False",
    Formula(lambda before, count_include_pad: before != 0 and count_include_pad),
)

KERAS = Framework(
    "keras",
    "Keras 3.15.1 (torch backend)",
    {
        Conv: Reading(Formula(_kind_of_conv), {"padded": _PADDED}, (_STRIDE_AND_DILATION,)),
        ConvTranspose: Reading(
            Formula(_kind_of_transposed),
            _TRANSPOSED,
            (
                _STRIDE_AND_DILATION,
                Remark("Keras' transposed convolutions have no groups", Formula(lambda groups: groups != 1)),
                Remark(
                    "Keras takes no output_padding that is not smaller than the stride",
                    Formula(
                        lambda output_padding, stride: any(
                            any_above((added,), step - 1) for added, step in zip(output_padding, stride, strict=True)
                        )
                    ),
                ),
            ),
        ),
        MaxPool: _POOL,
        AvgPool: _POOL_UNDILATED,
        AvgPool1d: _POOL_UNDILATED,
        AdaptivePool: Reading(Formula(lambda: "as torch"), {}),
    },
    {
        AvgPool: (_LEFT_OUT,),
        AvgPool1d: (_LEFT_OUT,),
        AdaptivePool: (
            Remark(
                "written as GlobalAveragePooling or GlobalMaxPooling, it drops the axes unless keepdims=True",
                Formula(lambda n_out: n_out == 1),
            ),
        ),
        Recurrent: (Remark("Keras gives the last step alone unless return_sequences=True", Formula(lambda: True)),),
        Flatten: (
            Remark(
                "where channels are last, as by default in Keras, the numbers come in another order",
                Formula(lambda input: len(input) > 1),
            ),
        ),
    },
    infers=True,
)

# --- ONNX: the text of the standard, which runtimes follow more or less closely

# https://onnx.ai/onnx/operators/onnx__MaxPool.html
_CEIL_KEPT = Rule(
    "ceil_mode=1",
    Formula(
        lambda W, kernel_size, stride, before, after, dilation: (
            ceildiv(W - extent(kernel_size, dilation) + (before + after), stride) + 1
        ),
    ),
    Formula(lambda before: before),
    "Up to opset 21, ONNX keeps a window that starts in the padding behind the input, which torch drops. onnxruntime "
    "did so up to 1.20; from 1.21 on it drops it at any opset, as the standard does from opset 22 on.",
)
_ONNX_POOL = Reading(
    Formula(lambda ceil_mode: "ceiled" if ceil_mode else "as torch"),
    {"ceiled": _CEIL_KEPT},
)
_AS_TORCH = Reading(Formula(lambda: "as torch"), {})

ONNX = Framework(
    "onnx",
    "ONNX opset 10 to 21 (onnx 1.23.2, onnxruntime 1.20.1 and 1.31.1)",
    {Conv: _AS_TORCH, ConvTranspose: _AS_TORCH, Pool: _ONNX_POOL, AdaptivePool: _AS_TORCH},
    {
        ConvTranspose: (
            Remark(
                "onnxruntime 1.31 refuses an output_padding that is not smaller than the stride; 1.22 took it",
                Formula(lambda output_padding, stride: any_above((output_padding,), stride - 1)),
            ),
        ),
        AdaptivePool: (
            Remark(
                "ONNX has no operator for it: where the output's size does not divide the input's, torch's exporter "
                "writes an average as other operators, and refuses a maximum",
                Formula(lambda W, n_out: isinstance(W, int) and n_out not in (0, 1) and W - W // n_out * n_out != 0),
            ),
        ),
    },
)

#: Every framework by its name.
FRAMEWORKS = {framework.name: framework for framework in (TORCH, KERAS, ONNX)}
