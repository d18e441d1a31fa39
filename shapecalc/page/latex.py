"""LaTeX: derivations as aligned equations, tables as tabulars. Derivations need the package amsmath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shapecalc.page.blocks import Block, Cell, Derivation, Lines, Notes, Table
from shapecalc.page.signs import NO_BREAK, visible

#: The signs that mean something to LaTeX.
_SPECIAL: dict[str, str | int | None] = {
    **{sign: f"\\{sign}" for sign in "_%&#${}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    NO_BREAK: " ",
}
_TABLE = str.maketrans(_SPECIAL)
#: What may stand around a verbatim text: the first that does not occur in it.
_DELIMITERS = "|!@+/"


def render(blocks: Sequence[Block]) -> str:
    """The page with an empty line between its blocks."""
    return "\n\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Lines(lines):
            return " \\\\\n".join(map(_text, lines))
        case Table():
            return _table(block)
        case Notes(notes, title):
            items = "\n".join(rf"\item[{_text(label)}] {_text(words)}" for label, words in notes)
            body = f"\\begin{{description}}\n{items}\n\\end{{description}}"
            return f"{_text(title)}\n{body}" if title else body
        case Derivation():
            return _derivation(block)
        case _:
            assert_never(block)


def _derivation(derivation: Derivation) -> str:
    title = rf"\paragraph{{{_text(derivation.name)}}}"
    if derivation.subject:
        title += f" {_verbatim(derivation.subject)}"
    lines = [rf"\text{{{_text(label)}}} &= {equation.latex()}" for label, equation in derivation.steps]
    body = " \\\\\n".join(lines)
    equations = [f"\\begin{{align*}}\n{body}\n\\end{{align*}}"] if lines else []
    return "\n".join([title, *equations, *map(_text, derivation.remarks)])


def _table(table: Table) -> str:
    sides = "".join(column.align[0] for column in table.columns)
    rows = [tuple(column.title for column in table.columns), *table.rows]
    lines = [" & ".join(map(_cell, row)) + r" \\" for row in rows]
    lines.insert(1, r"\hline")
    body = "\n".join(lines)
    omitted = f"\n\n{_text(table.omitted)}" if table.omitted else ""
    return f"\\begin{{tabular}}{{{sides}}}\n{body}\n\\end{{tabular}}{omitted}"


def _cell(cell: Cell) -> str:
    return _text(cell if isinstance(cell, str) else ", ".join(cell))


def _verbatim(text: str) -> str:
    sign = next((sign for sign in _DELIMITERS if sign not in text), "")
    return rf"\verb{sign}{visible(text)}{sign}" if sign else rf"\texttt{{{_text(text)}}}"


def _text(text: str) -> str:
    return visible(text).translate(_TABLE)
