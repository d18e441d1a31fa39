"""The tree of modules in a print, such as ``Sequential((0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1)))``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.formats.text.tokens import MAX_DEPTH, MAX_LAYERS, MAX_TEXT, location

#: The beginning of a print, and of a part of one: a name in brackets with a colon, which torch writes for each child.
_CHILD = r"\([\w.-]+\):\s"
_PRINT = re.compile(rf"(?:[\w.]+\([^#]*?)?{_CHILD}")
_HEAD = re.compile(r"(?:(?P<count>\d{1,9}) x )?(?P<cls>[^\W\d][\w.]*)\(")
_LABEL = re.compile(r"\((?P<label>[\w.-]+)\):\s*")
_SPAN = re.compile(r"(?P<first>\d{1,9})-(?P<last>\d{1,9})")
#: What stands between the brackets of a module besides its children: words, quoted words, spaces, a bracket.
_PIECE = re.compile(r"""\s+|[^()\[\]{}"'\s]+|"[^"\n]*"|'[^'\n]*'|.""")

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@final
class Module(NamedTuple):
    """A module as torch prints it.

    Attributes:
        label: its name in the module around it; "" of the whole.
        cls: the name of its class, or "" where something else stands.
        arguments: where its arguments begin and end in the text.
        children: the modules in it.
        copies: how many equal ones there are, behind each other.
        at: the place where it starts.
    """

    label: str
    cls: str
    arguments: tuple[int, int]
    children: tuple[Module, ...]
    copies: int
    at: int

    def labels(self) -> Iterator[str]:
        """The name of each of the equal modules: those of ``(0-2): 3 x Block`` are 0, 1 and 2."""
        span = _SPAN.fullmatch(self.label) if self.copies > 1 else None
        if span is None:
            yield self.label
        else:
            yield from map(str, range(int(span["first"]), int(span["last"]) + 1))


def is_print(text: str) -> bool:
    """Whether a text begins as what torch prints for a module with others in it, or as a part of one."""
    return "):" in text and _PRINT.match(text) is not None


def read_tree(text: str) -> Module:
    """The module that a text prints.

    Raises:
        SpecError: it does not print one, or is too long or too deep; the message names the place.
    """
    if len(text) > MAX_TEXT:
        raise SpecError(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    return _TreeReader(text).whole()


class _TreeReader:
    """Reads one module after another, whatever the arguments of unknown classes look like."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.modules = 0

    def whole(self) -> Module:
        self.space()
        if _LABEL.match(self.text, self.position):
            raise self.error(
                "this is a part of a print, without the class that holds it; where these layers run one behind the "
                "other, write Sequential( before them and ) behind them"
            )
        module = self.module("")
        self.space()
        if self.position < len(self.text):
            raise self.error("the print of a module ends before this place; write one module")
        return module

    def error(self, message: str, at: int | None = None) -> SpecError:
        return SpecError(f"{location(self.text, self.position if at is None else at)}: {message}.")

    def space(self) -> None:
        while self.text[self.position : self.position + 1].isspace():
            self.position += 1

    def module(self, label: str) -> Module:
        """A module, or in its place a text to the end of the line, as of a list of parameters."""
        at = self.position
        head = _HEAD.match(self.text, at)
        self.modules += 1
        if self.modules > MAX_LAYERS:
            raise self.error(f"the print has more than {MAX_LAYERS:,} modules")
        if head is None:
            self.line()
            return Module(label, "", (at, self.position), (), 1, at)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"modules are nested deeper than {MAX_DEPTH}")
        self.position = head.end()
        arguments, children = self.content()
        self.depth -= 1
        count = int(head["count"] or 1)
        self.check_count(label, count, at)
        return Module(label, head["cls"].rpartition(".")[2], arguments, children, count, at)

    def line(self) -> None:
        """What is no module: the rest of its line, or of the bracket around it."""
        depth = 0
        while piece := _PIECE.match(self.text, self.position):
            depth += (piece[0] in _OPEN) - (piece[0] in _CLOSE)
            if depth < 0 or "\n" in piece[0]:
                return
            self.position = piece.end()

    def check_count(self, label: str, count: int, at: int) -> None:
        span = _SPAN.fullmatch(label)
        is_several = span is not None and int(span["last"]) - int(span["first"]) + 1 == count
        if not is_several and (span or count != 1):
            raise self.error(f"({label}) does not name {count} modules", at)

    def content(self) -> tuple[tuple[int, int], tuple[Module, ...]]:
        """The place of the arguments in an open bracket, and the modules behind them; the bracket is closed."""
        start = end = self.position
        depth = 0
        children: list[Module] = []
        while True:
            label = _LABEL.match(self.text, self.position) if depth == 0 else None
            if label is not None:
                self.position = label.end()
                children.append(self.module(label["label"]))
                continue
            piece = _PIECE.match(self.text, self.position)
            if piece is None:
                raise self.error("')' is missing")
            if piece[0] == ")" and depth == 0:
                self.position = piece.end()
                return (start, end), tuple(children)
            depth = max(depth + (piece[0] in _OPEN) - (piece[0] in _CLOSE), 0)
            self.position = piece.end()
            if not children:
                end = self.position
