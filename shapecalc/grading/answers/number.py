"""An answer that is a number with a unit: 58.1 MiB, 4.1 GMAC, 8.2 GFLOP, 25.6M."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple, Self, final

from shapecalc.grading.answers.expression import read_calculation
from shapecalc.grading.answers.kind import AnswerKind, Between, Judgement, Key, NotUnderstoodError, bounded
from shapecalc.grading.answers.numerals import rational_text, whole

#: What a unit counts: its word, its quantity, and how much of that it is. A multiply-accumulate is two operations.
_BASES = {
    "byte": ("bytes", Fraction(1)),
    "bit": ("bytes", Fraction(1, 8)),
    "MAC": ("MACs", Fraction(1)),
    "FLOP": ("MACs", Fraction(1, 2)),
    "": ("count", Fraction(1)),
}
_SPELLINGS = {"b": "byte", "byte": "byte", "bit": "bit", "mac": "MAC", "flop": "FLOP"}
_PREFIXES = {"k": 1, "m": 2, "g": 3, "t": 4}
_UNIT = re.compile(r"(?P<prefix>[KMGTkmgt]i?)?[ -]?(?P<base>bytes?|bits?|macs?|flops?|b)", re.IGNORECASE)
#: A number with more decimals, or a small whole one, is taken for exact.
_DECIMALS, _ROUNDED_FROM = 12, 50
#: Words and signs for a number that is rounded, as every one of these may be.
_NEARLY = re.compile(r"\A\s*(?:≈|~|about |approx\.? |approximately |ca\.? |around |roughly )\s*", re.IGNORECASE)
#: A number with a letter for thousands, millions, ...
_PREFIXED = re.compile(r"\s*([^A-Za-z]*\d\.?\s?)([KMGTkmgt])\s*")
_EXPONENT = re.compile(r"([+-]?\d{1,20}(?:\.\d{1,20})?)[eE]([+-]?\d{1,2})")
_TRAILING = re.compile(r"[A-Za-z][A-Za-z -]*$")


@final
class Unit(NamedTuple):
    """A unit.

    Attributes:
        word: how it is written.
        quantity: what it counts: bytes, MACs, or nothing but a count.
        size: how much of that it is.
    """

    word: str
    quantity: str
    size: Fraction


#: The unit of a number without one.
COUNT = Unit("", "count", Fraction(1))


@final
class Measured(NamedTuple):
    """A number with a unit."""

    number: Fraction
    unit: Unit

    @property
    def amount(self) -> Fraction:
        """How much of its quantity it is."""
        return self.number * self.unit.size

    def __str__(self) -> str:
        return f"{rational_text(whole(self.number))} {self.unit.word}".strip()


@final
@dataclass(frozen=True, slots=True)
class NumberAnswer(AnswerKind[Measured]):
    """A number with a unit, right within a tolerance.

    Attributes:
        key: the right number, in the unit that is asked for.
        tolerance: how far off a right answer may be: a part of the key, or a number in its unit.
        is_relative: whether the tolerance is a part of the key.
    """

    name: ClassVar[str] = "number"
    has_echo: ClassVar[bool] = True
    key: Measured
    tolerance: Fraction = Fraction(1, 100)
    is_relative: bool = True

    def read(self, answer: str) -> Measured:
        """A number without a unit is in the unit that is asked for."""
        return read_measured(_NEARLY.sub("", bounded(answer)), self.key.unit)

    def judge(self, reading: Measured) -> Judgement:
        return Judgement.of(self._agrees(reading), self._remark(reading))

    def outcome(self, reading: Measured) -> Between | None:
        """What a number may stand for that has been rounded: to its last decimal, or to a large whole number."""
        if reading.unit.quantity != self.key.unit.quantity:
            return None
        decimals = next((place for place in range(_DECIMALS) if 10**place % reading.number.denominator == 0), None)
        is_exact = decimals is None or (decimals == 0 and abs(reading.number) < _ROUNDED_FROM)
        half = Fraction(0) if is_exact or decimals is None else reading.unit.size / (2 * 10**decimals)
        return Between(reading.amount - half, reading.amount + half, self.key.amount, self.key.unit.quantity)

    def with_key(self, value: Key, size: Fraction) -> Self | None:
        unit = self.key.unit
        return replace(self, key=Measured(value * size / unit.size, unit)) if isinstance(value, int) else None

    def plain(self, reading: Measured | None) -> Any:
        return None if reading is None else str(reading)

    @property
    def key_text(self) -> str:
        """The key, to four digits where it has more; with three behind the point, where a comma may stand for
        thousands, a fourth one follows.
        """
        number = self.key.number
        digits = f"{float(number):.4g}" if abs(number) < 10**15 else rational_text(whole(number))
        if digits[-4:-3] == "." and not digits.startswith("0."):
            digits = f"{float(number):.4f}"
        is_exact = number.denominator == 1 or Fraction(digits) == number
        return str(self.key) if is_exact else f"{digits} {self.key.unit.word}".strip()

    def _agrees(self, reading: Measured) -> bool:
        if reading.unit.quantity != self.key.unit.quantity:
            return False
        allowed = self.tolerance * (abs(self.key.amount) if self.is_relative else self.key.unit.size)
        return abs(reading.amount - self.key.amount) <= allowed

    def _remark(self, reading: Measured) -> str:
        """Which unit the number would be right in; "" where there is none."""
        if reading.unit.quantity != self.key.unit.quantity:
            return f"{reading.unit.word or 'no unit'} counts {reading.unit.quantity}, not {self.key.unit.quantity}"
        for unit in _units_of(self.key.unit.quantity):
            if unit != reading.unit and self._agrees(Measured(reading.number, unit)):
                return f"the number is right in {unit.word}, not in {reading.unit.word}"
        return ""


def read_measured(text: str, asked: Unit) -> Measured:
    """A number with a unit; one without is in the unit that is asked for.

    A letter alone, as in 0.6M, is a prefix of the unit that is asked for: 0.6 MMAC where MACs or GMAC are.

    Raises:
        NotUnderstoodError: it is no number, or has a word behind it that is no unit, or that may be two.
    """
    trailing = _TRAILING.search(text.rstrip())
    unit = read_unit(trailing[0]) if trailing else None
    number = text.rstrip()[: trailing.start()] if trailing and unit else text
    if unit is None and asked.quantity != "count" and (prefixed := _PREFIXED.fullmatch(text)):
        number, prefix = prefixed.groups()
        if asked.quantity == "bytes":
            letter = prefix.upper()
            raise NotUnderstoodError(f"{prefix} may be {letter}B or {letter}iB; write the unit")
        unit = read_unit(f"{prefix}{_base_of(asked)}")
    return Measured(_read_rounded(number), unit or asked)


def _read_rounded(text: str) -> Fraction:
    """A number or a calculation; where all digits are not needed, also with an exponent: 3.39e5.

    Raises:
        NotUnderstoodError: it is neither.
    """
    with_exponent = _EXPONENT.fullmatch(text.strip())
    if with_exponent is None:
        return Fraction(read_calculation(text))
    return Fraction(with_exponent[1]) * Fraction(10) ** int(with_exponent[2])


def _base_of(unit: Unit) -> str:
    """What a unit counts, without a prefix: FLOP of GFLOP."""
    return next(name for name in ("MAC", "FLOP", "byte", "bit") if name.lower() in unit.word.lower())


def read_unit(text: str) -> Unit | None:
    """The unit that a word is; None where it is none.

    Raises:
        NotUnderstoodError: it may be two units.
    """
    match = _UNIT.fullmatch(text.strip())
    if match is None:
        return None
    prefix, base = match["prefix"] or "", match["base"]
    if base == "b" and prefix[:1].isupper():
        raise NotUnderstoodError(f"{text.strip()} may be bits or bytes; write {prefix}bit or {prefix}B")
    name = _SPELLINGS[base.lower().rstrip("s")]
    quantity, size = _BASES[name]
    return Unit(_word(prefix, name), quantity, size * _times(prefix))


def _word(prefix: str, name: str) -> str:
    letter = "k" if prefix in ("k", "K") else prefix[:1].upper() + prefix[1:].lower()
    if name in ("byte", "bit"):
        return f"{letter}{'B' if name == 'byte' else 'bit'}" if letter else f"{name}s"
    return f"{letter}{name}" if letter else f"{name}s"


def _times(prefix: str) -> int:
    if not prefix:
        return 1
    power = _PREFIXES[prefix[0].lower()]
    return int((1024 if prefix[1:] else 1000) ** power)


def _units_of(quantity: str) -> list[Unit]:
    """The units of a quantity, as answers may confuse them."""
    prefixes = ["", *"KMGT", *(f"{letter}i" for letter in "KMGT")] if quantity == "bytes" else ["", *"KMGT"]
    names = [name for name, (counted, _) in _BASES.items() if counted == quantity and name]
    return [
        Unit(_word(prefix, name), quantity, _BASES[name][1] * _times(prefix)) for name in names for prefix in prefixes
    ]
