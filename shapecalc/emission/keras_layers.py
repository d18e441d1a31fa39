"""Layers as Keras 3 has them, with channels first: the calls that make each of torch's layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from shapecalc.emission.forms import value_text
from shapecalc.emission.keras_arguments import (
    Call,
    KerasWriter,
    LackingError,
    named_arguments,
    value_unless,
)
from shapecalc.emission.keras_windows import (
    keras_adaptive,
    keras_conv,
    keras_padded_first,
    keras_pool,
    keras_transposed,
    keras_upsample,
)
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape


def keras_layer_calls(
    layer: Layer, inputs: tuple[Shape, ...], shape: Shape, *, is_positive: bool = False
) -> list[Call]:
    """The calls, one behind the other, that compute what a layer computes.

    Args:
        layer: the layer.
        inputs: the shapes of what it reads.
        shape: the shape that comes out.
        is_positive: whether it reads no number below 0, so that zeros around it change no maximum.

    Raises:
        ShapecalcError: Keras lacks the layer, or an argument of it.
    """
    name = type(layer).__name__
    writer = WRITERS.get(name, _missing)
    try:
        if is_positive and writer is keras_pool and not isinstance(layer.values["padding"], str):
            return list(keras_padded_first(layer, inputs[0], shape))
        return list(writer(layer, inputs, shape))
    except LackingError as lacking:
        raise ShapecalcError(f"{layer!r} cannot be written for Keras: {lacking}.") from None


def _missing(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    raise LackingError("Keras has no such layer")


def _batch_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    if not layer.track_running_stats or layer.momentum is None:
        raise LackingError("there a batch norm always has running statistics")
    if layer.affine and not layer.bias:
        flags = named_arguments(center=False)
    else:
        flags = [] if layer.affine else named_arguments(center=False, scale=False)
    momentum = round(1 - layer.momentum, 6)
    yield "layers.BatchNormalization", ["axis=1", *named_arguments(momentum=momentum, epsilon=layer.eps), *flags]


def _layer_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    count = len(layer.normalized_shape)
    axis = -1 if count == 1 else tuple(range(-count, 0))
    center = layer.elementwise_affine and layer.bias
    flags = named_arguments(center=value_unless(center, True), scale=value_unless(layer.elementwise_affine, True))
    yield "layers.LayerNormalization", [*named_arguments(axis=value_unless(axis, -1), epsilon=layer.eps), *flags]


def _channel_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    yield "layers.LayerNormalization", ["axis=1", *named_arguments(epsilon=layer.eps)]


def _group_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    flags = [] if layer.affine else named_arguments(center=False, scale=False)
    yield (
        "layers.GroupNormalization",
        [value_text(layer.num_groups), "axis=1", *named_arguments(epsilon=layer.eps), *flags],
    )


def _attention(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    if layer.add_bias_kv or layer.add_zero_attn or layer.kdim or layer.vdim or len(inputs) > 1:
        raise LackingError("self-attention alone is written, without further keys")
    yield (
        "layers.MultiHeadAttention",
        [
            value_text(layer.num_heads),
            value_text(layer.embed_dim // layer.num_heads),
            *named_arguments(dropout=value_unless(layer.dropout, 0), use_bias=value_unless(layer.bias, True)),
        ],
    )


def _as_shape(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    yield "layers.Reshape", [value_text(shape)]


def _permute(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    order = tuple([dim + 1 for dim in layer.bind(inputs)["dim"]])
    yield "layers.Permute", [value_text(order)]


def _softmax(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    if layer.dim is None:
        raise LackingError("name its dimension")
    yield "layers.Softmax", named_arguments(axis=value_unless(layer.dim, -1))


def _reduced(function: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
        yield f"ops.{function}", named_arguments(axis=layer.dim, keepdims=value_unless(layer.keepdim, False))

    return writer


def _joined(name: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
        yield f"layers.{name}", named_arguments(axis=value_unless(layer.dim, -1)) if name == "Concatenate" else []

    return writer


def _fixed(name: str, *fields: tuple[str, str, Any]) -> KerasWriter:
    """A layer with some of the arguments: torch's name, Keras's, and the default there."""

    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
        values = [(keras, value_unless(layer.values[torch], default)) for torch, keras, default in fields]
        yield (
            name,
            [
                value_text(value) if not keras else f"{keras}={value_text(value)}"
                for keras, value in values
                if value is not None
            ],
        )

    return writer


def _activation(word: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
        yield "layers.Activation", [f'"{word}"']

    return writer


#: How each layer is written, by its name.
WRITERS: Mapping[str, KerasWriter] = MappingProxyType(
    {
        **{f"Conv{rank}d": keras_conv for rank in (1, 2, 3)},
        **{f"ConvTranspose{rank}d": keras_transposed for rank in (1, 2, 3)},
        **{f"{kind}Pool{rank}d": keras_pool for kind in ("Max", "Avg") for rank in (1, 2, 3)},
        **{f"Adaptive{kind}Pool{rank}d": keras_adaptive for kind in ("Max", "Avg") for rank in (1, 2, 3)},
        **{f"BatchNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
        "Linear": _fixed("layers.Dense", ("out_features", "", None), ("bias", "use_bias", True)),
        "LayerNorm": _layer_norm,
        "LayerNorm2d": _channel_norm,
        "GroupNorm": _group_norm,
        "MultiheadAttention": _attention,
        "Embedding": _fixed("layers.Embedding", ("num_embeddings", "", None), ("embedding_dim", "", None)),
        "Dropout": _fixed("layers.Dropout", ("p", "", None)),
        **{f"Dropout{rank}d": _fixed(f"layers.SpatialDropout{rank}D", ("p", "", None)) for rank in (2, 3)},
        "Upsample": keras_upsample,
        "UpsamplingNearest2d": keras_upsample,
        "Interpolate": keras_upsample,
        **dict.fromkeys(("Flatten", "Unflatten", "Reshape", "View", "Squeeze", "Unsqueeze"), _as_shape),
        "Permute": _permute,
        "Transpose": _permute,
        "Softmax": _softmax,
        "Mean": _reduced("mean"),
        "Sum": _reduced("sum"),
        "Max": _reduced("max"),
        "Add": _joined("Add"),
        "Multiply": _joined("Multiply"),
        "Concat": _joined("Concatenate"),
        "Identity": _fixed("layers.Identity"),
        "ReLU": _fixed("layers.ReLU"),
        "LeakyReLU": _fixed("layers.LeakyReLU", ("negative_slope", "negative_slope", 0.3)),
        "ELU": _fixed("layers.ELU", ("alpha", "alpha", 1.0)),
        **{
            name: _activation(name.lower())
            for name in ("Sigmoid", "Tanh", "SiLU", "Mish", "Softplus", "Softsign", "SELU", "ReLU6")
        },
        "GELU": _activation("gelu"),
        "Hardswish": _activation("hard_swish"),
        "Hardsigmoid": _activation("hard_sigmoid"),
        "LogSigmoid": _activation("log_sigmoid"),
    }
)
