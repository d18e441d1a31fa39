"""The oracle: what torch itself makes of a layer's arguments and some input shapes, on the real CPU."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from shapecalc.algebra import Int
from shapecalc.errors import ShapecalcError
from shapecalc.layers import REGISTRY, Shape
from shapecalc.measures.parameters import layer_tensors
from shapecalc.measures.sizes import apply
from shapecalc.measures.work import macs
from tests.layers import besides
from tests.layers.case import Case, layer_of

BATCH = 2

#: Everything that torch has been seen to refuse with.
REFUSALS = (
    RuntimeError,
    ValueError,
    TypeError,
    AssertionError,
    IndexError,
    ZeroDivisionError,
    NotImplementedError,
    OverflowError,
    KeyError,
)

#: Layers whose CPU kernels torch's counter does not look into: counted on the meta device, where they are unfused.
FUSED = ("RNN", "LSTM", "GRU", "TransformerEncoderLayer", "TransformerDecoderLayer")
#: Layers whose work torch's counter does not know anywhere.
UNCOUNTED = ("Bilinear",)

#: Layers that torch also runs without a batch, with the number of dimensions that it then expects. An input of that
#: many dimensions, our batch included, would have its batch taken for something else, so it counts as refused.
UNBATCHED = {
    **{f"{family}{rank}d": rank + 1 for rank in (1, 2, 3) for family in (
        "Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "AdaptiveMaxPool",
        "FractionalMaxPool", "MaxUnpool", "ReflectionPad", "ReplicationPad", "CircularPad", "InstanceNorm",
    )},
    **dict.fromkeys(("RNN", "LSTM", "GRU", "MultiheadAttention", "Fold"), 2),
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), 2),
    **dict.fromkeys(("RNNCell", "LSTMCell", "GRUCell", "EmbeddingBag"), 1),
    **dict.fromkeys(("Softmax2d", "Unfold", "PixelShuffle", "PixelUnshuffle"), 3),
}  # fmt: skip


class WithoutBatchError(ValueError):
    """torch would take the batch for a dimension of the input."""


@dataclass(frozen=True)
class Outcome:
    """What a layer does: refuse, or give a shape and hold and cost something."""

    legal: bool
    shape: Shape = ()
    weights: Mapping[str, Shape] = field(default_factory=dict)
    buffers: Mapping[str, Shape] = field(default_factory=dict)
    macs: Int | None = 0
    words: str = field(default="", compare=False)


def ours(case: Case) -> Outcome:
    """What the engine says."""
    try:
        layer, shape = apply(layer_of(case), case.shapes)
    except ShapecalcError as refused:
        return Outcome(False, words=str(refused))
    keeps = layer_tensors(layer)
    work = None if case.name in UNCOUNTED else macs(layer, case.shapes, shape)
    return Outcome(True, shape, keeps.weights, keeps.buffers, work)


def theirs(case: Case) -> Outcome:
    """What torch does, run on the CPU in training mode with a batch of two."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module, shape = run(case)
        except REFUSALS as refused:
            return Outcome(False, words=f"{type(refused).__name__}: {refused}")
        with FlopCounterMode(display=False) as counter:  # apart, since under it torch decomposes, and refuses less
            run(case, "meta" if case.name in FUSED else "cpu")
    return Outcome(
        True,
        shape,
        {name: tuple(tensor.shape) for name, tensor in module.named_parameters()},
        {name: tuple(tensor.shape) for name, tensor in module.named_buffers()},
        None if case.name in UNCOUNTED else counter.get_total_flops() // (2 * BATCH),
    )


def run(case: Case, device: str = "cpu") -> tuple[nn.Module, tuple[int, ...]]:
    """The module of a case and the shape that comes out of it."""
    inputs = [_input(case, shape, device) for shape in case.shapes]
    with torch.device(device):
        module = module_of(case)
    return module, tuple(call(case, module, inputs).shape[1:])


def call(case: Case, module: nn.Module, inputs: list[torch.Tensor]) -> torch.Tensor:
    """What a module makes of its inputs, batch first.

    Raises:
        WithoutBatchError: torch takes the batch for something else.
    """
    if inputs and inputs[0].dim() == UNBATCHED.get(case.name):
        raise WithoutBatchError("torch would run it, without a batch.")
    output = _call(case, module, inputs)
    if output.shape[0] != BATCH:
        raise WithoutBatchError(f"torch makes {output.shape[0]} results of {BATCH}.")
    return output


def _input(case: Case, shape: tuple[int, ...], device: str) -> torch.Tensor:
    """Indices for an embedding, else what another layer could have made: in training it has a gradient."""
    if case.name.startswith("Embedding"):
        return torch.zeros(BATCH, *shape, dtype=torch.int64, device=device)
    return torch.zeros(BATCH, *shape, device=device, requires_grad=True) + 0


def module_of(case: Case) -> nn.Module:
    """The torch module of a case; merges have none, and need none."""
    if case.name in ("Add", "Multiply", "Concat"):
        return nn.Identity()
    if case.name in besides.MODULES:
        return besides.MODULES[case.name](**case.arguments)
    made_with = {name: value for name, value in case.arguments.items() if name not in _called_with(case)}
    return getattr(nn, ("Lazy" if case.lazy else "") + case.name)(**made_with)


def _called_with(case: Case) -> dict[str, Any]:
    """The arguments that torch takes with the inputs."""
    names = REGISTRY[case.name].call_arguments
    return {name: value for name, value in case.arguments.items() if name in names}


def _call(case: Case, module: nn.Module, inputs: list[torch.Tensor]) -> torch.Tensor:
    match case.name:
        case "Add":
            return reduce(torch.add, inputs)
        case "Multiply":
            return reduce(torch.mul, inputs)
        case "Concat":
            return torch.cat(inputs, case.arguments.get("dim", 1))
        case "MaxUnpool1d" | "MaxUnpool2d" | "MaxUnpool3d":
            inputs = [inputs[0], torch.zeros_like(inputs[0], dtype=torch.int64)]
        case "MultiheadAttention":
            inputs = [*inputs, *[inputs[-1]] * (3 - len(inputs))]
    sequences = "batch_first" in REGISTRY[case.name].fields and not case.arguments.get("batch_first", False)
    if sequences:
        inputs = [value.transpose(0, 1) for value in inputs]
    output = module(*inputs, **_called_with(case))
    output = output[0] if isinstance(output, tuple) else output
    return output.transpose(0, 1) if sequences else output
