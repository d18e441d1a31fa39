"""How often a part of a chain is written: ``2 x Conv2d(...)``, ``[conv3-64, relu] * 2``, ``conv3-64 (x2)``."""

from __future__ import annotations

import re

from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.tokens import MAX_LAYERS, Token
from shapecalc.formats.text.vocabulary import find_layer

_COPIES = "[...] * n is read as copies with weights of their own; Python repeats the same layers"
#: The signs between a number and what it repeats.
_TIMES = ("x", "X", "*")
_SIGNS = frozenset("xX*(")
_GLUED = re.compile(r"[xX](\d{1,6})")


def is_times_ahead(reader: Reader) -> bool:
    """Whether a number stands before a layer or a bracket."""
    if reader.next.kind != "int":
        return False
    cross, behind = _token(reader, 1), _token(reader, 2)
    return cross.text in _TIMES and (behind.kind == "name" or behind.text == "(")


def times_ahead(reader: Reader) -> int | None:
    """The number before a layer or a bracket, which is taken; None if there is none."""
    if not is_times_ahead(reader):
        return None
    number = reader.next
    reader.position += 2
    return _checked(reader, number)


def times_behind(reader: Reader) -> int | None:
    """The number behind a layer or a bracket, which is taken; None if there is none.

    Raises:
        SpecError: it is a letter, or repeats nothing or too often.
    """
    if reader.next.text[:1] not in _SIGNS:
        return None
    is_open = reader.next.text == "("
    sign, number = _token(reader, is_open), _token(reader, is_open + 1)
    glued = _GLUED.fullmatch(sign.text) if sign.kind == "name" else None
    length = 1 if glued else 2
    if is_open and _token(reader, 1 + length).text != ")":
        return None
    if glued is None:
        if sign.text not in _TIMES:
            return None
        if number.kind != "int":
            if sign.text == "*" and number.kind == "name" and len(number.text) == 1:
                raise reader.error(f"write a number for {number.text}: how often are the layers repeated", number.at)
            return None
        text = number.text
    else:
        text = glued[1]
    reader.position += length + 2 * is_open
    return _checked(reader, sign._replace(text=text))


def say_copies(reader: Reader, start: int, names: list[str]) -> None:
    """Have the net say that copies have weights of their own, where Python's list repeats the same layers.

    Args:
        reader: the reader of the text, behind the number.
        start: the position of the bracket.
        names: the layers that are repeated; those in a textbook's words are no list of Python's.
    """
    opening, sign = reader.tokens[start], reader.tokens[reader.position - 2]
    classes = [find_layer(name) for name in names if not name.startswith("Lazy")]
    is_list = reader.source[opening.at : opening.at + 1] == "[" and reader.source[sign.at] == "*"
    if is_list and any(cls is not None and cls.infers for cls in classes):
        reader.remarks[_COPIES] = None


def _token(reader: Reader, by: int) -> Token:
    return reader.tokens[min(reader.position + by, len(reader.tokens) - 1)]


def _checked(reader: Reader, number: Token) -> int:
    """The number itself, if it is in bounds."""
    times = int(number.text)
    if not 1 <= times <= MAX_LAYERS:
        raise reader.error(f"layers are repeated 1 to {MAX_LAYERS:,} times, not {times}", number.at)
    return times
