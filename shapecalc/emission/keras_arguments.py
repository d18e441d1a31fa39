"""How arguments are written for Keras, and the refusal of what it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from shapecalc.layers import Shape


class KerasCall(NamedTuple):
    """A call in Keras.

    Assignments:
        function: the function or class, with ``layers.`` or ``ops.``.
        values: its arguments by position.
        words: its arguments by name; one that Keras takes by default is None, or left out.
        piece: which of its values is taken, as in ``[0]``.
        remark: what is said of it in the line above.
    """

    function: str
    values: tuple[Any, ...] = ()
    words: Mapping[str, Any] = MappingProxyType({})
    piece: str = ""
    remark: str = ""

    @property
    def is_weighted(self) -> bool:
        """Whether it makes a layer with weights, which has a name."""
        return bool(_WEIGHTED.match(self.function))


#: The functions that make layers with weights.
_WEIGHTED = re.compile(r"batch_norm|layers\.(Conv|Dense|Embedding|\w+Normalization|MultiHead|LSTM|GRU|SimpleRNN|Bidir)")

#: From a completed layer, the shapes of its inputs and that of its output.
KerasWriter = Callable[[Any, tuple[Shape, ...], Shape], Iterator[KerasCall]]

#: The names of the arguments that are written by position.
POSITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{f"layers.Conv{rank}D{kind}": ("filters", "kernel_size") for rank in (1, 2, 3) for kind in ("", "Transpose")},
        **{f"layers.{kind}Pooling{rank}D": ("pool_size",) for kind in ("Max", "Average") for rank in (1, 2, 3)},
        **{f"layers.Adaptive{kind}Pooling{rank}D": ("size",) for kind in ("Max", "Average") for rank in (1, 2, 3)},
        **{f"layers.{kind}{rank}D": ("padding",) for kind in ("ZeroPadding", "Cropping") for rank in (1, 2, 3)},
        **dict.fromkeys(("layers.Dropout", "layers.SpatialDropout2D", "layers.SpatialDropout3D"), ("rate",)),
        **dict.fromkeys(("layers.LSTM", "layers.GRU", "layers.SimpleRNN"), ("units",)),
        "layers.Dense": ("units",),
        "layers.Embedding": ("input_dim", "output_dim"),
        "layers.GroupNormalization": ("groups",),
        "layers.MultiHeadAttention": ("num_heads", "key_dim"),
        "layers.Reshape": ("target_shape",),
        "layers.Permute": ("dims",),
        "layers.UpSampling2D": ("size",),
        "layers.Activation": ("activation",),
        "layers.Resizing": ("height", "width"),
        "layers.Bidirectional": ("layer",),
        "channel_shuffle": ("groups",),
        "ops.pad": ("pad_width",),
        "ops.split": ("sections",),
    }
)
#: What Keras takes for an argument that is left out, but for poolings, whose strides are their windows.
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"strides": 1, "padding": "valid", "dilation_rate": 1, "groups": 1, "use_bias": True, "return_sequences": False}
)


def default_of(function: str, word: str) -> Any:
    """What Keras takes for an argument that is left out; None where it is written always, or never."""
    return None if "Pooling" in function and word == "strides" else DEFAULTS.get(word)


#: Arguments by name in the order in which Keras has them; others stand before.
_ORDER = ("strides", "padding", "dilation_rate", "groups", "use_bias")


def in_keras_order(words: Iterable[str]) -> list[str]:
    """The names of arguments, each once, in Keras's order."""
    names = [*dict.fromkeys(words)]
    return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else -1)


class LackingError(Exception):
    """Keras has no such layer, for a reason."""


def plain_value(value: Any) -> Any:
    """One number for axes that agree."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def value_unless(value: Any, default: Any) -> Any:
    """A value, or None where it is what Keras takes by default."""
    value = plain_value(value)
    return None if value == default else value


def named_arguments(**values: Any) -> dict[str, Any]:
    """Arguments by name, without those that are None."""
    return {name: value for name, value in values.items() if value is not None}
