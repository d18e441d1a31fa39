"""The reader of calculations and of formulas: exact quotients, letters, products without a sign.

What is written on paper is more than what specs of networks contain: ``K(F²D + 1)``, ``⌊(W − F)/S + 1⌋``, ``115.2k``.
Every value is a quotient of two integers, or of two expressions; nothing is rounded unless the text says so. Nothing is
run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import final

from shapecalc.algebra import Int, Name, maximum, minimum
from shapecalc.errors import ShapecalcError
from shapecalc.formats.text.tokens import MAX_DEPTH, MAX_DIGITS, Token, location, tokens
from shapecalc.grading.answers.kind import NotUnderstoodError
from shapecalc.grading.answers.quotients import ONE, ZERO, ExactQuotient
from shapecalc.page.numbers import UNITS

_LIMIT = 10**MAX_DIGITS
#: The largest power of a letter.
MAX_POWER = 10

_SUFFIXES = {**UNITS, "k": UNITS["K"]}
_TIMES = re.compile(r"(?<=[\d)\]])( *)[xX✕✖]( *)(?=[\d(\[])")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_HEX = re.compile(r"\b0[xX]")
_WORD = re.compile(r"[^\W\d_²³]+")
#: Units of memory and of work, which only a question with a unit asks for.
_UNIT = re.compile(r"[KMGT]?i?(?:B|bytes?|bits?|MACs?|FLOPs?)", re.IGNORECASE)
_FUNCTIONS = ("floor", "ceil", "min", "max")
#: What may stand behind a bracket that is not needed to group.
_BEHIND = ("+", "-", ",", ")", "⌋", "⌉")
_OPENING = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


def read_arithmetic(text: str, letters: tuple[str, ...] = ()) -> ExactQuotient:
    """The value of a calculation, or of a formula in the letters of its question.

    Raises:
        NotUnderstoodError: it cannot be read; the message names the column.
    """
    if "#" in text:  # would begin a comment
        raise NotUnderstoodError(f"column {text.index('#') + 1}: cannot read '#'")
    try:
        return _reader(text, letters).whole_text()
    except ShapecalcError as refused:  # no word, or a tree or a number in it that grows too large
        raise NotUnderstoodError(str(refused).rstrip(".")) from None


def last_operation(text: str, letters: tuple[str, ...] = ()) -> str:
    """The operation that is done last in a text that can be read: sum, product, quotient or power; else "number"."""
    reader = _reader(text, letters)
    reader.whole_text()
    return reader.operation


def _reader(text: str, letters: tuple[str, ...]) -> _ArithmeticReader:
    spelled = (text if _HEX.search(text) else _TIMES.sub(r"\1×\2", text)).replace("÷", "/")
    if not any(word in spelled for word in ("min", "max")):
        spelled = _THOUSANDS.sub(lambda match: match[0].replace(",", "_"), spelled)
    return _ArithmeticReader(text, letters, tokens(spelled))


@final
class _ArithmeticReader:
    """Reads one token after another; methods are named after what they read."""

    def __init__(self, source: str, letters: tuple[str, ...], words: Sequence[Token]) -> None:
        self.source = source
        self.letters = _by_spelling(letters)
        self.tokens = [part for word in words for part in self._parted(word)]
        self.position = 0
        self.depth = 0
        #: what is done last, outside of brackets
        self.operation = "number"
        self.divisors: list[Int] = []
        #: the first word that is no number, where no letters are asked for
        self.stray: Token | None = None

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.next
        self.position += token.kind != "end"
        return token

    def take_if(self, *texts: str) -> Token | None:
        return self.take() if self.next.text in texts and self.next.kind != "string" else None

    def error(self, message: str, at: int) -> NotUnderstoodError:
        return NotUnderstoodError(f"{location(self.source, at)}: {message}")

    def whole_text(self) -> ExactQuotient:
        value = self.sum()
        if self.next.kind != "end":
            raise self.unit_or_none(self.next) or self.error(f"cannot read {self.next.text!r} here", self.next.at)
        if self.stray is not None:  # even where it cancels out, as in W - W
            raise self.stray_word(self.stray)
        return value._replace(divisors=tuple(dict.fromkeys(self.divisors)))

    def stray_word(self, token: Token) -> NotUnderstoodError:
        word = _WORD.match(token.text)
        text = (word[0] if word else token.text)[:20]
        return self.unit_or_none(token) or self.error(f"cannot read {text!r} in a number", token.at)

    def unit_or_none(self, token: Token) -> NotUnderstoodError | None:
        """What is said of a unit, where none is asked for; None of another word."""
        if self.letters or not _UNIT.fullmatch(token.text):
            return None
        return self.error(f"{token.text} is a unit; write the number alone", token.at)

    def sum(self) -> ExactQuotient:
        value = self.product()
        while operator := self.take_if("+", "-"):
            written, self.operation = self.operation, self.operation if self.depth else "sum"
            term = self.product()
            # what is added to nothing, or nothing that is added, makes no sum
            self.note("sum" if ZERO not in (value, term) else written)
            value = self.limited(value.plus(term, -1 if operator.text == "-" else 1), operator)
        return value

    def product(self) -> ExactQuotient:
        value = self.signed()
        divided = False
        while True:
            if operator := self.take_if("*", "/", "//", "mod"):
                factor = self.signed()
                self.note_product(operator.text, value, factor)
                value = self.applied(operator, value, factor)
                divided = operator.text in ("/", "//")
            elif self.is_factor():
                if divided:
                    raise self.error("write brackets: a/(b·c), or (a/b)·c", self.next.at)
                at, factor = self.next, self.power()
                if factor == value and not self.letters:
                    raise self.error("this may be a product, or a number with its calculation; write ·", at.at)
                self.note_product("*", value, factor)
                value = self.limited(value.times(factor), self.next)
            else:
                return value

    def is_factor(self) -> bool:
        """Whether a product goes on without a sign: 2P, K(F²D + 1); of numbers, beside a bracket: 16(27 + 1)."""
        token, before = self.next, self.tokens[self.position - 1]
        if not self.letters:
            is_number = before.kind in ("int", "float") or before.text == ")"
            is_beside = is_number and token.at > 0 and not self.source[token.at - 1].isspace()
            return is_beside and (token.text == "(" or (before.text == ")" and token.kind == "int"))
        if token.text == "mod":
            return False
        return token.kind == "name" or (token.text in _OPENING and before.text not in _OPENING)

    def note_product(self, sign: str, left: ExactQuotient, right: ExactQuotient) -> None:
        """Remember a product or a quotient; a factor of 1, or a division by it, makes none."""
        if right != ONE and (sign != "*" or left != ONE):
            self.note("product" if sign == "*" else "quotient")

    def applied(self, operator: Token, left: ExactQuotient, right: ExactQuotient) -> ExactQuotient:
        if operator.text == "*":
            return self.limited(left.times(right), operator)
        if right.above == 0:
            raise self.error("division by 0", operator.at)
        if not isinstance(right.above, int):
            self.divisors.append(right.above)
        quotient = left.over(right)
        if operator.text == "mod":
            return self.limited(left.plus(right.times(quotient.rounded()), -1), operator)
        return self.limited(quotient.rounded() if operator.text == "//" else quotient, operator)

    def signed(self) -> ExactQuotient:
        minus = 0
        while sign := self.take_if("+", "-"):
            minus += sign.text == "-"
        value = self.power()
        return ExactQuotient(-value.above, value.below) if minus % 2 else value

    def power(self) -> ExactQuotient:
        base = self.atom()
        operator = self.take_if("**")
        if operator is None:
            return base
        self.nest(1, operator)
        exponent = self.signed()
        self.nest(-1, operator)
        if ONE not in (base, exponent):
            self.note("power")
        times = exponent.number
        if times is None or times.denominator > 1 or times < 0:
            raise self.error("an exponent must be a whole number", operator.at)
        return self.raised(base, times.numerator, operator)

    def raised(self, base: ExactQuotient, times: int, operator: Token) -> ExactQuotient:
        number = base.number
        size = max(abs(number.numerator), number.denominator).bit_length() - 1 if number is not None else 0
        if times > (1000 if number is not None else MAX_POWER) or times * size / 3.33 > MAX_DIGITS:
            raise self.error(f"this power is too large; at most {MAX_DIGITS} digits are read", operator.at)
        value = ExactQuotient(1)
        for _ in range(times):
            value = value.times(base)
        return self.limited(value, operator)

    def atom(self) -> ExactQuotient:
        token = self.take()
        match token.kind, token.text:
            case "float", text if "e" in text.lower():  # which would be as many digits as it says
                raise self.error("a number with an exponent may have been rounded; all digits are needed", token.at)
            case "float", text:
                return self.limited(self.with_suffix(ExactQuotient(*Fraction(text).as_integer_ratio()), token), token)
            case "int", text:
                return self.limited(self.with_suffix(ExactQuotient(int(text)), token), token)
            case "name", text if text in _FUNCTIONS and self.next.text == "(":
                return self.call(token)
            case "name", text:
                return self.letter(token)
            case "op", ("(" | "⌊" | "⌈") as text:
                value = self.between(token, _OPENING[text])
                if self.source[token.at : token.at + 1] == "[":
                    return self.in_square_brackets(value, token)
                return value if text == "(" else value.rounded(up=text == "⌈")
            case "end", _:
                raise self.error("something is missing at the end", token.at)
        raise self.error(f"cannot read {token.text!r} here", token.at)

    def between(self, opening: Token, closing: str) -> ExactQuotient:
        self.nest(1, opening)
        value = self.sum()
        if not self.take_if(closing):
            place = f"found {self.next.text!r}" if self.next.kind != "end" else "the text ends"
            raise self.error(f"{closing!r} is missing; {place}", self.next.at)
        self.nest(-1, opening)
        return value

    def in_square_brackets(self, value: ExactQuotient, opening: Token) -> ExactQuotient:
        """What stands in square brackets: rounded down, as in old textbooks, where they are needed for nothing else.

        Raises:
            NotUnderstoodError: they may only group.
        """
        if value.is_whole:
            return value
        before = self.tokens[self.tokens.index(opening) - 1].text if opening is not self.tokens[0] else "("
        if before in ("+", ",", *_OPENING) and (self.next.kind == "end" or self.next.text in _BEHIND):
            return value.rounded()
        raise self.error("square brackets may round down, or only group; write floor(…) or (…)", opening.at)

    def call(self, function: Token) -> ExactQuotient:
        opening = self.take()
        if function.text in ("floor", "ceil"):
            return self.between(opening, ")").rounded(up=function.text == "ceil")
        self.nest(1, opening)
        values = [self.sum()]
        while self.take_if(","):
            values.append(self.sum())
        if not self.take_if(")"):
            raise self.error("')' is missing", self.next.at)
        self.nest(-1, opening)
        if len(values) < 2 or not all(value.is_whole for value in values):
            raise self.error(f"{function.text} takes two or more whole numbers", function.at)
        extreme = minimum if function.text == "min" else maximum
        total = values[0].above
        for value in values[1:]:
            total = extreme(total, value.above)
        return ExactQuotient(total)

    def with_suffix(self, value: ExactQuotient, number: Token) -> ExactQuotient:
        """115.2k, where letters are not asked for: the letter right behind a number is a unit of counts."""
        token = self.next
        is_beside = token.at == number.at + len(number.text)
        if self.letters or token.kind != "name" or not is_beside:
            return value
        if token.text not in _SUFFIXES:
            raise self.stray_word(token)
        self.take()
        return value.times(ExactQuotient(_SUFFIXES[token.text]))

    def letter(self, token: Token) -> ExactQuotient:
        name = self.letters.get(token.text)
        if name is not None:
            return ExactQuotient(Name(name))
        if self.letters:
            names = ", ".join(dict.fromkeys(self.letters.values()))
            raise self.error(f"{token.text[:20]!r} is no letter of this question; it has {names}", token.at)
        self.stray = self.stray or token
        return ExactQuotient(Name(token.text))

    def note(self, operation: str) -> None:
        if not self.depth:
            self.operation = operation

    def nest(self, by: int, at: Token) -> None:
        self.depth += by
        if self.depth > MAX_DEPTH:
            raise self.error(f"brackets or powers are nested deeper than {MAX_DEPTH}", at.at)

    def limited(self, value: ExactQuotient, at: Token) -> ExactQuotient:
        """A value whose numbers have not grown beyond what is read."""
        above, below, _ = value
        if (isinstance(above, int) and abs(above) >= _LIMIT) or (isinstance(below, int) and below >= _LIMIT):
            raise self.error(f"a number grows beyond {MAX_DIGITS} digits", at.at)
        return value

    def _parted(self, word: Token) -> list[Token]:
        """A word of several letters as the letters that it joins: FFD as F, F and D."""
        if word.kind != "name" or word.text in self.letters or word.text in (*_FUNCTIONS, "mod"):
            return [word]
        if word.text in ("x", "X") and self.letters:
            return [Token("op", "*", word.at)]
        parts: list[Token] = []
        at = 0
        while at < len(word.text):
            names = [name for name in self.letters if word.text.startswith(name, at)]
            if not names:
                return [word]
            name = max(names, key=len)
            parts.append(Token("name", name, word.at + at))
            at += len(name)
        return parts


def _by_spelling(letters: tuple[str, ...]) -> Mapping[str, str]:
    """Each spelling of a letter with the letter: in the other case too, where no two letters differ in that alone."""
    spellings: dict[str, str] = {}
    for letter in letters:
        for spelling in (letter.lower(), letter.upper()):
            owners = [other for other in letters if spelling in (other, other.lower(), other.upper())]
            if owners == [letter]:
                spellings[spelling] = letter
    return spellings | {letter: letter for letter in letters}
