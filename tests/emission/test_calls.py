"""Modules that are called more than once are written once, and called as often."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, Node, emit, layers, open_net, parse
from tests.campaigns import examples
from tests.emission.emitted import differences
from tests.emission.round_trip import read_back, rows

#: What a tower may consist of.
STEPS = ("conv", "relu", "norm", "skip")


def tower(steps: tuple[str, ...], name: str, source: str, *, shared: bool) -> list[Node]:
    """The nodes of a module, or of a later call of it."""
    nodes: list[Node] = []
    value = source
    for number, step in enumerate(steps):
        label = f"tower.{step}{number}"
        layer = {
            "conv": layers.Conv2d(3, 3, 3, padding=1),
            "relu": layers.ReLU(),
            "norm": layers.BatchNorm2d(3),
            "skip": layers.Add(),
        }[step]
        share = label if shared and step in {"conv", "norm"} else ""
        node = label if not shared else f"tower.{name}_{step}{number}"
        nodes.append(Node(node, layer, (value, source) if step == "skip" else (value,), share))
        value = node
    return nodes


def calls(steps: tuple[str, ...], sources: list[int]) -> Net:
    """A module that is called on the input, and again on what came out of the call of each number."""
    nodes = tower(steps, "", "input", shared=False)
    results = ["input", nodes[-1].name]
    for number, source in enumerate(sources):
        nodes += tower(steps, f"call{number}", results[source], shared=True)
        results.append(nodes[-1].name)
    return Net({"input": (3, 6, 6)}, tuple(nodes), outputs=tuple(results[1:]))


def test_a_module_that_is_called_twice_is_written_once():
    """Both towers of a siamese net are calls of the same one."""
    net = calls(("conv", "relu", "conv"), [0])
    source = emit(net)
    assert source.count("self.tower(x)") == 2
    assert source.count("nn.Conv2d") == 2


def test_a_file_with_two_towers_comes_back(tmp_path):
    """What is read from source is written as it was."""
    text = (
        "import torch\nfrom torch import nn\n\n\nclass Tower(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.conv = nn.Conv2d(1, 8, 3)\n        self.fc = nn.Linear(8, 4)\n\n"
        "    def forward(self, x):\n        return self.fc(torch.relu(self.conv(x)).mean((2, 3)))\n\n\n"
        "class Pair(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.tower = Tower()\n\n"
        "    def forward(self, left, right):\n        return self.tower(left) - self.tower(right)\n"
    )
    (tmp_path / "pair.py").write_text(text, encoding="utf-8")
    source = emit(open_net(f"{tmp_path / 'pair.py'}:Pair", input_shape=[(1, 9, 9), (1, 9, 9)]))
    assert "self.tower(left)" in source
    assert "self.tower(right)" in source


def test_the_heads_of_a_detector_are_called_on_each_map():
    """RetinaNet's two heads run on five maps, and its pyramid is a class."""
    source = emit(parse("zoo:retinanet_resnet50_fpn_v2"))
    assert source.count('self.head["classification_head"](') == 5
    assert source.count('self.head["regression_head"](') == 5
    assert "class FPN(nn.Module):" in source
    assert "boxes5 = self.head" in source


@pytest.mark.parametrize("lacking", [0, 1, 2])
def test_a_call_of_a_part_is_no_call_of_the_module(lacking, tmp_path):
    """Where a later use leaves out a layer, the layers are called one by one."""
    net = calls(("conv", "relu", "conv"), [0])
    again = [*net.nodes[3:]]
    dropped = again.pop(lacking)
    nodes = [
        node._replace(inputs=tuple([dropped.inputs[0] if value == dropped.name else value for value in node.inputs]))
        for node in again
    ]
    net = Net(net.inputs, (*net.nodes[:3], *nodes), outputs=(net.nodes[2].name, nodes[-1].name))
    assert rows(read_back(net, tmp_path)) == rows(net)
    assert differences(net) == []


@examples(25, deep=600)
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=5).map(tuple),
    sources=st.lists(st.integers(0, 2), min_size=1, max_size=4),
    mixed=st.booleans(),
)
def test_random_calls_come_back(steps, sources, mixed, tmp_path_factory):
    """Calls one after the other, side by side and on each other's outputs, some of them with their nodes mixed."""
    net = calls(steps, [min(source, number + 1) for number, source in enumerate(sources)])
    nodes = [*net.nodes]
    if mixed and len(sources) > 1 and sources[:2] == [0, 0]:  # two independent calls, step by step in turn
        size = len(steps)
        pair = [node for both in zip(nodes[size : 2 * size], nodes[2 * size : 3 * size], strict=True) for node in both]
        nodes[size : 3 * size] = pair
    net = Net(net.inputs, tuple(nodes), outputs=net.outputs)
    torch.manual_seed(0)
    assert rows(read_back(net, tmp_path_factory.getbasetemp())) == rows(net)
    assert differences(net) == []


def test_a_block_on_top_of_itself_is_a_builder_away():
    """A layer alone that runs twice is no module, and stays a layer."""
    builder = Builder((3, 6, 6))
    conv = layers.Conv2d(3, 3, 3, padding=1)
    builder.add(conv)
    builder.add(conv)
    assert emit(builder.build()).count("self.conv1(x)") == 2
