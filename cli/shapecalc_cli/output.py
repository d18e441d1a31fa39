"""Printing: for people, in whatever width and characters their terminal has, and for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def said_warnings() -> Iterator[None]:
    """Warnings of the library as lines of the error stream, without the place in the code that they come from."""
    import warnings

    def show_warning(message: Warning | str, category: type[Warning], *place: Any, **options: Any) -> None:
        if issubclass(category, UserWarning):
            with suppress(OSError):  # closed or full: the answer does not depend on it
                say(f"warning  {message}", err=True)
        else:
            shown(message, category, *place, **options)

    shown = warnings.showwarning
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show_warning
        yield


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with each list of numbers or words (a shape) in one line."""
    text = _json(data)
    if not _encodes(sys.stdout, text) or not text.replace("\n", "").isprintable():
        text = _json(data, ensure_ascii=True)  # JSON has a way of its own to write in ASCII, and loses nothing
    _write(text)


def _json(data: Any, *, ensure_ascii: bool = False) -> str:
    """Data as JSON; Python's own encoder takes several times as long where it indents."""
    from json import JSONEncoder
    from json.encoder import encode_basestring, encode_basestring_ascii

    encode = JSONEncoder(ensure_ascii=ensure_ascii).encode
    quoted = encode_basestring_ascii if ensure_ascii else encode_basestring

    def write(value: Any, margin: str) -> str:
        inner = margin + "  "
        if value and isinstance(value, dict):
            parts = [
                f"{quoted(key)}: {quoted(part) if type(part) is str else write(part, inner)}"
                for key, part in value.items()
            ]
            return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"
        if value and isinstance(value, list | tuple):
            if all(issubclass(kind, str) or kind is int for kind in set(map(type, value))):
                line = encode(value)
                if "\\" not in line:
                    return line
            return f"[{inner}{f',{inner}'.join([write(part, inner) for part in value])}{margin}]"
        return int.__repr__(value) if type(value) is int else encode(value)

    return write(data, "\n")


@contextmanager
def progress_line() -> Iterator[Callable[[str], None]]:
    """A line of the error stream that is written anew each time and cleared; nothing where that is no terminal."""
    stream = sys.stderr
    is_shown = stream is not None and stream.isatty()

    def write(text: str) -> None:
        if is_shown:
            with suppress(OSError):
                stream.write(f"\r{text}\x1b[K")
                stream.flush()

    try:
        yield write
    finally:
        write("")


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
