"""LaTeX: derivations as aligned equations, tables as tabulars. Derivations need the package amsmath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from shapecalc.page.blocks import Alternatives, Block, Cell, Column, Derivation, Lines, Notes, Sum, Table
from shapecalc.page.signs import NO_BREAK, visible

#: Signs that only mathematics has, by their commands; they may stand in any text.
_MATHEMATICS = {
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "·": r"\cdot",
    "−": "-",
    "→": r"\to",
    "×": r"\times",
    "≠": r"\neq",
    "≤": r"\leq",
    "≥": r"\geq",
    "≡": r"\equiv",
    "≢": r"\not\equiv",
    "₁": "_1",
    "₂": "_2",
    "²": "^2",
    "³": "^3",
    "α": r"\alpha",
    "β": r"\beta",
    "Φ": r"\Phi",
    "‖": r"\|",
}
#: How the signs of a text are written that LaTeX would obey or has no letters for.
_SIGNS: dict[str, str | int | None] = {
    **{sign: f"\\{sign}" for sign in "_%&#${}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "•": r"\textbullet{}",
    "…": r"\ldots{}",
    NO_BREAK: "~",
    **{sign: f"${command}$" for sign, command in _MATHEMATICS.items()},
}
_TABLE = str.maketrans(_SIGNS)
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
        case Notes():
            return _notes(block)
        case Sum(rows, align):
            return _tabular((Column(""), Column("", align), Column("")), map(_line, rows))
        case Derivation():
            return _derivation(block)
        case _:
            assert_never(block)


def _notes(notes: Notes) -> str:
    items = "\n".join(rf"\item[{{{_text(label)}}}] {_text(words)}" for label, words in notes.notes)
    body = f"\\begin{{description}}\n{items}\n\\end{{description}}"
    return f"{_text(notes.title)}\n{body}" if notes.title else body


def _derivation(derivation: Derivation) -> str:
    title = rf"\paragraph{{{_text(derivation.name)}}}"
    if derivation.subject:
        title += f" {_verbatim(derivation.subject)}"
    lines: list[str] = []
    for label, step in derivation.steps:
        equations = step.equations if isinstance(step, Alternatives) else (("", step),)
        for name, equation in equations:
            lines.append(rf"\text{{{_text(', '.join(filter(None, (label, name))))}}} &= {equation.latex()}")
    body = " \\\\\n".join(lines)
    aligned = [f"\\begin{{align*}}\n{body}\n\\end{{align*}}"] if lines else []
    notes = [_notes(derivation.notes)] if derivation.notes else []
    return "\n".join([title, *aligned, *map(_text, derivation.remarks), *notes])


def _table(table: Table) -> str:
    head = _line(tuple(column.title for column in table.columns))
    omitted = f"\n\n{_text(table.omitted)}" if table.omitted else ""
    return _tabular(table.columns, [head, r"\hline", *map(_line, table.rows)]) + omitted


def _tabular(columns: Sequence[Column], lines: Iterable[str]) -> str:
    sides = "".join(column.align[0] for column in columns)
    body = "\n".join(lines)
    return f"\\begin{{tabular}}{{{sides}}}\n{body}\n\\end{{tabular}}"


def _line(row: Sequence[Cell]) -> str:
    return " & ".join(map(_cell, row)) + r" \\"


def _cell(cell: Cell) -> str:
    return _text(cell if isinstance(cell, str) else ", ".join(cell))


def _verbatim(text: str) -> str:
    sign = next((sign for sign in _DELIMITERS if sign not in text), "")
    return rf"\verb{sign}{visible(text)}{sign}" if sign and text.isascii() else rf"\texttt{{{_text(text)}}}"


def _text(text: str) -> str:
    return visible(text).translate(_TABLE)
