"""The families of layers: the modules of this room that declare some."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.registry import REGISTRY, WORDS

FAMILIES = (
    "activation",
    "adaptive",
    "arithmetic",
    "attention",
    "capsule",
    "conv",
    "deformable",
    "dimensions",
    "dropout",
    "linear",
    "merge",
    "norm",
    "pad",
    "parameter",
    "pieces",
    "pool",
    "recurrent",
    "reduction",
    "reshape",
    "sized",
    "torchvision",
    "unpool",
    "upsample",
)

#: Words that other libraries take where torch takes a number.
_FOREIGN_WORDS = ("full", "global")
#: Shorter ones, max, row and sum, may name a number; an argument that takes a word refuses them without quotes.
_SHORTEST_WORD = 4


def layer_classes() -> dict[str, type[Layer]]:
    """Every registered layer class by its name."""
    _import_all()
    return REGISTRY


def is_argument_word(text: str) -> bool:
    """Whether a text is a word that some layer's argument takes, in upper or lower case; then it is no name.

    A short text is none, and needs no family imported.
    """
    if len(text) < _SHORTEST_WORD:
        return False
    _import_all()
    return text.lower() in WORDS or text.lower() in _FOREIGN_WORDS


@cache
def _import_all() -> None:
    for family in FAMILIES:
        import_module(f"shapecalc.layers.{family}")
