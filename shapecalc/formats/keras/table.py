"""Keras's layers by name: the reading of each, its arguments and their defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.keras.flow import KerasLayer, TorchLayer
from shapecalc.formats.keras.layers import (
    read_activation,
    read_alpha_dropout,
    read_avg_pool,
    read_batch_norm,
    read_conv,
    read_cropping,
    read_dense,
    read_depthwise_conv,
    read_dropout,
    read_elu,
    read_flatten,
    read_global_avg_pool,
    read_global_max_pool,
    read_identity,
    read_layer_norm,
    read_leaky_relu,
    read_max_pool,
    read_relu,
    read_separable_conv,
    read_softmax,
    read_transposed,
    read_upsampling,
    read_zero_padding,
)
from shapecalc.formats.keras.sequences import (
    read_bidirectional,
    read_embedding,
    read_group_norm,
    read_permute,
    read_prelu,
    read_recurrent,
    read_repeat,
    read_reshape,
    read_time_distributed,
)
from shapecalc.formats.keras.vocabulary import IGNORED
from shapecalc.formats.text.vocabulary import fold
from shapecalc.layers.core.arguments import REQUIRED, bind_arguments

Translation = Callable[[KerasLayer], Iterator[TorchLayer]]
_KERNEL = {"filters": REQUIRED, "kernel_size": REQUIRED, "strides": 1, "padding": "valid"}
_END = {"activation": None, "use_bias": True}
_NORM = {"center": True, "scale": True}
_DATA = {"data_format": None}
_POOLING = {"strides": None, "padding": "valid", **_DATA}
_GLOBAL = {**_DATA, "keepdims": False}

_CELL = {"units": REQUIRED, "activation": "tanh"}
_LOOP = {
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "return_sequences": False,
    "return_state": False,
    "go_backwards": False,
    "stateful": False,
    "unroll": False,
}

#: For each layer of several ranks its reading, and its arguments in their order with their defaults.
_RANKED: dict[str, tuple[Translation, dict[str, Any]]] = {
    "conv{}d": (read_conv, {**_KERNEL, **_DATA, "dilation_rate": 1, "groups": 1, **_END}),
    "conv{}dtranspose": (read_transposed, {**_KERNEL, "output_padding": None, **_DATA, "dilation_rate": 1, **_END}),
    "separableconv{}d": (read_separable_conv, {**_KERNEL, **_DATA, "dilation_rate": 1, "depth_multiplier": 1, **_END}),
    "depthwiseconv{}d": (
        read_depthwise_conv,
        {
            "kernel_size": REQUIRED,
            "strides": 1,
            "padding": "valid",
            "depth_multiplier": 1,
            **_DATA,
            "dilation_rate": 1,
            **_END,
        },
    ),
    "maxpooling{}d": (read_max_pool, {"pool_size": 2, **_POOLING}),
    "averagepooling{}d": (read_avg_pool, {"pool_size": REQUIRED, **_POOLING}),
    "globalaveragepooling{}d": (read_global_avg_pool, _GLOBAL),
    "globalmaxpooling{}d": (read_global_max_pool, _GLOBAL),
    "spatialdropout{}d": (read_dropout, {"rate": REQUIRED, **_DATA}),
    "zeropadding{}d": (read_zero_padding, {"padding": 1, **_DATA}),
    "cropping{}d": (read_cropping, {"cropping": 0, **_DATA}),
    "upsampling{}d": (read_upsampling, {"size": 2, **_DATA, "interpolation": "nearest"}),
}
_FLAT: dict[str, tuple[Translation, dict[str, Any]]] = {
    "dense": (read_dense, {"units": REQUIRED, **_END}),
    "flatten": (read_flatten, _DATA),
    "dropout": (read_dropout, {"rate": REQUIRED}),
    "batchnormalization": (read_batch_norm, {"axis": -1, "momentum": 0.99, "epsilon": 0.001, **_NORM}),
    "layernormalization": (read_layer_norm, {"axis": -1, "epsilon": 0.001, **_NORM}),
    "activation": (read_activation, {"activation": REQUIRED}),
    "relu": (read_relu, {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    "leakyrelu": (read_leaky_relu, {"negative_slope": 0.3}),
    "elu": (read_elu, {"alpha": 1.0}),
    "identity": (read_identity, {}),
    "softmax": (read_softmax, {"axis": -1}),
    "alphadropout": (read_alpha_dropout, {"rate": REQUIRED}),
    "lstm": (
        read_recurrent,
        {**_CELL, "recurrent_activation": "sigmoid", "use_bias": True, "unit_forget_bias": True, **_LOOP},
    ),
    "gru": (
        read_recurrent,
        {**_CELL, "recurrent_activation": "sigmoid", "use_bias": True, **_LOOP, "reset_after": True},
    ),
    "simplernn": (read_recurrent, {**_CELL, "use_bias": True, **_LOOP}),
    "bidirectional": (read_bidirectional, {"layer": REQUIRED, "merge_mode": "concat"}),
    "timedistributed": (read_time_distributed, {"layer": REQUIRED}),
    "embedding": (
        read_embedding,
        {"input_dim": REQUIRED, "output_dim": REQUIRED, "mask_zero": False, "input_length": None},
    ),
    "repeatvector": (read_repeat, {"n": REQUIRED}),
    "reshape": (read_reshape, {"target_shape": REQUIRED}),
    "permute": (read_permute, {"dims": REQUIRED}),
    "groupnormalization": (read_group_norm, {"groups": 32, "axis": -1, "epsilon": 0.001, **_NORM}),
    "prelu": (read_prelu, {"shared_axes": None}),
}
BESIDES = MappingProxyType(dict.fromkeys(("name", "dtype", "trainable", "seed", "noise_shape", "input_shape")))
#: What single layers take besides, and under which names of before.
_BESIDES = MappingProxyType({"dense": {"input_dim": None}})
_FORMER = MappingProxyType({"leakyrelu": {"alpha": "negative_slope"}})


def _table() -> Mapping[str, tuple[Translation, int, Mapping[str, Any]]]:
    table = {name: (reading, 0, takes) for name, (reading, takes) in _FLAT.items()}
    for pattern, (reading, takes) in _RANKED.items():
        for rank in (1, 2, 3):
            entry = (reading, rank, takes)
            for name in _spellings(pattern):
                table[name.format(rank)] = entry
    return table


def _spellings(pattern: str) -> tuple[str, ...]:
    """A name with its other spellings."""
    shorter = pattern.replace("average", "avg").replace("pooling", "pool")
    return pattern, shorter, pattern.replace("conv{}", "convolution{}")


#: For each name of :data:`shapecalc.formats.keras.vocabulary.LAYERS` its reading, its rank and its arguments.
TABLE = _table()


def bind(name: str, takes: Mapping[str, Any], args: list[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a Keras layer by name, with its defaults.

    Raises:
        SpecError: an argument is unknown, given twice or missing.
    """
    former, besides = _FORMER.get(fold(name), {}), {**BESIDES, **_BESIDES.get(fold(name), {})}
    known = {former.get(key, key): value for key, value in kwargs.items() if not key.endswith(IGNORED)}
    unknown = next((key for key in known if key not in takes and key not in besides), None)
    if unknown is not None:
        raise SpecError(f"Keras's {name} has no argument {unknown}{did_you_mean(unknown, takes)}.")
    values = bind_arguments(name, {**takes, **besides}, tuple(args[: len(takes) + 1]), known)
    if len(args) > len(takes):
        raise SpecError(f"Keras's {name} takes {len(takes)} arguments by position but {len(args)} were given.")
    missing = next((key for key, default in takes.items() if default is REQUIRED and key not in values), None)
    if missing is not None:
        raise SpecError(f"Keras's {name} needs {missing}.")
    return {**takes, **values}
