"""What is true of the layers that torch prints, whatever the order in which they run: their parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, plain, total
from shapecalc.errors import ShapecalcError
from shapecalc.formats.printed.chain import listed, printed_layers
from shapecalc.formats.printed.leaves import ATTENTION, MISSING, read_attention, read_leaf
from shapecalc.formats.printed.tree import Module
from shapecalc.measures.parameters import layer_tensors
from shapecalc.page import Column, Notes, Page, Presentable, Table
from shapecalc.page.numbers import thousands

_COLUMNS = (Column("name"), Column("layer", least=24), Column("parameters", "right"))
_ORDER = "not printed; sizes, work, memory and fields need it"
_ATTENTION = "kdim and vdim, which are not printed, to be embed_dim"


@final
class PrintedLayer(NamedTuple):
    """A layer of a print.

    Attributes:
        name: its full name, as in a state_dict.
        layer: the layer as text.
        parameters: how many it has; None where they are not known.
        module: as it is printed.
    """

    name: str
    layer: str
    parameters: Int | None
    module: Module


@final
@dataclass(frozen=True, eq=False, repr=False)
class Inventory(Presentable):
    """The layers of a print; see :func:`take_inventory`.

    Attributes:
        layers: the layers, in the order of the print.
        classes: the classes that hold them, and may hold tensors of their own, which torch does not print.
    """

    layers: tuple[PrintedLayer, ...]
    classes: tuple[str, ...]

    @property
    def parameters(self) -> Int:
        """Those of the layers that are known."""
        return total([layer.parameters for layer in self.layers if layer.parameters is not None])

    def notes(self) -> Iterator[tuple[str, str]]:
        """What the numbers hold, and what they leave out."""
        unknown = [layer.name for layer in self.layers if layer.parameters is None]
        without = f", without {listed(unknown)}, whose classes are not known" if unknown else ""
        yield "parameters", f"{thousands(self.parameters)}{without}"
        if self.classes:
            yield "besides", f"tensors of their own that {listed(list(self.classes))} may have; torch prints none"
        attention = [layer.name for layer in self.layers if layer.module.cls == ATTENTION]
        if attention:
            yield "assumed", f"{_ATTENTION}: {listed(attention)}"
        yield "order", _ORDER

    def page(self) -> Page:
        rows = tuple(
            [
                (row.name, row.layer, "not known" if row.parameters is None else thousands(row.parameters))
                for row in self.layers
            ]
        )
        return Page((Table(_COLUMNS, rows), Notes(tuple(self.notes()), margin=12)))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is not known is null."""
        is_known = all(layer.parameters is not None for layer in self.layers)
        return {
            "input": None,
            "parameters": plain(self.parameters) if is_known else None,
            "layers": [
                {"name": row.name, "layer": row.layer, "parameters": plain(row.parameters)} for row in self.layers
            ],
            "warnings": [f"{title}: {words}" for title, words in self.notes() if title != "parameters"],
        }


def take_inventory(text: str) -> Inventory:
    """The parameters of each layer that a text prints, as torch prints a module; their order is not read.

    Args:
        text: the print.

    Raises:
        SpecError: it is no print of torch, or has too many layers.
    """
    leaves, classes = printed_layers(text)
    return Inventory(tuple([_row(text, leaf.name, leaf.module) for leaf in leaves]), tuple(classes))


def _row(text: str, name: str, module: Module) -> PrintedLayer:
    if module.cls in MISSING and not module.children:  # all of these are without parameters
        return PrintedLayer(name, f"{module.cls}(...)", 0, module)
    try:
        layer = read_attention(text, module) if module.cls == ATTENTION else read_leaf(text, module)
        words = repr(layer) if module.cls != ATTENTION else f"{ATTENTION}({layer.values['embed_dim']}, ...)"
        return PrintedLayer(name, words, layer_tensors(layer).parameters, module)
    except ShapecalcError:
        return PrintedLayer(name, module.cls or "?", None, module)
