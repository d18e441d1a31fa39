"""The families of layers: the modules of this room that declare some."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.registry import REGISTRY

FAMILIES = (
    "activation",
    "adaptive",
    "attention",
    "capsule",
    "conv",
    "dropout",
    "linear",
    "merge",
    "norm",
    "pad",
    "pool",
    "recurrent",
    "reshape",
    "sized",
    "upsample",
)


def layer_classes() -> dict[str, type[Layer]]:
    """Every registered layer class by its name."""
    _import_all()
    return REGISTRY


@cache
def _import_all() -> None:
    for family in FAMILIES:
        import_module(f"shapecalc.layers.{family}")
