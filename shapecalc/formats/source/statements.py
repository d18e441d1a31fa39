"""The rules for statements."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.formats.source.attributes import delete_attribute
from shapecalc.formats.source.classes import make_class
from shapecalc.formats.source.expressions import assign, make_function
from shapecalc.formats.source.faults import Break, Continue, Fault, Return, Stuck
from shapecalc.formats.source.operators import BINARY, binary
from shapecalc.formats.source.python.decorators import decorated
from shapecalc.formats.source.python.names import library_members
from shapecalc.formats.source.recognition import recognized
from shapecalc.formats.source.run import line_of, overwrite
from shapecalc.formats.source.subscripts import delete_item
from shapecalc.formats.source.values import (
    Class,
    Container,
    Instance,
    Library,
    ProgramFunction,
    Tensor,
    Unknown,
    Value,
    Variables,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: How often the body of a loop may run.
MAX_ROUNDS = 20_000


def _expression(reader: Interpreter, node: ast.Expr, scope: Variables) -> None:
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        _yield(reader, node.value, scope)
    else:
        reader.evaluate(node.value, scope)


def _yield(reader: Interpreter, node: ast.Yield | ast.YieldFrom, scope: Variables) -> None:
    """A generator is followed to its end, and gives its values in a list."""
    items = scope.names.setdefault("__yielded__", [])
    value = reader.evaluate(node.value, scope) if node.value is not None else None
    items += reader.iterate(value, node) if isinstance(node, ast.YieldFrom) else [value]


def _assign(reader: Interpreter, node: ast.Assign, scope: Variables) -> None:
    value = reader.evaluate(node.value, scope)
    reader.run.note(value, node)
    for target in node.targets:
        assign(reader, target, value, scope)


def _annotated(reader: Interpreter, node: ast.AnnAssign, scope: Variables) -> None:
    if node.value is not None:
        assign(reader, node.target, reader.evaluate(node.value, scope), scope)
    elif isinstance(node.target, ast.Name):
        scope.names.setdefault("__annotated__", []).append(node.target.id)
    if node.value is not None and isinstance(node.target, ast.Name):
        scope.names.setdefault("__annotated__", []).append(node.target.id)


def _augmented(reader: Interpreter, node: ast.AugAssign, scope: Variables) -> None:
    value, other = reader.evaluate(node.target, scope), reader.evaluate(node.value, scope)
    if isinstance(value, list) and isinstance(node.op, ast.Add):
        value += reader.iterate(other, node)
        return
    if isinstance(value, Container) and value.type == "ModuleList" and isinstance(node.op, ast.Add):
        reader.call(reader.attribute(value, "extend", node), [other], {}, node)
        return
    output = binary(reader, BINARY[type(node.op)], value, other, node)
    reader.run.note(output, node)
    if isinstance(value, Tensor):
        overwrite(value, output)
    assign(reader, node.target, output, scope)


def _if(reader: Interpreter, node: ast.If, scope: Variables) -> None:
    holds = reader.test(reader.evaluate(node.test, scope), node.test)
    reader.execute(node.body if holds else node.orelse, scope)


def _for(reader: Interpreter, node: ast.For, scope: Variables) -> None:
    try:
        for value in reader.iterate(reader.evaluate(node.iter, scope), node.iter):
            assign(reader, node.target, value, scope)
            try:
                reader.execute(node.body, scope)
            except Continue:
                continue
    except Break:
        return
    reader.execute(node.orelse, scope)


def _while(reader: Interpreter, node: ast.While, scope: Variables) -> None:
    try:
        for _ in range(MAX_ROUNDS):
            value = reader.evaluate(node.test, scope)
            if isinstance(value, Unknown):
                raise Stuck(value.construct, value.line)
            if not reader.test(value, node.test):
                break
            try:
                reader.execute(node.body, scope)
            except Continue:
                continue
        else:
            raise Stuck(f"a loop of more than {MAX_ROUNDS:,} rounds", line_of(node))
    except Break:
        return
    reader.execute(node.orelse, scope)


def _return(reader: Interpreter, node: ast.Return, scope: Variables) -> None:
    value = reader.evaluate(node.value, scope) if node.value is not None else None
    reader.run.note(value, node)
    raise Return(value)


def _break(reader: Interpreter, node: ast.Break, scope: Variables) -> None:
    raise Break


def _continue(reader: Interpreter, node: ast.Continue, scope: Variables) -> None:
    raise Continue


def _pass(reader: Interpreter, node: ast.stmt, scope: Variables) -> None:
    pass


#: A module is sought in the time of so many steps.
_IMPORT = 40


def _import(reader: Interpreter, node: ast.Import, scope: Variables) -> None:
    reader.run.step(node, _IMPORT * len(node.names))
    for alias in node.names:
        module = reader.find(alias.name, 0, reader.run.file)
        if alias.asname:
            scope.names[alias.asname] = module
        else:
            root = alias.name.split(".")[0]
            scope.names[root] = reader.find(root, 0, reader.run.file)


def _import_from(reader: Interpreter, node: ast.ImportFrom, scope: Variables) -> None:
    reader.run.step(node, _IMPORT * len(node.names))
    path = node.module or ""
    module = reader.find(path, node.level, reader.run.file)
    for alias in node.names:
        if alias.name == "*":
            names = getattr(module, "names", None)
            if isinstance(names, dict):
                scope.names.update({name: value for name, value in names.items() if not name.startswith("_")})
                continue
            star = Unknown(f"from {'.' * node.level}{path} import *", line_of(node))
            if isinstance(module, Unknown):  # it may set anew what the file has defined before it
                defined = [name for name, value in scope.names.items() if _is_own(reader, value)]
                scope.names.update(dict.fromkeys([name for name in defined if not name.startswith("_")], star))
            scope.names["*"] = star
            if isinstance(module, Library):
                scope.names.update(library_members(module.path))
            continue
        value = reader.attribute(module, alias.name, node) if module is not None else None
        if isinstance(value, Unknown) or value is None:
            inner = reader.find(f"{path}.{alias.name}" if path else alias.name, node.level, reader.run.file)
            value = value if isinstance(inner, Unknown) and value is not None else inner
        scope.names[alias.asname or alias.name] = value


def _is_own(reader: Interpreter, value: Value) -> bool:
    """Whether a value is the file's own: a constant, a function or a class, and no module or part of a library."""
    is_defined = isinstance(value, ProgramFunction | Class) and value.file == reader.run.file
    return is_defined or isinstance(value, int | float | str | tuple | list | dict)


def _function(reader: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Variables) -> None:
    definition = recognized(reader, node, scope) if isinstance(node, ast.FunctionDef) else None
    value: Value = definition or make_function(reader, node, scope)
    for decorator in reversed(node.decorator_list):
        value = decorated(reader, decorator, value, scope)
    scope.elsewhere.get(node.name, scope).names[node.name] = value


def _class(reader: Interpreter, node: ast.ClassDef, scope: Variables) -> None:
    scope.names[node.name] = recognized(reader, node, scope) or make_class(reader, node, scope)


def _assert(reader: Interpreter, node: ast.Assert, scope: Variables) -> None:
    value = reader.evaluate(node.test, scope)
    if isinstance(value, Unknown | Tensor) or reader.test(value, node.test):  # of values, taken to hold
        return
    raise Fault("assert", f"The assertion {ast.unparse(node.test)} fails.", node, type_="AssertionError")


def _raise(reader: Interpreter, node: ast.Raise, scope: Variables) -> None:
    words = ast.unparse(node.exc) if node.exc is not None else "the exception"
    callee = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    raise Fault("raise", f"The program raises {words}.", node, type_=getattr(callee, "id", "Exception"))


def _try(reader: Interpreter, node: ast.Try, scope: Variables) -> None:
    """The body; where it fails with an exception that a handler names, the handler."""
    try:
        reader.execute(node.body, scope)
        reader.execute(node.orelse, scope)
    except Fault as fault:
        handler = next((each for each in node.handlers if _catches(each.type, fault.type)), None)
        if handler is None:
            raise
        if handler.name:
            scope.names[handler.name] = Unknown("an exception", line_of(handler))
        reader.execute(handler.body, scope)
    finally:
        reader.execute(node.finalbody, scope)


#: Exceptions with the names under which they are caught as well.
_ANCESTORS = {
    "ModuleNotFoundError": ("ImportError",),
    "IndexError": ("LookupError",),
    "KeyError": ("LookupError",),
    "ZeroDivisionError": ("ArithmeticError",),
    "NotImplementedError": ("RuntimeError",),
}


def _catches(kind: ast.expr | None, name: str) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    caught = {ast.unparse(each).rpartition(".")[2] for each in kinds}
    return not caught.isdisjoint({name, *_ANCESTORS.get(name, ()), "Exception", "BaseException"} - {""})


def _with(reader: Interpreter, node: ast.With, scope: Variables) -> None:
    for entry in node.items:
        value = reader.evaluate(entry.context_expr, scope)
        if entry.optional_vars is not None:
            unknown = Unknown(ast.unparse(entry.context_expr), line_of(node))
            assign(reader, entry.optional_vars, unknown if isinstance(value, Instance) else value, scope)
    reader.execute(node.body, scope)


def _delete(reader: Interpreter, node: ast.Delete, scope: Variables) -> None:
    for target in node.targets:
        match target:
            case ast.Name(name):
                scope.names.pop(name, None)
            case ast.Attribute(owner, name):
                delete_attribute(reader, reader.evaluate(owner, scope), name, target)
            case ast.Subscript(owner, key):
                delete_item(reader, reader.evaluate(owner, scope), reader.evaluate(key, scope), target)
            case _:
                reader.run.unknown("del", target)


def _global(reader: Interpreter, node: ast.Global, scope: Variables) -> None:
    place = scope
    while place.outer is not None:
        place = place.outer
    scope.elsewhere.update(dict.fromkeys(node.names, place))


def _nonlocal(reader: Interpreter, node: ast.Nonlocal, scope: Variables) -> None:
    for name in node.names:
        place = scope.outer
        while place is not None and name not in place.names:
            place = place.outer
        if place is not None:
            scope.elsewhere[name] = place


RULES: dict[type[ast.AST], Callable[[Any, Any, Variables], None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Return: _return,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Pass: _pass,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.Try: _try,
    ast.With: _with,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
}
