"""Random chains and random branching nets against torch: shapes, parameters, work, and where they are refused."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from shapecalc import Net, Node, ShapecalcError, measure
from shapecalc.algebra import Int
from shapecalc.layers import REGISTRY, Shape
from tests.campaigns import examples
from tests.layers.case import Case, layer_of
from tests.layers.differences import DIFFERENCES
from tests.layers.strategies import FLAG, Draw, often, some
from tests.layers.torch_side import BATCH, REFUSALS, Outcome, call, module_of
from tests.narrow import integer

#: A layer and the positions of the values that it reads; 0 is the input.
Step = tuple[Case, tuple[int, ...]]


@dataclass(frozen=True)
class Verdict:
    """What comes of a net, or the first step that is refused."""

    refused: int | None
    shape: Shape = ()
    parameters: Int = 0
    macs: Int = 0


SMALL, KERNEL = often(1, 2, rarely=(0,)), often(1, 2, 3, 4)
_ANY_CHANNELS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ReLU": {}, "GELU": {}, "Dropout": {}, "Identity": {}, "Tanh": {}, "Softmax2d": {},
    "BatchNorm2d": {}, "InstanceNorm2d": {}, "LocalResponseNorm": {"size": often(2, 3)},
    "MaxPool2d": {"kernel_size": KERNEL, "stride": SMALL, "padding": often(0, 1), "ceil_mode": FLAG},
    "AvgPool2d": {"kernel_size": KERNEL, "padding": often(0, 1), "ceil_mode": FLAG},
    "LPPool2d": {"norm_type": often(2), "kernel_size": often(1, 2)},
    "AdaptiveAvgPool2d": {"output_size": often(1, 3, 4, (2, None))},
    "AdaptiveMaxPool2d": {"output_size": often(2, 5)},
    "Upsample": {"scale_factor": often(1, 2, 1.5, 0.5), "mode": often("nearest", "bilinear")},
    "ZeroPad2d": {"padding": often(1, (1, 0, 2, 0), -1)},
    "ReflectionPad2d": {"padding": often(1, (1, 0, 2, 0))},
    "PixelShuffle": {"upscale_factor": often(1, 2)}, "PixelUnshuffle": {"downscale_factor": often(1, 2)},
    "ChannelShuffle": {"groups": often(1, 2)}, "GLU": {"dim": often(1, -1, 2)},
    "Flatten": {"start_dim": often(1, 2)}, "Unfold": {"kernel_size": often(2, 3)},
    "Linear": {"out_features": often(2, 4)},
    "Permute": {"order": often((0, 2, 3, 1), (0, 2, 1))}, "Transpose": {"dim0": often(1, 2), "dim1": often(2, -1)},
    "Reshape": {"sizes": often((-1,), (2, -1), (-1, 2, 2))}, "Unsqueeze": {"dim": often(1, -1)},
    "Squeeze": {"dim": often(1, 2, None)}, "Expand": {"sizes": often((-1, -1, -1), (-1, 3, -1), (2, -1))},
    "Select": {"dim": often(1, 2), "index": often(0, -1)}, "Slice": {"dim": often(1, 2, 3), "step": often(1, 2)},
    "Chunk": {"chunks": often(1, 2), "dim": often(1, 2), "index": often(0)},
    "Conv2d": {
        "out_channels": often(2, 4), "kernel_size": KERNEL, "stride": SMALL, "padding": often(0, 1, "same"),
        "dilation": often(1, 2), "groups": often(1, 2), "bias": FLAG,
    },
    "ConvTranspose2d": {
        "out_channels": often(2, 4), "kernel_size": KERNEL, "stride": SMALL, "padding": often(0, 1),
        "output_padding": often(0, 1),
    },
}  # fmt: skip
_REQUIRED = {"out_channels", "kernel_size", "out_features", "output_size", "upscale_factor", "downscale_factor",
             "norm_type", "scale_factor", "size", "groups", "order", "dim0", "dim1",
             "sizes", "chunks", "dim", "index"}  # fmt: skip
_KEEPING = st.sampled_from([
    Case("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}, (), lazy=True),
    Case("Conv2d", {"out_channels": 4, "kernel_size": 1, "bias": False}, (), lazy=True),
    Case("BatchNorm2d", {}, (), lazy=True),
    Case("MaxPool2d", {"kernel_size": 3, "stride": 1, "padding": 1}, ()),
    Case("ReLU", {}, ()),
])  # fmt: skip


@st.composite
def _layer(draw: Draw) -> Case:
    name = draw(st.sampled_from([*_ANY_CHANNELS]))
    given = _ANY_CHANNELS[name]
    needed = {key: draw(values) for key, values in given.items() if key in _REQUIRED}
    rest = some(draw, **{key: values for key, values in given.items() if key not in _REQUIRED})
    return Case(name, {**needed, **rest}, (), lazy=REGISTRY[name].has_lazy)


@st.composite
def chains(draw: Draw) -> list[Step]:
    """Up to seven layers, one behind the other."""
    return [(draw(_layer()), (position,)) for position in range(draw(st.integers(1, 7)))]


@st.composite
def branching(draw: Draw) -> list[Step]:
    """Up to nine layers and merges, each reading any values before it, mostly late ones."""
    steps: list[Step] = []
    for position in range(draw(st.integers(2, 9))):
        reads = st.integers(max(0, position - 3), position)
        if position and draw(st.integers(0, 2)) == 0:
            name = draw(st.sampled_from(["Add", "Multiply", "Concat", "Stack", "Crop", "Interpolate"]))
            most = 2 if name in ("Crop", "Interpolate") else 3
            steps.append((Case(name, {}, ()), tuple(draw(st.lists(reads, min_size=2, max_size=most)))))
        else:
            steps.append((draw(_KEEPING if draw(often(True, rarely=(False,))) else _layer()), (draw(reads),)))
    return steps


def ours(steps: list[Step], shape: tuple[int, ...]) -> Verdict:
    """What the engine says of a net."""
    nodes: list[Node] = []
    for number, (case, reads) in enumerate(steps, 1):
        try:
            nodes.append(Node(str(number), layer_of(case), tuple(map(str, reads))))
            report = measure(Net({"0": shape}, tuple(nodes)))
        except ShapecalcError:
            return Verdict(number)
    return Verdict(None, report.output_shape, report.parameters, integer(report.macs))


def theirs(steps: list[Step], shape: tuple[int, ...], until: int | None = None) -> Verdict:
    """What torch makes of it, on the CPU; a step on which the engine refuses on purpose counts as refused."""
    values = [torch.zeros(BATCH, *shape, requires_grad=True) + 0]
    modules: list[torch.nn.Module] = []
    for number, (case, reads) in enumerate(steps, 1):
        inputs = [values[read] for read in reads]
        try:
            modules.append(module_of(case))
            values.append(call(case, modules[-1], inputs))
        except REFUSALS:
            return Verdict(number)
        if number == until and on_purpose(case, inputs, values[-1]):
            return Verdict(number)
    parameters = sum(tensor.numel() for module in modules for tensor in module.parameters())
    with FlopCounterMode(display=False) as counter:
        for module, (case, reads) in zip(modules, steps, strict=True):
            call(case, module, [values[read] for read in reads])
    return Verdict(None, tuple(values[-1].shape[1:]), parameters, counter.get_total_flops() // (2 * BATCH))


def on_purpose(case: Case, inputs: list[torch.Tensor], output: torch.Tensor) -> bool:
    """Whether a listed difference covers this step."""
    seen = replace(case, shapes=tuple(tuple(value.shape[1:]) for value in inputs))
    return any(covers(seen, Outcome(True, tuple(output.shape[1:]))) for covers in DIFFERENCES.values())


def agree(steps: list[Step], shape: tuple[int, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = ours(steps, shape)
        assert theirs(steps, shape, engine.refused) == engine


_IMAGE = st.tuples(often(2, 3, 4, 8), st.integers(2, 12), st.integers(2, 12))


@examples(80, deep=20_000)
@given(chains(), _IMAGE)
def test_a_chain_agrees_with_torch(steps: list[Step], shape: tuple[int, ...]) -> None:
    """A random chain has torch's output shape, parameters and work, or is refused at the layer where torch refuses."""
    agree(steps, shape)


@examples(80, deep=20_000)
@given(branching(), _IMAGE)
def test_a_branching_net_agrees_with_torch(steps: list[Step], shape: tuple[int, ...]) -> None:
    """A random net with merges has torch's output shape, parameters and work, or is refused where torch refuses."""
    agree(steps, shape)
