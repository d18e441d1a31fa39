"""Numbers of things and of bytes as a person writes them: 1e6, 25.6M, 2 GiB."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from shapecalc.errors import SpecError

_THOUSANDS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_BYTES = {
    "": 1,
    "B": 1,
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("kMGT", 1)},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", 1)},
}


def read_count(text: int | str) -> int:
    """The whole number that ``1e6``, ``1_000_000`` or ``25.6M`` writes; k, M, G (or B, a billion) and T are decimal.

    Raises:
        SpecError: it writes none, or one that is not whole.
    """
    return _read(text, _THOUSANDS, "write a number such as 1e6, 1_000_000 or 25.6M")


def read_bytes(text: int | str) -> int:
    """The number of bytes that ``2 GiB``, ``512 MB`` or ``1048576`` writes; a part of a byte is left off.

    Raises:
        SpecError: it writes none.
    """
    return _read(text, _BYTES, "write a size such as 2 GiB, 512 MB or 1048576 (bytes)")


def _read(text: int | str, units: Mapping[str, int], example: str) -> int:
    if isinstance(text, int):
        return text
    if not isinstance(text, str):
        raise SpecError(f"{text!r} is no whole number and no text; {example}.")
    found = re.fullmatch(r"\s*(\d[\d_,]{0,40}(?:\.\d{0,20})?(?:[eE]\+?\d{1,2})?)\s*([A-Za-z]{0,3})\s*", text, re.ASCII)
    known = {unit.lower(): size for unit, size in units.items()}
    if found is None or found[2].lower() not in known:
        raise SpecError(f"{text.strip()[:60]!r} cannot be read; {example}.")
    return int(Fraction(re.sub("[_,]", "", found[1])) * known[found[2].lower()])
