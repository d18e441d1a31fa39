"""Plain text: for a terminal, and for ``print``."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import assert_never

from shapecalc.page.blocks import Alternatives, Block, Cell, Column, Derivation, Lines, Notes, Sum, Table
from shapecalc.page.signs import NO_BREAK, to_ascii, visible

#: How a line of a page is written: safe to print, and in ASCII where a terminal has nothing else.
Write = Callable[[str], str]
#: The space between two columns, by how much tabulate's columns exceed their title, and the narrowest paragraph.
_GAP, _PADDING, _NARROW = 2, 2, 40
_INDENT = "  "


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
        case Sum():
            return _sum(block, write)
        case Derivation():
            return _derivation(block, width, write)
        case _:
            assert_never(block)


def _table(table: Table, width: int, write: Write) -> str:
    from tabulate import tabulate  # noqa: PLC0415  20 ms to import, and only for tables

    titles = [write(column.title) for column in table.columns]
    cells = [
        [
            [_cut(write(line), column.limit) for line in _lines(cell)]
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in table.rows
    ]
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
    return textwrap.wrap(line, room, subsequent_indent=_INDENT) if wraps else [_cut(line, room)]


def _cut(line: str, limit: int) -> str:
    return line if not limit or len(line) <= limit else line[: limit - 3] + "..."


def _notes(notes: Notes, width: int, write: Write) -> str:
    lines = [write(notes.title)] if notes.title else []
    room = max(min(width, notes.limit or width), _NARROW)
    for label, words in notes.notes:
        start = " " * notes.indent + (f"{write(label)}{_INDENT}" if label else "").ljust(notes.margin)
        lines += textwrap.wrap(
            NO_BREAK.join(map(write, words.split(NO_BREAK))),
            room,
            initial_indent=start,
            subsequent_indent=" " * (len(start) + notes.hanging),
            break_on_hyphens=False,
        ) or [start.rstrip()]
    return "\n".join(line.replace(NO_BREAK, " ") for line in lines)


def _sum(terms: Sum, write: Write) -> str:
    rows = [(write(sign), write(number), write(noun)) for sign, number, noun in terms.rows]
    margin = max(len(number) for _, number, _ in rows)
    side = "<" if terms.align == "left" else ">"
    return "\n".join(f"{sign:<2}{number:{side}{margin}}  {noun}" for sign, number, noun in rows)


def _derivation(derivation: Derivation, width: int, write: Write) -> str:
    lines = [write("  ".join(filter(None, (derivation.name, derivation.subject, derivation.change))))]
    labels = [write(label) for label, step in derivation.steps if not isinstance(step, Alternatives)]
    margin = max(map(len, labels), default=0)
    for label, step in derivation.steps:
        if isinstance(step, Alternatives):
            lines += [_INDENT + write(label), *_equations(step, write)]
        else:
            lines.append(f"{_INDENT}{write(label):<{margin}}  {write(step.text())}")
    lines += [_INDENT + write(remark) for remark in derivation.remarks]
    return "\n".join(lines if derivation.notes is None else (*lines, _notes(derivation.notes, width, write)))


def _equations(alternatives: Alternatives, write: Write) -> list[str]:
    names = [write(name) for name, _ in alternatives.equations]
    margin = max(map(len, names))
    equations = (write(equation.text()) for _, equation in alternatives.equations)
    return [f"{_INDENT * 2}{name:<{margin}}  {equation}" for name, equation in zip(names, equations, strict=True)]
