"""A chain with words of Keras: which of its layers are Keras's, and what they are in torch.

A layer is read as Keras's only where that is certain: by its name, by an argument that torch's lacks, or because all
other layers of the chain are. Where both readings are possible and differ, none is chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from itertools import islice
from typing import Any

from shapecalc.algebra import Name
from shapecalc.errors import SpecError
from shapecalc.formats.keras.activations import activation_layer
from shapecalc.formats.keras.flow import Flow, KerasLayer, TorchLayer
from shapecalc.formats.keras.sequences import READS_FEATURES_LAST, turned
from shapecalc.formats.keras.table import TABLE, bind
from shapecalc.formats.keras.vocabulary import LAYERS, NAMES, OTHERS, WRAPPERS, has_keras_prefix
from shapecalc.formats.text.chain import axes_of, read_call
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.grammar import Call, Grammar
from shapecalc.formats.text.tokens import MAX_LAYERS
from shapecalc.formats.text.vocabulary import bare_name, find_layer, fold, torch_name
from shapecalc.layers import Shape
from shapecalc.layers.core.kinds import is_integer

_INPUTS = ("input", "inputlayer")
_DIRECTIONS = (
    "Bidirectional: Keras takes the last state of either direction, and this the last step of both; sizes and counts "
    "are the same"
)
#: Layers whose argument "activation" is a part of them.
_ACTIVATED = frozenset({"activation", "lstm", "gru", "simplernn"})


class _Origin(Enum):
    """The library that a layer is written for."""

    KERAS = "Keras"
    TORCH = "torch"
    EITHER = "either"


def keras_calls(reader: Reader, blocks: Collection[str], shape: Shape) -> Iterator[Call]:
    """The calls of a chain in torch's words; see :func:`shapecalc.formats.text.chain.read_calls`."""
    is_flat = len(shape) == 1
    grammar = Grammar(reader, blocks, axes_of(shape), foreign=NAMES, wrappers=WRAPPERS, flat=is_flat)
    calls = list(islice(grammar.entries(), MAX_LAYERS + 1))
    origins = [_origin(reader, call, blocks) for call in calls]
    certain = set(origins) - {_Origin.EITHER}
    vote = certain.pop() if len(certain) == 1 else _Origin.EITHER
    features_last = _reads_sequence(calls)
    flow = Flow(shape, features_last=features_last)
    for call, origin in zip(calls, origins, strict=True):
        library = vote if origin is _Origin.EITHER else origin
        if _Origin.KERAS not in origins and library is _Origin.EITHER and find_layer(call.name) is not None:
            library = _Origin.TORCH  # its own name, and nothing speaks for Keras
        if call.name in blocks:
            yield call
        elif fold(_last(call.name)) in _INPUTS and library is not _Origin.TORCH:
            flow = _input(reader, call, shape, features_last=features_last)
        elif library is _Origin.EITHER:
            yield from _same_in_both(reader, call, flow)
        elif library is _Origin.KERAS:
            yield from _translated(reader, call, flow, shape)
        else:
            yield _of_torch(reader, call, flow)


def _reads_sequence(calls: list[Call]) -> bool:
    """Whether the first layer reads a sequence with its features last."""
    names = (fold(_last(call.name)) for call in calls)
    return next((name for name in names if name not in _INPUTS), "") in READS_FEATURES_LAST | {"timedistributed"}


def _last(word: str) -> str:
    return word.rpartition(".")[2]


def _origin(reader: Reader, call: Call, blocks: Collection[str]) -> _Origin:
    """The library of a call, as far as the call itself shows it."""
    if call.name in blocks:
        return _Origin.EITHER
    name = _last(call.name)
    torch = torch_name(bare_name(call.name))
    if fold(name) not in NAMES or call.name.startswith(("nn.", "torch.")):
        return _Origin.TORCH
    if not torch or has_keras_prefix(call.name):
        return _Origin.KERAS
    if fold(name) in OTHERS:
        return _Origin.EITHER
    is_keras, is_torch = _suits_keras(call), _suits_torch(reader, call, torch)
    if is_keras and not is_torch:
        # Conv2d(64, 3) lacks an argument, which torch's own message names; an argument of Keras's shows that it is its
        by_name = any(key not in _fields(torch) for key in call.kwargs)
        if not by_name and fold(name) in READS_FEATURES_LAST:
            return _Origin.EITHER  # LSTM(64), in a chain of Keras
        return _Origin.KERAS if by_name or not _is_written_as_torch(name) else _Origin.TORCH
    return _Origin.TORCH if not is_keras or _has_small_rank(name) else _Origin.EITHER


def _is_written_as_torch(name: str) -> bool:
    return find_layer(name) is not None or name.islower()


def _has_small_rank(name: str) -> bool:
    """Whether a name ends as torch's do, not Keras's: ``MaxPool2d``."""
    return name[-1] == "d" and name[-2:-1].isdecimal()


def _fields(name: str) -> Mapping[str, Any]:
    cls = find_layer(name)
    return {} if cls is None else cls.fields


def _suits_keras(call: Call) -> bool:
    """Whether Keras takes the arguments of a call."""
    name = _last(call.name)
    try:
        bind(name, TABLE[fold(name)][2], call.args, call.kwargs)
    except SpecError:
        return False
    return True


def _suits_torch(reader: Reader, call: Call, name: str) -> bool:
    """Whether torch takes them."""
    try:
        read_call(reader, call._replace(name=name))
    except SpecError:
        return False
    return True


def _of_torch(reader: Reader, call: Call, flow: Flow) -> Call:
    """A call of torch's layer, which changes what reaches the next layer of Keras."""
    name = torch_name(bare_name(call.name))
    if not name:  # torch.nn.functional.max_pool2d
        raise reader.error(f"there is no layer {call.name}", call.at)
    written = call._replace(name=name)
    layer = read_call(reader, written)
    if layer.rank:
        flow.axes, flow.features_last = layer.rank, False
    elif written.name in ("Flatten", "Linear", "LazyLinear", "Select") and not flow.features_last:
        flow.axes, flow.channels = 0, None
    elif written.name in ("Flatten", "Select"):
        flow.axes, flow.features_last = 0, False
    elif written.name in ("LSTM", "GRU", "RNN", "Embedding"):
        flow.axes, flow.features_last = 1, True
        flow.channels = layer.values.get("embedding_dim")
    flow.channels = layer.values.get("out_channels", layer.values.get("out_features", flow.channels))
    return written


def _translated(reader: Reader, call: Call, flow: Flow, shape: Shape) -> Iterator[Call]:
    """The calls of torch's layers that compute what a layer of Keras does."""
    if fold(_last(call.name)) not in LAYERS:
        reason = OTHERS[fold(_last(call.name))]
        raise reader.error(f"Keras's {_last(call.name)} is not read: {reason}", call.at)
    if _stated(call) and not shape:
        flow.become(_input(reader, call, shape, features_last=flow.features_last or _reads_sequence([call])))
    try:
        layers = _torch_layers(call, flow)
    except SpecError as refused:
        raise reader.error(str(refused).removesuffix("."), call.at) from None
    if fold(_last(call.name)) == "bidirectional" and layers[-1][0] == "Select":
        reader.remarks[_DIRECTIONS] = None
    node = call.node or _label(call)
    for number, (name, args, kwargs) in enumerate(layers):
        yield Call(name, args, kwargs, call.at, "" if number else node)


def _stated(call: Call) -> list[str]:
    """The arguments that state the input; of an Embedding, input_dim is the size of its vocabulary."""
    others = () if fold(_last(call.name)) == "embedding" else ("input_dim",)
    return [name for name in ("input_shape", "input_length", *others) if name in call.kwargs]


def _torch_layers(call: Call, flow: Flow) -> list[TorchLayer]:
    name = _last(call.name)
    reading = TABLE[fold(name)][0]
    layer = _bound(call, flow)
    if layer.values.get("data_format") not in (None, "channels_last", "channels_first"):
        raise SpecError(f'{name}: data_format may be "channels_last" or "channels_first".')
    layers = [*turned(layer, fold(name)), *reading(layer)]
    if fold(name) not in _ACTIVATED:
        inner = layer.values.get("layer")
        activated = inner if isinstance(inner, KerasLayer) and fold(inner.name) not in _ACTIVATED else layer
        layers += activation_layer(activated.values.get("activation"))
    return [_over_features(each) for each in layers] if flow.features_last else layers


def _bound(call: Call, flow: Flow) -> KerasLayer:
    """A layer of Keras with its arguments; a layer in it is bound likewise."""
    name = _last(call.name)
    if fold(name) not in TABLE:
        raise SpecError(f"Keras's {name} is not read here.")
    _, rank, takes = TABLE[fold(name)]
    values = bind(name, takes, call.args, call.kwargs)
    inner = {key: _bound(value, flow) for key, value in values.items() if isinstance(value, Call)}
    words: dict[str, Any] = {
        key: _word(values[key]) for key in ("padding", "data_format", "interpolation") if key in values
    }
    return KerasLayer(name, rank, {**values, **words, **inner}, flow)


def _word(value: Any) -> Any:
    """A word without its quotes, in any case, as Keras takes it."""
    text = value.name if isinstance(value, Name) else value
    return text.lower() if isinstance(text, str) else value


def _over_features(layer: TorchLayer) -> TorchLayer:
    """A softmax over the features of a sequence, which are last."""
    name, args, _ = layer
    return (name, args, {"dim": -1}) if name in ("Softmax", "LogSoftmax") else layer


def _label(call: Call) -> str:
    """The name that a layer of Keras has."""
    name = call.kwargs.get("name")
    label = name.name if isinstance(name, Name) else name
    return label if isinstance(label, str) and label.replace("_", "").replace("-", "").isalnum() else ""


def _same_in_both(reader: Reader, call: Call, flow: Flow) -> Iterator[Call]:
    """The calls of a layer that is the same in both libraries.

    Raises:
        SpecError: they differ; the message has both.
    """
    before = flow.copy()
    layers = [read_call(reader, each) for each in _translated(reader, call, flow, ())]
    after = flow.copy()
    torch = read_call(reader, call._replace(name=torch_name(bare_name(call.name))))
    if layers != [torch]:
        keras = " ".join(map(repr, layers))
        message = f"{_last(call.name)} has two readings, {keras} as in Keras and {torch!r} as in torch; write either"
        raise reader.error(message, call.at)
    flow.become(before)
    yield _of_torch(reader, call, flow)
    flow.become(after)


def _input(reader: Reader, call: Call, shape: Shape, *, features_last: bool) -> Flow:
    """What reaches the first layer: the shape that the caller gives, or the one that the text states."""
    named = (call.kwargs.get(name) for name in ("shape", *_stated(call)))
    first = call.args[0] if call.args and fold(_last(call.name)) in _INPUTS else None
    written = next((value for value in named if value is not None), first)
    sizes = written if isinstance(written, tuple) else (written,)
    is_shape = sizes and all(size is None or is_integer(size) for size in sizes) and written is not None
    if not is_shape or (first is not None and call.args[1:] and is_integer(written)):
        raise reader.error("the shape of an input is written as in shape=(28, 28, 1)", call.at)
    letters = iter(("H", "W") if len(sizes) == 3 else ("L", "M", "N"))
    known = tuple(Name(next(letters, "N")) if size is None else size for size in sizes)
    last_first = call.kwargs.get("data_format") != "channels_first" and not features_last
    reader.input_shape = (known[-1], *known[:-1]) if last_first else known
    return Flow(shape or reader.input_shape, features_last=features_last)
