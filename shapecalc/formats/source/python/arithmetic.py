"""Functions of numbers, of sizes in letters too."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.algebra import Int, maximum, minimum
from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.nesting import count_parts
from shapecalc.formats.source.operators import BINARY, binary, rounded_up, truncated
from shapecalc.formats.source.python.rules import Rule, function
from shapecalc.formats.source.run import MAX_BITS, line_of
from shapecalc.formats.source.values import (
    Array,
    Ratio,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@function("builtins.sum", "numpy.sum")
def _sum(reader: Interpreter, node: ast.AST, iterable: Value, start: Value = 0) -> Value:
    if isinstance(iterable, Unknown):
        return iterable
    total = start
    for each in reader.iterate(iterable, node):
        reader.run.step(node)
        total = binary(reader, BINARY[ast.Add], total, each, node)
    return total


def _extreme(
    reader: Interpreter, node: ast.AST, args: tuple[Value, ...], letters: Rule, known: Rule, **named: Value
) -> Value:
    items = args if len(args) > 1 else [*reader.iterate(args[0], node)]
    count_parts(reader.run, node, items)
    unknown = next((each for each in items if isinstance(each, Unknown | Tensor)), None)
    if unknown is not None or named.get("key") is not None:
        return unknown if isinstance(unknown, Unknown) else Unknown("max or min with a key", line_of(node))
    if not items:
        if "default" in named:
            return named["default"]
        raise Fault("type", "There is nothing of which to take the largest or smallest.", node, type_="ValueError")
    if any(isinstance(each, Expr) for each in items):
        if not all(isinstance(each, Int) for each in items):
            return Unknown("max or min", line_of(node))
        best = items[0]
        for each in items[1:]:
            best = letters(best, each)
        return best
    try:
        return known(items)
    except TypeError as refused:
        raise Fault("type", f"{refused}.", node, type_="TypeError") from None


@function("builtins.max", "numpy.maximum")
def _max(reader: Interpreter, node: ast.AST, *args: Value, **named: Value) -> Value:
    return _extreme(reader, node, args, maximum, max, **named)


@function("builtins.min", "numpy.minimum")
def _min(reader: Interpreter, node: ast.AST, *args: Value, **named: Value) -> Value:
    return _extreme(reader, node, args, minimum, min, **named)


@function("builtins.int", "math.floor", "numpy.floor", "math.trunc", "numpy.int64", "numpy.int32")
def _int(reader: Interpreter, node: ast.AST, value: Value = 0) -> Value:
    match value:
        case Ratio():
            return truncated(value)
        case Expr() | Unknown():
            return value
        case Tensor():
            return Unknown("a number taken from a tensor", line_of(node))
    return _number(int, value, node)


@function("math.ceil", "numpy.ceil")
def _ceil(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Ratio):
        return rounded_up(value)
    return value if isinstance(value, Expr | Unknown) else _number(math.ceil, value, node)


@function("builtins.float", "numpy.float32", "numpy.float64")
def _float(reader: Interpreter, node: ast.AST, value: Value = 0.0) -> Value:
    return value if isinstance(value, Expr | Unknown | Ratio | Tensor) else _number(float, value, node)


@function("builtins.round")
def _round(reader: Interpreter, node: ast.AST, value: Value, digits: int | None = None) -> Value:
    if isinstance(value, Expr | Unknown):
        return value
    if isinstance(value, Ratio):
        return Unknown("a rounded quotient of sizes", line_of(node))
    return _number(lambda number: round(number, digits), value, node)


@function("builtins.abs", "math.fabs", "numpy.abs")
def _abs(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return value if isinstance(value, Expr | Unknown | Tensor) else _number(abs, value, node)


def _number(compute: Callable[[Any], Any], value: Value, node: ast.AST) -> Value:
    if isinstance(value, Array):
        return Unknown("a number made of an array", line_of(node))
    try:
        return compute(value)
    except (TypeError, ValueError, OverflowError) as refused:
        raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None


@function("builtins.bool")
def _bool(reader: Interpreter, node: ast.AST, value: Value = None) -> Value:
    return value if isinstance(value, Unknown) else reader.test(value, node)


@function("builtins.divmod")
def _divmod(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return tuple(binary(reader, BINARY[kind], left, right, node) for kind in (ast.FloorDiv, ast.Mod))


@function("builtins.pow", "math.pow", "numpy.power")
def _pow(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Pow], left, right, node)


@function("operator.mul")
def _times(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Mult], left, right, node)


@function("operator.add")
def _plus(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Add], left, right, node)


@function("math.prod", "numpy.prod")
def prod(reader: Interpreter, node: ast.AST, iterable: Value, start: Value = 1) -> Value:
    """The product of numbers or sizes."""
    if isinstance(iterable, Unknown):
        return iterable
    for each in reader.iterate(iterable, node):
        reader.run.step(node)
        start = _times(reader, node, start, each)
    return start


#: Functions of one number, computed where it is known.
NUMERIC = (
    "sqrt",
    "log",
    "log2",
    "log10",
    "exp",
    "sin",
    "cos",
    "tan",
    "tanh",
    "radians",
    "isnan",
    "gcd",
    "log1p",
    "atan",
    "comb",
)


CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None, "tau": math.tau}


def _is_short(*values: Value) -> bool:
    """Whether the number of ways to choose so many of so many has few digits, if these are numbers."""
    whole = [value for value in values if isinstance(value, int)]
    return len(whole) < 2 or whole[0].bit_length() * max(0, min(whole[1], whole[0] - whole[1])) <= MAX_BITS


def numeric(name: str) -> Rule:
    """The rule of a function of numbers."""
    compute = getattr(math, name)

    def rule(reader: Interpreter, node: ast.AST, *values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], Array):
            reader.run.step(node, len(values[0].numbers))
            numbers = [rule(reader, node, each) for each in values[0].numbers]
            return next((each for each in numbers if isinstance(each, Unknown)), Array(tuple(numbers)))
        if name == "comb" and not _is_short(*values):
            return Unknown(f"{name}() of large numbers", line_of(node))
        if all(isinstance(value, bool | int | float) for value in values):
            return _number(lambda numbers: compute(*numbers), values, node)
        return next((value for value in values if isinstance(value, Unknown)), None) or Unknown(
            f"{name}()", line_of(node)
        )

    return rule
