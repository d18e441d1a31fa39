"""Integer expressions: 16*5*5, 2P + 1, ⌊(W − 2)/4⌋. Read into numbers and trees, never evaluated as code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from operator import add, floordiv, mul, sub, truediv
from types import MappingProxyType
from typing import Any, Literal, final

from shapecalc.algebra import Expr, Int, Name, ceildiv, maximum, minimum
from shapecalc.errors import SpecError, check_type
from shapecalc.formats.text.tokens import MAX_DEPTH, MAX_DIGITS, Token, Tokens, location, tokens
from shapecalc.layers import is_argument_word

_LIMIT = 10**MAX_DIGITS
_NO_VALUES: Mapping[str, Any] = MappingProxyType({})
_NO_NAME = "is a word that arguments of layers take; it stands for no number, so write a number, or another name"
#: The words that stand for a value, and are no letters.
CONSTANTS = {"True": True, "False": False, "None": None, "inf": math.inf}
CONSTANTS |= {"true": True, "false": False, "none": None}

#: Where Keras has its activations, whose names are words: activation=tf.nn.relu.
_ACTIVATIONS = ("tf.nn.", "activations.", "keras.activations.", "tf.keras.activations.")

#: The meaning of a ``/``: an exact quotient, one rounded down, one that may be a decimal number, or the end of the
#: product, if brackets around it round.
Division = Literal["exact", "down", "real", "end"]
#: The operators between numbers of which one is decimal.
_DECIMAL = MappingProxyType({"+": add, "-": sub, "*": mul, "/": truediv, "//": floordiv})


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
    check_type("source", source, str, "a text such as '2P + 1'")
    value = read_value(source, division="down" if down else "exact")
    if isinstance(value, str) and value == source.strip():
        raise SpecError(f"{value} {_NO_NAME}.")
    if isinstance(value, bool) or not isinstance(value, int | Expr):
        raise SpecError(f"{source.strip()!r} is not an integer.")
    return value


def read_value(source: str, values: Mapping[str, Any] = _NO_VALUES, *, division: Division = "exact") -> Any:
    """The value of an argument: an expression, a decimal number, a word in quotes, a tuple."""
    if source.isdecimal() and source.isascii() and len(source) <= MAX_DIGITS:
        return int(source)
    reader = Reader(source, values)
    value = reader.sum(division)
    reader.expect_end()
    return value


def nearest_multiple(value: float, divisor: int) -> int:
    """The nearest multiple of a divisor, but not 0, nor more than a tenth below the value; half of it is rounded up.

    The rule for the widths of mobile nets: ``_make_divisible`` of torchvision, ``round_filters`` of TensorFlow.
    """
    multiple = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return multiple if multiple >= 0.9 * value else multiple + divisor


@final
class Reader:
    """Reads one token after another; methods are named after what they read.

    Args:
        source: the text.
        values: the values of some letters; others stay letters.
        words: the tokens of the text, if they have been read before.
    """

    def __init__(self, source: str, values: Mapping[str, Any] = _NO_VALUES, words: Tokens | None = None) -> None:
        self.source = source
        self.values = values
        self.tokens = tokens(source) if words is None else words
        self.position = 0
        self.depth = 0
        #: how many open brackets round a number
        self.rounds = 0
        #: the shape of the input that the text itself states, channels first
        self.input_shape: tuple[Int, ...] = ()
        #: layers in the words of a textbook, without a padding
        self.unpadded: dict[str, None] = {}
        #: what else the text leaves open
        self.remarks: dict[str, None] = {}

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    @property
    def second(self) -> Token:
        """The token behind the next one; the end, where the next one is the end."""
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def take_if(self, text: str) -> bool:
        """Take the next token if it is this operator."""
        if self.tokens[self.position].text != text:
            return False
        self.position += 1
        return True

    def expect(self, text: str) -> None:
        if not self.take_if(text):
            token = self.next
            is_end = token.kind == "end"
            raise self.error(f"{text!r} is missing" if is_end else f"expected {text!r} but found {token.text!r}")

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.error(f"cannot read {self.next.text!r} here")

    def error(self, message: str, at: int | None = None) -> SpecError:
        return SpecError(f"{location(self.source, self.next.at if at is None else at)}: {message}.")

    def nest(self, by: int) -> None:
        """Count a bracket that opens (1) or closes (-1)."""
        self.depth += by
        if self.depth > MAX_DEPTH:
            raise self.error(f"brackets or powers are nested deeper than {MAX_DEPTH}")

    def sum(self, division: Division = "exact") -> Any:
        value = self.product(division)
        while self.next.text in ("+", "-"):
            operator = self.take()
            value = self.apply(operator, value, self.product(division), division)
        return value

    def product(self, division: Division) -> Any:
        inner: Division = "exact" if division == "end" else division
        value = self.signed(inner)
        while True:
            token = self.next
            if token.text in ("*", "//") or (token.text == "/" and division != "end"):
                self.take()
                value = self.apply(token, value, self.signed(inner), inner)
            elif token.kind == "name" and isinstance(value, int) and self._is_beside_number(token):
                value = self.apply(Token("op", "*", token.at), value, self.power(inner), inner)
            else:
                return value

    def _is_beside_number(self, token: Token) -> bool:
        """Whether a letter stands right behind a number, as in 2P."""
        before = self.tokens[self.position - 1]
        return before.kind == "int" and before.at + len(before.text) == token.at

    def signed(self, division: Division) -> Any:
        minus = 0
        while self.next.text in ("-", "+"):
            minus += self.take().text == "-"
        value = self.power(division)
        if not minus:
            return value
        if isinstance(value, int | float | Expr) and not isinstance(value, bool):
            return -value if minus % 2 else value
        raise self.error("a minus must stand before a number")

    def power(self, division: Division) -> Any:
        value = self.atom(division)
        if self.next.text != "**":
            return value
        operator = self.take()
        self.nest(1)
        exponent = self.signed(division)
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
        return self.limited(result, operator.at)

    def atom(self, division: Division) -> Any:
        token = self.take()
        match token.kind, token.text:
            case "int", text:
                return int(text)
            case "float", text if math.isfinite(float(text)):
                return float(text)
            case "string", text:
                return text[1:-1]
            case "name", text:
                return self.name(token, text, division)
            case "op", "(":
                return self.bracket(division)
            case "op", "⌊":
                return self.rounding(token, "⌋")
            case "op", "⌈":
                return self.rounding(token, "⌉", up=True)
            case "end", _:
                raise self.error("something is missing at the end")
        raise self.error(f"cannot read {token.text!r} here", token.at)

    def name(self, token: Token, text: str, division: Division) -> Any:
        if text in CONSTANTS:
            return CONSTANTS[text]
        if text.startswith(_ACTIVATIONS):
            return text.rpartition(".")[2]
        if "." in text:
            raise self.error(f"{text} is not a number", token.at)
        if text in ("min", "max") and self.take_if("("):
            return self.extreme(token, minimum if text == "min" else maximum, division)
        if text in ("floor", "ceil") and self.take_if("("):
            return self.rounding(token, ")", up=text == "ceil")
        if text == "divisible" and self.take_if("("):
            return self.multiple(token)
        if text in self.values:
            return self.values[text]
        return text if is_argument_word(text) else Name(text)

    def extreme(self, token: Token, operator: Callable[[Int, Int], Int], division: Division) -> Int:
        """The least or greatest of two or more."""
        self.nest(1)
        value = self.integer(self.sum(division), token)
        self.expect(",")
        value = operator(value, self.integer(self.sum(division), token))
        while self.take_if(","):
            value = operator(value, self.integer(self.sum(division), token))
        self.expect(")")
        self.nest(-1)
        return value

    def multiple(self, token: Token) -> int:
        """A number, decimal or not, as the nearest multiple of another: ``divisible(32*0.75, 8)``."""
        self.nest(1)
        value = self.sum("real")
        self.expect(",")
        divisor = self.sum()
        self.expect(")")
        self.nest(-1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(divisor, int) or divisor < 1:
            raise self.error("divisible needs a number and what divides it", token.at)
        return nearest_multiple(value, divisor)

    def callee(self, token: Token) -> str:
        """The name of a layer or block: the word itself, or its value."""
        if token.text not in self.values:
            return token.text
        value = self.values[token.text]
        if isinstance(value, str):
            return value
        if not isinstance(value, Name):
            raise self.error(f"{token.text} is {value}, not the name of a layer or block", token.at)
        return value.name

    def bracket(self, division: Division) -> Any:
        """What stands between brackets: an expression, or a tuple where there is a comma."""
        self.nest(1)
        values: list[Any] = []
        comma = False
        while not self.take_if(")"):
            values.append(self.sum(division))
            if not self.take_if(","):
                self.expect(")")
                break
            comma = True
        self.nest(-1)
        return values[0] if len(values) == 1 and not comma else tuple(values)

    def rounding(self, opening: Token, closing: str, *, up: bool = False) -> Any:
        """A fraction between brackets that round it; within them, every other division is exact.

        Where a factor is decimal, so is the number that is rounded: ``ceil(3*1.1)`` is 4.
        """
        self.nest(1)
        self.rounds += 1
        left = self.product("end")
        self.rounds -= 1
        if isinstance(left, float):
            self.expect(closing)
            self.nest(-1)
            return math.ceil(left) if up else math.floor(left)
        left = self.integer(left, opening)
        if self.next.text in ("+", "-"):
            raise self.error("write the fraction as (a + b)/c")
        right: Int = 1
        if self.take_if("/"):
            right = self.integer(self.product("end"), opening)
        self.expect(closing)
        self.nest(-1)
        if right == 0:
            raise self.error("division by 0", opening.at)
        return ceildiv(left, right) if up else left // right

    def integer(self, value: Any, at: Token) -> Int:
        if isinstance(value, str) and is_argument_word(value):
            raise self.error(f"{value} {_NO_NAME}", at.at)
        if isinstance(value, bool) or not isinstance(value, int | Expr):
            raise self.error("an integer is needed here", at.at)
        return value

    def apply(self, operator: Token, left: Any, right: Any, division: Division) -> Any:
        if (division == "real" or self.rounds) and (isinstance(left, float) or isinstance(right, float)):
            return self.decimal(operator, left, right)
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
            case "/" if division == "real" and isinstance(left, int) and isinstance(right, int) and left % right:
                return self.decimal(operator, left, right)
            case "/" if division != "down":
                result = self.quotient(operator, left, right)
            case _:
                result = left // right
        return self.limited(result, operator.at)

    def decimal(self, operator: Token, left: Any, right: Any) -> float:
        """The decimal number that an operator gives."""
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (left, right)):
            raise self.error("a number is needed here", operator.at)
        try:
            result: float = _DECIMAL[operator.text](left, right)
        except ArithmeticError:
            result = math.nan
        if not math.isfinite(result):
            raise self.error("this is no finite number", operator.at)
        return result

    def quotient(self, operator: Token, left: Int, right: Int) -> Int:
        """An exact quotient."""
        if not (isinstance(left, int) and isinstance(right, int)):
            message = "write a division of letters with its rounding: a // b, ⌊a/b⌋ or ⌈a/b⌉"
            raise self.error(message, operator.at)
        if left % right:
            raise self.error(f"{left}/{right} is not a whole number", operator.at)
        return left // right

    def limited(self, value: Int, at: int) -> Int:
        """A number that has not grown beyond what is read."""
        if isinstance(value, int) and abs(value) >= _LIMIT:
            raise self.error(f"a number grows beyond {MAX_DIGITS} digits", at)
        return value
