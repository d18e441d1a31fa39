"""Attributes: what stands behind a dot."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.formats.source.classes import fill_fields
from shapecalc.formats.source.faults import Fault, misnamed
from shapecalc.formats.source.libraries import LIBRARY, MODULES
from shapecalc.formats.source.python.methods import method
from shapecalc.formats.source.python.names import library
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.containers import container_method
from shapecalc.formats.source.torch.lacking import LACKING
from shapecalc.formats.source.torch.members import (
    LAYER,
    MODULE_METHODS,
    begin,
    is_part,
    layer_attribute,
    weight_tensors,
)
from shapecalc.formats.source.torch.tensors import tensor_attribute
from shapecalc.formats.source.values import (
    Bound,
    Class,
    ComputedAttribute,
    Container,
    Fields,
    Instance,
    LayerObject,
    Library,
    Native,
    Partial,
    ProgramFunction,
    Static,
    Super,
    Tensor,
    Unknown,
    Value,
    Variables,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


#: The longest name of what is not known that grows with its attributes.
LONGEST = 60


def attribute(reader: Interpreter, value: Value, name: str, node: ast.AST) -> Value:  # noqa: C901  one case a kind
    """The attribute of a value.

    Raises:
        Fault: it has none of that name.
    """
    match value:
        case Unknown(construct, line):
            is_path = construct.replace(".", "").isidentifier() and len(construct) < LONGEST
            return Unknown(f"{construct}.{name}", line) if is_path else value
        case Library(path):
            return _of_library(reader, path, name, node)
        case Variables(names) if LIBRARY in names and name not in names:
            return library(f"{names[LIBRARY]}.{name}", line_of(node))
        case Variables(names):  # a module of the program's own
            return names[name] if name in names else _missing(value, name, [*names], node)
        case Tensor():
            return tensor_attribute(reader, value, name, node)
        case Instance():
            return _of_instance(reader, value, name, node)
        case Super(cls, receiver):
            return _of_super(reader, cls, receiver, name, node)
        case Class():
            return _of_class(value, name, node)
        case LayerObject():
            return layer_attribute(reader, value, name, node)
        case Container():
            return _of_container(value, name, node)
        case Fields(attributes):
            return attributes[name] if name in attributes else _missing(value, name, [*attributes], node)
        case Partial(function, args, kwargs) if name in {"func", "args", "keywords"}:
            return {"func": function, "args": args, "keywords": dict(kwargs)}[name]
    return method(value, name, node)


def _of_library(reader: Interpreter, path: str, name: str, node: ast.AST) -> Value:
    if name in LACKING.get(path, ()):
        others = [owner for owner in ("torch", "torch.nn.functional") if name not in LACKING[owner]]
        hint = f"; it is {others[0]}.{name}" if others else ""
        raise Fault("attribute", f"{path} has no attribute {name}{hint}.", node, type_="AttributeError")
    full = f"{path}.{name}"
    if full in reader.run.replaced:
        return reader.run.unknown(f"{full}, which the program replaces", node)
    return reader.find(full, 0, reader.run.file) if full in MODULES else library(full, line_of(node))


def _missing(value: Value, name: str, names: list[str], node: ast.AST) -> Value:
    known = [each for each in names if not each.startswith("__")]
    what = value.cls.name if isinstance(value, Instance) else "It"
    message = f"{what} has no attribute {name}"
    raise misnamed("attribute", message, name, known, node, type_="AttributeError")


def _of_instance(reader: Interpreter, value: Instance, name: str, node: ast.AST) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return value.attributes
    member = value.cls.find(name)
    if member is not None:
        return _member(reader, member, value, value.cls, node)
    if value.is_module and name in MODULE_METHODS:
        return MODULE_METHODS[name](reader, value, node)
    if isinstance(value.attributes.get(LAYER), LayerObject):
        return layer_attribute(reader, value.attributes[LAYER], name, node)
    if not value.cls.is_whole() or value.cls.find("__getattr__") is not None:
        return Unknown(f"{value.cls.name}.{name}", line_of(node))
    return _missing(value, name, [*value.attributes, *_members(value.cls)], node)


def _members(cls: Class) -> list[str]:
    return [name for each in cls.order for name in each.names]


def _member(reader: Interpreter, member: Value, receiver: Value, cls: Class, node: ast.AST) -> Value:
    """What an object finds in its class: a method comes with the object."""
    match member:
        case ComputedAttribute(getter):
            return reader.call(getter, [receiver], {}, node)
        case Static(function, takes_class):
            return Bound(function, cls) if takes_class else function
        case ProgramFunction() | Native():
            return Bound(member, receiver)
        case _:
            return member


def _of_super(reader: Interpreter, cls: Class, receiver: Value, name: str, node: ast.AST) -> Value:
    own = receiver.cls if isinstance(receiver, Instance) else receiver
    if isinstance(own, Class):
        order = own.order
        after = order[order.index(cls) + 1 :] if cls in order else cls.order[1:]
        member = next((each.names[name] for each in after if name in each.names), None)
        if member is not None:
            return _member(reader, member, receiver, own, node)
        if own.is_whole() or name == "__init__":
            methods = MODULE_METHODS if isinstance(receiver, Instance) and receiver.is_module else {}
            if name in methods:
                return methods[name](reader, receiver, node)
            if name == "__init__":
                if isinstance(receiver, Instance) and any("__dataclass__" in each.names for each in after):
                    return Native("dataclass.__init__", _filling(receiver, after))
                return Native("object.__init__", lambda reader, node, *args, **kwargs: None)
    return Unknown(f"super().{name}", line_of(node))


def _filling(receiver: Instance, classes: list[Class]) -> Callable[..., Value]:
    """The initialization that a dataclass gives to what inherits it."""
    return lambda reader, node, *args, **kwargs: fill_fields(reader, receiver, classes, ([*args], kwargs), node)


def _of_class(value: Class, name: str, node: ast.AST) -> Value:
    if name == "__name__":
        return value.name
    member = value.find(name)
    match member:
        case Static(function, takes_class):
            return Bound(function, value) if takes_class else function
        case None:
            pass
        case _:
            return member
    if name == "__init__":
        if value.node is None:
            return Native("torch.nn.Module.__init__", _initialize)
        return Native("object.__init__", _initialize)
    if value.node is None and name in MODULE_METHODS:
        rule = MODULE_METHODS[name]
        return Native(
            f"torch.nn.Module.{name}",
            lambda reader, node, self, *args, **kwargs: reader.call(rule(reader, self, node), [*args], kwargs, node),
        )
    if not value.is_whole():
        return Unknown(f"{value.name}.{name}", line_of(node))
    message = f"The class {value.name} has no attribute {name}"
    raise misnamed("attribute", message, name, _members(value), node, type_="AttributeError")


def _initialize(reader: Interpreter, node: ast.AST, self: Value = None, *args: Value, **kwargs: Value) -> Value:
    if isinstance(self, Instance):
        begin(self)


def _of_container(value: Container, name: str, node: ast.AST) -> Value:
    if name in value.children:
        return value.children[name]
    if name in value.attributes:
        return value.attributes[name]
    if name in MODULE_METHODS:
        return MODULE_METHODS[name](None, value, node)
    return container_method(value, name, node)


def set_attribute(reader: Interpreter, owner: Value, name: str, value: Value, node: ast.AST) -> None:
    """Set the attribute of a value.

    Raises:
        Fault: a module gets a layer before ``super().__init__()`` has run.
    """
    match owner:
        case Instance():
            member = owner.cls.find(name)
            if isinstance(member, ComputedAttribute):
                reader.run.unknown(f"an assignment to {owner.cls.name}.{name}", node)
            if owner.is_module and is_part(value) and not owner.ready and owner.cls.is_whole():
                message = f"{owner.cls.name} sets {name} before super().__init__() has run."
                raise Fault("super", message, node, type_="AttributeError")
            owner.attributes[name] = value
        case Fields(attributes):
            attributes[name] = value
        case Class():
            owner.names[name] = value
        case Container():
            is_module = isinstance(value, LayerObject | Container | Instance | Unknown)
            (owner.children if is_module else owner.attributes)[name] = value
        case Variables(names):
            names[name] = value
        case LayerObject():
            _set_on_layer(owner, name, value)
        case Tensor() | Unknown() | ProgramFunction() | Library():
            _set_on_tensor(reader, owner, name, value)
        case _:
            message = f"An attribute {name} cannot be set here."
            raise Fault("attribute", message, node, type_="AttributeError")


def _set_on_tensor(reader: Interpreter, owner: Value, name: str, value: Value) -> None:
    if isinstance(owner, Library) and isinstance(value, Native | Class | ProgramFunction | Unknown):
        reader.run.replaced.add(f"{owner.path}.{name}")
    if isinstance(owner, Tensor) and name == "requires_grad":  # others, such as x.grad, change no size
        owner.trained = value if isinstance(value, bool) else None


def _set_on_layer(owner: LayerObject, name: str, value: Value) -> None:
    if name in weight_tensors(owner) or (owner.layer is not None and name in owner.layer.values):
        owner.altered = f"nn.{owner.type} whose {name} is set anew"
    owner.arguments[name] = value


def delete_attribute(reader: Interpreter, owner: Value, name: str, node: ast.expr) -> None:
    """Take the attribute of a value away."""
    names = owner.attributes if isinstance(owner, Instance | Fields) else getattr(owner, "children", None)
    if names is None:
        reader.run.unknown("del", node)
    elif name not in names:
        _missing(owner, name, [*names], node)
    else:
        del names[name]
