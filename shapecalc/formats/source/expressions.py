"""The rules for expressions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from shapecalc.formats.source.faults import Fault, misnamed
from shapecalc.formats.source.nesting import check_key, count_parts
from shapecalc.formats.source.operators import BINARY, UNARY, binary, compare, unary
from shapecalc.formats.source.python.names import BUILTINS
from shapecalc.formats.source.python.texts import formatted
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.subscripts import item, set_item
from shapecalc.formats.source.values import UNBOUND, ProgramFunction, Unknown, Value, Variables

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def _constant(reader: Interpreter, node: ast.Constant, scope: Variables) -> Value:
    return node.value


#: A name that is not defined takes as long as so many steps, and so many names among which it is sought one more.
_FAILURE, _NAMES = 10, 50


def _name(reader: Interpreter, node: ast.Name, scope: Variables) -> Value:
    value = scope.look_up(node.id)
    if value is not UNBOUND:
        return value
    if node.id in BUILTINS:
        return BUILTINS[node.id]
    if hasattr(builtins, node.id) or node.id in {"__file__", "__name__", "__doc__", "__package__"}:
        return "__main__" if node.id == "__name__" else Unknown(node.id, line_of(node))
    known = [*_visible(scope)]
    reader.run.step(node, _FAILURE + len(known) // _NAMES)
    if "*" in known:  # of an import of everything from what is not known
        return Unknown(node.id, line_of(node))
    raise misnamed("name", f"{node.id} is not defined", node.id, known, node, type_="NameError")


def _visible(scope: Variables) -> Iterator[str]:
    inside: Variables | None = scope
    while inside is not None:
        yield from inside.names
        inside = inside.outer


def _attribute(reader: Interpreter, node: ast.Attribute, scope: Variables) -> Value:
    return reader.attribute(reader.evaluate(node.value, scope), node.attr, node)


def _subscript(reader: Interpreter, node: ast.Subscript, scope: Variables) -> Value:
    value = reader.evaluate(node.value, scope)
    return item(reader, value, reader.evaluate(node.slice, scope), node)


def _slice(reader: Interpreter, node: ast.Slice, scope: Variables) -> Value:
    return slice(*[part and reader.evaluate(part, scope) for part in (node.lower, node.upper, node.step)])


def _call(reader: Interpreter, node: ast.Call, scope: Variables) -> Value:
    callee = reader.evaluate(node.func, scope)
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return reader.call(callee, [scope.look_up("__class__"), _receiver(scope)], {}, node)
    args = _items(reader, node.args, scope)
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = reader.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            count_parts(reader.run, node, value)
            kwargs.update(value)
        else:
            return reader.run.unknown("**" + ast.unparse(keyword.value), node)
    return reader.call(callee, args, kwargs, node)


def _receiver(scope: Variables) -> Value:
    """The first argument of the method that a scope belongs to: what ``super()`` finds."""
    inside: Variables | None = scope
    while inside is not None:
        if "__receiver__" in inside.names:
            return inside.names["__receiver__"]
        inside = inside.outer
    return UNBOUND


def _items(reader: Interpreter, nodes: list[ast.expr], scope: Variables) -> list[Value]:
    items: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            items += reader.iterate(reader.evaluate(node.value, scope), node)
        else:
            items.append(reader.evaluate(node, scope))
    return items


def _binary(reader: Interpreter, node: ast.BinOp, scope: Variables) -> Value:
    left, right = reader.evaluate(node.left, scope), reader.evaluate(node.right, scope)
    return binary(reader, BINARY[type(node.op)], left, right, node)


def _unary(reader: Interpreter, node: ast.UnaryOp, scope: Variables) -> Value:
    value = reader.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return value if isinstance(value, Unknown) else not reader.test(value, node.operand)
    return unary(reader, UNARY[type(node.op)], value, node)


def _boolean(reader: Interpreter, node: ast.BoolOp, scope: Variables) -> Value:
    ends = isinstance(node.op, ast.Or)  # the outcome that ends the chain
    value: Value = None
    for place, part in enumerate(node.values):
        value = reader.evaluate(part, scope)
        if isinstance(value, Unknown):
            for other in node.values[place + 1 :]:
                if _decides(reader, other, scope) is ends:
                    return ends  # whatever the first is
        if part is not node.values[-1] and reader.test(value, part) is ends:
            return value
    return value


def _decides(reader: Interpreter, part: ast.expr, scope: Variables) -> bool | None:
    """The outcome of a test that stands behind one that is not known; None where it is no plain comparison."""
    if any(isinstance(each, ast.Call | ast.NamedExpr | ast.Await) for each in ast.walk(part)):
        return None
    try:
        value = reader.evaluate(part, scope)
    except Fault:
        return None
    return value if isinstance(value, bool) else None


def _compare(reader: Interpreter, node: ast.Compare, scope: Variables) -> Value:
    left = reader.evaluate(node.left, scope)
    outcome: Value = True
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = reader.evaluate(right_node, scope)
        outcome = compare(reader, operator, left, right, node)
        if outcome is not True:
            return outcome
        left = right
    return outcome


def _conditional(reader: Interpreter, node: ast.IfExp, scope: Variables) -> Value:
    holds = reader.test(reader.evaluate(node.test, scope), node.test)
    return reader.evaluate(node.body if holds else node.orelse, scope)


def _tuple(reader: Interpreter, node: ast.Tuple, scope: Variables) -> Value:
    return tuple(_items(reader, node.elts, scope))


def _list(reader: Interpreter, node: ast.List, scope: Variables) -> Value:
    return _items(reader, node.elts, scope)


def _set(reader: Interpreter, node: ast.Set, scope: Variables) -> Value:
    return _as_set(reader, node, _items(reader, node.elts, scope))


def _as_set(reader: Interpreter, node: ast.expr, items: list[Value]) -> Value:
    for each in items:
        check_key(reader.run, node, each)
    return {*items}


def _dict(reader: Interpreter, node: ast.Dict, scope: Variables) -> Value:
    pairs: dict[Any, Value] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = reader.evaluate(value_node, scope)
        if key_node is None:
            if not isinstance(value, dict):
                return Unknown("**" + ast.unparse(value_node), line_of(node))
            reader.run.step_over(node, len(value))
            pairs.update(value)
            continue
        key = reader.evaluate(key_node, scope)
        check_key(reader.run, key_node, key)
        pairs[key] = value
    return pairs


def _joined(reader: Interpreter, node: ast.JoinedStr, scope: Variables) -> Value:
    texts = [reader.evaluate(part, scope) for part in node.values]
    unknown = next((text for text in texts if isinstance(text, Unknown)), None)
    if unknown is None and sum(map(len, texts)) > MAX_LENGTH:
        return Unknown("a text beyond the bounds", line_of(node))
    count_parts(reader.run, node, texts)
    return unknown or "".join(texts)


def _formatted(reader: Interpreter, node: ast.FormattedValue, scope: Variables) -> Value:
    value = reader.evaluate(node.value, scope)
    spec = reader.evaluate(node.format_spec, scope) if node.format_spec else ""
    return formatted(value, spec, "r" if node.conversion == ord("r") else "", node)


def _lambda(reader: Interpreter, node: ast.Lambda, scope: Variables) -> Value:
    return make_function(reader, node, scope)


def make_function(
    reader: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Variables
) -> ProgramFunction:
    """The function that a definition makes, with the values of its defaults."""
    signature = node.args
    positional = [*signature.posonlyargs, *signature.args]
    late = positional[len(positional) - len(signature.defaults) :]
    pairs = [
        *zip(late, signature.defaults, strict=True),
        *zip(signature.kwonlyargs, signature.kw_defaults, strict=True),
    ]
    defaults = {argument.arg: reader.evaluate(value, scope) for argument, value in pairs if value is not None}
    return ProgramFunction(node, scope, defaults, reader.run.file)


def _comprehension(reader: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Variables) -> Value:
    items = [reader.evaluate(node.elt, inner) for inner in _rounds(reader, node.generators, Variables(outer=scope))]
    return _as_set(reader, node, items) if isinstance(node, ast.SetComp) else items


def _dict_comprehension(reader: Interpreter, node: ast.DictComp, scope: Variables) -> Value:
    pairs: dict[Any, Value] = {}
    for inner in _rounds(reader, node.generators, Variables(outer=scope)):
        key = reader.evaluate(node.key, inner)
        check_key(reader.run, node, key)
        pairs[key] = reader.evaluate(node.value, inner)
    return pairs


def _rounds(reader: Interpreter, generators: list[ast.comprehension], scope: Variables) -> Iterator[Variables]:
    """The scope of a comprehension, once for each of its rounds."""
    first, *others = generators
    for value in reader.iterate(reader.evaluate(first.iter, scope), first.iter):
        assign(reader, first.target, value, scope)
        if all(reader.test(reader.evaluate(test, scope), test) for test in first.ifs):
            yield from _rounds(reader, others, scope) if others else (scope,)


def assign(reader: Interpreter, target: ast.expr, value: Value, scope: Variables) -> None:
    """Bind what stands on the left of an assignment."""
    match target:
        case ast.Name(name):
            scope.elsewhere.get(name, scope).names[name] = value
        case ast.Tuple(targets) | ast.List(targets):
            _unpack(reader, targets, value, target, scope)
        case ast.Starred(inner):
            assign(reader, inner, value, scope)
        case ast.Attribute(owner, name):
            reader.set_attribute(reader.evaluate(owner, scope), name, value, target)
        case ast.Subscript(owner, key):
            set_item(reader, reader.evaluate(owner, scope), reader.evaluate(key, scope), value, target)


def _unpack(reader: Interpreter, targets: list[ast.expr], value: Value, node: ast.expr, scope: Variables) -> None:
    if isinstance(value, Unknown):
        for target in targets:
            assign(reader, target, value, scope)
        return
    items = [*reader.iterate(value, node)]
    star = next((place for place, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if len(items) != len(targets) if star is None else len(items) < len(targets) - 1:
        message = f"{len(targets)} names stand on the left, but there are {len(items)} values."
        raise Fault("unpack", message, node, type_="ValueError")
    if star is not None:
        after = len(targets) - star - 1
        items = [*items[:star], items[star : len(items) - after], *items[len(items) - after :]]
    for target, each in zip(targets, items, strict=True):
        assign(reader, target, each, scope)


def _walrus(reader: Interpreter, node: ast.NamedExpr, scope: Variables) -> Value:
    value = reader.evaluate(node.value, scope)
    assign(reader, node.target, value, scope)
    return value


RULES: dict[type[ast.AST], Callable[[Any, Any, Variables], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.NamedExpr: _walrus,
}
