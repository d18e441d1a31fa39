"""What other tools print for a net, as the engine works it out, against what was recorded of them."""

from __future__ import annotations

import json

import pytest

import shapecalc
from shapecalc import Net, Node, SpecError
from shapecalc.compare.counters import CONVENTIONS, count_work
from shapecalc.compare.counters import counting as conventions
from shapecalc.compare.counters.outcome import Outcome
from shapecalc.compare.counters.terms import MACS
from shapecalc.compare.counters.tested_layers import TESTED_LAYERS
from shapecalc.layers import REGISTRY, Linear
from tests.compare.counted import NETS, WHOLE, prediction
from tests.tools.pages import ROOT

RECORDED = json.loads((ROOT / "tests" / "data" / "counters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NETS)
def test_what_was_recorded(name):
    """For every net, what each tool printed is what the engine says that it prints."""
    assert RECORDED["counts"][name] == {tool: prediction(name, tool) for tool in RECORDED["versions"]}


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_terms_add_up(tool):
    """The terms of a net add up to its total, as do its layers, and they begin with our own count."""
    found = [count_work(shapecalc.measure(net()), tool) for net in NETS.values()]
    sums = [(sum(one.terms.values()), sum(layer.total for layer in one.layers), one.report.macs) for one in found]
    assert [(one.total, one.total, one.terms[MACS.name]) for one in found] == sums


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_every_layer_is_accounted_for(tool):
    """A layer that adds nothing to the total says so."""
    layers = [layer for net in NETS.values() for layer in count_work(shapecalc.measure(net()), tool).layers]
    assert [layer for layer in layers if layer.total == 0 and not layer.remark] == []


@pytest.mark.parametrize("name", WHOLE)
def test_paper_is_our_own_count(name):
    """The convention of papers is the engine's: multiply-accumulates and nothing else."""
    report = shapecalc.measure(NETS[name]())
    assert count_work(report, "paper").terms == {MACS.name: report.macs}


def test_what_was_tried_is_recorded():
    """Every class that the tools are said to have been tried on is a layer, and its record is there.

    A new layer need not be among them: until it was tried, its count says that it was not.
    """
    assert TESTED_LAYERS - set(RECORDED["counts"]) == TESTED_LAYERS - set(REGISTRY) == set()


def test_versions():
    """The versions that the conventions name are those that were recorded."""
    versions = {name: convention.version for name, convention in CONVENTIONS.items()}
    assert versions == RECORDED["versions"] | {"paper": ""}


LETTERS = "Conv2d(3, 16, 3) BatchNorm2d ReLU MaxPool2d(2) ConvTranspose2d(16, 8, 2, stride=2) GroupNorm(2, 8)"


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_letters(tool):
    """With letters for sizes the total is an expression, whose value is the total for those sizes."""
    net = shapecalc.parse(LETTERS, input_shape="3xHxW")
    form = count_work(shapecalc.measure(net), tool).total
    numbers = count_work(shapecalc.measure(net.with_input((3, 21, 34))), tool).total
    values = {shapecalc.algebra.Name("H"): 21, shapecalc.algebra.Name("W"): 34}
    assert shapecalc.algebra.evaluate(form, values) == numbers


def test_letters_through_many_layers():
    """Terms of two thousand layers are collected, as in a short net."""
    net = shapecalc.parse("Conv2d(3, 3, 3, padding=1)" * 2_000, input_shape="3xHxW")
    assert [str(number) for number in count_work(shapecalc.measure(net), "ptflops").terms.values()] == [
        "162000H·W",
        "6000H·W",
    ]


def test_a_layer_that_no_tool_was_tried_on(monkeypatch):
    """A layer of an unknown class is counted as nothing, and both its row and the sum say why."""
    monkeypatch.setattr(conventions, "TESTED_LAYERS", TESTED_LAYERS - {"Linear"})
    found = count_work(shapecalc.measure(shapecalc.parse("Linear(3, 4)", input_shape="3")), "fvcore")
    assert (found.total, found.layers_with(Outcome.NOT_TRIED)) == (0, ("linear1",))
    assert list(found.terms.values()) == [12, -12]


def test_an_unknown_convention():
    """An unknown tool is refused, with those that are known."""
    with pytest.raises(SpecError, match=r'count: convention="flops" is not known; it may be "torch", "fvcore", '):
        count_work(shapecalc.measure(NETS["LeNet-5"]()), "flops")


def test_json():
    """For JSON everything is plain: the total, the terms, and both of them for each layer."""
    found = count_work(
        shapecalc.measure(shapecalc.parse("Conv2d(3, 4, 3) BatchNorm2d ReLU", input_shape="3x8x8")), "fvcore"
    )
    data = json.loads(json.dumps(found.as_dict()))
    assert data["terms"] == {MACS.name: 3888, "normalisation": 288}
    assert [layer["total"] for layer in data["layers"]] == [3888, 288, 0]
    assert (data["total"], data["macs"], data["not_counted"]) == (4176, 3888, ["relu1"])


TABLE = """\
input 4x8x8, counted by fvcore 0.1.5.post20221221 in flops, one for each
  multiply-accumulate

name     type           MACs    fvcore  difference
-------  -----------  ------  --------  -------------------------------------------------
conv1    Conv2d        9,216         0  − 9,216 multiply-accumulates that it does not see
norm1    BatchNorm2d       0       512  + 512 normalisation
pool1    MaxPool2d         0         0  not counted
unpool1  MaxUnpool2d       0         0  fvcore cannot trace a max unpooling (TypeError)

  9,216  multiply-accumulates, as shapecalc counts
− 9,216  multiply-accumulates that it does not see
+   512  normalisation
=   512  fvcore.nn.FlopCountAnalysis(module.eval(), inputs).total()

not counted  Conv2d, MaxPool2d
it fails     unpool1: fvcore cannot trace a max unpooling (TypeError); the sum is of the
             other layers
note         BatchNorm2d: in training mode, 5 for each number instead of 2"""


def test_table():
    """As text: each layer with its difference, the sum from our count to the tool's, and what is left out."""
    spec = "Conv2d(4, 4, 3, padding='same') BatchNorm2d MaxPool2d(2) MaxUnpool2d(2)"
    work = count_work(shapecalc.measure(shapecalc.parse(spec, input_shape="4x8x8")), "fvcore")
    assert work.page().text(width=90) == TABLE


def test_what_leads_to_no_output():
    """A tool that traces does not see a layer whose output nothing reads."""
    dense = [Node(name, Linear(3, 3), ("input",)) for name in ("lost", "kept")]
    found = count_work(shapecalc.measure(Net({"input": (3,)}, tuple(dense))), "fvcore")
    assert [(layer.total, layer.remark) for layer in found.layers] == [(0, "leads to no output"), (9, "")]
