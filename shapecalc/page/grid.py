"""A table in plain text: its columns side by side, fitted to a width.

Where a table is too wide, its columns give way in this order, as far as needed:

1. the widest column is broken into lines, down to its least width or its longest word, then the widest again;
2. columns that stand below their neighbour move there;
3. the spaces between columns become narrower, if that is enough;
4. spare columns are left out, and named below the table; there is room first for those with the highest number;
5. columns of words become narrower than their least width;
6. words are broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

from shapecalc.page.blocks import Cell, Column, Table
from shapecalc.page.line_breaks import broken, narrowest

#: How a line of a page is written.
Write = Callable[[str], str]
#: The space between two columns, and by how much a column exceeds its title where there is room.
_GAP, _PADDING = 2, 2
#: The least room of a broken word.
_BROKEN = 1
_INDENT = "  "
#: The lines of each cell of a row.
_Row = tuple[tuple[str, ...], ...]


@final
@dataclass(frozen=True)
class _Grid:
    """The rows as they are written, the titles first, and the titles of the columns that were left out."""

    columns: tuple[Column, ...]
    rows: tuple[_Row, ...]
    left_out: tuple[str, ...] = ()

    def widths(self, padding: int = 0) -> list[int]:
        """How wide each column is as it stands; its title has some padding."""
        return [
            max(padding + max(map(len, cells[0])), *(len(line) for cell in cells[1:] for line in cell), 0)
            for cells in zip(*self.rows, strict=True)
        ]

    def floors(self, *, has_least: bool = True) -> list[int]:
        """How narrow each column becomes before another gives way: to its least width, if any, or its longest word."""
        leasts = [column.least if has_least or column.align == "right" else _BROKEN for column in self.columns]
        return [
            width if not least or width <= least else max(least, _longest_word(column, cells, least))
            for column, least, width, cells in zip(
                self.columns, leasts, self.widths(), zip(*self.rows, strict=True), strict=True
            )
        ]

    def without(self, *columns: Column) -> _Grid:
        """The grid without some columns, which are named."""
        grid = self
        for column in columns:
            at = grid.columns.index(column)
            grid = _Grid(_without(grid.columns, at), grid.cut(at), (*grid.left_out, column.title))
        return grid

    def cut(self, at: int) -> tuple[_Row, ...]:
        """The rows without the cells of a column."""
        return tuple(_without(row, at) for row in self.rows)

    def moved(self, at: int) -> _Grid:
        """The cells of a column below those of the column before it, behind its title."""
        start = f"{_INDENT}{self.columns[at].title} "
        head, *rows = self.cut(at)
        lines = [tuple(start + line for line in row[at] if line) for row in self.rows[1:]]
        rows = [(*row[: at - 1], row[at - 1] + below, *row[at:]) for row, below in zip(rows, lines, strict=True)]
        return _Grid(_without(self.columns, at), (head, *rows), self.left_out)

    def broken(self, rooms: list[int]) -> _Grid:
        """The grid with each column broken to its room; what one does not use goes to those behind it."""
        columns = []
        excess = 0
        for column, cells, room in zip(self.columns, zip(*self.rows, strict=True), rooms, strict=True):
            hanging = "" if column.align == "right" else _INDENT
            parts = {cell: _hung(cell, room + excess, hanging) for cell in set(cells)}
            columns.append([parts[cell] for cell in cells])
            excess += room - max(len(line) for cell in columns[-1] for line in cell)
        return _Grid(self.columns, tuple(zip(*columns, strict=True)), self.left_out)


def _without(row: tuple, at: int) -> tuple:  # type: ignore[type-arg]  # of columns, or of cells
    return row[:at] + row[at + 1 :]


def _longest_word(column: Column, cells: tuple[tuple[str, ...], ...], least: int) -> int:
    hanging = "" if column.align == "right" else _INDENT
    lines = {line for cell in cells for line in cell if len(line) > least}
    return max([narrowest(line, hanging) for line in lines], default=0)


def _hung(lines: tuple[str, ...], room: int, hanging: str) -> tuple[str, ...]:
    """Lines in parts that hang below their first word, which may be indented itself."""
    return tuple(
        part for line in lines for part in broken(line, room, line[: len(line) - len(line.lstrip())] + hanging)
    )


def render(table: Table, width: int, write: Write) -> list[str]:
    """The table's titles, its rows, what was left out to fit the width, and the table's own last line."""
    columns = tuple([column._replace(title=write(column.title)) for column in table.columns])
    titles = tuple((column.title,) for column in columns)
    rows = tuple(tuple(tuple(map(write, _lines(cell))) for cell in row) for row in table.rows)
    grid = _Grid(columns, (titles, *rows))
    widths, gap = grid.widths(_PADDING), _GAP
    if _total(widths, gap) > width:
        grid, gap = _fitted(grid, width)
        widths = grid.widths()
    lines = _text(grid, widths, " " * gap)
    if grid.left_out:
        lines += broken(f"left out to fit {width} columns: {', '.join(grid.left_out)}", width, _INDENT)
    if table.omitted:
        lines += broken(write(table.omitted), width, _INDENT)
    return lines


def _lines(cell: Cell) -> tuple[str, ...]:
    return (cell,) if isinstance(cell, str) else cell


def _total(widths: list[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def _fitted(grid: _Grid, width: int) -> tuple[_Grid, int]:
    """The grid with no more columns less than it needs, its cells broken into lines, and the gap between columns."""
    below = [column for column in grid.columns if column.below]
    while below and not _fits(grid, width):
        grid = grid.moved(grid.columns.index(below.pop(0)))
    if not _fits(grid, width) and not _fits(grid, width, 1):
        grid = _spared(grid, width)
    for gap in (_GAP, 1):
        if _fits(grid, width, gap):
            return grid.broken(_rooms(grid.widths(), grid.floors(), width, gap)), gap
    floors, gap = grid.floors(has_least=False), 1
    if _total(floors, gap) > width:
        floors, gap = [min(floor, _BROKEN) for floor in floors], _GAP
    return grid.broken(_rooms(grid.widths(), floors, width, gap)), gap


def _spared(grid: _Grid, width: int) -> _Grid:
    """The grid with those of its spare columns for which there is room."""
    spare = sorted([column for column in grid.columns if column.spare], key=lambda column: column.spare)
    for column in reversed(spare):
        others = [other for other in spare if other != column]
        spare = others if _fits(grid.without(*others), width) else spare
    return grid.without(*spare)


def _fits(grid: _Grid, width: int, gap: int = _GAP) -> bool:
    return _total(grid.floors(), gap) <= width


def _rooms(widths: list[int], floors: list[int], width: int, gap: int) -> list[int]:
    """The width of each column: the widest gives way first, none below its floor."""
    rooms = list(widths)
    excess = _total(rooms, gap) - width
    while excess > 0:
        places = [at for at, floor in enumerate(floors) if rooms[at] > floor]
        if not places:
            break
        most = max(rooms[at] for at in places)
        widest = [at for at in places if rooms[at] == most]
        # they give way in turn, down to where one of them stops or another one is as wide
        least = max([floors[at] for at in widest] + [rooms[at] for at in places if rooms[at] < most])
        rounds, rest = divmod(min(excess, (most - least) * len(widest)), len(widest))
        for number, at in enumerate(widest):
            rooms[at] -= rounds + (number < rest)
        excess -= rounds * len(widest) + rest
    return rooms


def _text(grid: _Grid, widths: list[int], gap: str) -> list[str]:
    """The rows as lines, a rule below the titles."""
    titles, *rows = ([*_text_lines(row, grid.columns, widths, gap)] for row in grid.rows)
    rule = gap.join("-" * width for width in widths)
    return [*titles, rule, *(line for row in rows for line in row)]


def _text_lines(row: _Row, columns: tuple[Column, ...], widths: list[int], gap: str) -> Iterator[str]:
    """A row as lines: the first lines of its cells, then the second ones."""
    for at in range(max(map(len, row))):
        lines = [cell[at] if at < len(cell) else "" for cell in row]
        cells = [
            line.rjust(width) if column.align == "right" else line.ljust(width)
            for line, column, width in zip(lines, columns, widths, strict=True)
        ]
        yield gap.join(cells).rstrip()
