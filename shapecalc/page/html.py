"""HTML elements, for a notebook or a web page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import assert_never

from shapecalc.page.blocks import Block, Cell, Derivation, Lines, Notes, Table
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
        case Notes(notes, title):
            caption = f"<p>{_text(title)}</p>" if title else ""
            return caption + _rows(((label, words.replace(NO_BREAK, " ")) for label, words in notes))
        case Derivation(name, subject, change, steps, remarks):
            words = " ".join(filter(None, (f"<b>{_text(name)}</b>", subject and f"<code>{_text(subject)}</code>")))
            title = f"<p>{words} {_text(change)}</p>"
            table = _rows(((label, equation.text()) for label, equation in steps)) if steps else ""
            return title + table + "".join(f"<p>{_text(remark)}</p>" for remark in remarks)
        case _:
            assert_never(block)


def _table(table: Table) -> str:
    sides = [f' style="text-align: {column.align}"' for column in table.columns]
    heads = "".join(f"<th{side}>{_text(column.title)}</th>" for column, side in zip(table.columns, sides, strict=True))
    rows = (
        "".join(f"<td{side}>{_cell(cell)}</td>" for cell, side in zip(row, sides, strict=True)) for row in table.rows
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    omitted = f"<p>{_text(table.omitted)}</p>" if table.omitted else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{omitted}"


def _rows(pairs: Iterable[tuple[str, str]]) -> str:
    side = ' style="text-align: left"'
    rows = (f"<tr><th{side}>{_text(label)}</th><td{side}>{_text(words)}</td></tr>" for label, words in pairs)
    return f"<table>{''.join(rows)}</table>"


def _cell(cell: Cell) -> str:
    return _text(cell) if isinstance(cell, str) else "<br>".join(map(_text, cell))


def _text(text: str) -> str:
    return escape(visible(text))
