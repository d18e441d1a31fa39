"""What a layer of a program does to its input, with the derivation of each number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecalc.checking.verdict import LineResult
from shapecalc.derivations import explain
from shapecalc.errors import ShapecalcError
from shapecalc.formats import parse
from shapecalc.page import Page
from shapecalc.page.blocks import Derivation

#: How many layers of a line are explained.
EXPLAINED = 3


def hover_text(results: Sequence[LineResult]) -> str:
    """The derivations of the layers that run on a line, in Markdown; "" where none runs."""
    texts = dict.fromkeys(text for each in results for text in _derivations(each))
    return "\n\n".join([*texts][:EXPLAINED])


def _derivations(result: LineResult) -> Iterator[str]:
    for name, layer, shape in result.layers:
        try:
            page = explain(parse(repr(layer), input_shape=shape)).page()
        except ShapecalcError:  # a layer that reads several inputs, or that no spec says
            continue
        derivation = next((block for block in page.blocks if isinstance(block, Derivation)), None)
        if derivation is not None:
            yield Page((derivation._replace(name=name or derivation.name),)).markdown().strip()
