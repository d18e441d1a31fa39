"""Printing: for people, in whatever width and characters their terminal has, and for programs."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from shapecalc.page import Page


def show(page: Page) -> None:
    """Print a page, fitted to the terminal's width; in ASCII where the terminal cannot show its signs."""
    from shapecalc.page import WIDTH

    width = shutil.get_terminal_size((WIDTH, 24)).columns
    text = page.text(width=width)
    _write(text if _encodes(sys.stdout, text) else page.text(width=width, ascii_only=True))


def say(text: str, *, err: bool = False) -> None:
    """Print lines as they are; signs that the terminal cannot show are written in ASCII."""
    from shapecalc.page.signs import to_ascii, visible

    text = "\n".join(map(visible, text.split("\n")))
    _write(text if _encodes(sys.stderr if err else sys.stdout, text) else to_ascii(text), err=err)


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with each list of numbers or words (a shape) in one line."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    if not _encodes(sys.stdout, text) or not text.replace("\n", "").isprintable():
        text = json.dumps(data, indent=2)  # JSON has a way of its own to write in ASCII, and loses nothing
    # a string in JSON holds no line break, so this matches lists only
    _write(re.sub(r"\[(?:\n\s*(?:-?\d+|\"[^\"\\\n]*\"),?)+\n\s*\]", _in_one_line, text))


def _in_one_line(values: re.Match[str]) -> str:
    return "[" + re.sub(r",\n\s*", ", ", values[0][1:-1].strip()) + "]"


def leave(message: str, *, status: int = 2) -> NoReturn:
    """Print a message in one line on the error stream, and end with a status."""
    try:
        say(" ".join(message.split()), err=True)
    except OSError:
        _silence(sys.stderr)  # the status says that something is wrong
    if status == 1:
        _silence(sys.stdout)
    sys.exit(status)


def _write(text: str, *, err: bool = False) -> None:
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        # whoever read the output has left, as head does; Python would complain about it on the way out
        _silence(sys.stdout)
        sys.exit(0)


def _silence(stream: TextIO | None) -> None:
    """Let a stream that cannot be written take what its buffer still holds."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]  # None: it is closed


def _encodes(stream: TextIO | None, text: str) -> bool:
    if stream is None:  # it is closed
        return True
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
