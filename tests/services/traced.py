"""A module and the net that is traced of it, side by side."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from shapecalc import measure
from shapecalc.algebra import Int
from shapecalc.layers import Shape
from shapecalc.pytorch import trace

#: The shape of each parameter by its name, and the multiply-accumulates for one input (None: not known).
Counts = tuple[dict[str, Shape], Int | None]


def net_counts(module: nn.Module, *shapes: Shape) -> Counts:
    """What the net has."""
    report = measure(trace(module, *shapes))
    weights = {
        row.name if row.type == "Parameter" else f"{row.name}.{key}": tuple(shape)
        for row in report
        if not row.share
        for key, shape in row.weights.items()
    }
    return weights, report.macs


def torch_counts(module: nn.Module, *shapes: Shape) -> Counts:
    """What the module has, by torch's own counter; call it last, because some modules remember what they compute."""
    batch = 2 if module.training else 1
    inputs = [torch.zeros(batch, *map(int, map(str, shape)), device="meta") for shape in shapes]
    with FlopCounterMode(display=False) as counter:
        module(*inputs)
    weights: dict[str, Shape] = {name: tuple(tensor.shape) for name, tensor in module.named_parameters()}
    return weights, counter.get_total_flops() // (2 * batch)
