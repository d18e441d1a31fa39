"""A stranger's text made safe to print: on a terminal, and in the cell of a spreadsheet."""

from __future__ import annotations

import unicodedata

#: Joiners that names in several scripts are written with; they change no other text.
_JOINERS = "\u200c\u200d"
#: A spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA = "=+-@＝＋－＠\t\r"


def visible(text: str, width: int = 0) -> str:
    """``text`` with everything that a terminal would obey, or not show, written as an escape.

    Args:
        text: anything.
        width: cut what is longer than this; 0 for no limit.
    """
    shown = "".join(char if _plain(char) else _escape(char) for char in text)
    return shown if not width or len(shown) <= width else shown[: width - 1] + "…"


def _plain(char: str) -> bool:
    # control, format (which turn the direction of a line), line separators, surrogates and private characters
    return char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def cell(text: str) -> str:
    """``text`` for a CSV file: an apostrophe stands before what a spreadsheet would run as a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip()[:1] and shown.lstrip()[0] in _FORMULA else shown
