"""Each kind of repair: printed as expected, and with each of them torch runs the whole net."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net, Node, ShapecalcError, ShapeError, layers, measure, parse
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.building import example_inputs
from tests.layers.case import Case, layer_of
from tests.layers.strategies import CASES as STRATEGIES
from tests.layers.test_oracle_nets import Step, branching, chains
from tests.measures.mended import mended

_UNET = """
input: 3x32x32
layers:
  - {layer: 'Conv2d(3, 8, 3, padding=1)', name: wide}
  - {layer: 'ReLU', name: skip}
  - {layer: 'MaxPool2d(2)', name: pool}
  - {layer: 'Conv2d(8, 16, 3, padding=1)', name: deep}
  - {layer: 'ConvTranspose2d(16, 8, 2, stride=2)', name: up}
  - {layer: 'Conv2d(16, 8, 3, padding=1)', name: decoder}
  - {layer: 'Conv2d(8, 2, 1)', name: head}
"""
_BRANCHES = """
input: 4x9x9
layers:
  - {layer: 'MaxPool2d(2)', name: small}
  - {layer: 'Upsample(scale_factor=2)', name: large}
  - {layer: Concat(), inputs: [large, input], name: joined}
  - {layer: 'Conv2d(8, 2, 1)', name: head}
"""

_RESIDUAL = """
input: 64x56x56
layers:
  - {layer: 'Conv2d(64, 128, 3, stride=2, padding=1)', name: conv}
  - {layer: Add(), inputs: [conv, input], name: sum}
  - {layer: 'Conv2d(128, 8, 1)', name: head}
"""

_CROOKED = """
input: 16x32x32
layers:
  - {layer: 'Conv2d(16, 32, 3, padding=1)', name: wide}
  - {layer: 'Conv2d(32, 32, 3)', name: narrow}
  - {layer: Add(), inputs: [narrow, input], name: sum}
"""


def _two(left: str, right: str, *layers: str) -> str:
    """Two images that are convolved, added and read by more layers."""
    nodes = [
        "{layer: 'Conv2d(3, 8, 3, padding=1)', inputs: left, name: a}",
        "{layer: 'Conv2d(3, 8, 3, padding=1)', inputs: right, name: b}",
        "{layer: Add(), inputs: [a, b], name: sum}",
        *(f"{{layer: '{layer}'}}" for layer in layers),
    ]
    return f"inputs: {{left: {left}, right: {right}}}\nlayers:\n" + "".join(f"  - {node}\n" for node in nodes)


#: What refuses, and what is offered.
CASES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Conv2d(3, 8, 3)", "32x32x3"): ("input 3x32x32", "in_channels=32"),
    ("Conv2d(1, 8, 5) Flatten LazyLinear(10)", "28x28x1"): ("input 1x28x28",),
    ("Conv1d(3, 8, 3)", "10x3"): ("input 3x10", "Transpose(1, 2) before it"),
    ("Conv2d(1, 8, 5)", "28x28"): ("input 1x28x28",),
    ("Conv2d(3, 8, 5)", "64x3x32x32"): ("input 3x32x32",),
    ("zoo:unet_bn", "3x250x250"): ("input 3x240x240", "input 3x256x256"),
    ("zoo:unet_bn", "3x250x256"): ("input 3x240x256", "input 3x256x256"),
    ("zoo:unet_bn", "250x250x3"): ("input 3x240x240", "input 3x256x256"),
    ("zoo:inception_v3_no_aux", "3x32x32"): ("input 3x75x75",),
    ("zoo:resnet18", "1x64x64"): ("in_channels=1", "input 3x64x64"),
    ("Conv2d(3, 6, 5) Flatten Linear(3456, 9)", "1x28x28"): ("in_channels=1", "input 3x28x28"),
    ("zoo:alexnet_2012", "3x224x224"): ("in_features=6400", "input 3x227x227"),
    ("Conv2d(3, 4, 3) Linear(144, 2)", "3x8x8"): ("Flatten() before it", "in_features=6"),
    ("Conv2d(3, 64, 3) ReLU Linear(64, 2)", "3x8x8"): (
        "AdaptiveAvgPool2d(1) Flatten() before it",
        "Flatten() before it with in_features=2304",
        "Permute(0, 2, 3, 1) before it",
    ),
    ("Conv2d(3, 4, 3) Flatten Linear(9, 5) Linear(6, 2)", "3x8x8"): ("in_features=144 with linear2 in_features=5",),
    ("Conv2d(3, 4, 3) BatchNorm1d(4)", "3x8x8"): ("BatchNorm2d(4) in its place",),
    ("Conv2d(3, 4, 3) BatchNorm3d(4, eps=0.1)", "3x8x8"): ("BatchNorm2d(4, eps=0.1) in its place",),
    ("Conv2d(3, 4, 3) Flatten BatchNorm2d(144)", "3x8x8"): ("BatchNorm1d(144) in its place",),
    ("Conv1d(3, 8, 3) MaxPool2d(2, stride=1)", "3x8"): ("MaxPool1d(2, stride=1) in its place",),
    ("Conv2d(3, 8, 3) AvgPool1d(2)", "3x8x8"): ("AvgPool2d(2) in its place",),
    ("Conv2d(3, 8, 3) Conv1d(8, 4, 3, bias=False)", "3x8x8"): ("Conv2d(8, 4, 3, bias=False) in its place",),
    ("Conv2d(3, 64, 3) LayerNorm(64)", "3x8x8"): (
        "GroupNorm(1, 64) in its place",
        "Permute(0, 2, 3, 1) before it",
    ),
    ("GroupNorm(32, 48)", "48x8x8"): ("num_groups=24",),
    ("Conv2d(6, 8, 3, groups=4)", "6x8x8"): ("groups=2",),
    ("MultiheadAttention(30, 4, batch_first=True)", "7x30"): ("num_heads=3",),
    ("LSTM(64, 8, batch_first=True)", "64x100"): ("input 100x64", "Transpose(1, 2) before it"),
    ("Conv1d(3, 64, 3) LSTM(64, 8, batch_first=True)", "3x20"): ("Transpose(1, 2) before it", "input_size=18"),
    ("Conv2d(1, 64, 3) LSTM(64, 8, batch_first=True)", "1x32x100"): ("Flatten(start_dim=2) Transpose(1, 2) before it",),
    ("Embedding(99, 16) Conv1d(16, 8, 3)", "20"): ("Transpose(1, 2) before it", "in_channels=20"),
    ("MaxPool2d(3, stride=1, padding=2, dilation=2)", "1x64x64"): (
        "ConstantPad2d(2, -inf) before it with padding=0",
        "padding=1",
    ),
    ("AvgPool1d(3, padding=2)", "1x64"): ("ZeroPad1d(2) before it with padding=0", "padding=1"),
    ("Conv2d(1, 1, 3, padding=(0, -1))", "1x9x9"): ("ZeroPad2d((-1, -1, 0, 0)) before it with padding=0", "padding=0"),
    ("Conv1d(1, 1, 9, padding=4, padding_mode='reflect')", "1x3"): ("ReplicationPad1d(4) before it with padding=0",),
    ("Linear(100, 6272) ConvTranspose2d(128, 64, 4)", "100"): ("Unflatten(1, (128, 7, 7)) before it",),
    ("MaxPool2d(2) Conv2d(3, 3, 3, padding=1) MaxUnpool2d(2)", "3x7x7"): ("output_size=(7, 7)", "input 3x8x8"),
    (_UNET, ""): ("Concat() of up and skip before it", "in_channels=8"),
    (_RESIDUAL, ""): ("Conv2d(64, 128, 1, stride=2) between input and it",),
    (_CROOKED, ""): ("narrow padding=1 with Conv2d(16, 32, 1) between input and it",),
    (_two("3x32x32", "3x30x30"), ""): ("left 3x30x30", "right 3x32x32", "ZeroPad2d((0, 2, 0, 2)) between b and it"),
    (_two("3x8x8", "3x8x8", "PixelUnshuffle(5)"), ""): (
        "left 3x5x5 with right 3x5x5",
        "left 3x10x10 with right 3x10x10",
    ),
    (_two("32x32x3", "3x32x32"), ""): ("left 3x32x32",),
    (_two("32x32x3", "3x30x30"), ""): ("left 3x30x30", "left 3x32x32 with right 3x32x32"),
    (_two("32x32x3", "32x32x3"), ""): ("left 3x32x32 with right 3x32x32",),
    ("Conv2d(3, 8, 3)", "32"): ("input 3x32x32",),
    ("Conv2d(3, 8, 3)", "32x30"): ("input 3x32x30",),
    ("InstanceNorm2d(8)", "8x1x1"): ("input 8x2x2",),
    ("Linear(10, 5)", "12"): ("in_features=12", "input 10"),
    ("Conv2d(1, 6, 5) MaxPool2d(2) Flatten Linear(1176, 9)", "1x30x30"): ("in_features=1014", "input 1x32x32"),
    ("Flatten Linear(784, 10)", "1x32x32"): ("in_features=1024", "input 1x28x28"),
    ("zoo:vit_b_16", "3x256x256"): ("input 3x224x224", "Conv1d(257, 197, 1) between concat1 and it"),
    ("PixelShuffle(2)", "6x8x8"): ("input 8x8x8",),
    ("Conv2d(3, 6, 3) PixelShuffle(2)", "3x8x8"): ("conv1 out_channels=8",),
    ("Unflatten(1, (8, 7, 7))", "400"): ("input 392",),
    ("LayerNorm(32)", "10x64"): ("LayerNorm((64,)) in its place",),
    ("LayerNorm((32, 32))", "3x28x28"): ("LayerNorm((28, 28)) in its place", "input 3x32x32"),
    ("RMSNorm(32)", "10x64"): ("RMSNorm((64,)) in its place",),
    ("PReLU(16)", "3x8x8"): ("PReLU(num_parameters=3) in its place",),
    ("Conv2d(3, 8, 3) Conv2d(9, 8, 3) Conv2d(9, 8, 3)", "3x8x8"): ("in_channels=8 with conv3 in_channels=8",),
    ("Conv2d(3, 8, 3) Conv2d(9, 8, 3) Conv2d(9, 8, 3) Conv2d(9, 8, 3)", "3x8x8"): (),
    (_BRANCHES, ""): ("input 4x8x8", "input 4x10x10", "ZeroPad2d((0, 1, 0, 1)) between large and it"),
}


def refused(net: Net) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        measure(net)
    return caught.value


def net_of(case: tuple[str, str]) -> Net:
    spec, shape = case
    return parse(spec, input_shape=shape or ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].strip()[:40]} {case[1]}")
def test_the_repairs_are_the_likeliest(case: tuple[str, str]) -> None:
    """The changes that are offered, in their order."""
    assert refused(net_of(case)).repairs == CASES[case]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].strip()[:40]} {case[1]}")
def test_torch_runs_the_net_with_each_repair(case: tuple[str, str]) -> None:
    """What is printed, applied as it reads, gives a net that is measured and that torch runs to the same shape."""
    net = net_of(case)
    refusal = refused(net)
    for repair in CASES[case]:
        changed = mended(net, refusal.node, repair)
        device = "cpu" if len(net) < 10 else "meta"
        with torch.no_grad():
            output = build(changed, device=device).eval()(*example_inputs(changed, device=device))
        assert tuple(output.shape[1:]) == measure(changed).output_shape


@given(st.one_of(chains(), branching()), st.sampled_from([(4, 12, 12), (3, 9, 8), (2, 7, 11), (12, 12, 3)]))
def test_every_repair_of_a_random_net_mends_it(steps: list[Step], shape: tuple[int, ...]) -> None:
    """Chains and branches, of which each change mends the whole."""
    names = ["input", *(f"n{place}" for place in range(len(steps)))]
    try:
        nodes = [
            Node(names[place + 1], layer_of(case), tuple(names[read] for read in reads))
            for place, (case, reads) in enumerate(steps)
        ]
        net = Net({"input": shape}, tuple(nodes))
        measure(net)
    except ShapeError as refusal:
        for repair in refusal.repairs:
            measure(mended(net, refusal.node, repair))
    except ShapecalcError:
        return


@given(chains(), chains(), st.lists(st.sampled_from([(4, 12, 12), (3, 9, 8), (12, 12, 3)]), min_size=2, max_size=2))
def test_every_repair_of_a_net_of_two_inputs_mends_it(
    left: list[Step], right: list[Step], shapes: list[tuple[int, ...]]
) -> None:
    """Two chains that meet: sizes of one input or of both, layers between them."""
    try:
        nodes = [
            Node(f"{side}{place + 1}", layer_of(case), tuple(f"{side}{read}" for read in reads))
            for side, steps in (("left", left), ("right", right))
            for place, (case, reads) in enumerate(steps)
        ]
        join = Node("join", layers.Concat(), (f"left{len(left)}", f"right{len(right)}"))
        net = Net({"left0": shapes[0], "right0": shapes[1]}, (*nodes, join))
        measure(net)
    except ShapeError as refusal:
        for repair in refusal.repairs:
            measure(mended(net, refusal.node, repair))
    except ShapecalcError:
        return


@given(st.sampled_from(sorted(STRATEGIES)).flatmap(STRATEGIES.__getitem__))
def test_every_repair_of_a_random_layer_mends_it(case: Case) -> None:
    """Whatever layer refuses whatever input, each change that is offered makes the net legal when it is applied."""
    try:
        layer = layer_of(case)
        names = [f"input{number}" for number in range(len(case.shapes))]
        net = Net(dict(zip(names, case.shapes, strict=True)), (Node("layer1", layer, tuple(names)),))
        measure(net)
    except ShapeError as refusal:
        for repair in refusal.repairs:
            measure(mended(net, "layer1", repair))
    except ShapecalcError:
        return
