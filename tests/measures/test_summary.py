"""A report in blocks, by type, as totals, and in chosen columns."""

from __future__ import annotations

from functools import cache

import pytest

import shapecalc
from shapecalc import Report, SpecError, measure, parse
from shapecalc.formats.document.loading import loads
from shapecalc.measures.columns import PROPERTIES

NETS = ("resnet50", "unet", "densenet121", "googlenet", "lenet5", "retinanet_resnet50_fpn")
SUMS = ("parameters", "trainable", "buffers", "macs", "saved")


@cache
def report(name: str) -> Report:
    return measure(parse(f"zoo:{name}"))


@pytest.mark.parametrize("choice", [{"depth": 1}, {"depth": 2}, {"depth": 9}, {"by_type": True}, {}], ids=str)
@pytest.mark.parametrize("name", NETS)
def test_subtotals_add_up(name, choice):
    """Each layer is in one row, and the sums of the rows are the totals of the net."""
    summary = report(name).summary(**choice)
    totals = report(name).as_dict()
    totals["saved"] = totals["memory"]["saved"]
    assert {key: sum(getattr(group, key) for group in summary) for key in SUMS} == {key: totals[key] for key in SUMS}
    names = [row.name for group in summary for row in group.rows]
    assert sorted(names) == sorted(row.name for row in report(name))


def test_the_blocks_of_resnet50():
    """Their counts are those of torchvision's modules layer1 to layer4, as torchinfo prints them."""
    blocks = report("resnet50").fold(1)
    assert [(name, blocks[name].parameters) for name in ("layer1", "layer2", "layer3", "layer4")] == [
        ("layer1", 215_808),
        ("layer2", 1_219_584),
        ("layer3", 7_098_368),
        ("layer4", 14_964_736),
    ]
    assert blocks["layer2"].layer == "13 Conv2d, 13 BatchNorm2d, 12 ReLU, 4 Add"
    assert (blocks["layer2"].reads, blocks["layer2"].output_shapes) == (("layer1",), ((512, 28, 28),))


def test_a_deeper_fold_has_the_blocks_inside():
    """A block of one layer is that layer."""
    names = [group.name for group in report("resnet50").fold(2)]
    assert names[:6] == ["conv1", "bn1", "relu1", "pool1", "layer1.0", "layer1.1"]
    assert names[-1] == "fc"


BRANCHES = """
input: 3x8x8
layers:
  - {layer: 'Conv2d(3, 4, 3, padding=1)', name: a.first}
  - {layer: 'ReLU()', name: a.second}
  - {layer: 'Conv2d(4, 4, 3, padding=1)', name: b.first, inputs: a.first}
  - {layer: 'Conv2d(4, 4, 3, padding=1)', name: b.second, share: b.first}
  - {layer: 'Add()', name: sum, inputs: [a.second, b.second]}
"""


def test_a_block_with_two_outputs():
    """Both are there; weights that are used twice count once."""
    blocks = measure(loads(BRANCHES)).fold(1)
    assert [(group.name, group.reads, len(group.outputs), group.parameters) for group in blocks] == [
        ("a", ("input",), 2, 112),
        ("b", ("a",), 1, 148),
        ("sum", ("a", "b"), 1, 0),
    ]
    assert blocks["a"].as_dict()["output_shape"] == [[4, 8, 8], [4, 8, 8]]


def test_a_block_with_a_gate_has_the_local_path():
    """That of its last output, as the layer has it; a net without gates has no such column."""
    blocks = report("efficientnet_b0").fold(2)
    titles, _, *rows = blocks.page().text(width=150).splitlines()[2:]
    assert titles.endswith("  local path")
    assert next(row for row in rows if row.startswith("features.8 ")).endswith("  851, jump 32")
    assert "local path" not in report("resnet50").fold(2).page().text(width=150)


def test_types_are_summed_in_order():
    """As torch's classes are called."""
    types = report("resnet50").by_type()
    assert [(group.name, len(group.rows)) for group in types][:3] == [("Conv2d", 53), ("BatchNorm2d", 53), ("ReLU", 49)]


def test_letters_are_summed():
    """A block of a net with letters has expressions."""
    blocks = measure(parse("zoo:unet", input_shape="1xWxW")).fold(1)
    assert str(blocks["down1"].macs) == "37440W² − 297216W + 592128"


def test_json_has_the_rows_beside_the_layers():
    """What was there stays; the totals alone have no layers."""
    whole = report("lenet5").as_dict()
    for kind, summary in (("blocks", report("lenet5").fold(1)), ("types", report("lenet5").by_type())):
        data = summary.as_dict()
        assert len(data.pop(kind)) == len(summary)
        assert data == whole
    del whole["layers"]
    assert report("lenet5").summary(totals=True).as_dict() == whole


def test_chosen_columns():
    """They stand in the order in which they are named, in any case; JSON has their keys."""
    summary = report("lenet5").summary(columns="MACS, name,Output")
    assert summary.titles == ("MACs", "name", "output")
    assert summary.page().text().splitlines()[2].split() == ["MACs", "name", "output"]
    assert summary.as_dict()["layers"][0] == {"name": "c1", "output_shape": [6, 28, 28], "macs": 117600}


@pytest.mark.parametrize("title", PROPERTIES)
@pytest.mark.parametrize("choice", [{}, {"depth": 1}, {"by_type": True}], ids=str)
def test_every_column(title, choice):
    """Each is shown, in text and in JSON, of whatever has it."""
    if choice.get("by_type") and not PROPERTIES[title].is_sum:
        return
    summary = report("googlenet").summary(columns=[title], **choice)
    assert summary.page().text().splitlines()[2].strip() == title
    rows = summary.as_dict()[summary.kind]
    optional = {"type": "blocks", "nodes": "layers"}  # a layer has no list of nodes, nor a block one type
    if optional.get(PROPERTIES[title].key) != summary.kind:
        assert set(rows[-1]) == {PROPERTIES[title].key}


REFUSED = {
    "columns=ouput": "There is no column ouput (did you mean output?); there are name, type, ",
    "columns=name,,": "There is no column of an empty name; there are ",
    "columns=name,NAME": "The column name is named twice.",
    "depth=0": "The depth is at least 1, not 0; ",
    "depth=1 by_type=1": "Layers are folded to a depth, or summed by type, or left out for the totals; ask for one.",
    "by_type=1 columns=output": "There is no column output; there are type, layers, ",
    "totals=1 columns=name": "The totals have no columns.",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_shown_is_refused(words):
    """In a sentence that says what there is."""
    choice = {key: int(word) if word.isdecimal() else word for key, word in (part.split("=") for part in words.split())}
    with pytest.raises(SpecError) as refusal:
        report("lenet5").summary(**choice)
    assert str(refusal.value).startswith(REFUSED[words])


def test_a_row_that_is_missing_is_refused():
    """With the rows that there are."""
    with pytest.raises(SpecError, match="no row layer9; it has c1, "):
        report("lenet5").fold(1)["layer9"]


def test_a_report_is_the_summary_of_its_layers():
    """The page of a report is that of its summary without a choice."""
    net = shapecalc.parse("Conv2d(3, 8, 3) ReLU", input_shape="3x8x8")
    assert str(measure(net)) == str(measure(net).summary())
