"""Specs: chains of layers in torch's call syntax, in one line of text."""

from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import Division, Reader
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.formats.text.tokens import Token
from shapecalc.formats.text.vocabulary import CONTAINERS, bare_name, find_layer, suggestion, torch_name
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.core.arguments import unknown_argument
from shapecalc.net.net import INPUT, Net, chain_nodes

#: The most layers that a text writes.
MAX_LAYERS = 10_000

#: The refusal of a text without layers.
NO_LAYERS = "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'."
#: What may stand between layers.
_SEPARATORS = (",", ";", "|", "->")
#: What ends an argument.
_ENDS = (",", ")")


def read_chain(spec: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """A chain of layers, written as torch writes them, as a :class:`Net`; see :func:`shapecalc.parse`."""
    shape = read_shape(input_shape) if input_shape != () else ()
    layers, labels = [], []
    for layer, label in _layers(spec, axes=min(max(len(shape) - 1, 1), 3) if shape else 2):
        layers.append(layer)
        labels.append(label)
    return Net({INPUT: shape}, chain_nodes(layers, labels if any(labels) else ()), name=name)


def read_layer(spec: str) -> Layer:
    """The one layer that ``spec`` writes.

    Raises:
        SpecError: it writes none, or more than one.
    """
    layers = read_layers(spec)
    if len(layers) != 1:
        raise SpecError(f"Expected one layer but {spec!r} has {len(layers)}.")
    return layers[0]


def read_layers(spec: str, values: Mapping[str, Any] | None = None, *, words: list[Token] | None = None) -> list[Layer]:
    """The layers that ``spec`` writes, in order.

    Args:
        spec: the text.
        values: what letters stand for.
        words: the words of the text, if they have been read before.

    Raises:
        SpecError: the text writes no layers, or too many.
    """
    return [layer for layer, _ in _layers(spec, values, words)]


def _layers(
    spec: str, values: Mapping[str, Any] | None = None, words: list[Token] | None = None, *, axes: int = 2
) -> Iterator[tuple[Layer, str]]:
    """The layers of a text, each with the name of its node, or "" where it has none."""
    if not isinstance(spec, str):
        raise SpecError(f"Expected a text such as 'Conv2d(3, 10, 3) ReLU()' but got {spec!r}.")
    reader = Reader(spec, values or {}, words)
    number = 0
    for number, call in enumerate(read_calls(reader, axes=axes), 1):
        if number > MAX_LAYERS:
            raise SpecError(f"The text has more than {MAX_LAYERS:,} layers.")
        yield read_call(reader, call), call.node
    reader.expect_end()
    if not number:
        raise SpecError(NO_LAYERS)


@final
class Call(NamedTuple):
    """A layer or block in a text: its name, its arguments, the place where it starts, and the name of its node."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    at: int
    node: str = ""


def read_calls(reader: Reader, blocks: Collection[str] = (), *, axes: int = 2) -> Iterator[Call]:
    """The calls of layers, or of blocks with these names, up to the first word that calls neither.

    Args:
        reader: the reader of the text.
        blocks: the names of blocks.
        axes: the rank that suggestions have.
    """
    return _Grammar(reader, blocks, axes).entries()


@final
class _Grammar(NamedTuple):
    """Reads layers and what holds them: the names of blocks, and the rank of suggestions."""

    reader: Reader
    blocks: Collection[str]
    axes: int

    def entries(self, prefix: str = "") -> Iterator[Call]:
        """The calls one behind the other.

        Args:
            prefix: the beginning of the names of the nodes, which are numbered then as in torch's Sequential; or "".
        """
        reader = self.reader
        for number in count():
            while reader.next.text in _SEPARATORS:
                reader.take()
            if reader.next.kind != "name" and reader.next.text != "(":
                return
            yield from self.entry(prefix, str(number) if prefix else "")

    def entry(self, prefix: str, number: str, label: str = "") -> Iterator[Call]:
        """A layer, perhaps with a name before it as in ``self.conv1 = nn.Conv2d(3, 16, 3)``, or several in brackets.

        Args:
            prefix: the beginning of the names of the nodes.
            number: the name where there is none, or "".
            label: the name that stands before it, or "".
        """
        reader = self.reader
        if reader.take_if("("):
            yield from self.bracket(f"{prefix}{label}." if label else prefix)
            return
        token = reader.take()
        if reader.next.text == "=":
            yield from self.assignment(token, prefix, number)
            return
        name = self.callee(token)
        if name in CONTAINERS and name not in self.blocks:
            level = label or number if name == "Sequential" else label
            reader.expect("(")
            yield from self.bracket(f"{prefix}{level}." if level else prefix)
            return
        args, kwargs = _arguments(reader, name, token.at) if reader.take_if("(") else ([], {})
        label = label or number
        yield Call(name, args, kwargs, token.at, f"{prefix}{label}" if label else "")

    def assignment(self, target: Token, prefix: str, number: str) -> Iterator[Call]:
        """What an equals sign gives a name; a variable that holds several layers is no name in the net."""
        reader = self.reader
        reader.expect("=")
        label = self.label(target, target.text.removeprefix("self."))
        if reader.next.kind != "name" and reader.next.text != "(":
            raise reader.error(f"expected the layer that {label} is")
        is_container = reader.next.text == "(" or torch_name(bare_name(reader.next.text)) in CONTAINERS
        if is_container and not prefix and not target.text.startswith("self."):
            label = ""
        reader.nest(1)
        yield from self.entry(prefix, number, label)
        reader.nest(-1)

    def bracket(self, prefix: str) -> Iterator[Call]:
        """The layers in an open bracket, or one behind its name: ``("conv1", nn.Conv2d(3, 16, 3))``."""
        reader = self.reader
        reader.nest(1)
        if reader.next.kind == "string":
            token = reader.take()
            reader.expect(",")
            yield from self.entry(prefix, "", self.label(token, token.text[1:-1]))
            reader.take_if(",")
        else:
            yield from self.entries(prefix)
        reader.expect(")")
        reader.nest(-1)

    def label(self, token: Token, text: str) -> str:
        """The name of a node, as torch takes one."""
        if not text.replace("_", "").replace("-", "").isalnum():
            raise self.reader.error(f"{token.text} cannot be the name of a layer; write a word such as conv1", token.at)
        return text

    def callee(self, token: Token) -> str:
        """The name of the block, layer or container that a word calls."""
        name = bare_name(self.reader.callee(token))
        if name in self.blocks:
            return name
        known = torch_name(name)
        if not known:
            hint = suggestion(name, self.blocks, axes=self.axes)
            raise self.reader.error(f"there is no layer {name}{hint}", token.at)
        return known


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


def _arguments(reader: Reader, callee: str, at: int) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in an open bracket: those by position, and those by name."""
    cls = find_layer(callee)
    names = iter(() if cls is None else _positions(cls, callee))
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    reader.nest(1)
    while not reader.take_if(")"):
        token = reader.next
        if token.kind == "name" and reader.second.text == "=":
            reader.take()
            reader.take()
            if token.text in kwargs:
                raise reader.error(f"{token.text} is given twice", token.at)
            if cls is not None and token.text not in cls.fields:
                raise reader.error(unknown_argument(callee, cls.fields, token.text).removesuffix("."), at)
            kwargs[token.text] = _argument(reader, _division(cls, token.text))
        else:
            value = _argument(reader, _division(cls, next(names, "")))
            if reader.take_if("="):
                raise reader.error("an argument's name must stand before =", token.at)
            if kwargs:
                raise reader.error("an argument without a name cannot follow one with a name", token.at)
            args.append(value)
        if not reader.take_if(","):
            reader.expect(")")
            break
    reader.nest(-1)
    return args, kwargs


def _positions(cls: type[Layer], callee: str) -> list[str]:
    """The arguments of a layer in the order of their positions."""
    return [name for name in cls.fields if callee == cls.__name__ or name not in cls.infers]


def _division(cls: type[Layer] | None, name: str) -> Division:
    """The meaning of a ``/`` in an argument, which may be decimal."""
    return "real" if cls is not None and name in cls.reals else "exact"


def _argument(reader: Reader, division: Division = "exact") -> Any:
    """A value; nearly always a single word, for which no operators are searched."""
    if reader.next.kind in ("int", "name") and reader.second.text in _ENDS:
        return reader.atom("exact")
    second = reader.second
    if reader.next.kind == "int" and second.text[:1] in ("x", "X") and second.text[1:].isdecimal():
        sizes = f"{reader.next.text}, {second.text[1:]}"
        raise reader.error(f"write ({sizes}) for one number along each axis; a cross stands between sizes of an input")
    if reader.next.text == "(" and reader.source[reader.next.at] == "[":
        start = reader.position
        value = reader.atom(division)
        if reader.next.text in _ENDS:
            return value if isinstance(value, tuple) else (value,)
        reader.position = start  # the bracket is part of an expression
    return reader.sum(division)
