"""Functions of each entry, or along one dimension, as layers of the engine."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from shapecalc.formats.source.torch.arguments import make, unknown_in
from shapecalc.formats.source.values import Tensor, Value
from shapecalc.layers import Layer, layer_classes

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


def functional_layer(
    name: str, value: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value], node: ast.AST
) -> Layer | None:
    """The layer that a function is, to which the batch is one more dimension; None where the engine has none."""
    name = name.removesuffix("_")
    if unknown_in(*args, *kwargs.values()) is not None:
        return None
    if name in _LAYERS:
        fields = [*layer_classes()[_LAYERS[name]].fields]
        arguments = {**dict(zip(fields, args, strict=False)), **kwargs}
        return make(_LAYERS[name], {key: each for key, each in arguments.items() if key in fields}, node)
    if name in _DROPOUTS:
        return make(_DROPOUTS[name], (args[0] if args else kwargs.get("p", 0.5),), node)
    dim = args[0] if args else kwargs.get("dim")
    if name in _ALONG and isinstance(dim, int):
        return make(_ALONG[name], (dim + 1 if dim >= 0 else dim,), node)
    return None
