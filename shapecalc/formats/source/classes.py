"""Classes of the program: how they are made, and how their objects are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.containers import CLASSES
from shapecalc.formats.source.torch.foreign import foreign_class
from shapecalc.formats.source.torch.inherited import layer_class
from shapecalc.formats.source.values import (
    Bound,
    Class,
    ComputedAttribute,
    Instance,
    Native,
    ProgramFunction,
    Static,
    Unknown,
    Value,
    Variables,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: So many classes behind another are put in their order in the time of a step.
_ANCESTORS = 10
#: A class takes about as long as so many steps.
_CLASS = 15
#: Classes of libraries that add nothing which the reader would have to know.
_PLAIN = {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple"}


def make_class(reader: Interpreter, node: ast.ClassDef, scope: Variables) -> Value:
    """The class that a statement defines."""
    body = Variables(outer=scope)
    bases = [reader.evaluate(_origin(base), scope) for base in node.bases]
    reader.execute(node.body, body)
    bases = [_inherited(base) for base in bases]
    reader.run.step(node, _CLASS + sum(len(base.order) for base in bases if isinstance(base, Class)) // _ANCESTORS)
    known = tuple([base for base in bases if not (isinstance(base, Native) and base.path in _PLAIN)])
    cls = Class(node.name, known, body.names, node, reader.run.file)
    inner = Variables({"__class__": cls}, outer=scope)
    for value in body.names.values():
        for function in _functions(value):
            function.owner = cls
            if function.scope is body:
                function.scope = inner
    if node.keywords:
        cls.names["__keywords__"] = True  # a metaclass, which may do anything
    if any(_is_dataclass(decorator) for decorator in node.decorator_list) or any(
        isinstance(base, Native) and base.path == "typing.NamedTuple" for base in bases
    ):
        cls.names["__dataclass__"] = True
    elif node.decorator_list and not all(_is_harmless(decorator) for decorator in node.decorator_list):
        return Unknown(f"@{ast.unparse(node.decorator_list[0])}", line_of(node))
    return cls


def _inherited(base: Value) -> Value:
    """What a program may inherit, of a class of a library its rules."""
    match base:
        case Native(path):
            return CLASSES.get(path) or layer_class(path) or base
        case Unknown():
            return foreign_class(base) or base
    return base


def _origin(base: ast.expr) -> ast.expr:
    """``Generic[T]`` without its brackets."""
    return base.value if isinstance(base, ast.Subscript) else base


def _functions(value: Value) -> list[ProgramFunction]:
    match value:
        case ProgramFunction():
            return [value]
        case ComputedAttribute(getter) | Static(getter):
            return _functions(getter)
        case _:
            return []


def _is_dataclass(decorator: ast.expr) -> bool:
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(callee).rpartition(".")[2] == "dataclass"


def _is_harmless(decorator: ast.expr) -> bool:
    """Whether a decorator leaves a class as it is: one that registers it somewhere."""
    words = ast.unparse(decorator).lower()
    return any(word in words for word in ("register", "final", "total_ordering", "add_start_docstrings"))


def make_instance(reader: Interpreter, cls: Class, args: list[Value], kwargs: dict[str, Value], node: ast.AST) -> Value:
    """The object that a call of a class makes."""
    if "__keywords__" in cls.names or cls.find("__new__") is not None:
        return reader.run.unknown(f"the class {cls.name}", node)
    instance = Instance(cls, line=line_of(node), place=node, args=tuple(args), kwargs=kwargs)
    initializer = cls.find("__init__")
    if initializer is not None:
        reader.call(Bound(initializer, instance), args, kwargs, node)
    elif cls.find("__dataclass__"):
        fill_fields(reader, instance, cls.order, (args, kwargs), node)
    elif cls.is_whole() and (args or kwargs):
        raise Fault("call", f"{cls.name}() takes no arguments.", node, type_="TypeError")
    elif not cls.is_whole():
        return reader.run.unknown(f"the class {cls.name}", node)
    if instance.is_module and not instance.ready and cls.is_whole():
        instance.ready = initializer is None
    reader.run.instances.append(instance)  # those alone whose __init__ was followed to its end
    return instance


def fill_fields(
    reader: Interpreter,
    instance: Instance,
    classes: list[Class],
    arguments: tuple[list[Value], dict[str, Value]],
    node: ast.AST,
) -> None:
    """Set the fields that dataclasses declare, the base classes last, from arguments by position and by name."""
    args, kwargs = arguments
    names: dict[str, Value] = {}
    for each in reversed(classes):
        for name in each.names.get("__annotated__", ()):
            names.setdefault(name, each.names.get(name, _MISSING))
            if name in each.names:
                names[name] = each.names[name]
    if len(args) > len(names):
        message = f"{instance.cls.name}() takes {len(names)} arguments but {len(args)} were given."
        raise Fault("call", message, node, type_="TypeError")
    values = dict(zip(names, args, strict=False)) | kwargs
    extra = next((name for name in kwargs if name not in names), None)
    missing = next((name for name, default in names.items() if default is _MISSING and name not in values), None)
    if extra or missing:
        problem = f"has no field {extra}" if extra else f"needs a value for {missing}"
        raise Fault("call", f"{instance.cls.name} {problem}.", node, type_="TypeError")
    for name, default in names.items():
        value = values.get(name, default)
        factory = getattr(value, "factory", None)
        instance.attributes[name] = reader.call(factory, [], {}, node) if factory is not None else value
    after = instance.cls.find("__post_init__")
    if after is not None:
        reader.call(Bound(after, instance), [], {}, node)


#: The default of a field that has none.
_MISSING: Any = object()
