"""Where values stand: rectangles of cells on a sheet, and the tensors that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple, final

from openpyxl.utils import get_column_letter, quote_sheetname

#: A sheet's name that a formula takes without quotes: too long for a column, so that it is no cell either.
_PLAIN = re.compile(r"(?!TRUE|FALSE)[A-Za-z]{4,}[0-9]*")
#: What a sheet's name may not have, and how long it may be.
_FORBIDDEN, _LONGEST = re.compile(r"[^A-Za-z0-9_. -]"), 31


@final
class CellGrid(NamedTuple):
    """A rectangle of cells.

    Attributes:
        sheet: the name of its sheet.
        top, left: its first row and column, counted from 1.
        rows, columns: how many there are.
    """

    sheet: str
    top: int
    left: int
    rows: int
    columns: int

    def cell(self, row: int, column: int, home: str, *, fixed: bool = False) -> str:
        """A cell as a formula on the sheet ``home`` writes it; with ``fixed``, so that it stays in copies of it."""
        letters, number = _letters(self.left + column), self.top + row
        return self._on(home) + (f"${letters}${number}" if fixed else f"{letters}{number}")

    def area(self, rows: range, columns: range, home: str, *, fixed: bool = False) -> str:
        """The cells of neighbouring rows and columns, likewise."""
        first = self.cell(rows[0], columns[0], home, fixed=fixed)
        if len(rows) == len(columns) == 1:
            return first
        return f"{first}:{self.cell(rows[-1], columns[-1], self.sheet, fixed=fixed)}"

    def areas(self, rows: range, columns: range, home: str) -> list[str]:
        """The cells of some rows and columns, in one piece where they are neighbours."""
        if (rows.step == 1 or len(rows) == 1) and (columns.step == 1 or len(columns) == 1):
            return [self.area(rows, columns, home)]
        return [self.cell(row, column, home) for row in rows for column in columns]

    def _on(self, home: str) -> str:
        return "" if self.sheet == home else f"{in_formula(self.sheet)}!"


@final
class PlacedTensor(NamedTuple):
    """A tensor on a sheet: features below each other, channels x length as rows, of images a grid for each channel.

    Attributes:
        shape: its sizes, without the batch.
        grids: where it stands.
    """

    shape: tuple[int, ...]
    grids: tuple[CellGrid, ...]

    def cell(self, index: tuple[int, ...], home: str) -> str:
        """The cell of an entry, as a formula on the sheet ``home`` writes it."""
        grid, row, column = self.place(index)
        return grid.cell(row, column, home)

    def place(self, index: tuple[int, ...]) -> tuple[CellGrid, int, int]:
        """The grid of an entry, and its row and column there."""
        match index:
            case (feature,):
                return self.grids[0], feature, 0
            case (channel, position):
                return self.grids[0], channel, position
            case (channel, row, column):
                return self.grids[channel], row, column
        raise ValueError(f"A tensor of {len(index)} dimensions has no place on a sheet.")

    def window(self, channel: int, positions: tuple[range, ...]) -> tuple[CellGrid, range, range]:
        """The grid, the rows and the columns of a window over the axes behind the channels."""
        if len(positions) == 1:
            return self.grids[0], range(channel, channel + 1), positions[0]
        rows, columns = positions
        return self.grids[channel], rows, columns


def indices(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The indices of all entries of a shape, the last dimension running fastest."""
    if not shape:
        yield ()
        return
    for first in range(shape[0]):
        for others in indices(shape[1:]):
            yield (first, *others)


def in_formula(name: str) -> str:
    """A sheet's name as a formula has it: in quotes where it could be taken for something else."""
    return name if _PLAIN.fullmatch(name) else str(quote_sheetname(name))


def sheet_names(names: Iterable[str]) -> dict[str, str]:
    """For each node a name that a sheet may have, and that no other has, upper and lower case being the same."""
    chosen: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        base = _FORBIDDEN.sub("_", name).strip(" '") or "layer"
        title, number = base[:_LONGEST], 1
        while title.lower() in used:
            number += 1
            ending = f" {number}"
            title = base[: _LONGEST - len(ending)] + ending
        used.add(title.lower())
        chosen[name] = title
    return chosen


@cache
def _letters(column: int) -> str:
    return str(get_column_letter(column))
