"""Each layer of Keras as the torch layers that compute the same, with Keras's arguments and defaults.

Channels are last in Keras and first in torch: a shape is turned around where a text states it, and a layer that works
on Keras's last axis works on the channels. Keras's "same" is TensorFlow's: ⌈W/S⌉ outputs, an odd zero at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from shapecalc.errors import SpecError
from shapecalc.formats.keras.activations import activation_layer
from shapecalc.formats.keras.flow import KerasLayer, TorchLayer
from shapecalc.formats.keras.paddings import both_sides, padded_pool, transposed_padding
from shapecalc.layers.windows import extent


def _arguments(**values: Any) -> dict[str, Any]:
    """The arguments that differ from torch's defaults."""
    defaults = {"stride": 1, "dilation": 1, "groups": 1, "bias": True, "padding": "valid"}
    return {name: value for name, value in values.items() if value != defaults.get(name)}


def _padding(layer: KerasLayer) -> Any:
    """Torch's word for Keras's padding of a convolution."""
    padding = layer["padding"]
    if padding not in ("valid", "same") and not (padding == "causal" and layer.rank == 1):
        raise SpecError(f'{layer.name}: padding="{padding}" is not known; it may be "valid" or "same".')
    strided = any(step != 1 for step in layer.per_axis("strides"))
    return "tf_same" if padding == "same" and strided else padding


def read_conv(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Conv1D, Conv2D and Conv3D."""
    layer.flow.channels, layer.flow.axes = layer["filters"], layer.rank
    yield (
        f"LazyConv{layer.rank}d",
        [layer["filters"], layer["kernel_size"]],
        _arguments(
            stride=layer["strides"],
            padding=_padding(layer),
            dilation=layer["dilation_rate"],
            groups=layer["groups"],
            bias=layer["use_bias"],
        ),
    )


def _depthwise(layer: KerasLayer, *, bias: bool) -> TorchLayer:
    """The convolution of each channel by itself."""
    channels = layer.flow.channels
    if channels is None:
        raise layer.needs("the channels")
    layer.flow.channels, layer.flow.axes = channels * layer["depth_multiplier"], layer.rank
    return (
        f"Conv{layer.rank}d",
        [channels, layer.flow.channels, layer["kernel_size"]],
        _arguments(
            stride=layer["strides"],
            padding=_padding(layer),
            dilation=layer["dilation_rate"],
            groups=channels,
            bias=bias,
        ),
    )


def read_depthwise_conv(layer: KerasLayer) -> Iterator[TorchLayer]:
    """DepthwiseConv1D and DepthwiseConv2D."""
    yield _depthwise(layer, bias=layer["use_bias"])


def read_separable_conv(layer: KerasLayer) -> Iterator[TorchLayer]:
    """SeparableConv1D and SeparableConv2D: a convolution of each channel, then one of the channels."""
    yield _depthwise(layer, bias=False)
    channels, layer.flow.channels = layer.flow.channels, layer["filters"]
    yield f"Conv{layer.rank}d", [channels, layer["filters"], 1], _arguments(bias=layer["use_bias"])


def read_transposed(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Conv1DTranspose, Conv2DTranspose and Conv3DTranspose."""
    if layer["padding"] not in ("valid", "same"):
        raise SpecError(f'{layer.name}: padding="{layer["padding"]}" is not known; it may be "valid" or "same".')
    layer.flow.channels, layer.flow.axes = layer["filters"], layer.rank
    spans = map(extent, layer.numbers("kernel_size"), layer.numbers("dilation_rate"))
    kernels = [cast("int", span) for span in spans]
    added = None if layer["output_padding"] is None else layer.numbers("output_padding")
    cut, crop = transposed_padding(kernels, layer.numbers("strides"), added, same=layer["padding"] == "same")
    yield (
        f"LazyConvTranspose{layer.rank}d",
        [layer["filters"], layer["kernel_size"]],
        {
            **_arguments(stride=layer["strides"], dilation=layer["dilation_rate"], bias=layer["use_bias"]),
            **cut,
        },
    )
    if crop:
        yield f"ZeroPad{layer.rank}d", [crop], {}


def read_dense(layer: KerasLayer) -> Iterator[TorchLayer]:
    """A matrix over Keras's last axis: of a map, a convolution of its channels with a kernel of 1."""
    bias = _arguments(bias=layer["use_bias"])
    layer.flow.channels = layer["units"]
    axes = layer.flow.axes = layer.flow.axes or 0
    if layer.flow.features_last:
        axes = 0
    yield (f"LazyConv{axes}d", [layer["units"], 1], bias) if axes else ("LazyLinear", [layer["units"]], bias)


def read_flatten(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Flatten; torch takes the channels first, so the numbers come in another order."""
    layer.flow.channels, layer.flow.axes = (layer.flow.channels if layer.flow.axes == 0 else None), 0
    layer.flow.features_last = False
    yield "Flatten", [], {}


def read_dropout(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Dropout and SpatialDropout."""
    yield f"Dropout{f'{layer.rank}d' if layer.rank else ''}", [layer["rate"]], {}


def read_alpha_dropout(layer: KerasLayer) -> Iterator[TorchLayer]:
    """AlphaDropout."""
    yield "AlphaDropout", [layer["rate"]], {}


def _pool(layer: KerasLayer, kind: str) -> Iterator[TorchLayer]:
    size, strides = layer["pool_size"], layer["strides"]
    layer.flow.axes = layer.rank
    stride = {} if strides is None or strides == size else {"stride": strides}
    extra: dict[str, Any] = {}
    if layer["padding"] == "same":
        steps = size if strides is None else strides
        extra = padded_pool(kind, layer.rank, size, steps)
    elif layer["padding"] != "valid":
        raise SpecError(f'{layer.name}: padding="{layer["padding"]}" is not known; it may be "valid" or "same".')
    yield f"{kind}{layer.rank}d", [size], {**stride, **extra}


def read_max_pool(layer: KerasLayer) -> Iterator[TorchLayer]:
    """MaxPooling."""
    return _pool(layer, "MaxPool")


def read_avg_pool(layer: KerasLayer) -> Iterator[TorchLayer]:
    """AveragePooling."""
    return _pool(layer, "AvgPool")


def _global_pool(layer: KerasLayer, kind: str) -> Iterator[TorchLayer]:
    layer.flow.axes = layer.rank if layer["keepdims"] else 0
    yield f"Adaptive{kind}{layer.rank}d", [1], {}
    if not layer["keepdims"]:
        yield "Flatten", [], {}


def read_global_avg_pool(layer: KerasLayer) -> Iterator[TorchLayer]:
    """GlobalAveragePooling."""
    return _global_pool(layer, "AvgPool")


def read_global_max_pool(layer: KerasLayer) -> Iterator[TorchLayer]:
    """GlobalMaxPooling."""
    return _global_pool(layer, "MaxPool")


def read_batch_norm(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Keras's momentum is what stays of a running statistic, torch's what is new."""
    axes = layer.flow.axes
    _check_axis(layer)
    if axes is None:
        raise layer.needs("the axes")
    if layer["center"] != layer["scale"]:
        raise SpecError(f"{layer.name}: torch learns scale and shift together; center and scale must be equal.")
    affine = {} if layer["center"] else {"affine": False}
    momentum = round(1 - layer["momentum"], 12)
    yield f"LazyBatchNorm{axes or 1}d", [], {"eps": layer["epsilon"], "momentum": momentum, **affine}


def read_layer_norm(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Over the channels of each position."""
    channels, axes = layer.flow.channels, layer.flow.axes
    _check_axis(layer)
    if channels is None or axes is None:
        raise layer.needs("the channels")
    is_map = axes == 2 and not layer.flow.features_last
    if not (is_map or axes == 0 or layer.flow.features_last) or not (layer["center"] and layer["scale"]):
        raise SpecError(f"{layer.name} over the channels is read of a vector or an image, with scale and shift.")
    yield "LayerNorm2d" if is_map else "LayerNorm", [channels], {"eps": layer["epsilon"]}


def _check_axis(layer: KerasLayer) -> None:
    if layer["axis"] != -1:
        raise SpecError(f"{layer.name}: only axis=-1, the channels, is read.")


def read_activation(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Activation."""
    yield from activation_layer(layer["activation"])


def read_relu(layer: KerasLayer) -> Iterator[TorchLayer]:
    """ReLU, with a slope or an upper bound."""
    bounds = (layer["max_value"], layer["negative_slope"], layer["threshold"])
    if bounds[2] != 0 or bounds[0] not in (None, 6) or (bounds[0] == 6 and bounds[1] != 0):
        raise SpecError(f"{layer.name}: of its bounds, max_value=6 alone is read, or a negative_slope alone.")
    yield ("LeakyReLU", [bounds[1]], {}) if bounds[1] else ("ReLU6" if bounds[0] else "ReLU", [], {})


def read_leaky_relu(layer: KerasLayer) -> Iterator[TorchLayer]:
    """LeakyReLU."""
    yield "LeakyReLU", [layer["negative_slope"]], {}


def read_identity(layer: KerasLayer) -> Iterator[TorchLayer]:  # noqa: ARG001  as the others
    """Identity."""
    yield "Identity", [], {}


def read_elu(layer: KerasLayer) -> Iterator[TorchLayer]:
    """ELU."""
    yield "ELU", [layer["alpha"]], {}


def read_softmax(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Softmax, over the channels."""
    _check_axis(layer)
    yield "Softmax", [], {"dim": 1}


def read_zero_padding(layer: KerasLayer) -> Iterator[TorchLayer]:
    """ZeroPadding."""
    layer.flow.axes = layer.rank
    yield f"ZeroPad{layer.rank}d", [both_sides(layer.name, layer["padding"], layer.rank)], {}


def read_cropping(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Cropping: negative padding."""
    layer.flow.axes = layer.rank
    cut = both_sides(layer.name, layer["cropping"], layer.rank)
    yield f"ZeroPad{layer.rank}d", [tuple(-size for size in cut)], {}


def read_upsampling(layer: KerasLayer) -> Iterator[TorchLayer]:
    """UpSampling."""
    layer.flow.axes = layer.rank
    mode = layer["interpolation"]
    if mode not in ("nearest", "bilinear") or (mode == "bilinear" and layer.rank != 2):
        raise SpecError(f'{layer.name}: interpolation="{mode}" is not read; it may be "nearest" or "bilinear".')
    yield "Upsample", [], {"scale_factor": layer["size"], **({} if mode == "nearest" else {"mode": mode})}
