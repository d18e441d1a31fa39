"""Layers in a spreadsheet: a row each, their arguments in columns that are named; as a workbook, or pasted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from shapecalc.errors import SpecError

#: What the column of the layers may be called, and that of their names.
LAYER_COLUMNS = ("layer", "type", "class", "module")
_NAME_COLUMN = "name"
#: The most rows and columns that are read.
MAX_ROWS, MAX_ARGUMENTS = 2_000, 30


def is_layer_table(text: str) -> bool:
    """Whether a text was copied from a spreadsheet: its first line names columns with tabs between them."""
    header = text.lstrip("\n").partition("\n")[0]
    return "\t" in header and any(cell.strip().lower() in LAYER_COLUMNS for cell in header.split("\t"))


def pasted_layers(text: str) -> str:
    """The layers of cells that were copied from a spreadsheet, one a line, for :func:`shapecalc.parse`.

    Raises:
        SpecError: as for :func:`layer_lines`.
    """
    header, *rows = [line.split("\t") for line in text.strip("\n").split("\n")]
    return layer_lines(header, rows)


def workbook_layers(content: bytes) -> str:
    """The layers on the first sheet of a workbook, likewise.

    Raises:
        SpecError: it is no workbook, or as for :func:`layer_lines`.
    """
    from shapecalc.grading.submissions.table import AnswerRow  # noqa: PLC0415  few files are workbooks
    from shapecalc.grading.submissions.workbook import read_workbook  # noqa: PLC0415  few files are workbooks

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layers.xlsx")
        path.write_bytes(content)
        try:
            table = read_workbook(path)
            rows = [row.cells for row in table.rows() if isinstance(row, AnswerRow)]
        except SpecError as refused:
            raise SpecError(str(refused).replace(str(path), "The file")) from None
    return layer_lines(table.header, rows)


def layer_lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The layers of a table, one a line: ``conv1 = Conv2d(out_channels=8, kernel_size=3)``.

    Args:
        header: the names of the columns: layer, perhaps name, and arguments, such as kernel_size.
        rows: the cells; an empty one leaves its argument out.

    Raises:
        SpecError: no column has the layers, or there are too many rows or columns.
    """
    titles = [title.strip().lower().replace(" ", "_") for title in header]
    place = next((titles.index(title) for title in LAYER_COLUMNS if title in titles), None)
    if place is None:
        raise SpecError('No column of the table is called "layer"; its first row names the columns.')
    if len(rows) > MAX_ROWS or len(titles) > MAX_ARGUMENTS:
        raise SpecError(f"At most {MAX_ROWS:,} rows and {MAX_ARGUMENTS} columns are read.")
    lines = []
    for row in rows:
        cells = dict(zip(titles, map(str.strip, row), strict=False))
        layer = cells.pop(titles[place], "")
        name = cells.pop(_NAME_COLUMN, "")
        arguments = ", ".join(f"{title}={cell}" for title, cell in cells.items() if title and cell)
        if layer:
            lines.append(f"{f'{name} = ' if name else ''}{layer}{f'({arguments})' if arguments else ''}")
    return "\n".join(lines)
