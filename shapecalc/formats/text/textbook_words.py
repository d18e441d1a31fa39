"""The words of textbooks for kinds of layers: conv, max pool, fully connected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from shapecalc.formats.text.attributes import begins_line
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.vocabulary import fold

_ENDS = ("", "layer", "layers")
#: What each word means, by its letters alone.
_KINDS: dict[str, str] = {
    word + end: kind
    for kind, words in {
        "conv": ("conv", "convolution", "convolutional", "conv1d", "conv2d", "conv3d"),
        "deconv": (
            "deconv",
            "transposeconv",
            "transposeconvolution",
            "deconvolution",
            "upconv",
            "upconvolution",
            "transposedconv",
            "transposedconvolution",
        ),
        "MaxPool": ("pool", "pooling", "maxpool", "maxpooling", "maxpool1d", "maxpool2d", "maxpool3d"),
        "AvgPool": ("avgpool", "avgpooling", "averagepool", "averagepooling", "avgpool1d", "avgpool2d", "avgpool3d"),
        "AdaptiveAvgPool": ("globalavgpool", "globalavgpooling", "globalaveragepool", "globalaveragepooling", "gap"),
        "AdaptiveMaxPool": ("globalmaxpool", "globalmaxpooling"),
        "fc": ("fc", "fullyconnected", "dense", "linear", "lazylinear"),
        "BatchNorm": ("bn", "batchnorm", "batchnormalization", "batchnormalisation"),
        "Softmax": ("softmax",),
        "Dropout": ("dropout",),
        "Upsample": ("upsample", "upsampling"),
        "input": ("input", "inputimage"),
    }.items()
    for word in words
    for end in _ENDS
}
_WORDS = 4
_DIGITS = re.compile(r"(?P<word>\D+?)[-_]?(?P<number>\d{1,9})?(?P<cross>(?<=\d)(?:x\d{1,9}){0,2})?", re.IGNORECASE)


class Word(NamedTuple):
    """A word for a kind of layer, with the number or the sizes that are a part of it, and the name that it may be."""

    kind: str
    number: int | None
    sizes: tuple[int, ...]
    text: str
    label: str = ""


def has_textbook_words(words: Iterable[str]) -> bool:
    """Whether one of some words means a layer, alone or with a number."""
    matches = (_DIGITS.fullmatch(word) for word in words)
    return any(match is not None and fold(match["word"]) in _KINDS for match in matches)


def is_word(reader: Reader) -> bool:
    """Whether the next words mean a layer."""
    position = reader.position
    word = take_word(reader)
    reader.position = position
    return word is not None


def take_word(reader: Reader) -> Word | None:
    """The longest of the next words that means a layer: ``max pool``, ``fully-connected``, ``conv3``."""
    start = reader.position
    texts: list[str] = []
    longest: tuple[int, Word] | None = None
    while len(texts) < _WORDS and reader.next.kind == "name" and not (texts and begins_line(reader)):
        texts.append(reader.take().text)
        match = _DIGITS.fullmatch("".join(texts))
        kind = "" if match is None else _KINDS.get(fold(match["word"]), "")
        if _KINDS.get(fold("".join(texts))):
            kind, match = _KINDS[fold("".join(texts))], None
        if kind:
            longest = reader.position, _word(kind, match, "".join(texts))
        if reader.next.text == "-" and reader.second.kind == "name":
            reader.take()
    reader.position = start if longest is None else longest[0]
    return None if longest is None else longest[1]


def _word(kind: str, match: re.Match[str] | None, text: str) -> Word:
    if match is None or match["number"] is None:
        return Word(kind, None, (), text)
    number = int(match["number"])
    sizes = tuple(map(int, re.findall(r"\d+", match["cross"] or "")))
    return Word(kind, number, (number, *sizes) if sizes else (), text)
