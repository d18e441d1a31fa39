"""Printing: for people, in whatever characters their terminal has, and for programs."""

from __future__ import annotations

import sys
from typing import Any

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
    "₁": "1",
    "₂": "2",
    "²": "^2",
    "α": "a",
    "β": "b",
    "Φ": "Phi",
}


def say(text: str, *, err: bool = False) -> None:
    """Print a text; signs that the terminal cannot show are written in ASCII."""
    stream = sys.stderr if err else sys.stdout
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        text = text.translate(str.maketrans(_ASCII)).encode("ascii", "replace").decode()
    typer.echo(text, err=err)


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with each list of numbers or words (a shape) in one line."""
    import json
    import re

    def in_one_line(found: re.Match[str]) -> str:
        return "[" + re.sub(r",\n\s*", ", ", found[0][1:-1].strip()) + "]"

    # a string in JSON holds no line break, so this matches lists only
    flat = r"\[(?:\n\s*(?:-?\d+|\"[^\"\\\n]*\"),?)+\n\s*\]"
    say(re.sub(flat, in_one_line, json.dumps(data, indent=2, ensure_ascii=False)))
