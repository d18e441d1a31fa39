"""Formulas in the field's letters, as people write them, in the names that the formulas of layers have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecalc.algebra import Int, Name
from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.line import Line
from shapecalc.grading.mistakes.names import INPUTS, OUTPUTS
from shapecalc.layers.core.letters import letter

#: The name that each letter stands for. C is D, as many write it.
NAMES: Mapping[Name, Name] = MappingProxyType(
    {
        Name(sign): Name(name)
        for sign, name in {
            "F": "kernel_size",
            "S": "stride",
            "P": "padding",
            "d": "dilation",
            "G": "groups",
            "A": "output_padding",
            "D": "in_channels",
            "C": "in_channels",
            "K": "out_channels",
            "r": "field",
            "j": "jump",
        }.items()
    }
)


def in_names(tree: Int) -> Int:
    """A formula with the names of a layer in the place of letters; other letters stay."""
    return substitute(tree, dict(NAMES))


def on_line(tree: Int, line: Line) -> Int | None:
    """A formula in letters with the names of a line; None where the line has no number for one of its letters."""
    by_letter: dict[Name, Int] = {}
    for name, number in line.numbers.items():
        if isinstance(number, int) and not isinstance(number, bool):
            by_letter.setdefault(Name(letter(name)), name)
            if name.name in INPUTS:  # of a dense layer as well
                by_letter |= {Name("D"): name, Name("C"): name}
            elif name.name in OUTPUTS:
                by_letter[Name("K")] = name
    by_letter |= {sign: name for sign, name in NAMES.items() if name in line.numbers}
    missing = substitute(tree, dict.fromkeys(by_letter, 0))
    return substitute(tree, by_letter) if isinstance(missing, int) else None
