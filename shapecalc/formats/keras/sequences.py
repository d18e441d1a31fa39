"""Keras's recurrent layers, embeddings and changes of shape as torch's layers.

Sequences have their features last in both libraries, maps have their channels last in Keras alone. A recurrent layer of
Keras gives its last step unless ``return_sequences`` is set, and has one bias where torch's has two; but for GRU, whose
default ``reset_after`` adds the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecalc.algebra import Int
from shapecalc.errors import SpecError
from shapecalc.formats.keras.flow import KerasLayer, TorchLayer
from shapecalc.formats.keras.layers import read_dense
from shapecalc.layers.core.kinds import is_integer

#: Each recurrent layer, with torch's and the number of its gates.
_RECURRENT = {"lstm": ("LSTM", 4), "gru": ("GRU", 3), "simplernn": ("RNN", 1)}
#: Layers that read a sequence with its features last, by their letters alone.
READS_FEATURES_LAST = frozenset({*_RECURRENT, "bidirectional"})
#: Layers before which features may be last and may be channels first.
READS_EITHER = frozenset(
    {
        *("dense", "dropout", "activation", "relu", "leakyrelu", "elu", "identity", "flatten", "embedding", "reshape"),
        *("softmax", "layernormalization", "repeatvector", "timedistributed", "alphadropout", "permute"),
    }
)
_TURN: TorchLayer = ("Transpose", [1, 2], {})


def turned(layer: KerasLayer, name: str) -> Iterator[TorchLayer]:
    """What has to stand before a layer so that it finds the features of a sequence where it reads them."""
    flow = layer.flow
    if flow.features_last and name not in READS_EITHER | READS_FEATURES_LAST:
        flow.features_last = False
        yield _TURN
    elif name in READS_FEATURES_LAST and flow.axes == 1 and not flow.features_last:
        flow.features_last = True
        yield _TURN


def read_recurrent(layer: KerasLayer, *, bidirectional: bool = False) -> Iterator[TorchLayer]:
    """LSTM, GRU and SimpleRNN."""
    name, gates = _RECURRENT[layer.name.replace("_", "").lower()]
    if layer.flow.axes not in (1, None):
        raise SpecError(f"{layer.name} reads a sequence of vectors, as in --input 20x8: 20 steps of 8 features.")
    _check_cell(layer, name)
    units, features = layer["units"], layer.flow.channels
    if layer["use_bias"] and name != "GRU":
        raise _one_bias(layer, name, gates, 2 if bidirectional else 1)
    inputs: list[Any] = [] if features is None else [features, units]
    arguments: dict[str, Any] = {"hidden_size": units} if features is None else {}
    if layer["activation"] == "relu":
        arguments["nonlinearity"] = "relu"
    if not layer["use_bias"]:
        arguments["bias"] = False
    arguments["batch_first"] = True
    if bidirectional:
        arguments["bidirectional"] = True
    yield name, inputs, arguments
    layer.flow.channels = units * 2 if bidirectional else units
    layer.flow.axes, layer.flow.features_last = 1, True
    if not layer["return_sequences"]:
        yield "Select", [1, -1], {}
        layer.flow.axes, layer.flow.features_last = 0, False


def _check_cell(layer: KerasLayer, name: str) -> None:
    """Refuse what no layer of torch computes."""
    known = ("tanh", "relu") if name == "RNN" else ("tanh",)
    if layer["activation"] not in known or layer.values.get("recurrent_activation", "sigmoid") != "sigmoid":
        raise SpecError(f"{layer.name}: torch's {name} has the activations of Keras's defaults alone.")
    if not layer.values.get("reset_after", True):
        raise SpecError(f"{layer.name}: torch's GRU resets after its product, as reset_after=True does.")
    if layer["return_state"] or layer["go_backwards"]:
        raise SpecError(f"{layer.name} with return_state or go_backwards is not read; a chain has one tensor.")


def _one_bias(layer: KerasLayer, name: str, gates: int, directions: int) -> SpecError:
    """The refusal of a layer whose parameters no layer of torch has, with the counts of both."""
    units, features = layer["units"], layer.flow.channels
    text = f"{layer.name} has one bias in Keras, and two in torch"
    alike = "use_bias=False is the same in both"
    if not is_integer(units) or features is None:
        return SpecError(f"{text}; {alike}, and torch's can be written, as in nn.{name}(8, 64).")
    theirs: Int = directions * gates * units * (features + units + 1)
    ours: Int = directions * gates * units * (features + units + 2)
    counts = f"{theirs:,} parameters, not {ours:,}" if isinstance(theirs, int) else f"{theirs} parameters, not {ours}"
    both = ", bidirectional=True" if directions == 2 else ""
    torch = f"nn.{name}({features}, {units}, batch_first=True{both})"
    last = "" if layer["return_sequences"] else " Select(1, -1)"
    return SpecError(f"{text}: {counts}; {alike}, or write torch's, {torch}{last}.")


def read_bidirectional(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Bidirectional, around a recurrent layer."""
    inner = _inner(layer, *_RECURRENT)
    if layer["merge_mode"] != "concat":
        raise SpecError(f'{layer.name}: only merge_mode="concat" is read, which is what torch does.')
    yield from read_recurrent(inner, bidirectional=True)


def read_time_distributed(layer: KerasLayer) -> Iterator[TorchLayer]:
    """TimeDistributed, around Dense, which is the same without it."""
    yield from read_dense(_inner(layer, "dense"))


def _inner(layer: KerasLayer, *names: str) -> KerasLayer:
    """The layer in a wrapper, with one of these names."""
    inner = layer["layer"]
    if not isinstance(inner, KerasLayer) or inner.name.replace("_", "").lower() not in names:
        raise SpecError(f"{layer.name} is read around {', '.join(names)} alone.")
    return inner


def read_embedding(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Embedding, of a sequence of indices."""
    if layer.flow.axes not in (0, None):
        raise SpecError(f"{layer.name} reads a sequence of indices, as in --input 20.")
    layer.flow.axes, layer.flow.channels, layer.flow.features_last = 1, layer["output_dim"], True
    yield "Embedding", [layer["input_dim"], layer["output_dim"]], {}


def read_repeat(layer: KerasLayer) -> Iterator[TorchLayer]:
    """RepeatVector: a sequence of equal vectors."""
    if layer.flow.axes not in (0, None):
        raise SpecError(f"{layer.name} repeats a vector, and this is none.")
    layer.flow.axes, layer.flow.features_last = 1, True
    yield "Unsqueeze", [1], {}
    yield "Expand", [layer["n"], -1], {}


def _last(layer: KerasLayer) -> Iterator[TorchLayer]:
    """The channels of a map behind its other axes."""
    axes = layer.flow.axes
    if axes is None:
        raise layer.needs("the axes")
    if axes == 1 and not layer.flow.features_last:
        yield _TURN
    elif axes and not layer.flow.features_last:
        yield "Permute", [0, *range(2, axes + 2), 1], {}


def _first(layer: KerasLayer, sizes: int) -> Iterator[TorchLayer]:
    """The channels of a map of so many sizes before its other axes; a sequence keeps its features last."""
    layer.flow.axes, layer.flow.features_last = sizes - 1, sizes == 2
    if sizes > 2:
        yield "Permute", [0, sizes, *range(1, sizes)], {}


def read_reshape(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Reshape, of values in Keras's order."""
    sizes = layer["target_shape"] if isinstance(layer["target_shape"], tuple) else (layer["target_shape"],)
    if not sizes or not all(map(is_integer, sizes)):
        raise SpecError(f"{layer.name} takes numbers, as in Reshape((7, 7, 64)).")
    yield from _last(layer)
    yield "Reshape", list(sizes), {}
    layer.flow.channels = None if sizes[-1] == -1 else sizes[-1]
    yield from _first(layer, len(sizes))


def read_permute(layer: KerasLayer) -> Iterator[TorchLayer]:
    """Permute, of Keras's axes, which count from 1."""
    order = layer["dims"]
    if not isinstance(order, tuple) or sorted(map(str, order)) != list(map(str, range(1, len(order) + 1))):
        raise SpecError(f"{layer.name} takes each axis once, from 1, as in Permute((2, 1)).")
    axes = layer.flow.axes
    if axes is not None and axes + 1 != len(order):
        raise SpecError(f"{layer.name} has {len(order)} axes, and its input {axes + 1}.")
    yield from _last(layer)
    yield "Permute", [0, *order], {}
    layer.flow.channels = layer.flow.channels if order[-1] == len(order) else None
    yield from _first(layer, len(order))


def read_group_norm(layer: KerasLayer) -> Iterator[TorchLayer]:
    """GroupNormalization."""
    if layer["axis"] != -1 or not (layer["center"] and layer["scale"]):
        raise SpecError(f"{layer.name} is read over the channels, axis=-1, with scale and shift.")
    if layer.flow.channels is None:
        raise layer.needs("the channels")
    yield "GroupNorm", [layer["groups"], layer.flow.channels], {"eps": layer["epsilon"]}


def read_prelu(layer: KerasLayer) -> Iterator[TorchLayer]:
    """PReLU, whose slopes Keras has for each entry, unless axes share them."""
    axes, shared = layer.flow.axes, layer["shared_axes"]
    if layer.flow.channels is None or axes is None:
        raise layer.needs("the channels")
    shares = shared if isinstance(shared, tuple) else () if shared is None else (shared,)
    expected = tuple(range(1, axes + 1))
    if shares != expected:
        text = f"shared_axes={list(expected)}"
        raise SpecError(f"{layer.name} learns a slope for each entry, torch's one for each channel: write {text}.")
    yield "PReLU", [layer.flow.channels], {}
