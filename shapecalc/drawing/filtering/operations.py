"""What layers make of an image, on arrays of float64: channels x height x width.

The sizes that come out and the windows that are read are those of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import lcm
from types import MappingProxyType
from typing import Any

import numpy as np

from shapecalc.drawing.windows import averaged_counts, windows_of
from shapecalc.kernels import Kernel
from shapecalc.layers import Shape

#: What an operation takes: the image, the layer, and the shape that comes out.
Operation = Callable[[Any, Any, Shape], Any]
#: How NumPy calls what torch's padding modes put around an image.
_MODES: dict[str, Any] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def convolve(values: Any, layer: Any, shape: Shape, kernels: Sequence[Kernel]) -> Any:
    """What a convolution makes of an image; whole numbers are added, and divided once in the end.

    Args:
        values: the image.
        layer: the convolution of the engine. With groups, a kernel is used on each channel by itself.
        shape: what comes out.
        kernels: the numbers, for each channel that is added up.
    """
    axes = [env for _, env in layer.axis_envs(values.shape)]
    amounts: Any = ((0, 0), *((env["before"], env["after"]) for env in axes))
    padded = np.pad(values, amounts, mode=_MODES[layer.padding_mode])
    divisor = lcm(*(kernel.divisor for kernel in kernels))
    total = np.zeros(shape)
    for channel, kernel in enumerate(kernels):
        source = padded if layer.groups > 1 or len(kernels) == 1 else padded[channel : channel + 1]
        for y, row in enumerate(kernel.times(divisor).rows):
            for x, number in enumerate(row):
                if number:
                    places = [
                        slice(start, start + env["stride"] * (size - 1) + 1, env["stride"])
                        for start, env, size in zip((y, x), axes, shape[1:], strict=True)
                    ]
                    total += float(number) * source[:, places[0], places[1]]
    return total / divisor


def _along_windows(values: Any, layer: Any, shape: Shape, join: Callable[..., Any]) -> Any:
    """The numbers of each window joined into one, along the height and then along the width."""
    for axis, windows in enumerate(windows_of(layer, values.shape, shape), 1):
        lines = [join(np.take(values, window.positions, axis), axis=axis) for window in windows]
        values = np.stack(lines, axis=axis)
    return values


def _max_pool(values: Any, layer: Any, shape: Shape) -> Any:
    return _along_windows(values, layer, shape, np.max)


def _average_pool(values: Any, layer: Any, shape: Shape) -> Any:
    heights, widths = averaged_counts(layer, values.shape, windows_of(layer, values.shape, shape))
    counts = layer.values.get("divisor_override") or np.outer(heights, widths)
    return _along_windows(values, layer, shape, np.sum) / counts


def _relu(values: Any, layer: Any, shape: Shape) -> Any:
    return np.maximum(values, 0)


#: What can follow a kernel, by the layer's class.
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "ReLU": _relu,
        "LeakyReLU": lambda values, layer, shape: np.where(values > 0, values, values * layer.negative_slope),
        "Sigmoid": lambda values, layer, shape: np.exp(-np.logaddexp(0, -values)),
        "Tanh": lambda values, layer, shape: np.tanh(values),
        "Scale": lambda values, layer, shape: values * layer.factor + layer.offset,
        "MaxPool2d": _max_pool,
        "AvgPool2d": _average_pool,
        "AdaptiveMaxPool2d": _max_pool,
        "AdaptiveAvgPool2d": _average_pool,
    }
)
