"""What stands in the boxes of a graph, broken into lines, and how large the boxes are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, final

from shapecalc.drawing.graph.boxes import Box, Kind
from shapecalc.drawing.graph.placement import Size
from shapecalc.drawing.lettering import shortened, text_width, wrapped
from shapecalc.drawing.theme import LINE, SIZE, SMALL

#: Between the text of a box and its sides, in pixels.
INSET = 12.0
#: How wide the text of a box may be; that of a refusal is a sentence or two.
WIDEST, _WIDEST_REFUSAL = 270.0, 380.0
#: How long a reason may be, in lines.
_REASON_LINES = 12


@final
class Inscription(NamedTuple):
    """What stands in a box, in lines that fit."""

    heading: str
    layers: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def size(self) -> Size:
        """How large the box is."""
        widths = [
            text_width(self.heading, SIZE, bold=True),
            *(text_width(line, SIZE) for line in self.layers),
            *(text_width(line, SMALL) for line in self.notes),
        ]
        rows = 1 + len(self.layers) + len(self.notes)
        return Size(max(widths) + 2 * INSET, LINE * rows + INSET)

    def __str__(self) -> str:
        return "\n".join((self.heading, *self.layers, *self.notes))


def inscription(box: Box, block: str) -> Inscription:
    """The texts of a box, broken into lines; the name of the block that its frame has is left out."""
    widest = _WIDEST_REFUSAL if box.kind is Kind.REFUSED else WIDEST
    layers = _in_lines(box.layers, " → ", widest, SIZE)
    notes = box.shapes if box.kind is Kind.INPUT else box.notes
    if box.kind is not Kind.REFUSED:
        notes = tuple(_in_lines(notes, " · ", widest, SMALL))
    heading = box.heading.removeprefix(f"{block}.") if block else box.heading
    return Inscription(
        shortened(heading, widest, SIZE, bold=True, at_end=True),
        tuple([line for layer in layers for line in wrapped(layer, widest, SIZE)]),
        tuple([line for note in notes for line in wrapped(note, widest, SMALL, most=_REASON_LINES)]),
    )


def _in_lines(texts: Iterable[str], between: str, width: float, size: float) -> list[str]:
    """Texts in as few lines as they fit in, without breaking one."""
    rows: list[str] = []
    for text in texts:
        longer = f"{rows[-1]}{between}{text}" if rows else text
        if rows and text_width(longer, size) <= width:
            rows[-1] = longer
        else:
            rows.append(text)
    return rows
