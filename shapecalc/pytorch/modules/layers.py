"""One layer as its torch module, and the call that torch wants.

A layer's arguments are torch's own, so its module is made by name. What stands here besides is only what torch does
not do by itself: some padding rules are ours, and some modules return more than a value. Layers that torch has no class
for are made in :mod:`shapecalc.pytorch.modules.own`.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from torch import Tensor, nn
from torch.nn import functional

from shapecalc.layers import Layer, capsule
from shapecalc.layers.attention import MultiheadAttention
from shapecalc.layers.conv import PADDING_MODES, Conv
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.kinds import SHAPE
from shapecalc.pytorch.modules.own import FUNCTIONS, Capsules, Function

#: Padding rules that torch has no word for: the input is padded first.
OUR_RULES = ("causal", "tf_same")


def module_of(layer: Layer, *, indices: bool = False) -> nn.Module:
    """The torch module of a completed layer.

    Args:
        layer: a layer without omitted counts.
        indices: whether a max pooling must also return where its values stood.
    """
    if type(layer) in FUNCTIONS:
        return Function(layer)
    if isinstance(layer, capsule.Capsules):
        return Capsules(layer)
    values = {name: _argument(layer, name) for name in layer.fields if not _at_default(layer, name)}
    if _ours(layer):
        values |= {"padding": 0, "padding_mode": "zeros"}
    if "inplace" in layer.fields:
        values["inplace"] = False  # a value of a net never changes: another branch may read it too
    if indices:
        values["return_indices"] = True
    made: nn.Module = getattr(nn, type(layer).__name__)(**values)
    return made


def call(layer: Layer, module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What a layer's module makes of its inputs, batch first: its output, then what torch returns besides."""
    if _ours(layer):
        inputs = (_padded(layer, inputs[0]),)
    if isinstance(layer, MultiheadAttention):
        inputs = (*inputs, *[inputs[-1]] * (3 - len(inputs)))
    batch_second = layer.values.get("batch_first") is False
    if batch_second:
        inputs = tuple(value.transpose(0, 1) for value in inputs)
    found = module(*inputs)
    output, *more = found if isinstance(found, tuple) else (found,)
    return (output.transpose(0, 1) if batch_second else output, *more)


def _ours(layer: Layer) -> TypeGuard[Conv]:
    return isinstance(layer, Conv) and layer.padding in OUR_RULES


def _padded(layer: Conv, value: Tensor) -> Tensor:
    """The input of a convolution with the padding that its rule asks for; the layer itself knows how much."""
    amounts: list[int] = []
    for _, env in layer.axis_envs(tuple(value.shape[1:])):  # torch's pad counts the axes from the last
        amounts = [env["before"], env["after"], *amounts]
    modes = dict(zip(PADDING_MODES, ("constant", "reflect", "replicate", "circular"), strict=True))
    return functional.pad(value, amounts, mode=modes[layer.edge()])


def _at_default(layer: Layer, name: str) -> bool:
    # an argument may not be given together with another, even as None, or be one that an older torch has not yet
    default = layer.fields[name].default
    return default is not REQUIRED and layer.values[name] == default


def _argument(layer: Layer, name: str) -> Any:
    """A value as torch takes it: the one axis of a one-dimensional layer is a number, not a tuple of one."""
    value = layer.values[name]
    alone = isinstance(value, tuple) and len(value) == 1 and layer.fields[name].kind is not SHAPE
    return value[0] if alone else value
