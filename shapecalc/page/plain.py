"""Plain text: for a terminal, and for ``print``."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import assert_never

from shapecalc.page.blocks import Block, Cell, Column, Derivation, Lines, Notes, Table
from shapecalc.page.signs import NO_BREAK, to_ascii, visible

#: How a line of a page is written: safe to print, and in ASCII where a terminal has nothing else.
Write = Callable[[str], str]
#: The space between two columns, by how much tabulate's columns exceed their title, and the narrowest paragraph.
_GAP, _PADDING, _NARROW = 2, 2, 40


def render(blocks: Sequence[Block], width: int, *, ascii_only: bool = False) -> str:
    """Blocks with an empty line between them."""
    write: Write = (lambda line: to_ascii(visible(line))) if ascii_only else visible
    return "\n\n".join(_block(block, width, write) for block in blocks)


def _block(block: Block, width: int, write: Write) -> str:
    match block:
        case Lines(lines):
            return "\n".join(map(write, lines))
        case Table():
            return _table(block, width, write)
        case Notes():
            return _notes(block, width, write)
        case Derivation():
            return _derivation(block, write)
        case _:
            assert_never(block)


def _table(table: Table, width: int, write: Write) -> str:
    from tabulate import tabulate  # 20 ms to import, and only for tables

    titles = [write(column.title) for column in table.columns]
    cells = [[[write(line) for line in _lines(cell)] for cell in row] for row in table.rows]
    rows = _fitted(table.columns, titles, cells, width)
    align = [column.align for column in table.columns] if rows else None
    grid = tabulate(rows, titles, tablefmt="simple", colalign=align, disable_numparse=True)
    return f"{grid}\n{write(table.omitted)}" if table.omitted else grid


def _lines(cell: Cell) -> tuple[str, ...]:
    return (cell,) if isinstance(cell, str) else cell


def _fitted(
    columns: tuple[Column, ...], titles: list[str], cells: list[list[list[str]]], width: int
) -> list[list[str]]:
    """The cells, those of the columns that give way cut or broken so that the table fits."""
    widths = [
        max((len(title) + _PADDING, *(len(line) for row in cells for line in row[at])))
        for at, title in enumerate(titles)
    ]
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    for at, column in enumerate(columns):
        if column.least and excess > 0:
            room = max(column.least, widths[at] - excess)
            excess -= widths[at] - room
            for row in cells:
                row[at] = [part for line in row[at] for part in _narrowed(line, room, wraps=column.wraps)]
    return [["\n".join(lines) for lines in row] for row in cells]


def _narrowed(line: str, room: int, *, wraps: bool) -> list[str]:
    if len(line) <= room:
        return [line]
    return textwrap.wrap(line, room, subsequent_indent="  ") if wraps else [line[: room - 3] + "..."]


def _notes(notes: Notes, width: int, write: Write) -> str:
    lines = [write(notes.title)] if notes.title else []
    for label, words in notes.notes:
        start = " " * notes.indent + write(label).ljust(notes.margin)
        lines += textwrap.wrap(
            write(words),
            max(width, _NARROW),
            initial_indent=start,
            subsequent_indent=" " * (len(start) + notes.hanging),
            break_on_hyphens=False,
        ) or [start.rstrip()]
    return "\n".join(line.replace(NO_BREAK, " ") for line in lines)


def _derivation(derivation: Derivation, write: Write) -> str:
    title = "  ".join(filter(None, (derivation.name, derivation.subject, derivation.change)))
    margin = max((len(label) for label, _ in derivation.steps), default=0)
    steps = [f"  {label:<{margin}}  {equation.text()}" for label, equation in derivation.steps]
    return "\n".join(map(write, (title, *steps, *(f"  {remark}" for remark in derivation.remarks))))
