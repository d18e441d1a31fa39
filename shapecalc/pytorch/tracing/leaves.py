"""Modules that are layers: those of torch.nn, of this package, and a few of torchvision and timm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, layer_classes
from shapecalc.pytorch.modules.registry import FACTORIES

#: Modules of other packages that are layers here, by their full names.
_ELSEWHERE: Mapping[str, str] = {
    "torchvision.ops.stochastic_depth.StochasticDepth": "StochasticDepth",
    "torchvision.ops.misc.FrozenBatchNorm2d": "FrozenBatchNorm2d",
    "torchvision.models.convnext.LayerNorm2d": "LayerNorm2d",
    "timm.layers.drop.DropPath": "DropPath",
    "shapecalc.pytorch.modules.torchvision.ChannelNorm": "LayerNorm2d",
    "torch.nn.modules.linear.NonDynamicallyQuantizableLinear": "Linear",
}
#: Arguments of a layer that its module has under another name, or in another form.
_ARGUMENTS: Mapping[str, Callable[[Any], Any]] = {
    "bias": lambda module: _bias(module) is not None and _bias(module) is not False,
    "add_bias_kv": lambda module: module.bias_k is not None,
    "d_model": lambda module: module.self_attn.embed_dim,
    "nhead": lambda module: module.self_attn.num_heads,
    "dim_feedforward": lambda module: module.linear1.out_features,
    "layer_norm_eps": lambda module: module.norm1.eps,
    "batch_first": lambda module: (module.self_attn if hasattr(module, "self_attn") else module).batch_first,
    "activation": lambda module: module.activation.__name__,
    "dropout": lambda module: module.dropout.p if isinstance(module.dropout, nn.Dropout) else module.dropout,
    "kdim": lambda module: None if module.kdim == module.vdim == module.embed_dim else module.kdim,
    "vdim": lambda module: None if module.kdim == module.vdim == module.embed_dim else module.vdim,
    "output_ratio": lambda module: _number(module.output_ratio),
    "num_features": lambda module: module.num_features if hasattr(module, "num_features") else len(module.weight),
}


def is_leaf(module: nn.Module) -> bool:
    """Whether a module is a layer, so that what happens inside of it is known."""
    return _class_of(module) is not None


def _class_of(module: nn.Module) -> type[Layer] | None:
    """The layer class of a module; None where it has none."""
    layer = getattr(module, "layer", None)
    if isinstance(layer, Layer) and type(layer) in FACTORIES:
        return type(layer)
    cls = type(module)
    name = _ELSEWHERE.get(f"{cls.__module__}.{cls.__qualname__}")
    if name is None and getattr(nn, cls.__name__, None) is cls:
        name = cls.__name__
    return layer_classes().get(name or "")


def layer_of_module(module: nn.Module) -> Layer:
    """The layer that a module is.

    Raises:
        ShapecalcError: it is none.
    """
    cls, layer = _class_of(module), getattr(module, "layer", None)
    if cls is None:
        raise ShapecalcError(f"{type(module).__name__} is no layer.")
    if isinstance(layer, Layer):
        return layer
    return layer_of_arguments(cls, {name: _argument(module, name) for name in cls.fields if _knows(module, name)})


def layer_of_arguments(cls: type[Layer], arguments: Mapping[str, Any]) -> Layer:
    """A layer of these arguments, without a stride that is the default of a pool."""
    layer = cls(**arguments)
    field = cls.fields.get("stride")
    if field is not None and field.default is None and layer.values["stride"] == layer.values["kernel_size"]:
        return layer.replace(stride=None)
    return layer


def _knows(module: nn.Module, name: str) -> bool:
    """Whether a module has a value for an argument; a norm without weights has none for its bias."""
    affine = getattr(module, "affine", True) and getattr(module, "elementwise_affine", True)
    if name == "bias":
        return bool(affine)
    return name in _ARGUMENTS or hasattr(module, name)


def _argument(module: nn.Module, name: str) -> Any:
    value = _ARGUMENTS[name](module) if name in _ARGUMENTS else getattr(module, name)
    return tuple(value) if isinstance(value, list | torch.Size) else value


def _bias(module: Any) -> Any:
    """The bias of a module, wherever it has it: a tensor, True, or nothing."""
    if isinstance(module, nn.MultiheadAttention):
        return module.in_proj_bias
    if isinstance(module, nn.TransformerEncoderLayer | nn.TransformerDecoderLayer):
        return module.linear1.bias
    return getattr(module, "bias", None)


def _number(values: Any) -> Any:
    """One number for all axes where they agree."""
    same = isinstance(values, tuple) and len({*values}) == 1
    return values[0] if same else values
