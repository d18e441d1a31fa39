"""Numbers as people write them: 5120, 5,120, 5 120, 5_120, 5'120 or 5120.0; and as answers show them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any, Self

from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.grading.answers.kind import AnswerKind, Judgement, Key, NotUnderstoodError

#: A number, exact: an integer wherever it is whole.
Rational = int | Fraction

_NUMBER = re.compile(
    r"""(?P<sign>[+\-−]?)\ ?(?:
        (?P<integer>\d+ | [1-9]\d{0,2}(?P<gap>[,_'’ ])\d{3}(?:(?P=gap)\d{3})*)(?:\.(?P<decimals>\d+))?
      | (?P<dotted>[1-9]\d{0,2}(?:\.\d{3}){2,}))""",
    re.VERBOSE,
)


#: What a number is called in front of it: params = 2432.
_LABEL = re.compile(r"(?:[^\W\d_][^\W\d]*(?: [^\W\d]+){0,3} ?)?= ?(?=[^=]*\Z)")
#: What is counted, behind a number; units of memory and of work are none of these.
_COUNTED = re.compile(
    r" ?(?<![^\W\d_])(?:parameters?|params?|weights?|values?|numbers?|entries|neurons?|units?|features?|channels?|"
    r"filters?|pixels?|elements?|outputs?|inputs?|activations?)\.?\Z",
    re.IGNORECASE,
)
_WRAPPERS = (("*", "*"), ("`", "`"), ('"', '"'), ("'", "'"), ("$", "$"), ("(", ")"))
_DECIMAL_COMMA = re.compile(r"(?P<whole>[+\-−]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)),(?P<decimals>\d+)")


def read_number(text: str) -> Rational | None:
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
        return Fraction(f"{sign}{int(digits)}.{decimals}")  # exact; any other arithmetic would round it
    return int(f"{sign}{digits}")


def read_stated_number(text: str) -> Rational | None:
    """As :func:`read_number`, of a number as it stands in a sentence: = 2432, params = 2432, 2432 parameters, **2432**.

    Also with a decimal comma: 112,5. None where it is anything else.

    Raises:
        NotUnderstoodError: it could be two numbers, or a number and a pair of them.
    """
    body = _LABEL.sub("", text.strip())
    while body[:1] and (body[0], body[-1]) in _WRAPPERS and len(body) > 1:
        body = body[1:-1].strip()
    body = _COUNTED.sub("", body)
    if body.endswith(".") and body[-2:-1].isdigit():
        body = body[:-1]
    number = read_number(body)
    return _with_decimal_comma(body) if number is None else number


def _with_decimal_comma(text: str) -> Rational | None:
    """A number with a decimal comma; a comma before three digits parts thousands."""
    match = _DECIMAL_COMMA.fullmatch(text)
    if match is None:
        return None
    before, after = match["whole"].replace(".", ""), match["decimals"]
    may_be_two = "." not in match["whole"] and before.lstrip("+-−0") and after.strip("0")
    if may_be_two and (len(after) == 2 or before == after):
        raise NotUnderstoodError(f"{text} may be {before}.{after}, or the two numbers {before} and {after}")
    return read_number(f"{before}.{after}") if len(after) != 3 or len(before) > 3 else None


def whole(value: Rational) -> Rational:
    """A number as an integer where it is whole."""
    return value.numerator if value.denominator == 1 else value


def rational_text(value: Rational) -> str:
    """A number as a person writes it: 112.5, and 1/3 where no decimal number is it."""
    if value.denominator == 1:
        return str(value.numerator)
    places = _decimal_places(value.denominator)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' * (value < 0)}{digits[:-places]}.{digits[-places:]}"


def _decimal_places(denominator: int) -> int | None:
    """How many decimals a fraction has; None where they do not end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


class RationalAnswer(AnswerKind[Rational]):
    """An answer that is a number. Abstract: a kind says how its numbers are written."""

    __slots__ = ()

    def judge(self, reading: Rational) -> Judgement:
        is_unwanted = reading.denominator > 1 and self.key.denominator == 1
        return Judgement.of(reading == self.key, "not a whole number" if is_unwanted else "")

    def echo(self, reading: Rational) -> str:
        return rational_text(reading)

    def plain(self, reading: Rational | None) -> Any:
        # a fraction as text, because a decimal number of JSON is rounded
        return reading if reading is None or isinstance(reading, int) else rational_text(reading)

    def outcome(self, reading: Rational) -> Rational:
        return reading

    def with_key(self, value: Key, size: Fraction) -> Self | None:
        return replace(self, key=value) if isinstance(value, int) else None  # type: ignore[type-var]  # each kind is one
