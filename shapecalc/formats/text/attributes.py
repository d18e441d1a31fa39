"""What stands around a textbook's word for a layer: ``3x3``, ``64 filters``, ``stride 2``, ``pad 1``, ``/2``."""

from __future__ import annotations

import re
from typing import Any, final

from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.tokens import Token
from shapecalc.formats.text.vocabulary import fold

#: The words before a number, by their letters alone.
_KEYS = {
    **dict.fromkeys(("stride", "strides", "s"), "stride"),
    **dict.fromkeys(("pad", "padding", "p", "zeropad", "zeropadding"), "padding"),
    **dict.fromkeys(("dilation", "dilationrate"), "dilation"),
    **dict.fromkeys(("groups", "group"), "groups"),
    **dict.fromkeys(("kernelsize", "kernel", "filtersize", "poolsize", "window", "size"), "kernel_size"),
    **dict.fromkeys(("filters", "outchannels", "channels", "maps", "out", "units", "outputs", "features"), "count"),
    **dict.fromkeys(("k", "f", "rate"), ""),
}
#: The words behind a number of filters or of outputs.
_COUNTED = frozenset(
    {
        *(
            "filter",
            "filters",
            "channel",
            "channels",
            "kernel",
            "kernels",
            "map",
            "maps",
            "featuremaps",
            "outputchannels",
        ),
        *(
            "outchannels",
            "units",
            "unit",
            "hiddenunits",
            "neurons",
            "neuron",
            "nodes",
            "outputs",
            "classes",
            "features",
        ),
        *("d", "dim", "dimensional", "way"),
    }
)
#: The words behind a size.
_SIZED = frozenset({"filter", "filters", "kernel", "kernels", "window", "windows", "receptivefield"})
_GLUE = frozenset({"with", "of", "at", "and", "a", "an", "the", "using"})
_SHORT = re.compile(r"(?P<key>s|stride|p|pad|k|f)(?P<number>\d{1,6})", re.IGNORECASE)
_CROSSES = re.compile(r"(?:[xX]\d{1,6}){1,3}")


def begins_line(reader: Reader) -> bool:
    """Whether the next word is the first of another line than the word before."""
    if not reader.position:
        return False
    return reader.source.find("\n", reader.tokens[reader.position - 1].at, reader.next.at) >= 0


@final
class Attributes:
    """Reads attributes one behind the other.

    Args:
        reader: the reader of the text.

    Attributes:
        values: those with a word or a sign, by torch's names; "count" is a number of filters or of outputs.
        numbers: numbers without a word.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.first = reader.position
        self.values: dict[str, Any] = {}
        self.numbers: list[int] = []

    def take(self) -> bool:
        """Take the next attribute; False where none stands, or one that is there already."""
        reader = self.reader
        start = reader.position
        while fold(reader.next.text) in _GLUE and not begins_line(reader):
            reader.take()
        if reader.position != self.first and begins_line(reader):
            reader.position = start
            return False
        token = reader.next
        match token.kind, token.text:
            case "int", _:
                taken = self.number()
            case "float", text:
                reader.take()
                taken = self.add("p", float(text))
            case "op", "/":
                taken = self.step()
            case "op", "(":
                taken = self.bracket()
            case "name", _:
                taken = self.word(token)
            case _:
                taken = False
        if not taken:
            reader.position = start
        return taken

    def add(self, key: str, value: Any) -> bool:
        if key in self.values:
            return False
        self.values[key] = value
        return True

    def number(self) -> bool:
        """A size such as 3x3, or a number, perhaps with what it counts."""
        sizes = self.sizes()
        if len(sizes) > 1:
            self.take_word(_SIZED)
            return self.add("kernel_size", sizes)
        if self.reader.next.text == "-" and fold(self.reader.second.text) in _COUNTED:
            self.reader.take()
        if self.take_word(_COUNTED):
            return self.add("count", sizes[0])
        self.numbers.append(sizes[0])
        return True

    def sizes(self) -> tuple[int, ...]:
        """A number, or several with crosses between them; the cross of ``64 x2`` says how often, not how large."""
        reader = self.reader
        is_joined = reader.tokens[reader.position - 1].text == "-"
        sizes = [int(reader.take().text)]
        while True:
            cross = reader.next
            gap = self.gap(0)
            if cross.kind == "name" and _CROSSES.fullmatch(cross.text) and not gap:
                sizes += map(int, re.findall(r"\d+", reader.take().text))
            elif (
                cross.text in ("x", "X", "*") and reader.second.kind == "int" and gap == self.gap(1) <= (not is_joined)
            ):
                reader.take()
                sizes.append(int(reader.take().text))
            else:
                return tuple(sizes)

    def gap(self, by: int) -> bool:
        """Whether a space stands before the next word, or before the one behind it."""
        before, token = self.reader.tokens[self.reader.position + by - 1 : self.reader.position + by + 1]
        return token.at > before.at + len(before.text)

    def step(self) -> bool:
        """A stride behind a slash."""
        reader = self.reader
        reader.take()
        match = re.fullmatch(r"[sS]?(\d{1,6})", reader.next.text)
        return match is not None and bool(reader.take()) and self.add("stride", int(match[1]))

    def bracket(self) -> bool:
        """Attributes in brackets."""
        reader = self.reader
        reader.take()
        before = dict(self.values), list(self.numbers)
        reader.nest(1)
        while self.take():
            reader.take_if(",")
        reader.nest(-1)
        if reader.next.text == ")" and (self.values, self.numbers) != before:
            reader.take()
            return True
        self.values, self.numbers = before
        return False

    def word(self, token: Token) -> bool:
        """A word with its value, or one that is a padding by itself."""
        reader = self.reader
        short = _SHORT.fullmatch(token.text)
        if short is not None:
            reader.take()
            return self.keyed(short["key"], int(short["number"]))
        word = fold(reader.take().text)
        if word in ("same", "valid"):
            self.take_word(frozenset({"padding", "pad"}))
            return self.add("padding", word)
        if word == "unpadded" or (word == "no" and self.take_word(frozenset({"padding", "pad"}))):
            return self.add("padding", 0)
        if fold(word + reader.next.text) in _KEYS:
            word = fold(word + reader.take().text)
        if word not in _KEYS:
            return False
        for sign in ("=", ":"):
            reader.take_if(sign)
        if fold(reader.next.text) in ("same", "valid") and _KEYS[word] == "padding":
            return self.add("padding", fold(reader.take().text))
        if reader.next.kind == "float" and word in ("p", "rate"):
            return self.add("p", float(reader.take().text))
        if fold(reader.next.text) == "of":
            reader.take()
        return reader.next.kind == "int" and self.keyed(word, self.sizes())

    def keyed(self, word: str, value: int | tuple[int, ...]) -> bool:
        """An attribute by its word."""
        sizes = value if isinstance(value, tuple) else (value,)
        return self.add(_KEYS[word.lower()] or word.lower(), sizes if len(sizes) > 1 else sizes[0])

    def take_word(self, words: frozenset[str]) -> bool:
        """Take a word, or two that are one without the space between them."""
        reader = self.reader
        if reader.next.kind != "name":
            return False
        both = fold(reader.next.text + reader.second.text) if reader.second.kind == "name" else ""
        length = 2 if both in words else int(fold(reader.next.text) in words)
        reader.position += length
        return bool(length)
