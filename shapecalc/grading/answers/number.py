"""Numbers as people write them: 5120, 5,120, 5 120, 5_120, 5'120 or 5120.0."""

from __future__ import annotations

import re
from decimal import Decimal

from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.grading.answers.kind import NotUnderstoodError

_NUMBER = re.compile(
    r"""(?P<sign>[+\-−]?)\ ?(?:
        (?P<integer>\d+ | [1-9]\d{0,2}(?P<gap>[,_'’ ])\d{3}(?:(?P=gap)\d{3})*)(?:\.(?P<decimals>\d+))?
      | (?P<dotted>[1-9]\d{0,2}(?:\.\d{3}){2,}))""",
    re.VERBOSE,
)


def read_number(text: str) -> int | Decimal | None:
    """The number that a text is, with its fraction if it has one; None where it is anything else.

    Raises:
        NotUnderstoodError: it could be two numbers (5.120), or is too long.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    digits = re.sub(r"\D", "", match["integer"] or match["dotted"])
    decimals = match["decimals"] or ""
    length = len(digits) + len(decimals)
    if length > MAX_DIGITS:
        raise NotUnderstoodError(f"the number has {length} digits; at most {MAX_DIGITS} are read")
    if len(decimals) == 3 and match["integer"] == digits and len(digits) <= 3 and digits[0] != "0":
        raise NotUnderstoodError(f"{match[0]} may be {digits}{decimals}, or {digits} and three decimals")
    sign = "-" if match["sign"] in ("-", "−") else ""
    if decimals.strip("0"):
        return Decimal(f"{sign}{int(digits)}.{decimals}")  # exact; any arithmetic would round it
    return int(f"{sign}{digits}")
