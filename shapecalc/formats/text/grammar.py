"""The grammar of chains: layers, what holds and repeats them, and the names that stand before them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from itertools import count, islice
from typing import Any, NamedTuple, final

from shapecalc.formats.text.arguments import read_arguments
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.neighbours import (
    has_plain_numbers,
    in_brackets,
    is_first_word,
    is_flat,
    joined_name,
    take_variable,
)
from shapecalc.formats.text.repeats import say_copies, times_ahead, times_behind
from shapecalc.formats.text.tokens import MAX_LAYERS, Token
from shapecalc.formats.text.vocabulary import CONTAINERS, bare_name, find_layer, fold, suggestion, torch_name

#: What may stand between layers.
_SEPARATORS = (",", ";", "|", "->", "-")
#: Methods that put what is in their brackets behind the other layers.
_ADDERS = (".add", ".append", ".extend", ".add_module")
_PLUS = (
    "+ may stand between layers that run one behind the other, which are written with ->, or between branches that "
    "are added, which a network file has (residual)"
)


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
        wrappers: those whose first argument is a layer.
        flat: whether the input is known to be a vector.
    """

    def __init__(
        self,
        reader: Reader,
        blocks: Collection[str] = (),
        axes: int = 2,
        foreign: Collection[str] = (),
        wrappers: Collection[str] = (),
        *,
        flat: bool = False,
    ) -> None:
        self.reader = reader
        self.blocks = blocks
        self.axes = axes
        self.foreign = foreign
        self.wrappers = wrappers
        #: whether what comes next is known to be a vector
        self.flat = flat
        #: the variable that holds what the layers before give, where the text calls layers with variables
        self.variable = ""
        #: whether a layer was called with a variable
        self.is_applied = False

    def entries(self, prefix: str = "") -> Iterator[Call]:
        """The calls one behind the other.

        Args:
            prefix: the beginning of the names of the nodes, which are numbered then as in torch's Sequential; or "".
        """
        reader = self.reader
        for number in count():
            while reader.next.text in _SEPARATORS:
                reader.take()
            if reader.next.text == "+":
                raise reader.error(_PLUS)
            if reader.next.kind not in ("name", "int") and reader.next.text not in ("(", "*"):
                return
            yield from self.repeated(prefix, str(number) if prefix else "")

    def repeated(self, prefix: str, number: str) -> Iterator[Call]:
        """An entry, as often as the number before or behind it says: ``2 x Conv2d(...)``, ``[conv3-64, relu] * 2``."""
        reader = self.reader
        unpacked = reader.take_if("*")  # Python's Sequential(*[...])
        if unpacked and reader.next.text != "(":
            raise reader.error(f"*{reader.next.text} is a list that is not here; write its layers")
        start = reader.position
        ahead = times_ahead(reader)
        call = self.ordinary(prefix, number)
        calls = [call] if call else list(islice(self.entry(prefix, number), MAX_LAYERS + 1))
        behind = None if reader.next.text in self.blocks else times_behind(reader)
        if ahead is None and behind is None:
            yield from calls
            return
        if not calls:
            raise reader.error("there is no layer here to be repeated", reader.tokens[start].at)
        if unpacked:
            message = (
                "in Python, this list holds the same layers several times, weights included; write x in place of *"
            )
            raise reader.error(message, reader.tokens[start].at)
        say_copies(reader, start, [call.name for call in calls])
        for copy in range((1 if ahead is None else ahead) * (1 if behind is None else behind)):
            yield from self.copied(calls, prefix, is_first=not copy)

    def copied(self, calls: list[Call], prefix: str, *, is_first: bool) -> Iterator[Call]:
        """One of the copies of an entry: without the numbers of its nodes, and what makes a vector of a vector."""
        for call, behind in zip(calls, [*calls[1:], None], strict=True):
            is_added = call.name == "Flatten" and behind is not None and behind.at == call.at
            if is_first or not (is_added and self.flat):
                is_numbered = prefix and call.node[len(prefix) :].replace(".", "").isdecimal()
                yield call._replace(node="") if is_numbered else call

    def ordinary(self, prefix: str, number: str) -> Call | None:
        """A layer or block under its own name, perhaps assigned: ``conv1 = nn.Conv2d(3, 16, 3)``; else None.

        Most are written so; :meth:`entry` reads them as well, among all other spellings.
        """
        reader, start = self.reader, self.reader.position
        is_assigned = reader.next.kind == "name" and reader.second.text == "="
        place = start + 2 * is_assigned
        token = reader.tokens[place]
        if token.kind != "name" or self.foreign:
            return None
        name = bare_name(reader.callee(token))
        if name not in self.blocks and find_layer(name) is None:
            return None
        reader.position = place + 1
        is_labeled = reader.next.text in ("=", "+", ":")
        if is_labeled or is_first_word(reader, token) or (name not in self.blocks and has_plain_numbers(reader, name)):
            reader.position = start
            return None
        if not is_assigned:
            return self.called(token, name, prefix + number)
        target = reader.tokens[start]
        label = self.label(target, target.text.removeprefix("self."))
        reader.nest(1)
        self.is_applied = False
        call = self.called(token, name, prefix + label)
        reader.nest(-1)
        self.variable = target.text
        return call._replace(node="") if self.is_applied else call

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
        token = reader.next
        if token.kind == "name":
            reader.take()
            if reader.next.text in ("=", "+", ":") and (yield from self.assigned(token, prefix, number)):
                return
            if reader.next.text == "(" and token.text.endswith(_ADDERS):
                reader.take()
                yield from self.bracket(prefix)
                return
        is_word = token.kind == "name" and not is_first_word(reader, token)
        name = self.callee(token) or joined_name(reader, token) if is_word else ""
        if name in CONTAINERS and name not in self.blocks:
            level = label or number if name == "Sequential" else label
            reader.expect("(")
            yield from self.bracket(f"{prefix}{level}." if level else prefix)
            return
        label = label or number
        yield from self.layer(token, name, f"{prefix}{label}" if label else "")

    def layer(self, token: Token, name: str, node: str) -> Iterator[Call]:
        """A layer behind its name, in torch's words or in those of a textbook."""
        if not name or (name not in self.blocks and has_plain_numbers(self.reader, name)):
            yield from self.textbook(token, name, node)
        else:
            yield self.called(token, name, node)

    def called(self, token: Token, name: str, node: str) -> Call:
        """A layer or block behind its name in torch's words: its arguments, where there are some."""
        reader = self.reader
        args: list[Any] = []
        if (
            self.wrappers
            and fold(name.rpartition(".")[2]) in self.wrappers
            and reader.next.text == "("
            and self.starts_layer(reader.second)
        ):
            args = [self.inner(token)]
        kwargs: dict[str, Any] = {}
        if args or reader.take_if("("):
            others, kwargs = read_arguments(reader, name, token.at, self.foreign)
            args += others
        if reader.next.text == "(" and reader.next.at == reader.tokens[reader.position - 1].at + 1:
            take_variable(reader, self.variable)
            self.is_applied = True
        self.flat = is_flat(name, self.flat)
        return Call(name, args, kwargs, token.at, node)

    def inner(self, token: Token) -> Call:
        """The layer that a wrapper holds, and the comma behind it."""
        reader = self.reader
        reader.take()
        reader.nest(1)
        calls = list(islice(self.entry("", ""), 2))
        reader.nest(-1)
        if len(calls) != 1:
            raise reader.error(f"{token.text} holds one layer", token.at)
        if not reader.take_if(",") and reader.next.text != ")":
            reader.expect(")")
        return calls[0]

    def assigned(self, target: Token, prefix: str, number: str) -> Generator[Call, None, bool]:
        """What a name stands before: ``conv1 = ...``, ``conv1: ...``, ``layers += [...]``.

        Returns:
            Whether it is such a name; not of ``conv1: 7x7, 64``, where the name is a word of the layer.
        """
        reader = self.reader
        if reader.next.text == ":":
            behind = reader.tokens[min(reader.position + 2, len(reader.tokens) - 1)]
            is_layer = self.starts_layer(reader.second) and not (reader.second.text == "(" and behind.kind == "int")
            if not is_layer and self.is_textbook_word(target.text):
                return False
            reader.take()
            yield from self.entry(prefix, number, self.label(target, target.text.removeprefix("self.")))
            return True
        if reader.next.text == "+":
            if reader.second.text != "=":
                return False
            reader.take()
            reader.take()
            yield from self.entry(prefix, number)
            return True
        yield from self.assignment(target, prefix, number)
        return True

    def is_textbook_word(self, word: str) -> bool:
        """Whether a word means a layer of a textbook, alone or with a number."""
        from shapecalc.formats.text.textbook_words import has_textbook_words  # noqa: PLC0415  few texts have names

        return has_textbook_words([word])

    def starts_layer(self, token: Token) -> bool:
        """Whether a layer, block or container in torch's words begins with a token."""
        return token.text == "(" or (token.kind == "name" and bool(self.callee(token)))

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
        self.is_applied = False
        calls = list(islice(self.entry(prefix, number, label), MAX_LAYERS + 1))
        reader.nest(-1)
        self.variable = target.text
        yield from (call._replace(node="") if self.is_applied else call for call in calls)

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

    def textbook(self, token: Token, name: str, node: str) -> Iterator[Call]:
        """The layers in a textbook's words, such as ``conv3-64`` or ``3x3 conv, 64, /2``.

        Raises:
            SpecError: they are no layer of a textbook.
        """
        from shapecalc.formats.text.textbook import textbook_layer  # noqa: PLC0415  few texts have such words

        reader = self.reader
        while reader.next is not token:
            reader.position -= 1
        layer = textbook_layer(reader, self.axes, flat=self.flat)
        if layer is None:
            if name:
                reader.take()
                raise reader.error(in_brackets(reader, name))
            if token.kind == "int":
                raise reader.error(f"cannot read {token.text!r} here; a layer has a name, as in 3x3 conv, 64 or fc-10")
            word = bare_name(reader.callee(token))
            raise reader.error(f"there is no layer {word}{suggestion(word, self.blocks, axes=self.axes)}", token.at)
        if layer.name == "LazyLinear" and not self.flat:
            yield Call("Flatten", [], {}, token.at)
        self.flat = is_flat(layer.name, self.flat)
        if layer.name:
            yield Call(layer.name, layer.args, layer.kwargs, token.at, node or layer.label)
