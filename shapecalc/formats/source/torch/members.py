"""What a program asks of a module: the modules and tensors in it, its arguments, and its methods."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Stuck
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import trained
from shapecalc.formats.source.values import (
    Container,
    Instance,
    LayerObject,
    Native,
    ProgramFunction,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


#: The attribute in which an object of a class that inherits a layer has that layer.
LAYER = ""


def submodules(value: Value, name: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Value]]:
    """A module and all modules in it, each with its name in the state of the network."""
    seen = set() if seen is None else seen
    if id(value) in seen or not isinstance(value, LayerObject | Container | Instance):
        return
    seen.add(id(value))
    yield name, value
    for key, child in children(value):
        yield from submodules(child, ".".join(filter(None, (name, key))), seen)


def children(value: Value) -> list[tuple[str, Value]]:
    """The modules directly in a module, with their names."""
    names = value.attributes if isinstance(value, Instance) else getattr(value, "children", {})
    return [
        (name, child)
        for name, child in names.items()
        if isinstance(child, LayerObject | Container) or (isinstance(child, Instance) and child.is_module)
    ]


def parameters(value: Value) -> list[tuple[str, Tensor]]:
    """The learned tensors of a module, with their names in the state of the network."""
    tensors = []
    for name, module in submodules(value):
        lead = f"{name}." if name else ""
        if isinstance(module, Instance):
            named = module.attributes.items()
            tensors += [(lead + key, each) for key, each in named if isinstance(each, Tensor) and each.learned]
        elif isinstance(module, LayerObject) and module.layer is not None:
            tied = {key: each for key, each in module.arguments.items() if isinstance(each, Tensor)}
            tensors += [(lead + key, tied.get(key, tensor)) for key, tensor in weight_tensors(module).items()]
    return [*{id(tensor): (name, tensor) for name, tensor in reversed(tensors)}.values()][::-1]


def buffers(value: Value) -> list[tuple[str, Tensor]]:
    """The tensors of a module that are not learned, with their names in the state of the network."""
    return [
        (f"{name}.{key}" if name else key, each)
        for name, module in submodules(value)
        if isinstance(module, Instance)
        for key, each in module.attributes.items()
        if isinstance(each, Tensor) and not each.learned
    ]


def weight_tensors(module: LayerObject) -> dict[str, Tensor]:
    """The learned tensors of a layer, by name."""
    if module.layer is None or module.layer.is_lazy():
        return {}
    if not module.weights:
        shapes = {name: formula.at(env) for name, formula, env in module.layer.tensors()}
        module.weights = {
            name: Tensor(tuple(shape), "float", learned=True) for name, shape in shapes.items() if shape is not None
        }
    return module.weights


def layer_attribute(reader: Interpreter, module: LayerObject, name: str, node: ast.AST) -> Value:
    """An attribute of a layer: one of its tensors, one of its arguments, or a method of every module."""
    tensors = weight_tensors(module)
    if name in tensors:
        present = module.arguments.get(name, tensors[name])
        return present if present is None or isinstance(present, Tensor) else tensors[name]
    if name == "bias" and tensors:
        return None
    if name in module.arguments and name not in module.arguments.get("__hidden__", ()):
        return _per_axis(module, name, module.arguments[name])
    if module.layer is not None and name in module.layer.values:
        return _per_axis(module, name, module.layer.values[name])
    if name == "bias":
        return None
    if name in MODULE_METHODS:
        return MODULE_METHODS[name](reader, module, node)
    return Unknown(f"nn.{module.type}.{name}", line_of(node))


def _per_axis(module: LayerObject, name: str, value: Value) -> Value:
    """An argument as torch keeps it: that of a convolution once for each axis, the shape of a norm as a tuple."""
    if not isinstance(value, int | Expr):
        return value
    if name == "normalized_shape":
        return (value,)
    is_convolution = module.type.startswith("Conv") and name in _OF_AXES
    return (value,) * int(module.type[-2]) if is_convolution else value


#: Arguments of convolutions that torch keeps once for each axis.
_OF_AXES = frozenset({"kernel_size", "stride", "padding", "dilation", "output_padding"})


def _same(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("torch.nn.Module", lambda reader, node, *args, **kwargs: owner)


def _require(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    """Say of every weight whether training changes it."""

    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        for _, tensor in parameters(owner):
            tensor.trained = trained(args, kwargs)
        for _, module in submodules(owner):
            if isinstance(module, LayerObject) and (module.layer is None or module.layer.is_lazy()):
                module.altered = f"requires_grad_() of nn.{module.type}, whose weights are not there yet"
        return owner

    return Native("torch.nn.Module.requires_grad_", rule)


def _nothing(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("torch.nn.Module", lambda reader, node, *args, **kwargs: None)


def _hook(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    """A hook that only looks on changes nothing; one that returns a value may replace what comes out."""

    def register(reader: Interpreter, node: ast.AST, hook: Value, **_: Value) -> Value:
        body = hook.node if isinstance(hook, ProgramFunction) else None
        if isinstance(body, ast.Lambda) and not isinstance(body.body, ast.Call):
            raise Stuck("a hook that returns a value", line_of(node))
        returns = [each for each in ast.walk(body) if isinstance(each, ast.Return)] if body else []
        if any(each.value is not None for each in returns):
            raise Stuck("a hook that returns a value", line_of(node))
        return None

    return Native("torch.nn.Module", register)


def _training(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    reader.run.asks_training = True
    return reader.run.training


def _initialize(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> None:
        if isinstance(owner, Instance):
            begin(owner)

    return Native("torch.nn.Module.__init__", rule)


def begin(module: Instance) -> None:
    """What the ``__init__`` of torch's module does; a second time, it forgets the layers that the module has."""
    if module.ready and module.is_module:
        for name in [name for name, value in module.attributes.items() if is_part(value)]:
            del module.attributes[name]
    module.ready = True


def is_part(value: Value) -> bool:
    """Whether a module keeps a value among its layers."""
    return isinstance(value, LayerObject | Container) or (isinstance(value, Instance) and value.is_module)


def _listed(items: Callable[[Value], Value]) -> Callable[[Interpreter, Value, ast.AST], Value]:
    return lambda reader, owner, node: Native("torch.nn.Module", lambda reader, node, *args, **kwargs: items(owner))


def _register(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    def rule(
        reader: Interpreter, node: ast.AST, name: Value, value: Value = None, *args: Value, **kwargs: Value
    ) -> None:
        value = next((kwargs[word] for word in ("module", "tensor", "param") if word in kwargs), value)
        if not isinstance(name, str):
            reader.run.unknown("the name of a module", node)
        elif isinstance(owner, Instance):
            owner.attributes[name] = value
        elif isinstance(owner, Container):
            owner.children[name] = value

    return Native("torch.nn.Module.add_module", rule)


def _forward(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("forward", lambda reader, node, *args, **kwargs: reader.call(owner, [*args], kwargs, node))


def _apply(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("torch.nn.Module.apply", lambda reader, node, function: owner)


#: What every module has, by name: a function of the module that gives the attribute.
MODULE_METHODS: dict[str, Callable[[Any, Any, ast.AST], Value]] = {
    "__init__": _initialize,
    "training": _training,
    "forward": _forward,
    "__call__": _forward,
    "apply": _apply,
    "add_module": _register,
    "register_module": _register,
    "register_buffer": _register,
    "register_parameter": _register,
    **dict.fromkeys(("to", "cuda", "cpu", "eval", "train", "half", "float", "double", "share_memory"), _same),
    "requires_grad_": _require,
    **dict.fromkeys(("load_state_dict", "zero_grad", "register_backward_hook", "extra_repr"), _nothing),
    **dict.fromkeys(("register_forward_hook", "register_forward_pre_hook"), _hook),
    "parameters": _listed(lambda owner: [tensor for _, tensor in parameters(owner)]),
    "named_parameters": _listed(parameters),
    "modules": _listed(lambda owner: [module for _, module in submodules(owner)]),
    "named_modules": _listed(lambda owner: [*submodules(owner)]),
    "children": _listed(lambda owner: [child for _, child in children(owner)]),
    "named_children": _listed(children),
    "buffers": _listed(lambda owner: []),
    "state_dict": _listed(parameters),
    "_modules": lambda reader, owner, node: dict(children(owner)),
    "_get_name": lambda reader, owner, node: Native("_get_name", lambda reader, node: owner.cls.name),
}
