"""Specs: chains of layers in torch's call syntax, in one line of text."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError, quoted
from shapecalc.formats.keras.vocabulary import has_keras_words
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.grammar import Call, Grammar
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.formats.text.tokens import MAX_LAYERS, SHORT, Tokens
from shapecalc.layers import Layer, Shape, layer_classes
from shapecalc.net.net import INPUT, Net, Node, chain_nodes

#: How many layers a remark names.
_NAMED = 3

#: What shows that more may stand in a text than a chain on one line.
_PASTED = re.compile(
    r"""[^ -~]|[>`?<]|//|\.\.\.|^\s*[-*\d("']|Layer\ \(type
      |\b(?:import|self|class|def|return|for|F|print|super|summary)\b""",
    re.VERBOSE,
)

#: The refusal of a text without layers.
NO_LAYERS = "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'."


def read_chain(spec: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """A chain of layers, written as torch writes them, as a :class:`Net`; see :func:`shapecalc.parse`."""
    shape = read_shape(input_shape) if input_shape != () else ()
    is_short = isinstance(spec, str) and len(spec) <= SHORT
    chain = (_chain_in_torch(spec, len(shape)) if is_short else None) or _chain(_reader(spec), shape)
    return Net({INPUT: shape or chain.input_shape}, chain.nodes, name=name, remarks=chain.remarks)


@final
class _Chain(NamedTuple):
    """What a text says: its layers, the shape of the input that it states, and how it is read where it is open."""

    nodes: tuple[Node, ...]
    input_shape: Shape
    remarks: tuple[str, ...]


def _chain(reader: Reader, shape: Shape) -> _Chain:
    layers, labels = [], []
    for layer, label in _layers(reader, shape):
        layers.append(layer)
        labels.append(label)
    return _Chain(chain_nodes(layers, labels if any(labels) else ()), reader.input_shape, tuple(assumptions(reader)))


@remember(lambda chain: len(chain.nodes) if chain else 0)
def _chain_in_torch(spec: str, rank: int) -> _Chain | None:
    """The chain in a text without words of Keras, where nothing but the rank of the input matters; else None.

    The variants of a quiz's question have the same layers on inputs of many sizes.
    """
    reader = _reader(spec)
    return None if has_keras_words(reader.tokens) else _chain(reader, (1,) * rank)


def assumptions(reader: Reader) -> Iterator[str]:
    """What a text leaves open, and how it is read."""
    yield from reader.remarks
    texts = list(reader.unpadded)
    if texts:
        more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
        yield (
            f"{'; '.join(texts[:_NAMED])}{more}: no padding is written, so the size is kept, up to the stride, as in "
            "VGG and ResNet; for none, write pad 0"
        )


def read_layer(spec: str) -> Layer:
    """The one layer that ``spec`` writes.

    Raises:
        SpecError: it writes none, or more than one.
    """
    layers = read_layers(spec)
    if len(layers) != 1:
        raise SpecError(f"Expected one layer but {spec!r} has {len(layers)}.")
    return layers[0]


def read_layers(spec: str, values: Mapping[str, Any] | None = None, *, words: Tokens | None = None) -> list[Layer]:
    """The layers that ``spec`` writes, in order.

    Args:
        spec: the text.
        values: what letters stand for.
        words: the words of the text, if they have been read before.

    Raises:
        SpecError: the text writes no layers, or too many.
    """
    return [layer for layer, _ in _layers(_reader(spec, values, words))]


def _reader(spec: str, values: Mapping[str, Any] | None = None, words: Tokens | None = None) -> Reader:
    if not isinstance(spec, str):
        raise SpecError(f"Expected a text such as 'Conv2d(3, 10, 3) ReLU()' but got {quoted(spec)}.")
    if words is None and _PASTED.search(spec):
        from shapecalc.formats.text.pasted import as_typed  # noqa: PLC0415  few texts are pasted

        spec = as_typed(spec)
    return Reader(spec, values or {}, words)


def _layers(reader: Reader, shape: Shape = ()) -> Iterator[tuple[Layer, str]]:
    """The layers of a text, each with the name of its node, or "" where it has none."""
    number = 0
    for number, call in enumerate(read_calls(reader, shape=shape), 1):
        if number > MAX_LAYERS:
            raise SpecError(f"The text has more than {MAX_LAYERS:,} layers.")
        yield read_call(reader, call), call.node
    reader.expect_end()
    if not number:
        raise SpecError(NO_LAYERS)


def read_calls(
    reader: Reader, blocks: Collection[str] = (), *, shape: Shape = (), is_keras: bool | None = None
) -> Iterator[Call]:
    """The calls of layers, or of blocks with these names, up to the first word that calls neither.

    Args:
        reader: the reader of the text.
        blocks: the names of blocks.
        shape: the input, where it is known: suggestions have its rank.
        is_keras: whether the text has words of Keras, where that is known.
    """
    if has_keras_words(reader.tokens) if is_keras is None else is_keras:
        from shapecalc.formats.keras.chain import keras_calls  # noqa: PLC0415  few texts have words of Keras

        return keras_calls(reader, blocks, shape)
    return Grammar(reader, blocks, axes_of(shape), flat=len(shape) == 1).entries()


def axes_of(shape: Shape) -> int:
    """The rank of the layers that a word without one means: that of the input, or 2."""
    return min(max(len(shape) - 1, 1), 3) if shape else 2


def read_call(reader: Reader, call: Call) -> Layer:
    """The layer that a call writes."""
    classes = layer_classes()
    cls = classes.get(call.name)
    try:
        if cls is not None:
            return cls(*call.args, **call.kwargs)
        return _lazy(classes[call.name.removeprefix("Lazy")], call.args, call.kwargs)
    except SpecError as refused:
        raise reader.error(str(refused).removesuffix("."), call.at) from None


def _lazy(cls: type[Layer], args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """A Lazy layer: torch's arguments without the counts that the input determines."""
    names = [name for name in cls.fields if name not in cls.infers]
    if len(args) > len(names):
        raise SpecError(f"Lazy{cls.__name__} takes {len(names)} arguments but {len(args)} were given.")
    inferred = next((name for name in kwargs if name in cls.infers), None)
    if inferred:
        raise SpecError(f"Lazy{cls.__name__} finds {inferred} itself; leave it out.")
    arguments = dict(zip(names, args, strict=False))
    twice = next((name for name in kwargs if name in arguments), None)
    if twice:
        raise SpecError(f"Lazy{cls.__name__}: {twice} is given twice, by position and by name.")
    return cls(**{**cls.lazy_defaults, **arguments, **kwargs})
