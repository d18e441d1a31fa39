"""Layers of torch.nn as classes that a program inherits: the object holds the layer that its ``__init__`` makes."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from shapecalc.formats.source.torch.forward import run_layer
from shapecalc.formats.source.torch.layers import make_layer
from shapecalc.formats.source.torch.members import LAYER, layer_attribute
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.values import MODULE, Class, Instance, LayerObject, Native, Unknown, Value
from shapecalc.layers import layer_classes

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

_NN = "torch.nn."
#: What a convolution gives to its function, in this order, behind its input, its weight and its bias.
_WINDOW = ("stride", "padding", "dilation", "groups")


def layer_class(path: str) -> Class | None:
    """The class of a layer as a program inherits it, by its full name; None where it is none."""
    name = path.removeprefix(_NN)
    return _class(name) if path in RULES and path.startswith(_NN) and name in layer_classes() else None


@cache
def _class(name: str) -> Class:
    def hold(reader: Interpreter, node: ast.AST, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.ready = True
        for word in ("device", "dtype"):
            kwargs.pop(word, None)
        self.attributes[LAYER] = make_layer(reader, name, layer_classes()[name], args, kwargs, node)

    methods = {"__init__": hold, "forward": _run}
    if name.startswith("Conv") and "Transpose" not in name:
        methods["_conv_forward"] = _convolve
    rules = {key: Native(f"{_NN}{name}.{key}", rule) for key, rule in methods.items()}
    return Class(name, (MODULE,), dict(rules))


def _run(reader: Interpreter, node: ast.AST, self: Instance, *args: Value, **kwargs: Value) -> Value:
    layer = self.attributes.get(LAYER)
    if not isinstance(layer, LayerObject):
        return reader.run.unknown(f"a call of {self.cls.name}", node)
    return run_layer(reader, layer, [*args], kwargs, node)


def _convolve(
    reader: Interpreter, node: ast.AST, self: Instance, input: Value, weight: Value, bias: Value = None
) -> Value:
    """A convolution with another weight."""
    layer = self.attributes.get(LAYER)
    if not isinstance(layer, LayerObject):
        return Unknown(f"a call of {self.cls.name}", getattr(node, "lineno", 0))
    path = f"torch.nn.functional.{layer.type.lower()}"
    values = [layer_attribute(reader, layer, name, node) for name in _WINDOW]
    return reader.call(Native(path, RULES[path]), [input, weight, bias, *values], {}, node)
