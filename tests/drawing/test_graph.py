"""The graph that is drawn of a net: its boxes account for the whole net, and equal blocks stand there once."""

from __future__ import annotations

from typing import Any

import pytest

import shapecalc
from shapecalc import SpecError, zoo
from shapecalc.algebra.totals import total
from shapecalc.drawing.graph.boxes import Kind
from shapecalc.drawing.graph.graph import MAX_BOXES, Diagram, graph_of
from tests.narrow import integer, present

NAMES = zoo.names()


def graph(spec: str, shape: str = "3x32x32", **options: Any) -> Diagram:
    return graph_of(shapecalc.parse(spec, input_shape=shape), **options)


def headings(drawn: Diagram) -> list[str]:
    return [box.heading for box in drawn.boxes]


@pytest.mark.parametrize("name", NAMES)
def test_the_boxes_account_for_the_whole_net(name):
    """The parameters and the work of all boxes, those of a frame as often as it says, are the report's."""
    net = shapecalc.parse(f"zoo:{name}")
    report, drawn = shapecalc.measure(net), graph_of(net)
    times = {member: frame.times for frame in drawn.frames for member in frame.members}
    rows = [(row, times.get(box.name, 1)) for box in drawn.boxes for row in box.rows]
    assert total([row.parameters * count for row, count in rows]) == report.parameters
    assert sum(integer(row.macs) * count for row, count in rows) == report.macs
    assert sum(count for _, count in rows) == len(net)


FRAMES = {
    "resnet50": [(2, "layer1.1", "layer1.2"), (3, "layer2.1", "layer2.3"), (5, "layer3.1", "layer3.5"),
                 (2, "layer4.1", "layer4.2")],
    "vit_b_16": [(12, "encoder.layers.encoder_layer_0", "encoder.layers.encoder_layer_11")],
    "inception_v3": [(2, "Mixed_6c", "Mixed_6d")],
    "lenet5": [],
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_equal_blocks_are_drawn_once(name):
    """With how often they stand there, and the names of the first and the last."""
    frames = graph_of(shapecalc.parse(f"zoo:{name}")).frames
    assert [(frame.times, *frame.ends) for frame in frames] == FRAMES[name]


def test_a_chain_repeats_without_names():
    """The first block reads something else than the others do."""
    drawn = graph("Conv2d(3, 8, 1) MaxPool2d(3, 1, 1) Conv2d(8, 8, 3, padding=1) MaxPool2d(3, 1, 1) "
                  "Conv2d(8, 8, 3, padding=1) MaxPool2d(3, 1, 1) Flatten")  # fmt: skip
    assert [(frame.times, frame.members) for frame in drawn.frames] == [(2, ("conv2", "pool2"))]
    assert headings(drawn) == ["input", "conv1", "pool1", "conv2", "pool2", "flatten1", "output"]
    assert {edge for edge in drawn.edges if "flatten1" in edge} == {("pool2", "flatten1"), ("flatten1", "output 0")}


def test_a_block_that_is_read_later_is_drawn():
    """A skip from the first of two equal layers keeps both in the picture."""
    net = shapecalc.Builder(input=(3, 8, 8))
    first, _, third = (net.add(shapecalc.layers.Conv2d(3, 3, 1)) for _ in range(3))
    net.add(shapecalc.layers.Add(), inputs=(third, first))
    drawn = graph_of(net.build())
    assert [frame.times for frame in drawn.frames] == [2]
    assert headings(drawn) == ["input", "conv1", "conv2", "add1", "output"]


def test_what_keeps_each_value_at_its_place_shares_a_box():
    """Activations, norms and dropout do; a pool of stride 1 and what is read twice do not."""
    spec = "Conv2d(3, 8, 3) BatchNorm2d(8) ReLU MaxPool2d(3, 1, 1) Dropout(0.1) Permute(0, 3, 1, 2)"
    assert headings(graph(spec)) == ["input", "conv1 · norm1 · relu1", "pool1 · dropout1", "permute1", "output"]
    apart = headings(graph(spec, apart=True))
    assert apart == ["input", "conv1", "norm1", "relu1", "pool1", "dropout1", "permute1", "output"]


def test_the_graph_ends_where_a_layer_refuses():
    """With the reason, a repair that works, and how many layers are not reached."""
    drawn = graph("Conv2d(3, 8, 3) Flatten Linear(10, 10) ReLU Linear(10, 2)")
    refused, missing = drawn.boxes[-2:]
    assert (refused.kind, refused.heading, refused.notes[1]) == (
        Kind.REFUSED,
        "✗ linear1 is refused",
        "Try in_features=7200.",
    )
    assert (missing.heading, present(drawn.refusal).node) == ("2 layers are not reached", "linear1")
    assert Kind.OUTPUT not in {box.kind for box in drawn.boxes}


def test_the_first_layer_may_refuse():
    """The input and the refusal are left."""
    assert headings(graph("Conv2d(4, 8, 3)")) == ["input", "✗ conv1 is refused"]


def test_a_net_of_thousands_of_layers_folds():
    """Where its layers repeat, or its names have blocks; else it is refused with what to try."""
    assert len(graph("Conv2d(3, 3, 3, padding=1) MaxPool2d(3, 1, 1) " * 1500).boxes) == 4
    distinct = " ".join(f"Conv2d({width}, {width + 1}, 1)" for width in range(3, 3 + MAX_BOXES))
    with pytest.raises(SpecError, match=r"would have 252 boxes, and at most 250 are drawn.*Try names such as"):
        graph(distinct)


def test_a_depth_that_is_too_deep_is_refused_with_one_that_is_not():
    """And one below 1 is."""
    net = shapecalc.parse("zoo:efficientnet_v2_l")
    with pytest.raises(SpecError, match=r"Try a depth of 4\."):
        graph_of(net, depth=9, apart=True)
    assert len(graph_of(net, depth=4, apart=True).boxes) <= MAX_BOXES
    with pytest.raises(SpecError, match=r"The depth is at least 1, not 0\."):
        graph_of(net, depth=0)


def test_a_net_of_letters_is_drawn():
    """Its shapes are formulas."""
    drawn = graph("Conv2d(3, 8, 3) MaxPool2d(2)", "3xHxW")
    assert drawn.boxes[-1].notes == ("8x(⌊H/2⌋ − 1)x(⌊W/2⌋ − 1)",)
