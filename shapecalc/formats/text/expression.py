"""Integer expressions: 16*5*5, 2P + 1, ⌊(W − 2)/4⌋. Read into numbers and trees, never evaluated as code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, final

from shapecalc.algebra import Expr, Int, Name, ceildiv, maximum, minimum
from shapecalc.errors import SpecError
from shapecalc.formats.text.tokens import MAX_DEPTH, MAX_DIGITS, Token, place, tokens

_LIMIT = 10**MAX_DIGITS
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def read_expression(source: str, *, down: bool = False) -> Int:
    """The number or expression that ``source`` writes.

    Understands ``+ - * //``, ``**`` (or ``^``, ``²``, ``³``) with a small power, an exact ``/``, ``⌊a/b⌋``, ``⌈a/b⌉``
    (or ``floor(a/b)``, ``ceil(a/b)``), ``min`` and ``max``, brackets, letters, and a number beside a letter (``2P``).

    Args:
        source: the text.
        down: whether ``/`` may be inexact; it is then rounded down.

    Raises:
        SpecError: it is not such an expression, or a number grows beyond 100 digits.
    """
    if source.isdecimal() and source.isascii() and len(source) <= MAX_DIGITS:
        return int(source)
    reader = Reader(source, down=down)
    value = reader.sum()
    reader.expect_end()
    if isinstance(value, bool) or not isinstance(value, int | Expr):
        raise SpecError(f"{source.strip()!r} is not an integer.")
    return value


@final
class Reader:
    """Reads one token after another; methods are named after what they read.

    Args:
        source: the text.
        bound: values that letters stand for; other letters stay letters.
        down: whether ``/`` may be inexact; it is then rounded down.
    """

    def __init__(self, source: str, bound: Mapping[str, Any] = _NOTHING, *, down: bool = False) -> None:
        self.source = source
        self.bound = bound
        self.down = down
        self.tokens = tokens(source)
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def take_if(self, text: str) -> bool:
        """Take the next token if it is this operator."""
        found = self.next.kind == "op" and self.next.text == text
        self.position += found
        return found

    def expect(self, text: str) -> None:
        if not self.take_if(text):
            found = self.next.text
            raise self.error(f"expected {text!r} but found {found!r}" if found else f"{text!r} is missing")

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.error(f"cannot read {self.next.text!r} here")

    def error(self, message: str, at: int | None = None) -> SpecError:
        return SpecError(f"{place(self.source, self.next.at if at is None else at)}: {message}.")

    def nest(self, by: int) -> None:
        """Count a bracket that opens (1) or closes (-1)."""
        self.depth += by
        if self.depth > MAX_DEPTH:
            raise self.error(f"brackets or powers are nested deeper than {MAX_DEPTH}")

    def sum(self) -> Any:
        value = self.product()
        while self.next.kind == "op" and self.next.text in ("+", "-"):
            operator = self.take()
            value = self.apply(operator, value, self.product())
        return value

    def product(self, *, exact: bool = True) -> Any:
        value = self.signed()
        while True:
            token = self.next
            if token.kind == "op" and (token.text in ("*", "//") or (token.text == "/" and exact)):
                self.take()
                value = self.apply(token, value, self.signed())
            elif isinstance(value, int) and token.kind == "name" and self._beside(token):
                value = self.apply(Token("op", "*", token.at), value, self.power())
            else:
                return value

    def _beside(self, token: Token) -> bool:
        """Whether a letter stands right behind a number, as in 2P."""
        before = self.tokens[self.position - 1]
        return before.kind == "int" and before.at + len(before.text) == token.at

    def signed(self) -> Any:
        minus = 0
        while self.next.kind == "op" and self.next.text in ("-", "+"):
            minus += self.take().text == "-"
        value = self.power()
        if not minus:
            return value
        if isinstance(value, int | float | Expr) and not isinstance(value, bool):
            return -value if minus % 2 else value
        raise self.error("a minus must stand before a number")

    def power(self) -> Any:
        value = self.atom()
        if not (self.next.kind == "op" and self.next.text == "**"):
            return value
        operator = self.take()
        self.nest(1)
        exponent = self.signed()
        self.nest(-1)
        if not (isinstance(value, int | Expr) and isinstance(exponent, int)) or isinstance(value, bool):
            raise self.error("a power needs integers", operator.at)
        digits = exponent * (value.bit_length() - 1) / 3.33 if isinstance(value, int) and abs(value) > 1 else 0
        too_large = digits > MAX_DIGITS
        if not 0 <= exponent <= 1000 or too_large or (isinstance(value, Expr) and exponent > 10):
            raise self.error(f"this power is too large; at most {MAX_DIGITS} digits are read", operator.at)
        result: Int = 1
        for _ in range(exponent):
            result = result * value
        return self.bounded(result, operator.at)

    def atom(self) -> Any:
        token = self.take()
        match token.kind, token.text:
            case "int", text:
                return int(text)
            case "float", text if math.isfinite(float(text)):
                return float(text)
            case "string", text:
                return text[1:-1]
            case "name", text:
                return self.named(token, text)
            case "op", "(":
                return self.bracket()
            case "op", "⌊":
                return self.rounded(token, "⌋")
            case "op", "⌈":
                return self.rounded(token, "⌉", up=True)
            case "end", _:
                raise self.error("something is missing at the end")
        raise self.error(f"cannot read {token.text!r} here", token.at)

    def named(self, token: Token, text: str) -> Any:
        constants = {"True": True, "False": False, "None": None}
        if text in constants:
            return constants[text]
        if "." in text:
            raise self.error(f"{text} is not a number", token.at)
        if text in ("min", "max") and self.take_if("("):
            return self.extreme(token, minimum if text == "min" else maximum)
        if text in ("floor", "ceil") and self.take_if("("):
            return self.rounded(token, ")", up=text == "ceil")
        return self.bound[text] if text in self.bound else Name(text)

    def extreme(self, token: Token, chosen: Callable[[Int, Int], Int]) -> Int:
        """The least or greatest of two or more."""
        self.nest(1)
        found = self.integer(self.sum(), token)
        self.expect(",")
        found = chosen(found, self.integer(self.sum(), token))
        while self.take_if(","):
            found = chosen(found, self.integer(self.sum(), token))
        self.expect(")")
        self.nest(-1)
        return found

    def called(self, token: Token) -> str:
        """The name of what is called: the word itself, or the name that it stands for."""
        if token.text not in self.bound:
            return token.text
        value = self.bound[token.text]
        if not isinstance(value, Name):
            raise self.error(f"{token.text} is {value}, not the name of a layer or block", token.at)
        return value.name

    def bracket(self) -> Any:
        """What stands between brackets: an expression, or a tuple where there is a comma."""
        self.nest(1)
        values: list[Any] = []
        comma = False
        while not self.take_if(")"):
            values.append(self.sum())
            if not self.take_if(","):
                self.expect(")")
                break
            comma = True
        self.nest(-1)
        return values[0] if len(values) == 1 and not comma else tuple(values)

    def rounded(self, opening: Token, closing: str, *, up: bool = False) -> Any:
        self.nest(1)
        down, self.down = self.down, False  # within brackets that round, no other division does
        left = self.integer(self.product(exact=False), opening)
        if self.next.text in ("+", "-"):
            raise self.error("write the fraction as (a + b)/c")
        right: Int = 1
        if self.take_if("/"):
            right = self.integer(self.product(exact=False), opening)
        self.expect(closing)
        self.nest(-1)
        self.down = down
        if right == 0:
            raise self.error("division by 0", opening.at)
        return ceildiv(left, right) if up else left // right

    def integer(self, value: Any, at: Token) -> Int:
        if isinstance(value, bool) or not isinstance(value, int | Expr):
            raise self.error("an integer is needed here", at.at)
        return value

    def apply(self, operator: Token, left: Any, right: Any) -> Any:
        left, right = self.integer(left, operator), self.integer(right, operator)
        match operator.text:
            case "+":
                result = left + right
            case "-":
                result = left - right
            case "*":
                result = left * right
            case _ if right == 0:
                raise self.error("division by 0", operator.at)
            case "//":
                result = left // right
            case _ if self.down:
                result = left // right
            case _:
                if not (isinstance(left, int) and isinstance(right, int)):
                    message = "write a division of letters with its rounding: a // b, ⌊a/b⌋ or ⌈a/b⌉"
                    raise self.error(message, operator.at)
                if left % right:
                    raise self.error(f"{left}/{right} is not a whole number", operator.at)
                result = left // right
        return self.bounded(result, operator.at)

    def bounded(self, value: Int, at: int) -> Int:
        if isinstance(value, int) and abs(value) >= _LIMIT:
            raise self.error(f"a number grows beyond {MAX_DIGITS} digits", at)
        return value
