"""Numbers as a person reads them. What is no number, an expression in letters, is written as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

#: A number of more than three digits that is no part of a name or a decimal number.
_LONG = re.compile(r"(?<![\w.,])[1-9]\d{3,99}(?![\w.,])")
#: The decimal units, smallest first.
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
#: The binary units: the least size that is written in one, its name and its bytes.
_BINARY = (
    (2**40, ("TiB", 2**40)),
    (2**30, ("GiB", 2**30)),
    (2**20 / 10, ("MiB", 2**20)),
    (2**10 / 10, ("KiB", 2**10)),
)
#: From so many bytes on, a fraction says nothing, and a float cannot hold it.
_HUGE = 2**60


def thousands(value: object) -> str:
    """A count with its thousands apart: 25,557,032; a question mark where it is not known."""
    return f"{value:,}" if isinstance(value, int) else "?" if value is None else str(value)


def thousands_in(words: str) -> str:
    """A formula with the thousands of its numbers apart; as it is where commas stand between its numbers."""
    return words if ", " in words else _LONG.sub(lambda match: thousands(int(match[0])), words)


def rounded(value: object) -> str:
    """A count in three digits: 25.6M, 4.09G; a question mark where it is not known."""
    if not isinstance(value, int):
        return "?" if value is None else str(value)
    for unit, size in reversed(UNITS.items()):
        if value >= size * 0.9995:
            return f"{value / size:#.3g}".rstrip(".") + unit
    return str(value)


def bytes_text(size: object, *, digits: int = 2, beside: int | None = None) -> str:
    """Bytes in one binary unit: 96 bytes, 0.10 MiB, 3.00 GiB; a question mark where they are not known.

    Args:
        size: how many bytes.
        digits: how many digits stand behind the point.
        beside: a size in whose unit this one is written.
    """
    if not isinstance(size, int):
        return "?" if size is None else f"{size} bytes"
    largest = size if beside is None else beside
    unit, divisor = next((unit for least, unit in _BINARY if largest >= least), ("bytes", 1))
    if divisor == 1:
        return f"{size:,} byte{'s' * (size != 1)}"
    return f"{size // divisor:,} {unit}" if largest >= _HUGE else f"{size / divisor:,.{digits}f} {unit}"


def signed(value: object) -> tuple[str, str]:
    """A term of a sum as its sign and what follows it; an expression that begins with a minus has that sign."""
    text = thousands(value).replace("-", "−")
    return ("−", text[1:]) if text.startswith("−") else ("+", text)


def tally(nouns: Iterable[str]) -> str:
    """Nouns, each with how often it occurs: 2 Conv2d, ReLU."""
    return ", ".join(f"{number} {noun}" if number > 1 else noun for noun, number in Counter(nouns).items())
