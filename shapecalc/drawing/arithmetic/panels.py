"""The maps and the kernel of a picture of arithmetic, cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.arithmetic.numbers import CellValue
from shapecalc.drawing.arithmetic.readings import AxisReading
from shapecalc.drawing.svg import add, group, number
from shapecalc.kernels.application import Cell

#: Above each map for its label and the line below it.
HEAD = 42.0


@final
class Panel(NamedTuple):
    """A map of cells, with a label.

    Attributes:
        label: what it is, with its shape.
        note: a second line, such as what surrounds it; or "".
        rows: from which row to which it is drawn; those below 0 and from the size on are padding.
        columns: likewise.
        size: how many rows and columns it has without padding.
        padded: from where to where the padding of the arguments reaches, along rows and columns.
        numbers: what stands in the cells, or nothing.
        cell: how large one is, in pixels.
        left: where it begins, in pixels.
    """

    label: str
    note: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    size: Cell
    padded: tuple[tuple[int, int], tuple[int, int]]
    numbers: Mapping[Cell, CellValue]
    cell: float
    left: float

    @property
    def width(self) -> float:
        """How wide its cells are together."""
        return (self.columns[1] - self.columns[0]) * self.cell

    @property
    def height(self) -> float:
        """How high its cells are together."""
        return (self.rows[1] - self.rows[0]) * self.cell

    def corner(self, cell: Cell) -> tuple[float, float]:
        """The left upper corner of a cell."""
        return self.left + (cell[1] - self.columns[0]) * self.cell, HEAD + (cell[0] - self.rows[0]) * self.cell

    def path(self, cells: Collection[Cell]) -> str:
        """The outline of some cells, each by itself."""
        side = number(self.cell)
        corners = [self.corner(cell) for cell in sorted(cells)]
        return "".join(f"M{number(x)},{number(y)}h{side}v{side}h-{side}z" for x, y in corners)

    def paint(self, canvas: Element) -> None:
        """Add the labels, the cells and their numbers."""
        add(canvas, "text", self.label, class_="name", x=self.left, y=14)
        add(canvas, "text", self.note, class_="small faint", x=self.left, y=31)
        cells = [(row, column) for row in range(*self.rows) for column in range(*self.columns)]
        kinds: dict[str, list[Cell]] = {}
        for cell in cells:
            kinds.setdefault(self.kind(cell), []).append(cell)
        for kind, members in kinds.items():
            add(canvas, "path", class_=f"cell {kind}", d=self.path(members))

    def paint_numbers(self, canvas: Element) -> None:
        """Add what stands in the cells, above what a step marks."""
        digits = group(canvas, class_="digits")
        for cell, value in self.numbers.items():
            x, y = self.corner(cell)
            text = f"{value}".replace("-", "−")
            add(digits, "text", text, class_="middle small", x=x + self.cell / 2, y=y + self.cell / 2 + 4)

    def kind(self, cell: Cell) -> str:
        """Whether a cell is of the map, of its padding, or beyond that."""
        pairs = list(zip(cell, self.size, self.padded, strict=True))
        if all(0 <= place < size for place, size, _ in pairs):
            return "own"
        return "pad" if all(low <= place < high for place, _, (low, high) in pairs) else "beyond"


def surroundings(axes: Sequence[AxisReading], *, multiplies: bool) -> str:
    """What is drawn around a map, in words; a layer that does not multiply has no zeros there."""
    words = []
    if any(axis.padded != (0, axis.size) for axis in axes):
        size = "x".join(str(high - low) for low, high in (axis.padded for axis in axes))
        edge = next((axis.edge for axis in axes if axis.edge != "zeros"), "zeros" if multiplies else "")
        words.append(f"padded to {size}{edge and f' ({edge})'}")
    if any(axis.low < axis.padded[0] or axis.high > axis.padded[1] for axis in axes):
        words.append("windows reach beyond")
    return ", ".join(words)
