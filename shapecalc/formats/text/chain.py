"""Specs: chains of layers in torch's call syntax, in one line of text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, final

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.text.expression import Division, Reader
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.formats.text.tokens import Token
from shapecalc.layers import Layer, layer_classes
from shapecalc.net.net import INPUT, Net, chain_nodes

#: The most layers that a text writes.
MAX_LAYERS = 20_000

#: The refusal of a text without layers.
NO_LAYERS = "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'."
_PREFIXES = ("nn.", "torch.nn.")
#: What ends an argument.
_ENDS = (",", ")")


def read_chain(spec: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """A chain of layers, written as torch writes them, as a :class:`Net`; see :func:`shapecalc.parse`."""
    nodes = chain_nodes(read_layers(spec))
    return Net({INPUT: read_shape(input_shape) if input_shape != () else ()}, nodes, name=name)


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
    if not isinstance(spec, str):
        raise SpecError(f"Expected a text such as 'Conv2d(3, 10, 3) ReLU()' but got {spec!r}.")
    reader = Reader(spec, values or {}, words)
    layers: list[Layer] = []
    for call in read_calls(reader):
        if len(layers) == MAX_LAYERS:
            raise SpecError(f"The text has more than {MAX_LAYERS:,} layers.")
        layers.append(read_call(reader, call))
    reader.expect_end()
    if not layers:
        raise SpecError(NO_LAYERS)
    return layers


@final
class Call(NamedTuple):
    """A layer or block in a text: its name, its arguments, and the place where it starts."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    at: int


def read_calls(reader: Reader, blocks: Collection[str] = ()) -> Iterator[Call]:
    """The calls of layers, or of blocks with these names, up to the first word that calls neither."""
    while True:
        while reader.next.text in (",", ";", "|"):
            reader.take()
        if reader.next.kind != "name":
            return
        token = reader.take()
        name = reader.callee(token)
        if "." in name:
            for prefix in _PREFIXES:
                name = name.removeprefix(prefix)
        if name == "Sequential" and reader.take_if("("):
            reader.nest(1)
            yield from read_calls(reader, blocks)
            reader.expect(")")
            reader.nest(-1)
            continue
        if name not in blocks and find_layer(name) is None:
            hint = did_you_mean(name, [*blocks, *layer_names()])
            hint = hint or "; the command `shapecalc layers` lists all that are known"
            raise reader.error(f"there is no layer {name}{hint}", token.at)
        args, kwargs = _arguments(reader, name) if reader.take_if("(") else ([], {})
        yield Call(name, args, kwargs, token.at)


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


def find_layer(name: str) -> type[Layer] | None:
    """The layer class of that name; a Lazy name finds the class that it becomes."""
    classes = layer_classes()
    if name in classes:
        return classes[name]
    cls = classes.get(name.removeprefix("Lazy")) if name.startswith("Lazy") else None
    return cls if cls is not None and cls.has_lazy else None


def layer_names() -> list[str]:
    """Every name that a spec may use for a layer."""
    classes = layer_classes()
    return [*classes, *(f"Lazy{name}" for name, cls in classes.items() if cls.has_lazy), "Sequential"]


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


def _arguments(reader: Reader, callee: str) -> tuple[list[Any], dict[str, Any]]:
    divisions = _divisions(callee)
    names = iter(divisions)
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
            kwargs[token.text] = _argument(reader, divisions.get(token.text, "exact"))
        else:
            value = _argument(reader, divisions.get(next(names, ""), "exact"))
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


def _divisions(callee: str) -> Mapping[str, Division]:
    """The meaning of a ``/`` in the arguments of a layer, in the order of their positions, where one may be decimal."""
    cls = find_layer(callee)
    if cls is None or not cls.reals:
        return {}
    names = [name for name in cls.fields if callee == cls.__name__ or name not in cls.infers]
    return {name: "real" if name in cls.reals else "exact" for name in names}


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
