"""Layers as Keras 3 has them, with channels first: the calls that make each of torch's layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from shapecalc.emission.keras_arguments import KerasCall, KerasWriter, LackingError, named_arguments, value_unless
from shapecalc.emission.keras_windows import (
    keras_adaptive,
    keras_conv,
    keras_conv_behind_zeros,
    keras_pool,
    keras_transposed,
    keras_upsample,
    side_amounts,
)
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape


def keras_layer_calls(
    layer: Layer, inputs: tuple[Shape, ...], shape: Shape, *, is_alike: bool = False
) -> list[KerasCall]:
    """The calls, one behind the other, that compute what a layer computes.

    Args:
        layer: the layer.
        inputs: the shapes of what it reads.
        shape: the shape that comes out.
        is_alike: whether the calls are to be those of a layer with other numbers, even where fewer of them would do.

    Raises:
        ShapecalcError: Keras lacks the layer, or an argument of it.
    """
    writer = WRITERS.get(type(layer).__name__, _missing)
    if is_alike and writer is keras_conv:
        writer = keras_conv_behind_zeros
    try:
        return list(writer(layer, inputs, shape))
    except LackingError as lacking:
        raise ShapecalcError(f"{layer!r} cannot be written for Keras: {lacking}.") from None


def _missing(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    raise LackingError("Keras has no such layer")


def _batch_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    if not layer.track_running_stats or layer.momentum is None:
        raise LackingError("there a batch norm always has running statistics")
    flags = {"center": False} if not layer.affine or not layer.bias else {}
    flags |= {} if layer.affine else {"scale": False}
    momentum = round(1 - layer.momentum, 6)
    yield KerasCall("layers.BatchNormalization", (), {"axis": 1, "momentum": momentum, "epsilon": layer.eps, **flags})


def _layer_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    count = len(layer.normalized_shape)
    axis = -1 if count == 1 else tuple(range(-count, 0))
    center = layer.elementwise_affine and layer.bias
    flags = named_arguments(center=value_unless(center, True), scale=value_unless(layer.elementwise_affine, True))
    axes = {} if axis == -1 else {"axis": axis}
    yield KerasCall("layers.LayerNormalization", (), {**axes, "epsilon": layer.eps, **flags})


def _channel_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    yield KerasCall("layers.LayerNormalization", (), {"axis": 1, "epsilon": layer.eps})


def _group_norm(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    flags = {} if layer.affine else {"center": False, "scale": False}
    yield KerasCall("layers.GroupNormalization", (layer.num_groups,), {"axis": 1, "epsilon": layer.eps, **flags})


def _attention(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    if layer.add_bias_kv or layer.add_zero_attn or layer.kdim or layer.vdim or len(inputs) > 1:
        raise LackingError("self-attention alone is written, without further keys")
    options = named_arguments(dropout=value_unless(layer.dropout, 0), use_bias=value_unless(layer.bias, True))
    yield KerasCall("layers.MultiHeadAttention", (layer.num_heads, layer.embed_dim // layer.num_heads), options)


def _as_shape(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    yield KerasCall("layers.Reshape", ((-1,) if len(shape) == 1 else shape,))


def _permute(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    order = tuple([dim + 1 for dim in layer.bind(inputs)["dim"]])
    yield KerasCall("layers.Permute", (order,))


def _shuffle(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    if len(shape) != len("CHW"):
        raise LackingError("channels of maps are shuffled")
    yield KerasCall("channel_shuffle", (layer.groups,))


def _depth(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A dropout of whole inputs."""
    if layer.values.get("mode", "row") != "row" or not layer.values.get("scale_by_keep", True):
        raise LackingError("it drops each input for itself, and scales those that stay")
    rate = layer.values.get("p", layer.values.get("drop_prob"))
    yield KerasCall("layers.Dropout", (rate,), {"noise_shape": (None, *[1] * len(shape))})


def _softmax(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    if layer.dim is None:
        raise LackingError("name its dimension")
    yield KerasCall("layers.Softmax", (), named_arguments(axis=value_unless(layer.dim, -1)))


def _reduced(function: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
        yield KerasCall(
            f"ops.{function}", (), named_arguments(axis=layer.dim, keepdims=value_unless(layer.keepdim, False))
        )

    return writer


def _joined(name: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
        if len({*map(len, inputs)}) > 1:
            raise LackingError("there all that is joined has as many dimensions")
        yield KerasCall(
            f"layers.{name}", (), named_arguments(axis=value_unless(layer.dim, -1)) if name == "Concatenate" else {}
        )

    return writer


def _cropped(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A piece of a map, as what is cut off on each side."""
    envs = [env for _, env in layer.axis_envs(inputs[0])]
    sides = [(env["left"], env["W"] - env["left"] - env["n_out"]) for env in envs]
    if len(sides) != len("HW"):
        raise LackingError("it crops maps")
    yield KerasCall("layers.Cropping2D", (side_amounts(sides),))


def _piece(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """One of several pieces along a dimension."""
    size = inputs[0][layer.dim - 1 if layer.dim > 0 else layer.dim]
    lengths = layer.values.get("split_size_or_sections")
    if lengths is None:
        length = -(-size // layer.chunks)
    elif isinstance(lengths, tuple):
        length = 0
    else:
        length = lengths
    if length:
        lengths = [min(length, size - start) for start in range(0, size, length)]
    ends = [*accumulate(lengths)][:-1]
    sections = len(lengths) if len({*lengths}) == 1 else tuple(ends)
    yield KerasCall("ops.split", (sections,), {"axis": layer.dim}, f"[{layer.index}]")


def _recurrent(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """Layers that run over a sequence, one upon the other."""
    name = {"LSTM": "LSTM", "GRU": "GRU", "RNN": "SimpleRNN"}[type(layer).__name__]
    if len(inputs) > 1 or layer.values.get("proj_size"):
        raise LackingError("there it starts at zero, without a projection")
    options = named_arguments(
        activation=value_unless(layer.values.get("nonlinearity", "tanh"), "tanh"),
        return_sequences=True,
        use_bias=value_unless(layer.bias, True),
    )
    remark = "one bias vector, where torch adds two" if layer.bias and name != "GRU" else ""
    cell = KerasCall(f"layers.{name}", (layer.hidden_size,), options)
    for number in range(layer.num_layers):
        if number and layer.dropout:
            yield KerasCall("layers.Dropout", (layer.dropout,))
        call = KerasCall("layers.Bidirectional", (cell,)) if layer.bidirectional else cell
        yield call._replace(remark=remark)


def _fixed(name: str, *fields: tuple[str, str, Any]) -> KerasWriter:
    """A layer with some of the arguments: torch's name, Keras's, and the default there."""

    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
        arguments = [(keras, value_unless(layer.values[torch], default)) for torch, keras, default in fields]
        by_name = {keras: value for keras, value in arguments if keras and value is not None}
        yield KerasCall(name, tuple([value for keras, value in arguments if not keras]), by_name)

    return writer


def _activation(word: str) -> KerasWriter:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
        names = [name for name in layer.fields if name != "inplace"]
        if any(layer.values[name] != layer.fields[name].default_at(layer.rank) for name in names):
            raise LackingError("there it has no such argument")
        yield KerasCall("layers.Activation", (word,))

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
        "ChannelShuffle": _shuffle,
        "StochasticDepth": _depth,
        "DropPath": _depth,
        "Crop": _cropped,
        **dict.fromkeys(("Chunk", "Split"), _piece),
        **dict.fromkeys(("LSTM", "GRU", "RNN"), _recurrent),
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
