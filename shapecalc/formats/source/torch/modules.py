"""Modules of torch.nn: how they are made, what they do to tensors, and what a program asks of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from shapecalc.errors import ShapecalcError, did_you_mean
from shapecalc.formats.printed.leaves import OWN
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import LayerCall, line_of
from shapecalc.formats.source.torch import sequences
from shapecalc.formats.source.torch.rules import RULES, copied, declare
from shapecalc.formats.source.values import (
    Class,
    Container,
    Instance,
    LayerObject,
    Native,
    Tensor,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers import Layer, Shape, layer_classes, shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Layers of the engine that torch.nn has not.
_OWN = OWN | {"Permute", "LayerNorm2d", "FrozenBatchNorm2d", "StochasticDepth"}
#: Layers of other libraries that are functions here.
_LAYERS_OF_OTHERS = frozenset({"einops.layers.torch.Rearrange"})
#: Losses: a number comes out, unless they are told not to join what they compute.
_LOSSES = name_set(
    "CrossEntropyLoss NLLLoss MSELoss L1Loss BCELoss BCEWithLogitsLoss SmoothL1Loss HuberLoss KLDivLoss "
    "MarginRankingLoss TripletMarginLoss CosineEmbeddingLoss CTCLoss HingeEmbeddingLoss PoissonNLLLoss "
    "GaussianNLLLoss SoftMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiLabelMarginLoss "
    "TripletMarginWithDistanceLoss"
)
#: The arguments that number dimensions, the batch being 0, by class.
_DIMENSIONS = {
    "Flatten": ("start_dim", "end_dim"),
    "Unflatten": ("dim",),
    "Softmax": ("dim",),
    "LogSoftmax": ("dim",),
    "Softmin": ("dim",),
    "GLU": ("dim",),
}
#: Layers that take a single example without a batch.
_UNBATCHED = ("Conv", "MaxPool", "AvgPool", "Adaptive", "LPPool", "InstanceNorm", "Fractional", "MaxUnpool")
#: Layers without a fixed number of dimensions whose channels are the dimension behind the batch.
_CHANNELS = frozenset({"GroupNorm", "PReLU", "PixelShuffle", "PixelUnshuffle"})
#: Arguments that say where and how numbers are stored.
_STORAGE = frozenset({"device", "dtype"})


def declare_layers() -> None:
    """Declare every layer of torch.nn that the engine has, and its losses."""
    for name, cls in layer_classes().items():
        if name not in _OWN:
            RULES[f"torch.nn.{name}"] = _maker(name, cls, cls.fields)
        if cls.infers and name not in _OWN:
            RULES[f"torch.nn.Lazy{name}"] = _lazy_maker(name, cls)
    for name in _LOSSES:
        RULES[f"torch.nn.{name}"] = _loss(name)


def _maker(name: str, cls: type[Layer], fields: Any) -> Callable[..., Value]:
    def make(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        for word in _STORAGE:
            kwargs.pop(word, None)
        return make_layer(reader, name, cls, args, kwargs, node)

    return make


def _lazy_maker(name: str, cls: type[Layer]) -> Callable[..., Value]:
    names = [field for field in cls.fields if field not in cls.infers]

    def make(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        arguments = {**cls.lazy_defaults, **dict.fromkeys(cls.infers), **dict(zip(names, args, strict=False)), **kwargs}
        return make_layer(
            reader, name, cls, (), {key: arguments[key] for key in arguments if key not in _STORAGE}, node
        )

    return make


def make_layer(
    reader: Interpreter, name: str, cls: type[Layer], args: tuple[Value, ...], kwargs: dict[str, Value], node: ast.AST
) -> LayerObject:
    """A layer with the arguments that the program writes.

    Raises:
        Fault: torch refuses them.
    """
    names = [*cls.fields]
    _check_names(name, names, args, kwargs, node)
    arguments = {**dict(zip(names, args, strict=False)), **kwargs}
    module = LayerObject(name, None, node, reader.run.file, arguments)
    if any(isinstance(value, Unknown) for value in _flat(arguments.values())):
        return module
    try:
        module.layer = cls(**{key: _plain(value) for key, value in arguments.items()})
    except ShapecalcError as refused:
        raise Fault("argument", str(refused), node, type_="ValueError") from None
    return module


def _check_names(name: str, names: list[str], args: tuple[Value, ...], kwargs: dict[str, Value], node: ast.AST) -> None:
    if len(args) > len(names):
        message = f"nn.{name} takes {len(names)} arguments but {len(args)} were given."
        raise Fault("call", message, node, type_="TypeError")
    for key in kwargs:
        if key not in names:
            message = f"nn.{name} has no argument {key}{did_you_mean(key, names)}."
            raise Fault("call", message, node, type_="TypeError")
        if key in names[: len(args)]:
            raise Fault("call", f"nn.{name} got two values for {key}.", node, type_="TypeError")


def _flat(values: Any) -> Iterator[Value]:
    for value in values:
        if isinstance(value, tuple | list):
            yield from _flat(value)
        else:
            yield value


def _plain(value: Value) -> Value:
    """An argument as the engine takes it."""
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value


def _loss(name: str) -> Callable[..., Value]:
    def make(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        return LayerObject(name, None, node, reader.run.file, {"__loss__": True, **kwargs})

    return make


@declare("torch.nn.Sequential")
def sequential(reader: Interpreter, node: ast.AST, *modules: Value) -> Value:
    """Modules one behind the other."""
    if len(modules) == 1 and isinstance(modules[0], dict):
        return Container("Sequential", {str(name): module for name, module in modules[0].items()}, node)
    for module in modules:
        if not _is_module(module):
            message = f"nn.Sequential takes modules, but one of its arguments is {_kind(module)}."
            raise Fault("sequential", message, node, type_="TypeError")
    children = {str(place): module for place, module in enumerate(modules)}
    return Container("Sequential", children, node, any(isinstance(module, Unknown) for module in modules))


def _is_module(value: Value) -> bool:
    is_instance = isinstance(value, Instance) and (value.is_module or not value.cls.is_whole())
    is_layer = isinstance(value, Native) and value.path in _LAYERS_OF_OTHERS
    return is_instance or is_layer or isinstance(value, LayerObject | Container | Unknown)


def _kind(value: Value) -> str:
    match value:
        case Native(path):
            return f"the class {path.rpartition('.')[2]}, which is not called"
        case Class(name):
            return f"the class {name}, which is not called"
        case list() | tuple():
            return f"a {type(value).__name__}: write *[...] to spread it"
        case None:
            return "None"
    return f"a {type(value).__name__.lower()}"


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


def run_layer(
    reader: Interpreter, module: LayerObject, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """What a layer makes of its inputs.

    Raises:
        Fault: it refuses them.
    """
    run = reader.run
    if "__loss__" in module.arguments:
        joins = module.arguments.get("reduction", "mean") != "none"
        return Tensor(()) if joins else Tensor(None)
    inputs = [
        *args,
        *[value for key, value in kwargs.items() if key in {"input", "x", "query", "src", "tgt", "memory"}],
    ]
    if not inputs:
        raise Fault("call", f"nn.{module.type} needs an input.", node, type_="TypeError")
    first = inputs[0]
    if isinstance(first, Unknown):
        run.skip(first)
        return Tensor(None)
    if not isinstance(first, Tensor):
        message = f"nn.{module.type} takes a tensor but gets {_kind(first)}{_tuple_hint(first)}."
        raise Fault("type", message, node, type_="TypeError")
    if module.layer is None:
        unknown = next(value for value in _flat(module.arguments.values()) if isinstance(value, Unknown))
        run.skip(unknown)
        return Tensor(None)
    if module.type in sequences.RULES:
        output = sequences.RULES[module.type](reader, module, inputs, kwargs, node)
        shape = sequences.first_shape(output)
    else:
        if first.shape is None:
            return Tensor(None)
        shape = run_on(reader, module, [each for each in inputs if isinstance(each, Tensor)], node)
        output = Tensor(shape, passed=_PASSED.get(module.type, ""))
        if module.layer.values.get("return_indices"):
            output = (output, Tensor(shape, "int"))
    if shape is not None:
        run.calls.append(LayerCall(module, line_of(node), shape))
    return output


#: Layers after which a loss must know of them.
_PASSED = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Softmax2d": "softmax"}


def _tuple_hint(value: Value) -> str:
    return "; a recurrent layer gives its output and its state" if isinstance(value, tuple) else ""


def run_on(reader: Interpreter, module: LayerObject, tensors: list[Tensor], node: ast.AST) -> Shape:
    """The shape that comes out of a layer.

    Raises:
        Fault: it refuses the tensors.
    """
    layer = module.known()
    shape = tensors[0].shape or ()
    lead = _lead(module, layer, shape, node)
    full = _renumbered(layer, module.type) if module.type in _DIMENSIONS else layer
    shapes = tuple([(tensor.shape or ())[lead:] for tensor in tensors[: type(layer).arity[1]]])
    try:
        output = reader.run.through(full, shapes, node, cause=module.place)
    except Fault as fault:
        fault.message = _told_with_batch(fault.message)
        fault.module, fault.shapes = module, shapes
        raise
    return (*shape[:lead], *output)


def _told_with_batch(message: str) -> str:
    return message.replace(" Shapes are written without the batch.", "")


def _lead(module: LayerObject, layer: Layer, shape: Shape, node: ast.AST) -> int:
    """How many dimensions of a tensor stand before those that a layer reads: the batch, or none."""
    rank = len(shape)
    if not layer.dims:
        return 1 if module.type in _CHANNELS and rank > 1 else 0
    if rank - 1 in layer.dims:
        return 1
    if rank in layer.dims and module.type.startswith(_UNBATCHED):
        return 0
    names = {dims: f"batch × {layer.dim_names[dims]}" for dims in layer.dims}
    takes = " or ".join(f"{dims + 1} dimensions ({names[dims]})" for dims in layer.dims)
    message = f"{layer!r} takes a tensor of {takes}, but gets {shape_text(shape)}, which has {rank}."
    raise Fault("shape", message, node, cause=module.place)


def _renumbered(layer: Layer, name: str) -> Layer:
    """A layer for whom the batch is one more dimension: its dimensions are counted one further."""
    values = dict(layer.values)
    for key in _DIMENSIONS[name]:
        if isinstance(values[key], int) and values[key] >= 0:
            values[key] += 1
    return layer.of_values(values)


def submodules(value: Value, name: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Value]]:
    """A module and all modules in it, each with its name in the state of the network."""
    seen = set() if seen is None else seen
    if id(value) in seen or not isinstance(value, LayerObject | Container | Instance):
        return
    seen.add(id(value))
    yield name, value
    for key, child in children(value):
        yield from submodules(child, f"{name}.{key}" if name else key, seen)


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
            tensors += [(lead + key, tensor) for key, tensor in weight_tensors(module).items()]
    return tensors


def weight_tensors(module: LayerObject) -> dict[str, Tensor]:
    """The learned tensors of a layer, by name."""
    if module.layer is None or module.layer.is_lazy():
        return {}
    shapes = {name: formula.at(env) for name, formula, env in module.layer.tensors()}
    return {name: Tensor(tuple(shape), learned=True) for name, shape in shapes.items() if shape is not None}


def layer_attribute(reader: Interpreter, module: LayerObject, name: str, node: ast.AST) -> Value:
    """An attribute of a layer: one of its tensors, one of its arguments, or a method of every module."""
    if name in module.arguments and name not in module.arguments.get("__hidden__", ()):
        return module.arguments[name]
    if module.layer is not None and name in module.layer.values:
        return module.layer.values[name]
    tensors = weight_tensors(module)
    if name in tensors:
        return tensors[name]
    if name == "bias":
        return None
    if name in MODULE_METHODS:
        return MODULE_METHODS[name](reader, module, node)
    return Unknown(f"nn.{module.type}.{name}", line_of(node))


def _same(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("torch.nn.Module", lambda reader, node, *args, **kwargs: owner)


def _nothing(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    return Native("torch.nn.Module", lambda reader, node, *args, **kwargs: None)


def _training(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    reader.run.asks_training = True
    return reader.run.training


def _initialize(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> None:
        if isinstance(owner, Instance):
            owner.ready = True

    return Native("torch.nn.Module.__init__", rule)


def _listed(items: Callable[[Value], Value]) -> Callable[[Interpreter, Value, ast.AST], Value]:
    return lambda reader, owner, node: Native("torch.nn.Module", lambda reader, node, *args, **kwargs: items(owner))


def _register(reader: Interpreter, owner: Value, node: ast.AST) -> Value:
    def rule(
        reader: Interpreter, node: ast.AST, name: Value, value: Value = None, *args: Value, **kwargs: Value
    ) -> None:
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
    **dict.fromkeys(
        ("to", "cuda", "cpu", "eval", "train", "half", "float", "double", "requires_grad_", "share_memory"), _same
    ),
    **dict.fromkeys(
        ("load_state_dict", "zero_grad", "register_forward_hook", "register_backward_hook", "extra_repr"), _nothing
    ),
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
