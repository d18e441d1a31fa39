"""The grammar of chains: layers, what holds them, and the names that stand before them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count
from typing import Any, NamedTuple, final

from shapecalc.formats.text.expression import Division, Reader
from shapecalc.formats.text.tokens import Token
from shapecalc.formats.text.vocabulary import CONTAINERS, bare_name, find_layer, fold, suggestion, torch_name
from shapecalc.layers import Layer
from shapecalc.layers.core.arguments import unknown_argument

#: What may stand between layers.
_SEPARATORS = (",", ";", "|", "->")
#: What ends an argument.
_ENDS = (",", ")")


@final
class Call(NamedTuple):
    """A layer or block in a text: its name, its arguments, the place where it starts, and the name of its node."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    at: int
    node: str = ""


@final
class Grammar:
    """Reads layers and what holds them.

    Args:
        reader: the reader of the text.
        blocks: the names of blocks.
        axes: the rank of suggestions, and of layers in the words of a textbook.
        foreign: the names of another library, with their letters alone; they are left as they are written.
    """

    def __init__(
        self, reader: Reader, blocks: Collection[str] = (), axes: int = 2, foreign: Collection[str] = ()
    ) -> None:
        self.reader = reader
        self.blocks = blocks
        self.axes = axes
        self.foreign = foreign
        #: whether what comes next is known to be a vector
        self.flat = False

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
        label = label or number
        node = f"{prefix}{label}" if label else ""
        if not name:
            yield from self.textbook(token, node)
            return
        args, kwargs = read_arguments(reader, name, token.at, self.foreign) if reader.take_if("(") else ([], {})
        self.flat = _is_flat(name, self.flat)
        yield Call(name, args, kwargs, token.at, node)

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
        """The name of the block, layer or container that a word calls; "" where it is none of these."""
        word = self.reader.callee(token)
        if self.foreign and fold(word.rpartition(".")[2]) in self.foreign:
            return word
        name = bare_name(word)
        return name if name in self.blocks else torch_name(name)

    def textbook(self, token: Token, node: str) -> Iterator[Call]:
        """The layers in a textbook's word, such as ``conv3-64``.

        Raises:
            SpecError: it is none.
        """
        from shapecalc.formats.text.textbook import textbook_call  # noqa: PLC0415  few texts have such words

        name = bare_name(self.reader.callee(token))
        layer = textbook_call(self.reader, token, self.axes)
        if layer is None:
            hint = suggestion(name, self.blocks, axes=self.axes)
            raise self.reader.error(f"there is no layer {name}{hint}", token.at)
        if layer[0] == "LazyLinear" and not self.flat:
            yield Call("Flatten", [], {}, token.at)
        self.flat = _is_flat(layer[0], self.flat)
        yield Call(*layer, token.at, node)


def _is_flat(name: str, before: bool) -> bool:
    """Whether what a layer gives is known to be a vector: a window gives a map, and most layers what they get."""
    if name in ("Flatten", "Linear", "LazyLinear"):
        return True
    cls = find_layer(name)
    return before and (cls is None or not cls.rank)


def read_arguments(
    reader: Reader, callee: str, at: int, foreign: Collection[str] = ()
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in an open bracket: those by position, and those by name."""
    cls = find_layer(callee)
    is_foreign = fold(callee) in foreign  # the arguments may be those of another library
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
            if cls is not None and token.text not in cls.fields and not is_foreign:
                raise reader.error(unknown_argument(callee, cls.fields, token.text).removesuffix("."), at)
            _refuse_cross(reader, cls, token.text)
            kwargs[token.text] = _argument(reader, _division(cls, token.text))
        else:
            name = next(names, "")
            _refuse_cross(reader, cls, name)
            value = _argument(reader, _division(cls, name))
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


def _refuse_cross(reader: Reader, cls: type[Layer] | None, name: str) -> None:
    """Refuse 3×3 for an argument with a number for each axis, where it may be a product.

    Raises:
        SpecError: with both readings.
    """
    first, cross = reader.next, reader.second
    if first.kind == "int" and cross.text == "*" and reader.source[cross.at] == "×" and cls and name in cls.fields:
        second = reader.tokens[reader.position + 2]
        if second.kind == "int" and cls.fields[name].per_axis:
            sizes, product = f"({first.text}, {second.text})", f"{first.text}*{second.text}"
            raise reader.error(f"write {sizes} for one number along each axis, or {product} for their product")


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
