"""Printing: for people, in whatever characters their terminal has, and for programs."""

from __future__ import annotations

import os
import re
import sys
from itertools import pairwise
from typing import Any, TextIO

import typer

#: What to write where a terminal has only ASCII.
_ASCII: dict[str, str | int | None] = {
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "·": "*",
    "−": "-",
    "→": "->",
    "×": "x",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "≡": "=",
    "≢": "!=",
    "₁": "1",
    "₂": "2",
    "²": "^2",
    "α": "a",
    "β": "b",
    "Φ": "Phi",
    "‖": "|",
}

#: The line below the headers of a table.
_RULER = re.compile(r"-{2,}(?: {2}-{2,})+")


def say(text: str, *, err: bool = False) -> None:
    """Print a text; signs that the terminal cannot show are written in ASCII."""
    if not _shows(text, sys.stderr if err else sys.stdout):
        text = "\n\n".join(_in_ascii(block) for block in text.split("\n\n"))
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        # whoever read the output has left, as head does; Python would complain about it on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _in_ascii(block: str) -> str:
    """Lines in ASCII; the columns of a table are laid out anew, since a floor takes more room there."""
    lines = block.split("\n")
    ruler = next((line for line in lines if _RULER.fullmatch(line)), "")
    spans = [found.span() for found in re.finditer("-+", ruler)]
    gaps = [place for (_, end), (start, _) in pairwise(spans) for place in range(end, start)]
    rows = [at for at, line in enumerate(lines) if all(line[place : place + 1] in {"", " "} for place in gaps)]
    columns = [_laid_out([lines[at][start:end] for at in rows], end - start) for start, end in spans]
    for at, cells in zip(rows, zip(*columns, strict=True), strict=False):
        lines[at] = "  ".join(cells).rstrip()
    return _translated("\n".join(lines))


def _laid_out(cells: list[str], width: int) -> list[str]:
    """The cells of a column in ASCII, to the right where they stood there before."""
    filled = [cell for cell in cells if cell.strip()]
    right = any(cell[0] == " " for cell in filled) and all(len(cell.rstrip()) == width for cell in filled)
    shown = [_translated(cell.strip() if right else cell.rstrip()) for cell in cells]
    wide = max(map(len, shown), default=0)
    shown = ["-" * wide if cell == "-" * width else text for cell, text in zip(cells, shown, strict=True)]
    return [text.rjust(wide) if right else text.ljust(wide) for text in shown]


def _translated(text: str) -> str:
    return text.translate(str.maketrans(_ASCII)).encode("ascii", "replace").decode()


def _shows(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with each list of numbers or words (a shape) in one line."""
    import json

    def in_one_line(found: re.Match[str]) -> str:
        return "[" + re.sub(r",\n\s*", ", ", found[0][1:-1].strip()) + "]"

    text = json.dumps(data, indent=2, ensure_ascii=False)
    if not _shows(text, sys.stdout):
        text = json.dumps(data, indent=2)  # JSON has a way of its own to write in ASCII, and loses nothing
    # a string in JSON holds no line break, so this matches lists only
    say(re.sub(r"\[(?:\n\s*(?:-?\d+|\"[^\"\\\n]*\"),?)+\n\s*\]", in_one_line, text))
