"""Functions of each entry, or along one dimension, as layers of the engine."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc.formats.source.torch.arguments import layer_if_legal, unknown_in
from shapecalc.formats.source.values import Value
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.arithmetic import NAMED_OPERATORS

#: The layer that a function is, by its name; its arguments are the layer's own.
_LAYERS = {
    "relu": "ReLU", "relu6": "ReLU6", "elu": "ELU", "selu": "SELU", "celu": "CELU", "gelu": "GELU", "silu": "SiLU",
    "mish": "Mish", "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "softsign": "Softsign",
    "leaky_relu": "LeakyReLU", "rrelu": "RReLU", "hardtanh": "Hardtanh", "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid", "logsigmoid": "LogSigmoid", "tanhshrink": "Tanhshrink", "hardshrink": "Hardshrink",
    "softshrink": "Softshrink", "threshold": "Threshold", "local_response_norm": "LocalResponseNorm",
}  # fmt: skip
#: Likewise of those that drop entries, whose second argument says whether they do so now.
_DROPOUTS = {
    "dropout": "Dropout", "dropout1d": "Dropout1d", "dropout2d": "Dropout2d", "dropout3d": "Dropout3d",
    "alpha_dropout": "AlphaDropout", "feature_alpha_dropout": "FeatureAlphaDropout",
}  # fmt: skip
#: Likewise of those along a dimension, which stands first among their arguments.
_ALONG = {"softmax": "Softmax", "log_softmax": "LogSoftmax", "softmin": "Softmin"}


def functional_layer(name: str, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Layer | None:
    """The layer that a function is, to which the batch is one more dimension; None where the engine has none."""
    name = name.removesuffix("_")
    if unknown_in(*args, *kwargs.values()) is not None:
        return None
    if name in _LAYERS:
        fields = [*layer_classes()[_LAYERS[name]].fields]
        arguments = {**dict(zip(fields, args, strict=False)), **kwargs}
        return layer_if_legal(_LAYERS[name], **{key: each for key, each in arguments.items() if key in fields})
    if name in _DROPOUTS:
        return layer_if_legal(_DROPOUTS[name], args[0] if args else kwargs.get("p", 0.5))
    dim = args[0] if args else kwargs.get("dim")
    if name in _ALONG and isinstance(dim, int):
        return layer_if_legal(_ALONG[name], dim + 1 if dim >= 0 else dim)
    if name in NAMED_OPERATORS:
        return NAMED_OPERATORS[name]
    exponent = args[0] if args else kwargs.get("exponent")
    return layer_if_legal("Power", exponent) if name == "pow" and is_number(exponent) else None


def is_number(value: Value) -> bool:
    """Whether a value is a number that a layer can have."""
    return isinstance(value, int | float) and not isinstance(value, bool)
