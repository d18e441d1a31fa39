"""A case: a layer's arguments and the shapes of its inputs, as the strategies draw it; it does not need torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapecalc.layers import REGISTRY, Layer


@dataclass(frozen=True)
class Case:
    """Arguments of a layer and the shapes that it is given, without the batch."""

    name: str
    arguments: dict[str, Any]
    shapes: tuple[tuple[int, ...], ...]
    lazy: bool = False


def layer_of(case: Case) -> Layer:
    """The engine's layer of a case."""
    cls = REGISTRY[case.name]
    return cls(**({**cls.lazy_defaults, **case.arguments} if case.lazy else case.arguments))
