"""Printing: for people, in whatever characters their terminal has, and for programs."""

from __future__ import annotations

import os
import sys
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


def say(text: str, *, err: bool = False) -> None:
    """Print a text; signs that the terminal cannot show are written in ASCII."""
    if not _shows(text, sys.stderr if err else sys.stdout):
        text = text.translate(str.maketrans(_ASCII)).encode("ascii", "replace").decode()
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        # whoever read the output has left, as head does; Python would complain about it on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _shows(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with each list of numbers or words (a shape) in one line."""
    import json
    import re

    def in_one_line(found: re.Match[str]) -> str:
        return "[" + re.sub(r",\n\s*", ", ", found[0][1:-1].strip()) + "]"

    text = json.dumps(data, indent=2, ensure_ascii=False)
    if not _shows(text, sys.stdout):
        text = json.dumps(data, indent=2)  # JSON has a way of its own to write in ASCII, and loses nothing
    # a string in JSON holds no line break, so this matches lists only
    say(re.sub(r"\[(?:\n\s*(?:-?\d+|\"[^\"\\\n]*\"),?)+\n\s*\]", in_one_line, text))
