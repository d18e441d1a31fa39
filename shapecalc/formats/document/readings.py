"""The texts of a network file, read: layers and blocks with the values of the file's letters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError
from shapecalc.formats.keras.vocabulary import has_keras_words
from shapecalc.formats.text.chain import NO_LAYERS, assumptions, read_call, read_calls
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.grammar import Call
from shapecalc.formats.text.textbook_words import has_textbook_words
from shapecalc.formats.text.tokens import tokens
from shapecalc.formats.text.vocabulary import find_layer
from shapecalc.layers import Layer, Shape


@final
class NamedLayer(NamedTuple):
    """A layer in a text, and the name that the text gives its node, or ""."""

    layer: Layer
    node: str


#: The content of a text.
Calls = tuple[Call | NamedLayer, ...]


@remember(parts=lambda words: len(words[0]))
def words_of(text: str, blocks: frozenset[str]) -> tuple[tuple[str, ...], bool]:
    """The words of a text that may be letters of its file, and whether its layers depend on what reaches them."""
    words = tokens(text)
    letters = {word.text: None for word in words if word.kind == "name" and not find_layer(word.text)}
    # what a layer or an argument is called is no layer
    alone = {word.text for word, after in pairwise(words) if word.text in letters and after.text != "="}
    return (*letters,), has_keras_words(words) or has_textbook_words(alone - blocks)


def type_of(value: Any) -> Any:
    """The type of a value, or those of a tuple's: 1 equals True, but layers are written with the one or the other."""
    return tuple(map(type_of, value)) if isinstance(value, tuple) else type(value)


@remember(parts=lambda reading: len(reading[0]))
def read_text(
    text: str, blocks: frozenset[str], shape: Shape, values: tuple[tuple[str, Any, Any], ...]
) -> tuple[Calls, Mapping[str, None]]:
    """The layers and blocks in a text, and what it leaves open; blocks, repeats and other nets read a text many times.

    Args:
        text: the text.
        blocks: the names of the blocks of its file.
        shape: the input of the first layer.
        values: those of its letters (:func:`words_of`) that have a value, with the value and its type.

    Raises:
        SpecError: it cannot be read.
    """
    reader = Reader(text, {name: value for name, value, _ in values})
    calls = tuple(
        call if call.name in blocks else NamedLayer(read_call(reader, call), call.node)
        for call in read_calls(reader, blocks, shape=shape)
    )
    reader.expect_end()
    if reader.input_shape:
        raise SpecError("the input of a network file stands at its key input.")
    if not calls:
        raise SpecError(NO_LAYERS)
    return calls, MappingProxyType(dict.fromkeys(assumptions(reader)))
