"""A layer as a torch module, and the call of that module.

The arguments of a layer are torch's, so its module is made by name. The rest of this file covers what torch does not
do: padding rules that torch lacks, and modules that return more than one value. Layers that torch has no class for
have their modules from :func:`shapecalc.pytorch.module_for`.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer
from shapecalc.layers.attention import MultiheadAttention
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.kinds import SHAPE
from shapecalc.pytorch.modules.padding import apply_padded, has_extra_rule, plain_arguments
from shapecalc.pytorch.modules.registry import FACTORIES


def module_of(layer: Layer, *, indices: bool = False) -> nn.Module:
    """The torch module of a completed layer.

    Args:
        layer: a layer without omitted counts.
        indices: whether a max pooling also returns the positions of its values.

    Raises:
        ShapecalcError: torch has no such class, and no module is registered for it.
    """
    name = type(layer).__name__
    if type(layer) in FACTORIES:
        return FACTORIES[type(layer)](layer)
    if not hasattr(nn, name):
        raise ShapecalcError(f"torch has no {name}. Give its module with @shapecalc.pytorch.module_for({name}).")
    values = {
        name: _argument(layer, name)
        for name in layer.fields
        if name not in layer.call_arguments and not _at_default(layer, name)
    }
    if has_extra_rule(layer):
        values |= plain_arguments(layer)
    if "inplace" in layer.fields:
        values["inplace"] = False  # another branch may read the value
    if indices:
        values["return_indices"] = True
    module: nn.Module = getattr(nn, name)(**values)
    return module


def call(layer: Layer, module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The output of a layer's module for its inputs, batch first, and any further values that torch returns."""
    if isinstance(layer, MultiheadAttention):
        inputs = (*inputs, *[inputs[-1]] * (3 - len(inputs)))
    batch_second = layer.values.get("batch_first") is False
    if batch_second:
        inputs = tuple(value.transpose(0, 1) for value in inputs)
    if has_extra_rule(layer):
        result = apply_padded(layer, module, *inputs)
    else:
        result = module(*inputs, **{name: layer.values[name] for name in layer.call_arguments})
    output, *extras = result if isinstance(result, tuple) else (result,)
    return (output.transpose(0, 1) if batch_second else output, *extras)


def _at_default(layer: Layer, name: str) -> bool:
    # torch refuses some arguments beside others, even as None, and an older torch lacks some
    default = layer.fields[name].default
    return default is not REQUIRED and layer.values[name] == default


def _argument(layer: Layer, name: str) -> Any:
    """A value as torch takes it: a number, not a tuple, for the axis of a one-dimensional layer."""
    value = layer.values[name]
    is_single = isinstance(value, tuple) and len(value) == 1 and layer.fields[name].kind is not SHAPE
    return value[0] if is_single else value
