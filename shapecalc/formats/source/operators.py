"""Operators between values: numbers, letters, texts, lists and tensors."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.algebra import Int, ceildiv
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.expr import Expr
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.letters import cancelled
from shapecalc.formats.source.nesting import count_parts
from shapecalc.formats.source.run import MAX_BITS, MAX_LENGTH, line_of
from shapecalc.formats.source.torch.activations import is_number
from shapecalc.formats.source.torch.arguments import layer_if_legal
from shapecalc.formats.source.torch.elementwise import matrix_product, operate, stretched
from shapecalc.formats.source.torch.kinds import refuse_sign
from shapecalc.formats.source.values import Array, Native, Ratio, RepeatedItems, Tensor, Unknown, Value
from shapecalc.layers.opaque import Entrywise

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: An operator: its sign and what it does to two known values.
Operator = tuple[str, Callable[[Any, Any], Any]]

BINARY: dict[type[ast.operator], Operator] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
    ast.BitAnd: ("&", operator.and_),
    ast.MatMult: ("@", operator.matmul),
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], tuple[Callable[[Any, Any], bool], Relation | None, int]] = {
    # the test of known values; for letters the relation, and what is added to the right side
    ast.Eq: (operator.eq, Relation.EQUAL, 0),
    ast.NotEq: (operator.ne, None, 0),
    ast.Lt: (operator.lt, Relation.AT_MOST, -1),
    ast.LtE: (operator.le, Relation.AT_MOST, 0),
    ast.Gt: (operator.gt, Relation.AT_LEAST, 1),
    ast.GtE: (operator.ge, Relation.AT_LEAST, 0),
}
#: What has no letters in it and can be computed as Python does.
_KNOWN = (bool, int, float, str, bytes, tuple, list, dict, set, frozenset, range, type(None), type(Ellipsis), slice)


def binary(reader: Interpreter, sign: Operator, left: Value, right: Value, node: ast.AST) -> Value:
    """What an operator makes of two values."""
    reader.run.step(node)
    for side in (left, right):
        if isinstance(side, Unknown):
            if isinstance(left, Tensor) or isinstance(right, Tensor):
                reader.run.skip(side)
                return Tensor(None, made=reader.run.unfollowed(side.construct, node))
            return side
    if isinstance(left, Tensor | Array) or isinstance(right, Tensor | Array):
        return _of_tensors(reader, sign, left, right, node)
    if isinstance(left, Ratio) or isinstance(right, Ratio):
        return _of_ratios(sign[0], left, right) or Unknown("a quotient of sizes", line_of(node))
    if isinstance(left, Expr) or isinstance(right, Expr):
        return _letters(sign[0], left, right, node)
    if not (isinstance(left, _KNOWN) and isinstance(right, _KNOWN)):
        return Unknown(f"the operator {sign[0]}", line_of(node))
    _bound(sign[0], left, right, node)
    if (
        sign[0] == "%"
        and isinstance(left, str)
        and not all(map(_is_plain, right if isinstance(right, tuple) else (right,)))
    ):
        return Unknown("a text made with %", line_of(node))
    result = _python(lambda: sign[1](left, right), node)
    reader.run.step_over(node, len(result) if isinstance(result, str | bytes | tuple | list) else 0)
    return result


def _of_tensors(reader: Interpreter, sign: Operator, left: Value, right: Value, node: ast.AST) -> Value:
    """An operator between values of which one is a tensor or an array."""
    if not isinstance(left, Tensor) and not isinstance(right, Tensor):
        return _of_arrays(reader, sign, left, right, node)
    left, right = [Tensor((len(each.numbers),)) if isinstance(each, Array) else each for each in (left, right)]
    if sign[0] == "@":
        return matrix_product(reader.run, left, right, node)
    return operate(reader.run, sign[0], left, right, node)


def _of_arrays(reader: Interpreter, sign: Operator, left: Value, right: Value, node: ast.AST) -> Value:
    """An operator on each number of a row, with a number or with another row."""
    rows = [each.numbers if isinstance(each, Array) else each for each in (left, right)]
    counts = {len(row) for row in rows if isinstance(row, list | tuple)}
    if len(counts) != 1 or sign[0] == "@" or any(isinstance(row, str | dict | set) for row in rows):
        return Unknown(f"the operator {sign[0]} on arrays", line_of(node))
    count = counts.pop()
    firsts, seconds = [row if isinstance(row, list | tuple) else [row] * count for row in rows]
    reader.run.step(node, 2 * count)
    numbers = [binary(reader, sign, *pair, node) for pair in zip(firsts, seconds, strict=True)]
    return (
        Array(tuple(numbers))
        if all(isinstance(each, Int | float) for each in numbers)
        else Unknown(f"the operator {sign[0]} on arrays", line_of(node))
    )


def _is_plain(value: Value) -> bool:
    return isinstance(value, bool | int | float | str | None)


def _python(compute: Callable[[], Any], node: ast.AST) -> Any:
    """What Python computes of known values.

    Raises:
        Fault: it refuses them.
    """
    try:
        return compute()
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError, IndexError) as refused:
        message = str(refused).strip() or type(refused).__name__
        raise Fault("type", f"Python refuses this: {message}.", node, type_=type(refused).__name__) from None


def _bound(sign: str, left: Value, right: Value, node: ast.AST) -> None:
    """Refuse to compute what grows beyond all bounds."""
    numbers = [side for side in (left, right) if isinstance(side, int)]
    lengths = [len(side) for side in (left, right) if isinstance(side, str | bytes | tuple | list)]
    grows = {
        "**": len(numbers) == 2 and abs(left).bit_length() * max(right, 0) > MAX_BITS,
        "<<": len(numbers) == 2 and left.bit_length() + max(right, 0) > MAX_BITS,
        "*": sum(abs(number).bit_length() for number in numbers) > MAX_BITS
        or bool(lengths and numbers and lengths[0] * numbers[0] > MAX_LENGTH),
        "+": sum(lengths) > MAX_LENGTH,
    }
    if grows.get(sign):
        raise Stuck("a value that grows beyond the bounds", line_of(node))
    if (
        sign == "%"
        and isinstance(left, str | bytes)
        and (len(left) > 1_000 or re.search(rb"\d{3}|\*", str(left).encode()))
    ):
        raise Stuck("a text made with %", line_of(node))


def _letters(sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    """An operator between sizes of which one has letters."""
    if sign == "/":
        left, right = _whole(left), _whole(right)
    if not all(isinstance(side, Int) for side in (left, right)):
        is_list = sign == "*" and isinstance(left, list | tuple)
        unknown = Unknown(f"the operator {sign} with a size in letters", line_of(node))
        return RepeatedItems(tuple(left), right) if is_list else unknown
    match sign:
        case "+":
            return normal(left + right)
        case "-":
            return normal(left - right)
        case "*":
            return normal(left * right)
        case "//" if right != 0:
            return normal(left // right)
        case "%" if right != 0:
            return normal(left - left // right * right)
        case "/" if right != 0:
            return Ratio(left, right)
        case "**" if right == 2:
            return normal(left * left)
        case _:
            return Unknown(f"the operator {sign} with a size in letters", line_of(node))


def _of_ratios(sign: str, left: Value, right: Value) -> Ratio | None:
    """A product or quotient of quotients of sizes; None for what is neither."""
    sides = [Ratio(side, 1) if isinstance(side, Int) else side for side in map(_whole, (left, right))]
    if sign not in {"*", "/"} or not all(isinstance(side, Ratio) for side in sides):
        return None
    (above, below), (other, under) = [(side.above, side.below) for side in sides]
    if sign == "/":
        other, under = under, other
    return None if under == 0 else Ratio(normal(above * other), normal(below * under))


def _whole(side: Value) -> Value:
    """A float without a fraction as the number that it is."""
    return int(side) if isinstance(side, float) and side.is_integer() else side


def truncated(value: Ratio) -> Int:
    """A quotient of sizes rounded down, as int() does."""
    return cancelled(normal(value.above // value.below))


def rounded_up(value: Ratio) -> Int:
    """A quotient of sizes rounded up."""
    return normal(ceildiv(value.above, value.below))


def unary(reader: Interpreter, sign: Callable[[Any], Any], value: Value, node: ast.AST) -> Value:
    """What an operator makes of one value."""
    if isinstance(value, Tensor):
        refuse_sign(value, "~" if sign is operator.invert else "-" if sign is operator.neg else "+", node)
    if isinstance(value, Tensor) and value.shape is not None and sign is not operator.pos:
        layer = layer_if_legal("Scale", -1) if sign is operator.neg else None
        return reader.run.drawn(layer, (value,), value.shape, node)
    if isinstance(value, Unknown | Tensor):
        return value
    if isinstance(value, Expr):
        return normal(-value) if sign is operator.neg else Unknown("an operator on a size in letters", line_of(node))
    return _python(lambda: sign(value), node)


def _compare_tensors(
    reader: Interpreter, sign: ast.cmpop, sides: tuple[Value, Value], outcome: Tensor, node: ast.AST
) -> Tensor:
    """Whether a comparison holds, entry by entry."""
    if outcome.shape is None:
        return Tensor(None, "bool")
    tensors = [side for side in sides if isinstance(side, Tensor)]
    numbers = tuple([side for side in sides if is_number(side)])
    name = {"NotEq": "ne", "LtE": "le", "GtE": "ge"}.get(type(sign).__name__, type(sign).__name__.lower())
    drawn = reader.run.drawn(Entrywise(name, *([numbers] if numbers else ())), tensors, outcome.shape, node)
    return Tensor(outcome.shape, "bool", made=drawn.made)


def compare(reader: Interpreter, sign: ast.cmpop, left: Value, right: Value, node: ast.AST) -> Value:
    """Whether a comparison holds: true, false, a tensor, or not known."""
    if isinstance(left, Native) and isinstance(right, Native):
        left, right = left.path, right.path  # each mention of a function makes an object of its own
    if isinstance(sign, ast.Is | ast.IsNot):
        unknown = next((side for side in (left, right) if isinstance(side, Unknown)), None)
        if unknown is not None and left is not None and right is not None:
            return unknown
        return _identity(left, right) is isinstance(sign, ast.Is)
    unknown = next((side for side in (left, right) if isinstance(side, Unknown)), None)
    if unknown:
        return unknown
    count_parts(reader.run, node, left, right)
    if isinstance(sign, ast.In | ast.NotIn):
        return _membership(left, right, node, negated=isinstance(sign, ast.NotIn))
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        outcome = stretched(reader.run, left, right, node)
        return _compare_tensors(reader, sign, (left, right), outcome, node)
    test, relation, step = _COMPARE[type(sign)]
    if isinstance(left, Expr) or isinstance(right, Expr):
        return _compare_letters(reader, test, relation, left, right, step, node)
    if isinstance(left, tuple) and isinstance(right, tuple) and any(isinstance(size, Expr) for size in (*left, *right)):
        return _compare_tuples(reader, sign, left, right, node)
    if test in (operator.eq, operator.ne) and _same_path(left, right):
        return test is operator.eq
    return _compared(test, left, right, node)


def _compared(test: Callable[[Any, Any], bool], left: Value, right: Value, node: ast.AST) -> Value:
    if isinstance(left, Array) or isinstance(right, Array):
        return Unknown("a comparison of arrays", line_of(node))
    return _python(lambda: bool(test(left, right)), node)


def _identity(left: Value, right: Value) -> bool:
    simple = (bool, int, float, str, type(None))
    if isinstance(left, simple) or isinstance(right, simple):
        return type(left) is type(right) and left == right
    return left is right or _same_path(left, right)


def _same_path(left: Value, right: Value) -> bool:
    """Whether both are the same function or class of a library."""
    return isinstance(left, Native) and isinstance(right, Native) and left.path == right.path


def _membership(left: Value, right: Value, node: ast.AST, *, negated: bool) -> Value:
    if isinstance(right, str) and isinstance(left, str):
        return (left in right) is not negated
    if isinstance(right, range):
        if isinstance(left, Expr):
            return Unknown("a membership", line_of(node))
        is_whole = isinstance(left, int) or (isinstance(left, float) and left.is_integer())
        return (is_whole and int(left) in right) is not negated
    if isinstance(right, list | tuple | set | frozenset | dict):
        if isinstance(left, Native):
            left, right = left.path, [each.path if isinstance(each, Native) else each for each in right]
        if any(isinstance(each, Unknown) for each in right):
            return Unknown("a membership", line_of(node))
        return any((type(each) is type(left) and each == left) or each is left for each in right) is not negated
    children = getattr(right, "children", None)
    if isinstance(children, dict):
        return (left in children) is not negated
    return Unknown("a membership", line_of(node))


def _compare_letters(
    reader: Interpreter,
    test: Callable[[Any, Any], bool],
    relation: Relation | None,
    left: Value,
    right: Value,
    step: int,
    node: ast.AST,
) -> Value:
    if not all(isinstance(side, Int) for side in (left, right)):
        return test is operator.ne if test in (operator.eq, operator.ne) else Unknown("a comparison", line_of(node))
    outcome = reader.run.relate(Comparison(left, relation or Relation.EQUAL, normal(right + step)))
    if outcome is None:
        return Unknown("a comparison of sizes in letters", line_of(node))
    return outcome is not (relation is None)


def _compare_tuples(
    reader: Interpreter, sign: ast.cmpop, left: tuple[Value, ...], right: tuple[Value, ...], node: ast.AST
) -> Value:
    if not isinstance(sign, ast.Eq | ast.NotEq):
        return Unknown("a comparison of shapes", line_of(node))
    if len(left) != len(right):
        return isinstance(sign, ast.NotEq)
    outcomes = [compare(reader, ast.Eq(), *pair, node) for pair in zip(left, right, strict=True)]
    if any(outcome is False for outcome in outcomes):
        return isinstance(sign, ast.NotEq)
    unknown = next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), None)
    return unknown or isinstance(sign, ast.Eq)
