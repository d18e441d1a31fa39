"""One small legal net for every layer class."""

from __future__ import annotations

from typing import Any

from shapecalc import Builder, Net
from shapecalc.layers import REGISTRY, Layer

_LINE, _IMAGE, _VOLUME = (4, 8), (4, 8, 8), (4, 8, 8, 8)
_SEQUENCE = (5, 4)


def _by_rank(family: str, *arguments: object, **named: object) -> dict[str, tuple[Layer, tuple[tuple[int, ...], ...]]]:
    shapes = {1: _LINE, 2: _IMAGE, 3: _VOLUME}
    return {
        f"{family}{rank}d": (REGISTRY[f"{family}{rank}d"](*arguments, **named), (shape,))
        for rank, shape in shapes.items()
        if f"{family}{rank}d" in REGISTRY
    }


def _one(
    name: str, *arguments: object, shape: tuple[int, ...] = _IMAGE, more: tuple[tuple[int, ...], ...] = (), **named
):
    return {name: (REGISTRY[name](*arguments, **named), (shape, *more))}


#: For each layer class an instance and its input shapes.
SAMPLES: dict[str, tuple[Layer, tuple[tuple[int, ...], ...]]] = {
    **_by_rank("Conv", 4, 6, 3, stride=2, padding=1, groups=2),
    **_by_rank("ConvTranspose", 4, 6, 3, stride=2, output_padding=1, groups=2),
    **_by_rank("MaxPool", 3, return_indices=True),
    **_by_rank("AvgPool", 3, ceil_mode=True),
    **_by_rank("LPPool", 2, 3),
    **_by_rank("AdaptiveAvgPool", 3),
    **_by_rank("AdaptiveMaxPool", 3, return_indices=True),
    **_by_rank("FractionalMaxPool", 2, output_ratio=0.5),
    **_by_rank("MaxUnpool", 2),
    **_by_rank("ZeroPad", 1),
    **_by_rank("ConstantPad", 1, 3.5),
    **_by_rank("ReflectionPad", 1),
    **_by_rank("ReplicationPad", 1),
    **_by_rank("CircularPad", 1),
    **_by_rank("BatchNorm", 4),
    **_by_rank("InstanceNorm", 4, affine=True, track_running_stats=True),
    **{name: (REGISTRY[name](), (_IMAGE,)) for name in (
        "Flatten", "ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardsigmoid", "Hardswish", "ELU", "CELU", "LeakyReLU",
        "PReLU", "RReLU", "GELU", "Hardtanh", "Hardshrink", "Softshrink", "Softplus", "Sigmoid", "LogSigmoid", "Tanh",
        "Tanhshrink", "Softsign", "Softmax2d", "GLU", "Identity", "Dropout", "Dropout2d", "Dropout3d", "AlphaDropout",
        "FeatureAlphaDropout",
    )},
    **{name: (REGISTRY[name](dim=1), (_IMAGE,)) for name in ("Softmax", "LogSoftmax", "Softmin")},
    **_one("Dropout1d", shape=_LINE),
    **_one("Threshold", 0.5, 1),
    **_one("Unflatten", 1, (2, 2)),
    **_one("PixelShuffle", 2),
    **_one("PixelUnshuffle", 2),
    **_one("ChannelShuffle", 2),
    **_one("Unfold", 3),
    **_one("Fold", 6, 2, stride=2, shape=(8, 9)),
    **_one("Linear", 8, 3),
    **_one("Bilinear", 4, 3, 5, shape=(4,), more=((3,),)),
    **_one("Embedding", 7, 3, shape=(5,)),
    **_one("EmbeddingBag", 7, 3, shape=(5,)),
    **_one("SyncBatchNorm", 4),
    **_one("GroupNorm", 2, 4),
    **_one("LayerNorm", (8, 8)),
    **_one("RMSNorm", 8),
    **_one("LocalResponseNorm", 2),
    **_one("CrossMapLRN2d", 2),
    **_one("MultiheadAttention", 4, 2, shape=_SEQUENCE, more=((3, 4),)),
    **_one("TransformerEncoderLayer", 4, 2, shape=_SEQUENCE),
    **_one("TransformerDecoderLayer", 4, 2, shape=_SEQUENCE, more=((3, 4),)),
    **_one("RNN", 4, 3, bidirectional=True, shape=_SEQUENCE),
    **_one("LSTM", 4, 3, num_layers=2, proj_size=2, shape=_SEQUENCE),
    **_one("GRU", 4, 3, batch_first=True, shape=_SEQUENCE),
    **{name: (REGISTRY[name](4, 3), ((4,),)) for name in ("RNNCell", "LSTMCell", "GRUCell")},
    **_one("Add", more=((1, 8, 8),)),
    **_one("Multiply", more=((4, 1, 1),)),
    **_one("Concat", more=((2, 8, 8),)),
    **_one("DeformConv2d", 4, 6, 3, 2, 1, groups=2, more=((36, 4, 4), (18, 4, 4))),
    **_one("LayerNorm2d", 4),
    **_one("FrozenBatchNorm2d", 4),
    **_one("Mean", (2, 3)),
    **_one("Sum", -1, keepdim=True),
    **_one("Max", 1),
    **_one("MatMul", more=((1, 8, 5),)),
    "Parameter": (REGISTRY["Parameter"](1, 8, batch_dim=True), ()),
    **_one("StochasticDepth", 0.5, "row"),
    **_one("DropPath", 0.5),
    **_one("Stack", more=(_IMAGE,)),
    **_one("Permute", 0, 2, 3, 1),
    **_one("Transpose", 1, -1),
    **_one("Reshape", 2, -1, 8),
    **_one("View", 32, 8),
    **_one("Squeeze", 2, shape=(4, 1, 8)),
    **_one("Unsqueeze", 2),
    **_one("Expand", 4, 8, -1, shape=(4, 1, 8)),
    **_one("Select", 2, -1),
    **_one("Slice", 2, 1, -1, 2),
    **_one("Chunk", 3, 2, 1),
    **_one("Split", (1, 3), 1, 1),
    **_one("Upsample", scale_factor=1.5, mode="bilinear"),
    **_one("UpsamplingNearest2d", size=5),
    **_one("UpsamplingBilinear2d", scale_factor=2),
    **_one("Crop", offset=1, more=((2, 5, 6),)),
    **_one("Interpolate", mode="bilinear", more=((2, 5, 11),)),
    **_one("Scale", 0.5, 2),
    **_one("Power", 2),
    **_one("Squash"),
    **_one("Capsules", out_capsules=3, out_dim=5, shape=_LINE),
    **_one("CapsuleLength"),
    **_one("CapsuleMask", shape=_LINE),
}  # fmt: skip


def sample(name: str) -> Net:
    """A net whose last layer is of the class; a max unpooling has its pooling before it."""
    layer, shapes = SAMPLES[name]
    inputs: dict[str, Any] = {f"input{number}": shape for number, shape in enumerate(shapes)}
    builder = Builder(**inputs or {"input": _LINE})
    if name.startswith("MaxUnpool"):
        builder.add(REGISTRY[name.replace("Unpool", "Pool")](2))
        builder.add(layer)
    else:
        builder.add(layer, inputs=[*inputs])
    return builder.build()
