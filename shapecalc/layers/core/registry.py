"""The registry: every declared layer by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shapecalc.algebra.memo import MEMO
from shapecalc.layers.core.layer import Layer

#: Every layer that is declared so far, by its name.
REGISTRY: dict[str, type[Layer]] = {}

#: The words that arguments of these layers take.
WORDS: set[str] = set()

LayerClass = TypeVar("LayerClass", bound=type[Layer])


def register(cls: LayerClass) -> LayerClass:
    """Declare a layer: from here on every door knows it by its name."""
    if not cls.fields:  # where there are fields, declaring them has checked the formulas already
        cls.check_formulas()
    REGISTRY[cls.__name__] = cls
    MEMO.clear()  # what was read before may read differently now
    WORDS.update(*[field.kind.vocabulary for field in cls.fields.values()])
    return cls


def register_as(name: str) -> Callable[[LayerClass], LayerClass]:
    """Declare a layer under torch's name, where the package has another class of that name."""

    def renamed(cls: LayerClass) -> LayerClass:
        cls.__name__ = name
        return register(cls)

    return renamed
