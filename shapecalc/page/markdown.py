"""Markdown, as GitHub reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from shapecalc.page.blocks import Block, Cell, Derivation, Lines, Notes, Table
from shapecalc.page.signs import NO_BREAK, visible

#: Signs that mean something in Markdown, and those that mean something inside a table besides.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(blocks: Sequence[Block]) -> str:
    """The page with an empty line between its blocks."""
    return "\n\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Lines(lines):
            return "  \n".join(map(_text, lines))
        case Table():
            return _table(block)
        case Notes(notes, title):
            items = [f"- **{_text(label)}** {_text(words.replace(NO_BREAK, ' '))}" for label, words in notes]
            return "\n".join([f"{_text(title)}\n", *items] if title else items)
        case Derivation(name, subject, change, steps, remarks):
            title = " ".join(filter(None, (f"**{_text(name)}**", subject and f"`{subject}`", _text(change))))
            items = [f"- {_text(label)}: {_text(equation.text())}" for label, equation in steps]
            return "\n".join([title, "", *items, *(f"- {_text(remark)}" for remark in remarks)])
        case _:
            assert_never(block)


def _table(table: Table) -> str:
    rules = ["---:" if column.align == "right" else "---" for column in table.columns]
    rows = [tuple(column.title for column in table.columns), *table.rows]
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    lines.insert(1, f"| {' | '.join(rules)} |")
    return "\n".join(lines) + (f"\n\n{_text(table.omitted)}" if table.omitted else "")


def _cell(cell: Cell) -> str:
    return _text(cell) if isinstance(cell, str) else "<br>".join(map(_text, cell))


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", visible(text))
