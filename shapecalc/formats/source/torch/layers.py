"""Layers and losses of torch.nn: how a program makes them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.algebra.comparison import Relation
from shapecalc.errors import ShapecalcError
from shapecalc.formats.own_layers import OWN
from shapecalc.formats.source.faults import Fault, misnamed
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.values import (
    Array,
    LayerObject,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.core.refusal import refusal

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Layers of the engine that torch.nn has not.
_OWN = OWN | {"Permute", "LayerNorm2d", "FrozenBatchNorm2d", "StochasticDepth", "DeformConv2d"}


#: Layers of the engine that other libraries have, by their full names there.
_OF_OTHERS = {
    "torchvision.ops.stochastic_depth.StochasticDepth": "StochasticDepth",
    "torchvision.ops.StochasticDepth": "StochasticDepth",
    "torchvision.ops.misc.FrozenBatchNorm2d": "FrozenBatchNorm2d",
    "torchvision.ops.FrozenBatchNorm2d": "FrozenBatchNorm2d",
    "timm.layers.DropPath": "DropPath",
    "timm.models.layers.DropPath": "DropPath",
}
#: Losses: a number comes out, unless they are told not to join what they compute.
_LOSSES = name_set(
    "CrossEntropyLoss NLLLoss MSELoss L1Loss BCELoss BCEWithLogitsLoss SmoothL1Loss HuberLoss KLDivLoss "
    "MarginRankingLoss TripletMarginLoss CosineEmbeddingLoss CTCLoss HingeEmbeddingLoss PoissonNLLLoss "
    "GaussianNLLLoss SoftMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiLabelMarginLoss "
    "TripletMarginWithDistanceLoss"
)


#: Arguments that say where and how numbers are stored.
_STORAGE = frozenset({"device", "dtype"})


def declare_layers() -> None:
    """Declare every layer of torch.nn that the engine has, and its losses."""
    for name, cls in layer_classes().items():
        if name not in _OWN:
            RULES[f"torch.nn.{name}"] = _maker(name, cls, cls.fields)
        if cls.infers and name not in _OWN:
            RULES[f"torch.nn.Lazy{name}"] = _lazy_maker(name, cls)
    for path, name in _OF_OTHERS.items():
        RULES[path] = _maker(name, layer_classes()[name], layer_classes()[name].fields)
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


#: A layer with its arguments is made in the time of so many steps.
_MAKING = 15


def make_layer(
    reader: Interpreter, name: str, cls: type[Layer], args: tuple[Value, ...], kwargs: dict[str, Value], node: ast.AST
) -> LayerObject:
    """A layer with the arguments that the program writes.

    Raises:
        Fault: torch refuses them.
    """
    reader.run.step(node, _MAKING)
    names = [*cls.fields]
    _check_names(name, names, args, kwargs, node)
    arguments = {**dict(zip(names, args, strict=False)), **kwargs}
    module = LayerObject(name, None, node, reader.run.file, arguments, frame=reader.run.frame)
    if any(isinstance(value, Unknown) for value in flat(arguments)):
        return module
    try:
        module.layer = cls(**{key: _plain(value, cls.fields[key].default) for key, value in arguments.items()})
    except ShapecalcError as refused:
        raise Fault("argument", str(refused), node, type_="ValueError") from None
    _check_divisions(module.layer, node)
    return module


def _check_divisions(layer: Layer, node: ast.AST) -> None:
    """Refuse counts that do not divide each other, as torch does where a layer is made.

    Raises:
        Fault: some do not.
    """
    width = layer.values.get("d_model")
    inputs = ((1, width),) * type(layer).arity[0] if isinstance(width, int) else ()
    parts = [part for _, part, _ in layer.parts(inputs)] if inputs else []
    for each in (layer, *parts):
        for require in type(each).requires:
            if require.relation is Relation.DIVIDES and require.holds_everywhere(each.values) is False:
                raise Fault("argument", refusal(each, (), require, each.values, ""), node, type_="ValueError")


def _check_names(name: str, names: list[str], args: tuple[Value, ...], kwargs: dict[str, Value], node: ast.AST) -> None:
    if len(args) > len(names):
        message = f"nn.{name} takes {len(names)} arguments but {len(args)} were given."
        raise Fault("call", message, node, type_="TypeError")
    for key in kwargs:
        if key not in names:
            raise misnamed("call", f"nn.{name} has no argument {key}", key, names, node, type_="TypeError")
        if key in names[: len(args)]:
            raise Fault("call", f"nn.{name} got two values for {key}.", node, type_="TypeError")


def _plain(value: Value, default: Value = None) -> Value:
    """An argument as the engine takes it; torch asks of a flag only whether it is true."""
    if isinstance(value, list | Array):
        return tuple(map(_plain, value.numbers if isinstance(value, Array) else value))
    return bool(value) if isinstance(default, bool) and isinstance(value, int) else value


def _loss(name: str) -> Callable[..., Value]:
    def make(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        return LayerObject(name, None, node, reader.run.file, {"__loss__": True, **kwargs})

    return make
