"""Numbers as a person reads them. What is no number, an expression in letters, is written as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

#: The decimal units, smallest first.
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_KIB, _MIB = 2**10, 2**20
#: From so many bytes on, a fraction of a MiB says nothing, and a float cannot hold it.
_HUGE = 2**50


def thousands(value: object) -> str:
    """A count with its thousands apart: 25,557,032."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def rounded(value: object) -> str:
    """A count in three digits: 25.6M, 4.09G."""
    if not isinstance(value, int):
        return str(value)
    for unit, size in reversed(UNITS.items()):
        if value >= size * 0.9995:
            return f"{value / size:#.3g}".rstrip(".") + unit
    return str(value)


def mebibytes(size: object) -> str:
    """Bytes as MiB (2**20 bytes), or KiB where that would be 0.00; a question mark where they are not known."""
    if not isinstance(size, int):
        return "?" if size is None else f"{size} bytes"
    if size >= _HUGE:
        return f"{size // _MIB:,} MiB"
    if size == 0:
        return "0 KiB"
    return f"{size / _MIB:,.2f} MiB" if size >= _MIB / 10 else f"{size / _KIB:,.2f} KiB"


def signed(value: object) -> tuple[str, str]:
    """A term of a sum as its sign and what follows it; an expression that begins with a minus has that sign."""
    text = thousands(value).replace("-", "−")
    return ("−", text[1:]) if text.startswith("−") else ("+", text)


def tally(nouns: Iterable[str]) -> str:
    """Nouns, each with how often it occurs: 2 Conv2d, ReLU."""
    return ", ".join(f"{number} {noun}" if number > 1 else noun for noun, number in Counter(nouns).items())
