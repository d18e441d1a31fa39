"""Sequential, ModuleList and ModuleDict as classes that a program inherits."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.modules import children, module_dict, module_list, sequential
from shapecalc.formats.source.values import MODULE, Class, Container, Instance, Native, Unknown, Value

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: The attribute of a module to which something that is not known was added.
_OPEN = "?"


def _hold(node: ast.AST, owner: Instance, modules: Value) -> None:
    owner.ready = True
    if isinstance(modules, Container):
        owner.attributes |= modules.children
    if not isinstance(modules, Container) or modules.open:
        owner.attributes[_OPEN] = Unknown(f"the modules of {owner.cls.name}", line_of(node))


def _hold_sequential(reader: Interpreter, node: ast.AST, self: Instance, *modules: Value) -> None:
    _hold(node, self, sequential(reader, node, *modules))


def _hold_list(reader: Interpreter, node: ast.AST, self: Instance, modules: Value = ()) -> None:
    _hold(node, self, module_list(reader, node, modules))


def _hold_dict(reader: Interpreter, node: ast.AST, self: Instance, modules: Value = ()) -> None:
    _hold(node, self, module_dict(reader, node, modules))


def _run(reader: Interpreter, node: ast.AST, self: Instance, input: Value) -> Value:
    value = input
    if _OPEN in self.attributes:
        return reader.run.unknown(f"the modules of {self.cls.name}", node)
    for _, child in children(self):
        value = reader.call(child, [value], {}, node)
    return value


def _append(reader: Interpreter, node: ast.AST, self: Instance, module: Value) -> Value:
    self.attributes[str(len(children(self)))] = module
    return self


def _child(reader: Interpreter, node: ast.AST, self: Instance, key: Value) -> Value:
    named = dict(children(self))
    if isinstance(key, str) and key in named:
        return named[key]
    if isinstance(key, int) and -len(named) <= key < len(named):
        return [*named.values()][key]
    return Unknown(f"a module of {self.cls.name}", line_of(node))


def _modules(reader: Interpreter, node: ast.AST, self: Instance) -> Value:
    return [child for _, child in children(self)]


def _names(reader: Interpreter, node: ast.AST, self: Instance) -> Value:
    return [name for name, _ in children(self)]


def _pairs(reader: Interpreter, node: ast.AST, self: Instance) -> Value:
    return children(self)


def _count(reader: Interpreter, node: ast.AST, self: Instance) -> Value:
    return len(children(self))


def _class(name: str, **methods: object) -> Class:
    shared = {"__len__": _count, "__getitem__": _child, "append": _append}
    rules = {key: Native(f"torch.nn.{name}.{key}", rule) for key, rule in (shared | methods).items()}  # type: ignore[arg-type]
    return Class(name, (MODULE,), dict(rules))


#: The classes by their full names.
CLASSES = {
    "torch.nn.Sequential": _class("Sequential", __init__=_hold_sequential, forward=_run, __iter__=_modules),
    "torch.nn.ModuleList": _class("ModuleList", __init__=_hold_list, __iter__=_modules),
    "torch.nn.ModuleDict": _class(
        "ModuleDict", __init__=_hold_dict, __iter__=_names, keys=_names, values=_modules, items=_pairs
    ),
}
