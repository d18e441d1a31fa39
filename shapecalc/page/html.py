"""HTML elements, for a notebook or a web page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import assert_never

from shapecalc.page.blocks import Alternatives, Block, Cell, Column, Derivation, Equation, Lines, Notes, Sum, Table
from shapecalc.page.signs import NO_BREAK, visible


def render(blocks: Sequence[Block]) -> str:
    """The elements of a page, one after the other."""
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Lines(lines):
            return f"<p>{'<br>'.join(map(_text, lines))}</p>"
        case Table():
            return _table(block)
        case Notes():
            return _notes(block)
        case Sum(rows, align):
            sides = (Column(""), Column("", align), Column(""))
            return _grid("".join(_row(row, sides) for row in rows))
        case Derivation():
            return _derivation(block)
        case _:
            assert_never(block)


def _notes(notes: Notes) -> str:
    title = f"<p><b>{_text(notes.title)}</b></p>" if notes.title else ""
    return title + _pairs((label, words.replace(NO_BREAK, " ")) for label, words in notes.notes)


def _derivation(derivation: Derivation) -> str:
    name, subject = (
        f"<b>{_text(derivation.name)}</b>",
        derivation.subject and f"<code>{_text(derivation.subject)}</code>",
    )
    title = f"<p>{' '.join(filter(None, (name, subject, _text(derivation.change))))}</p>"
    steps = _pairs(pair for label, step in derivation.steps for pair in _step(label, step))
    remarks = "".join(f"<p>{_text(remark)}</p>" for remark in derivation.remarks)
    return title + steps + remarks + (_notes(derivation.notes) if derivation.notes else "")


def _step(label: str, step: Equation | Alternatives) -> Iterator[tuple[str, str]]:
    if isinstance(step, Alternatives):
        yield from ((f"{label}, {name}", equation.text()) for name, equation in step.equations)
    else:
        yield label, step.text()


def _table(table: Table) -> str:
    sides = [_side(column) for column in table.columns]
    heads = "".join(f"<th{side}>{_text(column.title)}</th>" for column, side in zip(table.columns, sides, strict=True))
    body = "".join(_row(row, table.columns) for row in table.rows)
    omitted = f"<p>{_text(table.omitted)}</p>" if table.omitted else ""
    return _grid(f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>") + omitted


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> str:
    cells = (f"<td{_side(column)}>{_cell(cell)}</td>" for cell, column in zip(row, columns, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """A table with a label at the head of each row; nothing without rows."""
    side = _side(Column(""))
    rows = "".join(f"<tr><th{side}>{_text(label)}</th><td{side}>{_text(words)}</td></tr>" for label, words in pairs)
    return _grid(rows) if rows else ""


def _grid(rows: str) -> str:
    return f"<table>{rows}</table>"


def _side(column: Column) -> str:
    return f' style="text-align: {column.align}"'


def _cell(cell: Cell) -> str:
    return _text(cell) if isinstance(cell, str) else "<br>".join(map(_text, cell))


def _text(text: str) -> str:
    return escape(visible(text))
