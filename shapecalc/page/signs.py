"""The characters of a page: what a terminal may be sent, and how signs are written where it has only ASCII."""

from __future__ import annotations

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
    "³": "^3",
    "α": "a",
    "β": "b",
    "Φ": "Phi",
    "‖": "|",
    "…": "...",
    "\u00a0": " ",
}
_TABLE = str.maketrans(_ASCII)

#: A space at which no line is broken.
NO_BREAK = "\u00a0"
#: Joiners that names in several scripts are written with; they change no other text.
_JOINERS = "\u200c\u200d"
#: Characters that a terminal obeys or does not show: control, format (which turn the direction of a line), line
#: separators, surrogates, private and unassigned ones.
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def to_ascii(text: str) -> str:
    """A text in ASCII: ⌊W/2⌋ as floor(W/2); a character without a spelling becomes a question mark."""
    return text.translate(_TABLE).encode("ascii", "replace").decode()


def visible(text: str, width: int = 0) -> str:
    """A text with everything that a terminal would obey, or not show, written as an escape.

    Args:
        text: anything.
        width: cut what is longer than this; 0 for no limit.
    """
    safe = text if text.isprintable() else "".join(char if _is_plain(char) else _escape(char) for char in text)
    return safe if not width or len(safe) <= width else safe[: width - 1] + "…"


def _is_plain(char: str) -> bool:
    import unicodedata  # noqa: PLC0415  most texts are printable, and never come here

    return char in _JOINERS or unicodedata.category(char) not in _HIDDEN


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
