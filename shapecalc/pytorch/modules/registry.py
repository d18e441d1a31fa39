"""The modules of layers that torch has no class for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from torch import nn

from shapecalc.layers import Layer

Factory = TypeVar("Factory", bound=Callable[[Any], nn.Module])

#: For each such layer class, the function or class that makes a module of a completed layer.
FACTORIES: dict[type[Layer], Callable[[Any], nn.Module]] = {}


def module_for(*classes: type[Layer]) -> Callable[[Factory], Factory]:
    """A decorator for the module of a layer class that torch lacks.

    The decorated class or function is called with the layer, its omitted counts filled in, and gives a module that
    takes the layer's inputs, batch first. Its parameters and buffers have the names that the layer declares.

    Args:
        classes: the layer classes.

    Example, for a layer class ``CrossConv2d``: docs/how-to/add-a-layer.md.
    """

    def register(factory: Factory) -> Factory:
        for cls in classes:
            FACTORIES[cls] = factory
        return factory

    return register
