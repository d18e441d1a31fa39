"""Functions of what has items: lists, ranges, and what runs over them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.python.rules import FUNCTIONS, Rule, function
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.values import (
    Array,
    Bound,
    Container,
    Instance,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@function("builtins.len")
def _len(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return value.shape[0] if value.shape else Unknown("the length of a tensor", line_of(node))
    if isinstance(value, Array):
        return len(value.numbers)
    if isinstance(value, Container):
        return Unknown("the length of a container", line_of(node)) if value.open else len(value.children)
    if isinstance(value, Instance):
        method = value.cls.find("__len__")
        return reader.call(Bound(method, value), [], {}, node) if method else Unknown("len", line_of(node))
    if isinstance(value, str | bytes | tuple | list | dict | set | frozenset | range):
        return len(value)
    raise Fault("type", "len() is asked of what has no length.", node, type_="TypeError")


@function("builtins.next")
def _next(reader: Interpreter, node: ast.AST, items: Value, *default: Value) -> Value:
    """The first item, of an iterator that is made right here; of others it is not known how far they are."""
    is_new = isinstance(node, ast.Call) and bool(node.args) and isinstance(node.args[0], ast.Call)
    if not is_new or not isinstance(items, tuple | list):
        return Unknown("next", line_of(node))
    if not items and not default:
        raise Fault("type", "next() is asked of what has no items.", node, type_="StopIteration")
    return items[0] if items else default[0]


#: What a loop over as many rounds as a letter says is called where it cannot be followed.
UP_TO_LETTERS = "a range up to a size in letters"


@function("builtins.range")
def _range(reader: Interpreter, node: ast.AST, *bounds: Value) -> Value:
    unknown = next((bound for bound in bounds if isinstance(bound, Unknown)), None)
    if unknown is not None:
        return unknown
    if any(isinstance(bound, Expr) for bound in bounds):
        return Unknown(UP_TO_LETTERS, line_of(node))
    try:
        return range(*bounds)
    except (TypeError, ValueError) as refused:
        raise Fault("type", f"{refused}.", node, type_="TypeError") from None


@function("builtins.enumerate")
def _enumerate(reader: Interpreter, node: ast.AST, iterable: Value, start: int = 0) -> Value:
    if isinstance(iterable, Unknown):
        return iterable
    return [*enumerate(reader.iterate(iterable, node), start)]


@function("builtins.zip", "itertools.zip_longest")
def _zip(reader: Interpreter, node: ast.AST, *iterables: Value, strict: bool = False) -> Value:
    unknown = next((each for each in iterables if isinstance(each, Unknown)), None)
    return unknown or [*zip(*[[*reader.iterate(each, node)] for each in iterables], strict=False)]


@function("builtins.map")
def _map(reader: Interpreter, node: ast.AST, callee: Value, *iterables: Value) -> Value:
    rows = _zip(reader, node, *iterables)
    return rows if isinstance(rows, Unknown) else [reader.call(callee, [*row], {}, node) for row in rows]


@function("builtins.filter")
def _filter(reader: Interpreter, node: ast.AST, callee: Value, iterable: Value) -> Value:
    items = [*reader.iterate(iterable, node)]
    return [
        each for each in items if reader.test(each if callee is None else reader.call(callee, [each], {}, node), node)
    ]


@function("builtins.list", "builtins.iter")
def _list(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else [*reader.iterate(iterable, node)]


@function("builtins.tuple", "torch.Size")
def _tuple(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else tuple(reader.iterate(iterable, node))


@function("builtins.slice")
def _slice(reader: Interpreter, node: ast.AST, *ends: Value) -> Value:
    unknown = next((end for end in ends if isinstance(end, Unknown)), None)
    return unknown or slice(*ends)


def _copies(count: int) -> Rule:
    """The rule of a function that writes a number out as often as there are dimensions."""

    def rule(reader: Interpreter, node: ast.AST, value: Value) -> Value:
        return (
            tuple(value)
            if isinstance(value, list | tuple)
            else value
            if isinstance(value, Unknown)
            else (value,) * count
        )

    return rule


for _count, _name in enumerate(("_single", "_pair", "_triple"), 1):
    FUNCTIONS[f"torch.nn.utils.{_name}"] = _copies(_count)
    FUNCTIONS[f"timm.models.layers.to_{_count}tuple"] = FUNCTIONS[f"timm.layers.to_{_count}tuple"] = _copies(_count)


@function("builtins.set", "builtins.frozenset")
def _set(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else {*reader.iterate(iterable, node)}


@function("builtins.dict", "collections.OrderedDict")
def _dict(reader: Interpreter, node: ast.AST, pairs: Value = (), **more: Value) -> Value:
    if isinstance(pairs, Unknown):
        return pairs
    entries = dict(pairs) if isinstance(pairs, dict) else {}
    if not isinstance(pairs, dict):
        for pair in reader.iterate(pairs, node):
            entry = [*reader.iterate(pair, node)]
            if len(entry) != 2 or isinstance(entry[0], list | dict | set):
                message = f"dict takes pairs of a key and a value, but one of them has {len(entry)} items or no key."
                raise Fault("type", message, node, type_="ValueError")
            entries[entry[0]] = entry[1]
    return {**entries, **more}


@function("builtins.reversed")
def _reversed(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return iterable if isinstance(iterable, Unknown) else [*reader.iterate(iterable, node)][::-1]


@function("builtins.sorted")
def _sorted(reader: Interpreter, node: ast.AST, iterable: Value, *, key: Value = None, reverse: bool = False) -> Value:
    items = [*reader.iterate(iterable, node)]
    keys = items if key is None else [reader.call(key, [each], {}, node) for each in items]
    try:
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=reverse)
    except TypeError:
        return Unknown("sorted", line_of(node))
    return [items[place] for place in order]


@function("builtins.all")
def _all(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return (
        iterable if isinstance(iterable, Unknown) else all(reader.test(x, node) for x in reader.iterate(iterable, node))
    )


@function("builtins.any")
def _any(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return (
        iterable if isinstance(iterable, Unknown) else any(reader.test(x, node) for x in reader.iterate(iterable, node))
    )


@function("functools.reduce")
def _reduce(reader: Interpreter, node: ast.AST, callee: Value, iterable: Value, *start: Value) -> Value:
    items = [*start, *reader.iterate(iterable, node)]
    value = items[0]
    for each in items[1:]:
        value = reader.call(callee, [value, each], {}, node)
    return value


@function("itertools.chain", "itertools.chain.from_iterable")
def _chain(reader: Interpreter, node: ast.AST, *iterables: Value) -> Value:
    return [each for iterable in iterables for each in reader.iterate(iterable, node)]


@function("itertools.product")
def _product(reader: Interpreter, node: ast.AST, *iterables: Value) -> Value:
    rows: list[tuple[Value, ...]] = [()]
    for iterable in iterables:
        items = [*reader.iterate(iterable, node)]
        if len(rows) * len(items) > MAX_LENGTH:
            return reader.run.unknown("a product of that many", node)
        rows = [(*row, each) for row in rows for each in items]
    return rows
