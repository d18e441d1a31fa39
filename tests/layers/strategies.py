"""Random arguments and input shapes for every layer: mostly legal, now and then one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from shapecalc.layers import REGISTRY
from tests.layers.case import Case

Draw = Callable[[st.SearchStrategy[Any]], Any]

#: The strategy of each layer class; :func:`cases` fills it.
CASES: dict[str, st.SearchStrategy[Case]] = {}


def often(*good: Any, rarely: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """One of the good values, or one time in twenty or so one of the rare ones."""
    repeat = -(-20 * len(rarely) // len(good)) if rarely else 1
    return st.sampled_from([*good * repeat, *rarely])


SIZES = {rank: often(*range(1, most), rarely=(0,)) for rank, most in ((1, 13), (2, 10), (3, 7))}
CHANNELS = often(1, 2, 3, 4, 6, rarely=(0,))
KERNEL = often(1, 2, 3, 4, 5, rarely=(0, -1))
STEP = often(1, 1, 2, 3, rarely=(0, -1))
DILATION = often(1, 1, 1, 2, 3, rarely=(0, -1))
AMOUNT = often(0, 0, 1, 2, rarely=(-1, 3, 5))
GROUPS = often(1, 1, 2, 3, rarely=(0, -1))
OFF = often(0, rarely=(1, -1))
FLAG = st.booleans()
REAL = often(1.0, 0.5, 2, rarely=(0, -1.0, -0.5))
CHANCE = often(0.5, 0.0, 1, rarely=(-0.1, 1.5))


def cases(*names: str) -> Callable[[Callable[[Draw, str], tuple[Any, ...]]], Any]:
    """Register a function that draws (arguments, shapes) for the layers of these names."""

    def register(function: Callable[[Draw, str], tuple[Any, ...]]) -> Any:
        for name in names:
            CASES[name] = _case(function, name)
        return function

    return register


@st.composite
def _case(draw: Draw, function: Callable[[Draw, str], tuple[Any, ...]], name: str) -> Case:
    arguments, *shapes = function(draw, name)
    layer = REGISTRY[name]
    lazy = layer.has_lazy and draw(st.integers(0, 7)) == 0
    if lazy:
        arguments = {key: value for key, value in arguments.items() if key not in layer.infers}
    return Case(name, arguments, tuple(shapes), lazy)


def ranks(*families: str) -> tuple[str, ...]:
    """The 1-, 2- and 3-dimensional layers of families that have all of them."""
    return tuple(f"{family}{rank}d" for family in families for rank in (1, 2, 3))


def axes(draw: Draw, rank: int, values: st.SearchStrategy[Any]) -> Any:
    """One value for all axes, or one for each."""
    return draw(values) if draw(FLAG) else tuple(draw(values) for _ in range(rank))


def some(draw: Draw, **strategies: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each of some optional arguments, or not."""
    return {name: draw(values) for name, values in strategies.items() if draw(FLAG)}


def some_axes(draw: Draw, rank: int, **strategies: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each of some optional arguments that have a value for each axis, or not."""
    return {name: axes(draw, rank, values) for name, values in strategies.items() if draw(FLAG)}


def image(draw: Draw, channels: int, rank: int) -> tuple[int, ...]:
    """Channels and sizes; rarely with an axis too few or too many."""
    wrong = draw(often(0, rarely=(-1, 1)))
    return (max(channels, 0), *[draw(SIZES[rank]) for _ in range(max(rank + wrong, 0))])


def anything(draw: Draw) -> tuple[int, ...]:
    """A shape of one to four dimensions."""
    return tuple(draw(often(1, 2, 3, 4, 5, rarely=(0,))) for _ in range(draw(st.integers(1, 4))))


def rank_of(name: str) -> int:
    return int(name[-2])


@cases(*ranks("Conv"))
def _conv(draw: Draw, name: str) -> Any:
    rank, groups = rank_of(name), draw(GROUPS)
    channels = groups * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    words = often("same", "same", "valid", rarely=("full",))
    arguments = {
        "in_channels": channels,
        "out_channels": groups * draw(often(1, 2, rarely=(0,))) + draw(OFF),
        "kernel_size": axes(draw, rank, KERNEL),
        **some_axes(draw, rank, stride=STEP, padding=AMOUNT, dilation=DILATION),
        **some(draw, bias=FLAG, padding_mode=often("zeros", "reflect", "replicate", "circular", rarely=("symmetric",))),
    }
    if groups != 1 or draw(FLAG):
        arguments["groups"] = groups
    if draw(st.integers(0, 5)) == 0:
        arguments["padding"] = draw(words)
        if draw(FLAG):
            arguments.pop("stride", None)
    return arguments, image(draw, channels + draw(OFF), rank)


@cases(*ranks("ConvTranspose"))
def _deconv(draw: Draw, name: str) -> Any:
    rank, groups = rank_of(name), draw(GROUPS)
    channels = groups * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    arguments = {
        "in_channels": channels,
        "out_channels": groups * draw(often(1, 2, rarely=(0,))) + draw(OFF),
        "kernel_size": axes(draw, rank, KERNEL),
        **some_axes(draw, rank, stride=STEP, padding=AMOUNT, output_padding=AMOUNT, dilation=DILATION),
        **some(draw, bias=FLAG, padding_mode=often("zeros", rarely=("reflect",))),
    }
    if groups != 1 or draw(FLAG):
        arguments["groups"] = groups
    return arguments, image(draw, channels + draw(OFF), rank)


@cases(*ranks("MaxPool"))
def _max_pool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    arguments = {
        "kernel_size": axes(draw, rank, KERNEL),
        **some_axes(draw, rank, stride=STEP, padding=AMOUNT, dilation=DILATION),
        **some(draw, return_indices=FLAG, ceil_mode=FLAG),
    }
    return arguments, image(draw, draw(CHANNELS), rank)


@cases(*ranks("AvgPool"))
def _average_pool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    arguments = {
        "kernel_size": axes(draw, rank, KERNEL),
        **some_axes(draw, rank, stride=STEP, padding=AMOUNT),
        **some(draw, ceil_mode=FLAG, count_include_pad=FLAG),
        **(some(draw, divisor_override=often(None, 1, 3, rarely=(0, -2))) if rank > 1 else {}),
    }
    return arguments, image(draw, draw(CHANNELS), rank)


@cases(*ranks("LPPool"))
def _power_pool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    arguments = {
        "norm_type": draw(often(1, 2, 3.5, rarely=(0, -1.0))),
        "kernel_size": draw(KERNEL) if rank == 1 else axes(draw, rank, KERNEL),
        **some_axes(draw, rank, stride=STEP),
        **some(draw, ceil_mode=FLAG),
    }
    return arguments, image(draw, draw(CHANNELS), rank)


@cases(*ranks("AdaptiveAvgPool", "AdaptiveMaxPool"))
def _adaptive_pool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    size = axes(draw, rank, often(1, 2, 3, 7, None, rarely=(0, -1)))
    arguments = {"output_size": size, **(some(draw, return_indices=FLAG) if "Max" in name else {})}
    return arguments, image(draw, draw(CHANNELS), rank)


@cases("FractionalMaxPool2d", "FractionalMaxPool3d")
def _fractional_pool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    arguments = {"kernel_size": axes(draw, rank, often(1, 2, 3, rarely=(0, -1))), **some(draw, return_indices=FLAG)}
    kind = draw(often("output_size", "output_ratio", rarely=("both", "neither")))
    if kind in ("output_size", "both"):
        arguments["output_size"] = axes(draw, rank, often(1, 2, 3, 4, rarely=(0, -1)))
    if kind in ("output_ratio", "both"):
        arguments["output_ratio"] = axes(draw, rank, often(0.3, 0.5, 0.7, rarely=(0.0, 1.0, 1.2)))
    return arguments, image(draw, draw(CHANNELS), rank)


@cases(*ranks("MaxUnpool"))
def _max_unpool(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    arguments = {"kernel_size": axes(draw, rank, KERNEL), **some_axes(draw, rank, stride=STEP, padding=AMOUNT)}
    shape = image(draw, draw(CHANNELS), rank)
    if draw(FLAG):
        arguments["output_size"] = tuple(2 * size + draw(often(0, -1, 1, rarely=(2, -3))) for size in shape[1:])
    return arguments, shape


@cases(*ranks("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"))
def _pad(draw: Draw, name: str) -> Any:
    rank = rank_of(name)
    amount = often(0, 1, 2, 3, -1, rarely=(-2, -4, 6, 9))
    arguments = {"padding": axes(draw, 2 * rank, amount)}
    if name.startswith("Constant"):
        arguments["value"] = draw(REAL)
    return arguments, image(draw, draw(CHANNELS), rank)


DIM = often(0, 1, 2, -1, -2, rarely=(3, 4, -3, -5, 9))


@cases("Flatten")
def _flatten(draw: Draw, _: str) -> Any:
    return some(draw, start_dim=often(1, 1, 2, rarely=(0, 3, -1, -2, -3, 7)), end_dim=DIM), anything(draw)


@cases("Unflatten")
def _unflatten(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    parts = tuple(draw(st.lists(often(1, 2, 3, -1, rarely=(0, -2)), max_size=3)))
    dim = draw(DIM)
    if draw(FLAG) and -1 in parts:
        index = draw(st.integers(0, len(shape) - 1))
        whole = max(abs(_product(parts)), 1) * draw(often(1, 2, 3, rarely=(0,)))
        shape = (*shape[:index], whole, *shape[index + 1 :])
        dim = index + 1 if draw(FLAG) else index - len(shape)
    return {"dim": dim, "unflattened_size": parts}, shape


def _product(sizes: tuple[int, ...]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total


@cases("PixelShuffle", "PixelUnshuffle")
def _pixel_shuffle(draw: Draw, name: str) -> Any:
    factor = draw(often(1, 2, 3, rarely=(0, -1, -2)))
    if name == "PixelShuffle":
        return {"upscale_factor": factor}, image(draw, factor**2 * draw(often(1, 2, rarely=(0,))) + draw(OFF), 2)
    channels, *sizes = image(draw, draw(CHANNELS), 2)
    return {"downscale_factor": factor}, (channels, *[max(factor * size + draw(OFF), 0) for size in sizes])


@cases("ChannelShuffle")
def _channel_shuffle(draw: Draw, _: str) -> Any:
    groups = draw(GROUPS)
    return {"groups": groups}, image(draw, groups * draw(CHANNELS) + draw(OFF), draw(st.integers(0, 3)) or 1)


@cases("Unfold", "Fold")
def _patches(draw: Draw, name: str) -> Any:
    arguments = {
        "kernel_size": axes(draw, 2, often(1, 2, 3, rarely=(0, -1))),
        **some_axes(draw, 2, dilation=DILATION, padding=AMOUNT, stride=STEP),
    }
    if name == "Unfold":
        return arguments, image(draw, draw(CHANNELS), 2)
    sizes = tuple(draw(often(1, 2, 4, 5, 7, rarely=(0, -1))) for _ in range(2))
    arguments["output_size"] = sizes[0] if sizes[0] == sizes[1] and draw(FLAG) else sizes
    kernel = _pair(arguments["kernel_size"])
    columns = 1
    for axis, size in enumerate(sizes):
        dilation, padding, stride = (
            _pair(arguments.get(key, other))[axis] for key, other in (("dilation", 1), ("padding", 0), ("stride", 1))
        )
        columns *= max((size + 2 * padding - dilation * (kernel[axis] - 1) - 1) // (stride or 1) + 1, 0)
    channels = max(_product(kernel), 0) * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    shape = (max(channels, 0), max(columns + draw(OFF), 0))
    return arguments, shape[: draw(often(2, rarely=(1,)))]


def _pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


@cases("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardsigmoid", "Hardswish")
def _in_place(draw: Draw, _: str) -> Any:
    return some(draw, inplace=FLAG), anything(draw)


@cases("Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink", "Softsign", "Identity")
def _plain(draw: Draw, _: str) -> Any:
    return {}, anything(draw)


_SETTINGS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ELU": {"alpha": REAL, "inplace": FLAG},
    "CELU": {"alpha": REAL, "inplace": FLAG},
    "LeakyReLU": {"negative_slope": REAL, "inplace": FLAG},
    "Scale": {"factor": REAL, "offset": REAL},
    "RReLU": {"lower": REAL, "upper": REAL, "inplace": FLAG},
    "GELU": {"approximate": often("none", "tanh", rarely=("fast",))},
    "Hardtanh": {"min_val": REAL, "max_val": REAL, "inplace": FLAG},
    "Hardshrink": {"lambd": REAL},
    "Softshrink": {"lambd": REAL},
    "Softplus": {"beta": REAL, "threshold": REAL},
    "Softmax": {"dim": DIM},
    "LogSoftmax": {"dim": DIM},
    "Softmin": {"dim": DIM},
    "GLU": {"dim": DIM},
    **{
        name: {"p": CHANCE, "inplace": FLAG}
        for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")
    },
}


@cases(*_SETTINGS)
def _settings(draw: Draw, name: str) -> Any:
    return some(draw, **_SETTINGS[name]), anything(draw)


@cases("Threshold")
def _threshold(draw: Draw, _: str) -> Any:
    return {"threshold": draw(REAL), "value": draw(REAL), **some(draw, inplace=FLAG)}, anything(draw)


@cases("Softmax2d")
def _softmax_2d(draw: Draw, _: str) -> Any:
    return {}, image(draw, draw(CHANNELS), 2)


@cases("PReLU")
def _prelu(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    return some(draw, num_parameters=often(1, shape[0], rarely=(0, 2, -1)), init=REAL), shape


@cases(*ranks("BatchNorm"), "SyncBatchNorm")
def _batch_norm(draw: Draw, name: str) -> Any:
    channels = draw(often(1, 2, 3, rarely=(0, -1)))
    switches = some(
        draw, affine=FLAG, track_running_stats=FLAG, bias=FLAG, eps=REAL, momentum=often(0.1, None, rarely=(2.0,))
    )
    rank = draw(st.integers(0, 3)) if name == "SyncBatchNorm" else rank_of(name)
    shape = image(draw, channels + draw(OFF), rank or 1)
    return {"num_features": channels, **switches}, shape if rank else shape[:1]


@cases(*ranks("InstanceNorm"))
def _instance_norm(draw: Draw, name: str) -> Any:
    channels = draw(often(1, 2, 3, rarely=(0, -1)))
    switches = some(
        draw, affine=FLAG, track_running_stats=FLAG, bias=FLAG, eps=REAL, momentum=often(0.1, rarely=(2.0,))
    )
    return {"num_features": channels, **switches}, image(draw, channels + draw(OFF), rank_of(name))


@cases("GroupNorm")
def _group_norm(draw: Draw, _: str) -> Any:
    groups = draw(GROUPS)
    channels = groups * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    shape = image(draw, channels + draw(OFF), draw(often(1, 2, 3)))
    return (
        {"num_groups": groups, "num_channels": channels, **some(draw, eps=REAL, affine=FLAG, bias=FLAG)},
        shape[: draw(often(4, rarely=(1,)))],
    )


@cases("LayerNorm", "RMSNorm")
def _layer_norm(draw: Draw, name: str) -> Any:
    shape = anything(draw)
    ends = shape[draw(st.integers(0, len(shape))) :]
    wanted = tuple(size + draw(OFF) for size in ends)
    if len(wanted) == 1 and draw(FLAG):
        wanted = wanted[0]
    switches = some(draw, eps=REAL, elementwise_affine=FLAG, **({"bias": FLAG} if name == "LayerNorm" else {}))
    return {"normalized_shape": wanted, **switches}, shape


@cases("LocalResponseNorm", "CrossMapLRN2d")
def _response_norm(draw: Draw, name: str) -> Any:
    rank = 2 if name == "CrossMapLRN2d" else draw(st.integers(1, 3))
    arguments = {"size": draw(often(1, 2, 3, 5, rarely=(0, -1))), **some(draw, alpha=REAL, beta=REAL, k=REAL)}
    return arguments, image(draw, draw(CHANNELS), rank)


@cases("Linear")
def _linear(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    outputs = draw(often(1, 2, 5, rarely=(0, -1)))
    return {"in_features": shape[-1] + draw(OFF), "out_features": outputs, **some(draw, bias=FLAG)}, shape


@cases("Bilinear")
def _bilinear(draw: Draw, _: str) -> Any:
    first, second = anything(draw), draw(often(1, 2, 3, rarely=(0,)))
    other = (*[size + draw(OFF) if size else size for size in first[:-1]], second)
    arguments = {
        "in1_features": first[-1] + draw(OFF),
        "in2_features": second + draw(OFF),
        "out_features": draw(often(1, 2, 4, rarely=(0, -1))),
    }
    return {**arguments, **some(draw, bias=FLAG)}, first, other[draw(often(0, rarely=(1,))) :] or (1,)


@cases("Embedding", "EmbeddingBag")
def _embedding(draw: Draw, name: str) -> Any:
    rows = draw(often(1, 3, 5, rarely=(0, -1)))
    arguments = {"num_embeddings": rows, "embedding_dim": draw(often(1, 2, 4, rarely=(0, -1)))}
    arguments |= some(
        draw, padding_idx=often(None, 0, rarely=(-1, 2, 5, -6)), max_norm=often(None, 1.0), norm_type=often(2.0, 1.0),
        scale_grad_by_freq=FLAG, sparse=FLAG,
    )  # fmt: skip
    if name == "Embedding":
        return arguments, anything(draw)
    arguments |= some(draw, mode=often("sum", "mean", "max", rarely=("median",)), include_last_offset=FLAG)
    length = draw(often(1, 2, 5, rarely=(0,)))
    return arguments, (length,) if draw(often(True, rarely=(False,))) else (length, 2)


@cases("RNN", "LSTM", "GRU")
def _recurrent(draw: Draw, name: str) -> Any:
    features, hidden = draw(often(1, 2, 3, rarely=(0, -1))), draw(often(2, 3, 4, rarely=(1, 0, -1)))
    arguments = {"input_size": features, "hidden_size": hidden} | some(
        draw, num_layers=often(1, 2, 3, rarely=(0, -1)), bias=FLAG, batch_first=FLAG, dropout=CHANCE, bidirectional=FLAG
    )
    if name == "RNN":
        arguments |= some(draw, nonlinearity=often("tanh", "relu", rarely=("gelu",)))
    if name == "LSTM":
        arguments |= some(draw, proj_size=often(0, 1, rarely=(hidden, hidden + 1, -1)))
    length = draw(often(1, 2, 4, rarely=(0,)))
    return arguments, _sequence(draw, length, features + draw(OFF))


def _sequence(draw: Draw, length: int, features: int) -> tuple[int, ...]:
    return (length, max(features, 0), 2)[draw(often(0, rarely=(1,))) : draw(often(2, rarely=(3,)))]


@cases("RNNCell", "LSTMCell", "GRUCell")
def _cell(draw: Draw, name: str) -> Any:
    features = draw(often(1, 2, 3, rarely=(0, -1)))
    arguments = {"input_size": features, "hidden_size": draw(often(1, 2, 4, rarely=(0, -1)))} | some(draw, bias=FLAG)
    if name == "RNNCell":
        arguments |= some(draw, nonlinearity=often("tanh", "relu", rarely=("gelu",)))
    shape = (max(features + draw(OFF), 0),)
    return arguments, shape if draw(often(True, rarely=(False,))) else (2, *shape)


@cases("MultiheadAttention")
def _attention(draw: Draw, _: str) -> Any:
    heads = draw(often(1, 2, 3, rarely=(0, -1)))
    size = heads * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    arguments = {"embed_dim": size, "num_heads": heads} | some(
        draw, dropout=CHANCE, bias=FLAG, add_bias_kv=often(False, rarely=(True,)), add_zero_attn=FLAG, batch_first=FLAG
    )
    arguments |= some(draw, kdim=often(None, 3, size, rarely=(0,)), vdim=often(None, 5, size, rarely=(0,)))
    lengths = often(1, 2, 4, rarely=(0,))
    queries, keys = draw(lengths), draw(lengths)
    features = [size, arguments.get("kdim") or size, arguments.get("vdim") or size]
    inputs = [
        _sequence(draw, length, width + draw(OFF))
        for length, width in zip((queries, keys, max(keys + draw(OFF), 0)), features, strict=True)
    ]
    return arguments, *inputs[: draw(st.integers(1, 3))]


@cases("TransformerEncoderLayer", "TransformerDecoderLayer")
def _transformer(draw: Draw, name: str) -> Any:
    heads = draw(often(1, 2, 3, rarely=(0, -1)))
    size = heads * draw(often(1, 2, rarely=(0,))) + draw(OFF)
    arguments = {"d_model": size, "nhead": heads, "dim_feedforward": draw(often(1, 4, 7, rarely=(0, -1)))} | some(
        draw, dropout=CHANCE, activation=often("relu", "gelu", rarely=("tanh",)), layer_norm_eps=REAL,
        batch_first=FLAG, norm_first=FLAG, bias=FLAG,
    )  # fmt: skip
    lengths = often(1, 2, 4, rarely=(0,))
    inputs = [_sequence(draw, draw(lengths), size + draw(OFF)) for _ in range(2)]
    return arguments, *inputs[: 1 if name == "TransformerEncoderLayer" else 2]


@cases("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d")
def _upsample(draw: Draw, name: str) -> Any:
    rank = draw(st.integers(1, 3)) if name == "Upsample" else 2
    kind = draw(often("size", "scale_factor", rarely=("both", "neither")))
    arguments: dict[str, Any] = {}
    if kind in ("size", "both"):
        arguments["size"] = axes(draw, rank, often(1, 2, 5, 8, rarely=(0, -1)))
    if kind in ("scale_factor", "both"):
        arguments["scale_factor"] = axes(draw, rank, often(1, 2, 0.5, 1.7, 3.0, rarely=(0.1, 0, -1)))
    if name == "Upsample":
        fitting = {1: ("linear",), 2: ("bilinear", "bicubic"), 3: ("trilinear",)}[rank]
        modes = often("nearest", "nearest-exact", "area", *fitting, *fitting, rarely=("linear", "bicubic", "lanczos"))
        arguments |= some(draw, mode=modes, align_corners=FLAG, recompute_scale_factor=FLAG)
        copying = arguments.get("mode", "nearest") in ("nearest", "nearest-exact", "area")
        if copying and draw(often(True, rarely=(False,))):
            arguments.pop("align_corners", None)
    return arguments, image(draw, draw(CHANNELS), rank)


@cases("Add", "Multiply")
def _elementwise(draw: Draw, _name: str) -> Any:
    shape = anything(draw)
    inputs = [shape]
    for _ in range(draw(often(1, 2))):
        other = tuple(draw(often(size, rarely=(1, size + 1))) for size in shape)
        inputs.append(other[draw(often(0, rarely=(1,))) :] or (1,))
    return {}, *inputs


@cases("Concat")
def _concat(draw: Draw, _name: str) -> Any:
    shape, dim = anything(draw), draw(often(1, -1, 2, rarely=(0, 3, -2, 9)))
    inputs = [shape]
    for _ in range(draw(often(1, 2))):
        place = dim - 1 if dim > 0 else dim
        other = [draw(often(size, rarely=(1, size + 1))) for size in shape]
        if -len(shape) <= place < len(shape):
            other[place] = draw(often(1, 2, 3, rarely=(0,)))
        inputs.append(tuple(other)[draw(often(0, rarely=(1,))) :] or (1,))
    return {"dim": dim} if dim != 1 or draw(FLAG) else {}, *inputs


@cases("Power")
def _power(draw: Draw, _: str) -> Any:
    return {"exponent": draw(often(2.0, 0.5, -1.0, 3, rarely=(0, 1)))}, anything(draw)


@cases("Squash", "CapsuleLength")
def _vectors(draw: Draw, _: str) -> Any:
    return {}, anything(draw)


@cases("CapsuleMask")
def _capsule_mask(draw: Draw, _: str) -> Any:
    return {}, image(draw, draw(CHANNELS), 1)


@cases("Capsules")
def _capsules(draw: Draw, _: str) -> Any:
    capsules, vector = draw(CHANNELS), draw(CHANNELS)
    counts = often(1, 2, 3, rarely=(0, -1))
    arguments = {"in_capsules": capsules, "in_dim": vector, "out_capsules": draw(counts), "out_dim": draw(counts)}
    shape = (max(vector + draw(OFF), 0), max(capsules + draw(OFF), 0))
    return {**arguments, **some(draw, num_iterations=counts)}, shape[: draw(often(2, rarely=(1,)))]


@cases("Crop", "Interpolate")
def _sized(draw: Draw, name: str) -> Any:
    rank = draw(st.integers(2, 3))
    shape, second = image(draw, draw(CHANNELS), rank), image(draw, draw(CHANNELS), rank)
    both = draw(often(True, False))
    arguments: dict[str, Any] = {}
    if draw(often(not both, rarely=(both,))):
        arguments["size"] = second[1:] if both and draw(FLAG) else axes(draw, rank, often(1, 2, 5, rarely=(0, -1)))
    if name == "Crop":
        if draw(often(True, rarely=(False,))):
            second = (second[0], *(min(size, there) for size, there in zip(second[1:], shape[1:], strict=False)))
        arguments |= some(draw, offset=often(None, 0, 0, 1, rarely=(-1, 3)))
    else:
        arguments |= some(draw, mode=often("nearest", "nearest-exact", "area", "bilinear", "bicubic", "trilinear"))
        if arguments.get("mode", "nearest") not in ("nearest", "nearest-exact", "area"):
            arguments |= some(draw, align_corners=FLAG)
    return arguments, shape, *([second] if both else [])


@cases("Permute")
def _permute(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    dims = len(shape) + 1
    order = [0, *draw(st.permutations(range(1, dims)))]
    order = [number - draw(often(0, rarely=(dims,))) for number in order]
    if draw(often(False, rarely=(True,))):
        order[draw(st.integers(0, dims - 1))] = draw(DIM)
    return {"order": tuple(order[draw(often(0, rarely=(1,))) :])}, shape


@cases("Transpose")
def _transpose(draw: Draw, _: str) -> Any:
    return {"dim0": draw(DIM), "dim1": draw(DIM)}, anything(draw)


@cases("Reshape", "View")
def _reshape(draw: Draw, _: str) -> Any:
    parts = tuple(draw(st.lists(often(1, 2, 3, 4, 6, rarely=(0,)), min_size=1, max_size=4)))
    shape = anything(draw)
    if draw(often(True, True, False)):  # the same sizes, in another order, or some of them multiplied
        shape = tuple(draw(st.permutations(parts)))
        cut = draw(st.integers(0, len(shape)))
        shape = shape if cut in (0, len(shape)) else (_product(shape[:cut]), *shape[cut:])
    sizes = list(parts)
    for _turn in range(draw(often(0, 1, 1, rarely=(2,)))):
        sizes[draw(st.integers(0, len(sizes) - 1))] = draw(often(-1, rarely=(-2,)))
    return {"sizes": tuple(sizes)}, shape


@cases("Squeeze")
def _squeeze(draw: Draw, _: str) -> Any:
    shape = tuple(draw(often(1, 1, 2, 3, rarely=(0,))) for _ in range(draw(st.integers(1, 4))))
    return some(draw, dim=st.one_of(DIM, st.tuples(DIM, DIM))), shape


@cases("Unsqueeze", "Select")
def _one_dimension(draw: Draw, name: str) -> Any:
    index = {"index": draw(often(0, 0, 1, -1, rarely=(2, -2, 5, -6)))} if name == "Select" else {}
    return {"dim": draw(DIM), **index}, anything(draw)


@cases("Expand")
def _expand(draw: Draw, _: str) -> Any:
    shape = tuple(draw(often(1, 1, 2, 3, rarely=(0,))) for _ in range(draw(st.integers(1, 4))))
    sizes = [draw(often(size, -1, rarely=(0, -2))) if size != 1 else draw(often(1, 2, 5, -1)) for size in shape]
    sizes = [size + draw(often(0, rarely=(1,))) if size > 0 else size for size in sizes]
    return {"sizes": tuple(sizes[draw(often(0, rarely=(1,))) :]) or (1,)}, shape


@cases("Slice")
def _slice(draw: Draw, _: str) -> Any:
    position = often(None, 0, 1, 2, -1, -2, 4, rarely=(9, -9))
    return {"dim": draw(DIM), **some(draw, start=position, end=position, step=STEP)}, anything(draw)


@cases("Chunk", "Split")
def _pieces(draw: Draw, name: str) -> Any:
    shape, dim = anything(draw), draw(DIM)
    index = draw(often(0, 0, 1, 2, rarely=(-1, 3)))
    if name == "Chunk":
        return {"chunks": draw(often(1, 2, 3, 4, rarely=(0, -1))), "dim": dim, "index": index}, shape
    lengths: Any = draw(often(1, 2, 3, rarely=(0, -1)))
    if draw(FLAG):
        lengths = tuple(draw(st.lists(often(1, 2, rarely=(0, -1)), min_size=1, max_size=3)))
        if 0 < dim <= len(shape) and sum(lengths) >= 0:
            shape = (*shape[: dim - 1], sum(lengths) + draw(often(0, 0, rarely=(1,))), *shape[dim:])
    return {"split_size_or_sections": lengths, "dim": dim, "index": index}, shape


@cases("Stack")
def _stack(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    inputs = [tuple(draw(often(size, rarely=(1, size + 1))) for size in shape) for _ in range(draw(st.integers(1, 3)))]
    inputs = [other[draw(often(0, rarely=(1,))) :] or (1,) for other in inputs]
    return some(draw, dim=DIM), shape, *inputs


@cases("Mean", "Sum", "Max")
def _reduction(draw: Draw, _: str) -> Any:
    return {"dim": draw(st.one_of(DIM, st.tuples(DIM, DIM))), **some(draw, keepdim=FLAG)}, anything(draw)


@cases("MatMul")
def _matmul(draw: Draw, _: str) -> Any:
    shape = anything(draw)
    first = shape if len(shape) > 1 or draw(often(False, rarely=(True,))) else (*shape, 3)
    second = [draw(often(size, rarely=(1, size + 1))) for size in first]
    if len(second) > 1:
        second[-2:] = [max(first[-1] + draw(OFF), 0), draw(often(1, 2, 3, rarely=(0,)))]
    return {}, first, tuple(second)[draw(often(0, rarely=(1,))) :] or (1,)


@cases("Parameter")
def _parameter(draw: Draw, _: str) -> Any:
    sizes = tuple(draw(often(1, 2, 5, rarely=(0, -1))) for _ in range(draw(st.integers(1, 4))))
    return ({"sizes": sizes, **some(draw, batch_dim=FLAG, init=REAL)},)


@cases("LayerNorm2d")
def _channel_norm(draw: Draw, _: str) -> Any:
    channels = draw(CHANNELS)
    switches = some(draw, eps=REAL, elementwise_affine=FLAG, bias=FLAG)
    return {"normalized_shape": channels + draw(OFF), **switches}, image(draw, channels, 2)


@cases("FrozenBatchNorm2d")
def _frozen_norm(draw: Draw, _: str) -> Any:
    channels = draw(CHANNELS)
    return {"num_features": channels + draw(OFF), **some(draw, eps=REAL)}, image(draw, channels, 2)


@cases("DeformConv2d")
def _deformable(draw: Draw, _: str) -> Any:
    groups, offset_groups = draw(GROUPS), draw(often(1, 1, 2, 3, rarely=(0,)))
    channels = groups * draw(often(1, 2, 6, rarely=(0,))) + draw(OFF)
    arguments = {
        "in_channels": channels,
        "out_channels": groups * draw(often(1, 2, rarely=(0,))) + draw(OFF),
        "kernel_size": axes(draw, 2, KERNEL),
        **some_axes(draw, 2, stride=STEP, padding=AMOUNT, dilation=DILATION),
        **some(draw, bias=FLAG),
    }
    if groups != 1 or draw(FLAG):
        arguments["groups"] = groups
    shape = image(draw, channels + draw(OFF), 2)
    taps = max(_product(_pair(arguments["kernel_size"])), 0)
    sizes = [size + draw(OFF) for size in _windows(arguments, shape[1:])]
    inputs = [2 * taps * offset_groups + draw(OFF), *sizes], [taps * offset_groups + draw(OFF), *sizes]
    maps = [tuple([max(size, 0) for size in sizes]) for sizes in inputs[: draw(often(1, 2, rarely=(0,)))]]
    return arguments, shape, *maps


def _windows(arguments: dict[str, Any], sizes: tuple[int, ...]) -> list[int]:
    """How many windows there are along each axis, or so."""
    names = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}
    values = [_pair(arguments.get(name, default)) for name, default in names.items()]
    return [
        (size + 2 * padding - dilation * (kernel - 1) - 1) // (stride or 1) + 1
        for size, kernel, stride, padding, dilation in zip(sizes, *values, strict=False)
    ]


@cases("StochasticDepth", "DropPath")
def _drop(draw: Draw, name: str) -> Any:
    if name == "DropPath":
        return some(draw, drop_prob=CHANCE, scale_by_keep=FLAG), anything(draw)
    return {"p": draw(CHANCE), "mode": draw(often("row", "batch", rarely=("column",)))}, anything(draw)
