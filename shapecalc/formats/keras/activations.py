"""Keras's activations by name, as torch's layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecalc.algebra import Name
from shapecalc.errors import SpecError, did_you_mean

#: Each name with torch's layer and its arguments; None computes nothing.
_ACTIVATIONS: dict[str, tuple[str, dict[str, Any]] | None] = {
    "linear": None,
    "relu": ("ReLU", {}),
    "relu6": ("ReLU6", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "softmax": ("Softmax", {"dim": 1}),
    "log_softmax": ("LogSoftmax", {"dim": 1}),
    "elu": ("ELU", {}),
    "celu": ("CELU", {}),
    "selu": ("SELU", {}),
    "gelu": ("GELU", {}),
    "silu": ("SiLU", {}),
    "swish": ("SiLU", {}),
    "mish": ("Mish", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "hard_sigmoid": ("Hardsigmoid", {}),
    "hard_silu": ("Hardswish", {}),
    "hard_swish": ("Hardswish", {}),
    "log_sigmoid": ("LogSigmoid", {}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.2}),
}


def activation_layer(word: Any) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """The layer that an activation is; none where it computes nothing.

    Args:
        word: its name, or None.

    Raises:
        SpecError: it is not known.
    """
    if word is None:
        return
    name = word.name if isinstance(word, Name) else word
    if not isinstance(name, str) or name not in _ACTIVATIONS:
        hint = did_you_mean(str(name), _ACTIVATIONS) or "; write torch's layer in its place"
        raise SpecError(f'the activation "{str(name)[:40]}" is not known{hint}.')
    layer = _ACTIVATIONS[name]
    if layer is not None:
        yield layer[0], [], dict(layer[1])
