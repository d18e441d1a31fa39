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
    """Print data as JSON."""
    import json

    say(json.dumps(data, indent=2, ensure_ascii=False))
