"""Sequential, ModuleList and ModuleDict: made, run, and as classes that a program inherits."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.notes import Use
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import kind_text
from shapecalc.formats.source.torch.members import children
from shapecalc.formats.source.torch.rules import copied, declare
from shapecalc.formats.source.values import (
    MODULE,
    Class,
    Container,
    Instance,
    LayerObject,
    Native,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Layers of other libraries that are functions here.
_LAYERS_OF_OTHERS = frozenset({"einops.layers.torch.Rearrange"})


@declare("torch.nn.Sequential")
def sequential(reader: Interpreter, node: ast.AST, *modules: Value) -> Value:
    """Modules one behind the other."""
    if len(modules) == 1 and isinstance(modules[0], dict):
        return Container("Sequential", {str(name): module for name, module in modules[0].items()}, node)
    for place, module in enumerate(modules):
        if not _is_module(module):
            message = f"nn.Sequential takes modules, but one of its arguments is {kind_text(module)}."
            raise Fault("sequential", message, _argument(node, place, len(modules)), type_="TypeError")
    children = {str(place): module for place, module in enumerate(modules)}
    return Container("Sequential", children, node, any(isinstance(module, Unknown) for module in modules))


def _argument(node: ast.AST, place: int, count: int) -> ast.AST:
    """The expression of an argument; the call where it stands in a list that is spread."""
    args = node.args if isinstance(node, ast.Call) else []
    is_plain = len(args) == count and not any(isinstance(each, ast.Starred) for each in args)
    return args[place] if is_plain else node


def _is_module(value: Value) -> bool:
    is_instance = isinstance(value, Instance) and (value.is_module or not value.cls.is_whole())
    is_layer = isinstance(value, Native) and value.path in _LAYERS_OF_OTHERS
    return is_instance or is_layer or isinstance(value, LayerObject | Container | Unknown)


@declare("torch.nn.TransformerEncoder", "torch.nn.TransformerDecoder")
def _stack(
    reader: Interpreter,
    node: ast.AST,
    layer: Value,
    num_layers: Value,
    norm: Value = None,
    *args: Value,
    **kwargs: Value,
) -> Value:
    """Copies of a layer one behind the other."""
    if isinstance(num_layers, Unknown) or not isinstance(num_layers, int) or not isinstance(layer, LayerObject):
        return Unknown("the layers of a transformer", line_of(node))
    layers = [copied(layer) for _ in range(min(num_layers, 1_000))]
    children = {"layers": Container("ModuleList", {str(place): each for place, each in enumerate(layers)}, node)}
    return Container("Transformer", children | ({} if norm is None else {"norm": norm}), node)


@declare("torch.nn.ModuleList", "torch.nn.ParameterList")
def module_list(reader: Interpreter, node: ast.AST, modules: Value = ()) -> Value:
    """Modules in a list."""
    if isinstance(modules, Unknown) or modules is None:
        return Container("ModuleList", {}, node, open=modules is not None)
    items = [*reader.iterate(modules, node)]
    is_open = any(isinstance(module, Unknown) for module in items)
    return Container("ModuleList", {str(place): module for place, module in enumerate(items)}, node, is_open)


@declare("torch.nn.ModuleDict", "torch.nn.ParameterDict")
def module_dict(reader: Interpreter, node: ast.AST, modules: Value = ()) -> Value:
    """Modules by name."""
    if isinstance(modules, Unknown) or modules is None:
        return Container("ModuleDict", {}, node, open=modules is not None)
    pairs = modules.items() if isinstance(modules, dict) else [tuple(pair) for pair in modules]
    return Container("ModuleDict", {str(name): module for name, module in pairs}, node)


def run_container(
    reader: Interpreter, module: Container, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """What a Sequential makes of its input.

    Raises:
        Fault: it is a ModuleList or ModuleDict, which torch does not run.
    """
    if module.type == "Transformer":
        return _run_transformer(reader, module, args, kwargs, node)
    if module.type != "Sequential":
        message = f"nn.{module.type} has no forward; call its modules one by one."
        raise Fault("forward", message, node, type_="NotImplementedError")
    if module.open:
        return reader.run.unknown("the modules of a Sequential", node)
    if len(args) != 1:
        raise Fault("call", f"nn.Sequential takes one input but {len(args)} were given.", node, type_="TypeError")
    value = args[0]
    shape = value.shape if isinstance(value, Tensor) and not reader.run.owners else None
    if shape and all(isinstance(size, int) for size in shape):
        reader.run.uses.append(Use(module, (shape[1:],)))
    for child in module.items:
        value = reader.call(child, [value], {}, node)
    return value


def _run_transformer(
    reader: Interpreter, module: Container, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """Each layer reads what the one before it gives, and the same memory."""
    named = [kwargs[key] for key in ("src", "tgt", "memory") if key in kwargs]
    inputs = [*args, *named]
    value, others = inputs[0], inputs[1:]
    for layer in module.children["layers"].items:
        value = reader.call(layer, [value, *others], {}, node)
    norm = module.children.get("norm")
    return value if norm is None else reader.call(norm, [value], {}, node)


def container_method(value: Container, name: str, node: ast.AST) -> Value:
    """A method of Sequential, ModuleList or ModuleDict."""
    if name == "append":
        return Native("append", lambda reader, node, module: _extend(value, [module]))
    if name == "extend":
        return Native("extend", lambda reader, node, modules: _extend(value, [*reader.iterate(modules, node)]))
    if name == "insert":
        return Native("insert", lambda reader, node, place, module: _insert(value, place, module))
    if name in {"keys", "values", "items"}:
        return Native(name, lambda reader, node: [*getattr(value.children, name)()])
    if name == "update":
        return Native(name, lambda reader, node, modules: value.children.update(modules))
    return Unknown(f"{value.type}.{name}", line_of(node))


def _extend(value: Container, modules: list[Value]) -> Container:
    for module in modules:
        value.children[str(len(value.children))] = module
        value.open = value.open or isinstance(module, Unknown)
    return value


def _insert(value: Container, place: int, module: Value) -> None:
    modules = value.items
    modules.insert(place, module)
    value.children = {str(number): each for number, each in enumerate(modules)}


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
