"""Numbers of things and of bytes as a person writes them: 1e6, 25.6M, 2 GiB."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, final

from shapecalc.errors import SpecError, quoted
from shapecalc.page.numbers import UNITS

#: The units of a count; B is a billion.
COUNT_UNITS = {"": 1, **UNITS, "B": UNITS["G"]}
#: The units of a number of bytes, in powers of 1000 and of 1024.
BYTE_UNITS = {
    "": 1,
    "B": 1,
    **UNITS,
    **{f"{prefix}B": size for prefix, size in UNITS.items()},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate(UNITS, 1)},
}
#: How many digits and separators stand before the point of a number.
MAX_QUANTITY_DIGITS = 41
_NUMBER = rf"\s*(\d[\d_,]{{0,{MAX_QUANTITY_DIGITS - 1}}})(\.\d{{0,20}})?([eE]\+?\d{{1,2}})?\s*([A-Za-z]{{0,3}})\s*"


@final
class Amount(NamedTuple):
    """A number with a unit: its value, and the value of a 1 in its last digit."""

    value: Fraction
    last_digit: Fraction


def read_count(text: int | str) -> int:
    """The whole number that ``1e6``, ``1_000_000`` or ``25.6M`` writes; k, M, G (or B, a billion) and T are decimal.

    Raises:
        SpecError: it writes none, or one that is not whole.
    """
    return _whole_number(text, COUNT_UNITS, "write a number such as 1e6, 1_000_000 or 25.6M")


def read_bytes(text: int | str) -> int:
    """The number of bytes that ``2 GiB``, ``512 MB`` or ``1048576`` writes; a part of a byte is left off.

    Raises:
        SpecError: it writes none.
    """
    return _whole_number(text, BYTE_UNITS, "write a size such as 2 GiB, 512 MB or 1048576 (bytes)")


def _whole_number(text: int | str, units: Mapping[str, int], example: str) -> int:
    if isinstance(text, int) and not isinstance(text, bool):
        if text < 0:
            raise SpecError(f"{quoted(text)} is below 0; {example}.")
        return text
    if not isinstance(text, str):
        raise SpecError(f"{quoted(text)} is no whole number and no text; {example}.")
    amount = read_amount(text, units)
    digits = max(map(len, re.findall("[0-9_,]+", text)), default=0)
    if amount is None and digits > MAX_QUANTITY_DIGITS:
        raise SpecError(f"The number has {digits:,} digits; at most {MAX_QUANTITY_DIGITS} are read.")
    if amount is None:
        raise SpecError(f"{text.strip()[:60]!r} cannot be read; {example}.")
    return int(amount.value)


def read_amount(text: str, units: Mapping[str, int]) -> Amount | None:
    """The number that a text writes with one of the units, in upper or lower case; None if it writes none."""
    match = re.fullmatch(_NUMBER, text, re.ASCII)
    sizes = {unit.lower(): size for unit, size in units.items()}
    if match is None or match[4].lower() not in sizes:
        return None
    decimals, exponent, size = match[2] or "", match[3] or "", sizes[match[4].lower()]
    number = re.sub("[_,]", "", match[1]) + decimals + exponent
    last_digit = Fraction(f"1{exponent}") * size / 10 ** max(len(decimals) - 1, 0)
    return Amount(Fraction(number) * size, last_digit)
