"""Padding rules that torch lacks: the input is padded before the layer, or the output is cut behind it."""

from __future__ import annotations

from typing import Any, TypeGuard

import torch
from torch import Tensor, nn
from torch.nn import functional

from shapecalc.layers import Layer
from shapecalc.layers.conv import PADDING_MODES, Conv, ConvTranspose
from shapecalc.layers.pool import Pool
from shapecalc.pytorch.modules.functions import sizes

#: The rules.
_EXTRA_RULES = ("causal", "tf_same")
Padded = Conv | ConvTranspose | Pool


def has_extra_rule(layer: Layer) -> TypeGuard[Padded]:
    """Whether a layer's padding is a rule that torch lacks."""
    return isinstance(layer, Padded) and layer.values.get("padding") in _EXTRA_RULES


def plain_arguments(layer: Padded) -> dict[str, Any]:
    """The arguments with which torch's module has no such padding."""
    if isinstance(layer, ConvTranspose):
        axes = [layer.axis_env(axis, 1, 1) for axis in range(layer.rank)]
        return {
            "padding": tuple(env["before"] for env in axes),
            "output_padding": tuple(env["output_padding"] for env in axes),
        }
    return {"padding": 0, **({"padding_mode": "zeros"} if isinstance(layer, Conv) else {})}


def apply_padded(layer: Padded, module: nn.Module, value: Tensor) -> Any:
    """What a layer's module makes of an input that is padded by the layer's rule."""
    if isinstance(layer, ConvTranspose):
        output: Tensor = module(value)
        for axis, (_, env) in enumerate(layer.axis_envs(sizes(value)), 2):
            output = output.narrow(axis, 0, layer.size_formula(env).at(env))
        return output.contiguous()  # of a piece, the whole would be kept for the way back
    amounts = _amounts(layer, value)
    output = module(_pad(layer, value, amounts))
    if isinstance(layer, Pool) and layer.counts_inputs():
        inputs = torch.ones_like(value[:1, :1])
        return output / module(functional.pad(inputs, amounts))
    return output


def _amounts(layer: Conv | Pool, value: Tensor) -> list[int]:
    """What is put before and after each axis; torch's pad starts with the last one."""
    amounts: list[int] = []
    for _, env in layer.axis_envs(sizes(value)):
        amounts = [env["before"], env["after"], *amounts]
    return amounts


def _pad(layer: Conv | Pool, value: Tensor, amounts: list[int]) -> Tensor:
    if isinstance(layer, Pool):
        return functional.pad(value, amounts, value=layer.padding_value)
    modes = dict(zip(PADDING_MODES, ("constant", "reflect", "replicate", "circular"), strict=True))
    return functional.pad(value, amounts, mode=modes[layer.edge()])
