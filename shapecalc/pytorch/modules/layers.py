"""A layer as a torch module, and the call of that module.

The arguments of a layer are torch's, so its module is made by name. The rest of this file covers what torch does not
do: padding rules that torch lacks, and modules that return more than one value. Layers that torch has no class for
have their modules from :func:`shapecalc.pytorch.module_for`.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from torch import Tensor, nn
from torch.nn import functional

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer
from shapecalc.layers.attention import MultiheadAttention
from shapecalc.layers.conv import PADDING_MODES, Conv
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.kinds import SHAPE
from shapecalc.pytorch.modules.functions import sizes
from shapecalc.pytorch.modules.registry import FACTORIES

#: Padding rules that torch lacks: the input is padded before the convolution.
EXTRA_RULES = ("causal", "tf_same")


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
    if _has_extra_rule(layer):
        values |= {"padding": 0, "padding_mode": "zeros"}
    if "inplace" in layer.fields:
        values["inplace"] = False  # another branch may read the value
    if indices:
        values["return_indices"] = True
    module: nn.Module = getattr(nn, name)(**values)
    return module


def call(layer: Layer, module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The output of a layer's module for its inputs, batch first, and any further values that torch returns."""
    if _has_extra_rule(layer):
        inputs = (_pad(layer, inputs[0]),)
    if isinstance(layer, MultiheadAttention):
        inputs = (*inputs, *[inputs[-1]] * (3 - len(inputs)))
    batch_second = layer.values.get("batch_first") is False
    if batch_second:
        inputs = tuple(value.transpose(0, 1) for value in inputs)
    result = module(*inputs, **{name: layer.values[name] for name in layer.call_arguments})
    output, *extras = result if isinstance(result, tuple) else (result,)
    return (output.transpose(0, 1) if batch_second else output, *extras)


def _has_extra_rule(layer: Layer) -> TypeGuard[Conv]:
    return isinstance(layer, Conv) and layer.padding in EXTRA_RULES


def _pad(layer: Conv, value: Tensor) -> Tensor:
    """The input of a convolution, padded by the layer's rule."""
    amounts: list[int] = []
    for _, env in layer.axis_envs(sizes(value)):  # torch's pad starts with the last axis
        amounts = [env["before"], env["after"], *amounts]
    modes = dict(zip(PADDING_MODES, ("constant", "reflect", "replicate", "circular"), strict=True))
    return functional.pad(value, amounts, mode=modes[layer.edge()])


def _at_default(layer: Layer, name: str) -> bool:
    # torch refuses some arguments beside others, even as None, and an older torch lacks some
    default = layer.fields[name].default
    return default is not REQUIRED and layer.values[name] == default


def _argument(layer: Layer, name: str) -> Any:
    """A value as torch takes it: a number, not a tuple, for the axis of a one-dimensional layer."""
    value = layer.values[name]
    is_single = isinstance(value, tuple) and len(value) == 1 and layer.fields[name].kind is not SHAPE
    return value[0] if is_single else value
