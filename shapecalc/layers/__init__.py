"""The layers: one small class each, declared once.

A family is imported when one of its layers is needed, and all of them when a layer is looked up by its name.
"""

from typing import TYPE_CHECKING

from shapecalc.layers.core.conditions import Require as Require
from shapecalc.layers.core.kinds import Shape as Shape
from shapecalc.layers.core.layer import Layer as Layer
from shapecalc.layers.core.shapes import counted_text as counted_text
from shapecalc.layers.core.shapes import shape_text as shape_text
from shapecalc.layers.families import is_argument_word as is_argument_word
from shapecalc.layers.families import layer_classes as layer_classes

if TYPE_CHECKING:
    from shapecalc.layers.core.registry import REGISTRY as REGISTRY


def __getattr__(name: str) -> type[Layer]:
    """Every registered layer is an attribute of this room: ``shapecalc.layers.Conv2d``."""
    classes = layer_classes()
    if name in classes:
        return classes[name]
    if name == "REGISTRY":
        return classes  # type: ignore[return-value]  # its type is declared above
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
