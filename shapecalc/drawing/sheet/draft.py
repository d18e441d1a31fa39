"""A sheet while it is written: cells with what stands in them, in stacks of grids beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple, final

from shapecalc.drawing.sheet.cells import CellGrid, PlacedTensor
from shapecalc.errors import SpecError
from shapecalc.page import visible

#: The most rows and columns of a sheet, and the longest formula, that both Excel and LibreOffice take.
MAX_ROWS, MAX_COLUMNS, MAX_FORMULA = 1_048_576, 16_384, 8_192
#: The rows above the first grid, and those of a grid above its values: a title, and the numbers of the columns.
_HEAD, _TITLES = 4, 2


class CellKind(StrEnum):
    """What a cell is for, by which it is coloured."""

    HEADING = "heading"
    NOTE = "note"
    TITLE = "title"
    LABEL = "label"
    INPUT = "input"
    VALUE = "value"
    STEP = "step"


#: What a cell may be for that holds a formula.
COMPUTED = (CellKind.VALUE, CellKind.STEP)


@final
class SheetCell(NamedTuple):
    """A cell.

    Attributes:
        row, column: its place, counted from 1.
        content: a number, a text, or a formula that begins with =.
        kind: what it is for; only a value and a step may be a formula.
    """

    row: int
    column: int
    content: str | float
    kind: CellKind


@final
class SheetDraft:
    """A sheet that is being written.

    Args:
        name: of the sheet.
        heading: lines at its top.
    """

    def __init__(self, name: str, heading: Sequence[str]) -> None:
        self.name = name
        self.cells: list[SheetCell] = []
        self._right = 1
        for row, line in enumerate(heading, 1):
            self.add(row, 1, visible(line), CellKind.NOTE if row > 1 else CellKind.HEADING)

    def add(self, row: int, column: int, content: str | float, kind: CellKind) -> None:
        """Write a cell.

        Raises:
            SpecError: it lies beyond what a sheet has, or its formula is too long.
        """
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise SpecError(
                f"{self.name} would need row {row:,} and column {column:,}; a sheet has {MAX_ROWS:,} rows and "
                f"{MAX_COLUMNS:,} columns. Try a smaller input."
            )
        if isinstance(content, str) and len(content) > MAX_FORMULA:
            raise SpecError(
                f"{self.name}: a formula would have {len(content):,} characters, and a spreadsheet takes "
                f"{MAX_FORMULA:,}. Try fewer channels."
            )
        self.cells.append(SheetCell(row, column, content, kind))

    def count(self, *kinds: CellKind) -> int:
        """How many of its cells are for that."""
        return sum(cell.kind in kinds for cell in self.cells)

    def stack(self, columns: int, pitch: int) -> GridStack:
        """A place for grids below each other, to the right of all others.

        Args:
            columns: of the widest grid.
            pitch: the rows of the highest one.
        """
        stack = GridStack(self, self._right, pitch + _TITLES + 1)
        self._right += columns + 2
        return stack


@final
class GridStack:
    """Grids below each other, at equal distances."""

    def __init__(self, draft: SheetDraft, left: int, distance: int) -> None:
        self._draft, self._left, self._distance = draft, left, distance
        self._count = 0

    def grid(
        self,
        title: str,
        rows: int,
        columns: int,
        *,
        labels: Sequence[str] = (),
        headers: Sequence[str] | None = None,
    ) -> CellGrid:
        """The next grid, with its title and the numbers of its rows and columns; its cells are still empty.

        Args:
            title: a text above it.
            rows: how many.
            columns: how many.
            labels: what stands beside the rows instead of their numbers.
            headers: what stands above the columns instead of theirs; () for nothing.
        """
        top = 1 + _HEAD + self._count * self._distance
        self._count += 1
        draft = self._draft
        draft.add(top, self._left, visible(title), CellKind.TITLE)
        titles: Sequence[str | float] = range(columns) if headers is None else headers
        for column, header in enumerate(titles):
            draft.add(top + 1, self._left + 1 + column, header, CellKind.LABEL)
        for row in range(rows):
            draft.add(top + _TITLES + row, self._left, labels[row] if labels else row, CellKind.LABEL)
        return CellGrid(draft.name, top + _TITLES, self._left + 1, rows, columns)


def fill(draft: SheetDraft, grid: CellGrid, content: Callable[[int, int], str | float], kind: CellKind) -> None:
    """Write every cell of a grid, by its row and column there."""
    for row in range(grid.rows):
        for column in range(grid.columns):
            draft.add(grid.top + row, grid.left + column, content(row, column), kind)


def place_tensor(
    draft: SheetDraft, shape: tuple[int, ...], *, noun: str = "channel", pitch: int = 0, labels: Sequence[str] = ()
) -> PlacedTensor:
    """Places for the entries of a tensor of one to three dimensions, in a stack of their own.

    Args:
        draft: the sheet.
        shape: the sizes, without the batch.
        noun: what the grids of an image are called.
        pitch: the rows that each grid has at least.
        labels: what stands beside features instead of their numbers.
    """
    match shape:
        case (features,):
            grid = draft.stack(1, max(features, pitch)).grid("values", features, 1, labels=labels, headers=())
            return PlacedTensor(shape, (grid,))
        case (channels, length):
            return PlacedTensor(shape, (draft.stack(length, max(channels, pitch)).grid(f"{noun}s", channels, length),))
        case (channels, height, width):
            stack = draft.stack(width, max(height, pitch))
            return PlacedTensor(
                shape, tuple(stack.grid(f"{noun} {number}", height, width) for number in range(channels))
            )
    raise SpecError(f"{draft.name}: a sheet has features, channels x length, or images, not {len(shape)} dimensions.")


def fill_tensor(
    draft: SheetDraft, tensor: PlacedTensor, content: Callable[[tuple[int, ...]], str | float], kind: CellKind
) -> None:
    """Write every entry of a tensor, by its index."""
    for number, grid in enumerate(tensor.grids):
        fill(draft, grid, _by_index(tensor, number, content), kind)


def _by_index(
    tensor: PlacedTensor, number: int, content: Callable[[tuple[int, ...]], str | float]
) -> Callable[[int, int], str | float]:
    """What stands at a row and a column of a grid, by the index of the entry there."""
    match len(tensor.shape):
        case 1:
            return lambda row, _: content((row,))
        case 2:
            return lambda row, column: content((row, column))
        case _:
            return lambda row, column: content((number, row, column))
