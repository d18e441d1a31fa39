"""Layers in the words of textbooks: conv3-64, maxpool2, fc-4096.

They are those of table 1 in Simonyan and Zisserman, 2015 (https://arxiv.org/abs/1409.1556): a convolution keeps the
size, a pooling halves it unless a number says by how much, and a fully connected layer reads all values.
"""

from __future__ import annotations

import re
from typing import Any

from shapecalc.algebra import Int
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.tokens import Token

_WORD = re.compile(r"(?P<kind>conv|max_?pool|avg_?pool|pool|fc|soft)(?P<size>\d{1,9})?(?:x(?P=size))?", re.IGNORECASE)
_POOLS = {"pool": "MaxPool", "maxpool": "MaxPool", "avgpool": "AvgPool"}


def textbook_call(reader: Reader, token: Token, axes: int) -> tuple[str, list[Any], dict[str, Any]] | None:
    """The layer that a word and what stands behind it write: its name and its arguments; None where it is none.

    Args:
        reader: the reader of the text, behind the word.
        token: the word.
        axes: the rank of the layers.
    """
    match = _WORD.fullmatch(token.text)
    if match is None or reader.next.text == "(":
        return None
    kind = match["kind"].lower().replace("_", "")
    size = int(match["size"]) if match["size"] else None
    if kind == "soft":
        return ("Softmax", [], {"dim": 1}) if size is None and _take_word(reader, "max") else None
    number = _take_number(reader)
    match kind, size, number:
        case "conv", int(), int() if size > 0:
            return f"LazyConv{axes}d", [number, size], {"padding": (size - 1) // 2 if size % 2 else "same"}
        case "fc", None, int(features):
            return "LazyLinear", [features], {}
        case "fc", int(features), None:
            return "LazyLinear", [features], {}
        case (("pool" | "maxpool" | "avgpool"), _, _) if size is None or number is None:
            return f"{_POOLS[kind]}{axes}d", [size or number or 2], {}
    return None


def _take_number(reader: Reader) -> Int | None:
    """The number behind a dash, if there is one."""
    if reader.next.text != "-" or reader.second.kind != "int":
        return None
    reader.take()
    return int(reader.take().text)


def _take_word(reader: Reader, word: str) -> bool:
    if reader.next.text != "-" or reader.second.text.lower() != word:
        return False
    reader.take()
    reader.take()
    return True
