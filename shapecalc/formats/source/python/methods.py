"""The methods of Python's own values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Fault, misnamed
from shapecalc.formats.source.python.arithmetic import prod
from shapecalc.formats.source.python.arrays import array_attribute
from shapecalc.formats.source.python.rules import Rule
from shapecalc.formats.source.python.texts import filled
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.values import (
    Array,
    Native,
    Tensor,
    Unknown,
    Value,
    name_set,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Methods that need no rule: they compute on known values, and change nothing.
_PURE: dict[type, frozenset[str]] = {
    str: name_set(
        "lower upper strip lstrip rstrip split rsplit startswith endswith replace join title capitalize find count "
        "index isdigit isalpha partition rpartition removeprefix removesuffix zfill splitlines"
    ),
    tuple: frozenset({"index", "count"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
    range: frozenset({"index", "count"}),
}


#: The names of the two tensors that a maximum along a dimension gives.
_PARTS = {"values": 0, "indices": 1}


def method(value: Value, name: str, node: ast.AST) -> Value:
    """A method of one of Python's own values."""
    if isinstance(value, Array):
        return array_attribute(value, name, node)
    if isinstance(value, Expr):
        return Unknown(f"the method {name} of a size", line_of(node))
    if isinstance(value, tuple) and name in _PARTS and any(isinstance(each, Tensor) for each in value):
        return value[_PARTS[name]]  # x.max(1).values
    if isinstance(value, tuple) and name == "numel":
        return Native("torch.Size.numel", lambda reader, node: prod(reader, node, value))
    kind = next(
        (each for each in (bool, int, float, str, list, dict, set, tuple, range) if isinstance(value, each)), None
    )
    if kind in (list, dict, set) and name in _CHANGING:
        return Native(f"{kind.__name__}.{name}", _changing(value, name))
    if isinstance(value, str) and name == "format":
        return Native("str.format", lambda reader, node, *args, **kwargs: filled(value, args, kwargs, node))
    if kind is not None and name in _PURE.get(kind, ()):
        return Native(f"{kind.__name__}.{name}", _pure(value, name))
    if kind is None or hasattr(value, name):
        return Unknown(f"the attribute {name}", line_of(node))
    what = "None" if value is None else f"a {kind.__name__}"
    known = [each for each in dir(value) if not each.startswith("_")]
    raise misnamed("attribute", f"{what} has no attribute {name}", name, known, node, type_="AttributeError")


def _pure(value: Any, name: str) -> Rule:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        unknown = next((each for each in args if isinstance(each, Unknown | Expr)), None)
        nested = next((x for each in args if isinstance(each, list) for x in each if not isinstance(x, str)), None)
        if unknown is not None or nested is not None:
            return unknown if isinstance(unknown, Unknown) else Unknown(f"the method {name}", line_of(node))
        if _grows(value, args):
            return Unknown("a text that grows beyond the bounds", line_of(node))
        reader.run.step_over(node, len(value) if isinstance(value, str | tuple) else 0)
        try:
            return getattr(value, name)(*args, **kwargs)
        except (TypeError, ValueError) as refused:
            raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None

    return rule


def _grows(value: Any, args: tuple[Value, ...]) -> bool:
    """Whether a method of a text may make one that is too long."""
    if not isinstance(value, str):
        return False
    longest = max([1, *[len(each) for each in args if isinstance(each, str)]])
    numbers = sum(abs(each) for each in args if isinstance(each, int))
    joined = sum(len(each) + len(value) for row in args if isinstance(row, list | tuple) for each in row)
    return len(value) * longest + numbers + joined > MAX_LENGTH


#: The methods of lists, dicts and sets.
_CHANGING = name_set(
    "append extend insert pop remove clear reverse copy index count keys values items get update setdefault add "
    "discard union popitem move_to_end sort"
)


def _changing(value: Any, name: str) -> Rule:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        if name in {"keys", "values", "items"}:
            reader.run.step_over(node, len(value))
            return [*getattr(value, name)()]
        if name == "extend" and args:
            args = ([*reader.iterate(args[0], node)],)
        if name == "sort" or (name == "update" and args and not isinstance(args[0], dict)):
            return reader.run.unknown(f"the method {name}", node)
        reader.run.step_over(node, len(value))
        if len(value) > MAX_LENGTH:
            return reader.run.unknown("a list of that many", node)
        try:
            return getattr(value, name)(*args, **kwargs)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as refused:
            raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None

    return rule
