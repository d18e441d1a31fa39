"""The field's letters for the names in formulas, and a tree written in them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from shapecalc.algebra import Name, text

#: W input size, F kernel, S stride, P padding, D input depth, K filters; a few more where the field has them.
LETTERS = MappingProxyType(
    {
        "kernel_size": "F",
        "stride": "S",
        "padding": "P",
        "before": "P₁",
        "after": "P₂",
        "dilation": "d",
        "groups": "G",
        "output_padding": "A",
        "in_channels": "D",
        "out_channels": "K",
        "num_features": "D",
        "num_channels": "D",
        "upscale_factor": "r",
        "downscale_factor": "r",
        "n_out": "N",
        # of a receptive field: its size, its jump and its start, and how a window steps through it
        "field": "r",
        "jump": "j",
        "start": "s",
        "step": "S",
        "left": "P",
    }
)


def letter(name: Name) -> str:
    """The letter for a name; names that the field has no letter for stay words."""
    return LETTERS.get(name.name, name.name)


def written(tree: Any) -> str:
    """A tree, or a tuple of them, in letters."""
    if isinstance(tree, tuple):
        return f"({', '.join(map(written, tree))})"
    return text(tree, letter)
