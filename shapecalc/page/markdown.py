"""Markdown, as GitHub reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from shapecalc.page.blocks import Alternatives, Block, Cell, Column, Derivation, Equation, Lines, Notes, Sum, Table
from shapecalc.page.signs import NO_BREAK, visible

#: Signs that mean something in Markdown, wherever they stand.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
#: What would begin a list at the start of a line.
_BULLET = re.compile(r"^(\d*)([-+.)])(?= )")


def render(blocks: Sequence[Block]) -> str:
    """The page with an empty line between its blocks."""
    return "\n\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Lines(lines):
            return "  \n".join(map(_text, lines))
        case Table():
            return _table(block)
        case Notes():
            return _notes(block)
        case Sum(rows, align):
            return _table(Table((Column(""), Column("", align), Column("")), rows))
        case Derivation():
            return _derivation(block)
        case _:
            assert_never(block)


def _notes(notes: Notes) -> str:
    """A list; words without a label stand below those with one that come before them."""
    items: list[str] = []
    bullet = "-"
    for label, words in notes.notes:
        text = _text(words.replace(NO_BREAK, " "))
        items.append(f"- **{_text(label)}** {text}" if label else f"{bullet} {text}")
        bullet = "  -" if label else bullet
    return "\n".join([f"**{_text(notes.title)}**", "", *items] if notes.title else items)


def _derivation(derivation: Derivation) -> str:
    name, subject = f"**{_text(derivation.name)}**", derivation.subject and _code(derivation.subject)
    title = " ".join(filter(None, (name, subject, _text(derivation.change))))
    items = [item for label, step in derivation.steps for item in _step(label, step)]
    items += [f"- {_text(remark)}" for remark in derivation.remarks]
    if derivation.notes is not None:
        items.append(_notes(derivation.notes))
    return "\n".join([title, "", *items])


def _step(label: str, step: Equation | Alternatives) -> list[str]:
    if not isinstance(step, Alternatives):
        return [f"- {_text(label)}: {_text(step.text())}"]
    equations = [f"  - {_text(name)}: {_text(equation.text())}" for name, equation in step.equations]
    return [f"- {_text(label)}", *equations]


def _table(table: Table) -> str:
    rules = ["---:" if column.align == "right" else "---" for column in table.columns]
    rows = [tuple(column.title for column in table.columns), *table.rows]
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    lines.insert(1, f"| {' | '.join(rules)} |")
    return "\n".join(lines) + (f"\n\n{_text(table.omitted)}" if table.omitted else "")


def _cell(cell: Cell) -> str:
    return _text(cell) if isinstance(cell, str) else "<br>".join(map(_text, cell))


def _code(text: str) -> str:
    """A text as it stands, between more backticks than it has in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if len(fence) > 1 else ""
    return f"{fence}{space}{visible(text)}{space}{fence}"


def _text(text: str) -> str:
    return _BULLET.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", visible(text)))
