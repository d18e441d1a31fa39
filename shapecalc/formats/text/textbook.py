"""Layers in the words of textbooks and papers: conv3-64, 3x3 conv, 64, /2, maxpool2, fc-4096.

They are those of table 1 in Simonyan and Zisserman, 2015 (https://arxiv.org/abs/1409.1556) and of figure 3 in He et
al., 2016 (https://arxiv.org/abs/1512.03385): a convolution keeps the size, or what its stride leaves of it, unless a
padding is written; a pooling halves it unless a number says by how much; and a fully connected layer reads all values.
What papers write in the same words and mean in two ways is not read.
"""

from __future__ import annotations

import re

from shapecalc.formats.text.attributes import Attributes
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.repeats import is_times_ahead
from shapecalc.formats.text.textbook_layers import Spelling, TextbookLayer, two_readings
from shapecalc.formats.text.textbook_words import Word, is_word, take_word

#: What a textbook writes for a convolution and its filters in one word: 64C3.
_GLUED = re.compile(r"[cC](\d{1,4})")


def textbook_layer(reader: Reader, axes: int, *, flat: bool) -> Spelling | None:
    """The layer that the next words write, which are taken; None where they write none.

    Args:
        reader: the reader of the text.
        axes: the rank of the layers.
        flat: whether a vector reaches it.

    Raises:
        SpecError: they have two readings, or leave something out.
    """
    start = reader.position
    attributes = Attributes(reader)
    while not is_word(reader) and attributes.take():
        _refuse_glued(reader, attributes, start, axes)
    word = take_word(reader)
    sizes = attributes.values.get("kernel_size")
    if word is None and not start and isinstance(sizes, tuple) and len(sizes) > 2:
        word = Word("input", None, (), "the text")  # 3x32x32 -> conv3-64
    if word is None:
        reader.position = start
        return None
    is_named = reader.take_if(":")
    sign = reader.next.text
    _take_behind(reader, attributes)
    is_name = is_named or (sign != "-" and "kernel_size" in attributes.values)
    if word.number is not None and not word.sizes and is_name:
        word = word._replace(label=word.text.lower(), number=None)
    if 0 in (*attributes.numbers, attributes.values.get("count"), attributes.values.get("stride"), word.number):
        reader.position = start
        return None
    spelling = TextbookLayer(reader, start, word, attributes, axes, sign=sign).spelling(flat=flat)
    if spelling is None:
        reader.position = start
        return None
    return spelling._replace(label=word.label)


def _take_behind(reader: Reader, attributes: Attributes) -> None:
    """The attributes behind a word, up to those of the next layer."""
    while True:
        start = reader.position
        if not (reader.next.text == "-" and reader.second.kind == "int" and reader.take()):
            reader.take_if(",")
        if _is_ahead(reader) or is_times_ahead(reader) or not attributes.take():
            reader.position = start
            return


def _is_ahead(reader: Reader) -> bool:
    """Whether a size stands here that belongs to the word behind it: ``maxpool, 3x3 conv``."""
    start = reader.position
    if reader.next.kind != "int" or reader.tokens[start - 1].text != ",":
        return False
    ahead = Attributes(reader)
    while not is_word(reader) and ahead.take():
        pass
    word = take_word(reader)
    reader.position = start
    return word is not None and ("kernel_size" in ahead.values or (word.kind == "fc" and "count" in ahead.values))


def _refuse_glued(reader: Reader, attributes: Attributes, start: int, axes: int) -> None:
    """Refuse 64C3, of which papers do not say whether it is padded.

    Raises:
        SpecError: with both readings.
    """
    glued = _GLUED.fullmatch(reader.next.text)
    if glued and attributes.numbers and not attributes.values:
        count, size = attributes.numbers[0], int(glued[1])
        reader.take()
        padding = size // 2 if size % 2 else '"same"'
        name = f"LazyConv{axes}d"
        raise two_readings(reader, start, f"{name}({count}, {size}, padding={padding})", f"{name}({count}, {size})")
