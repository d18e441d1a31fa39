"""The published schemas describe what is read and printed, and nothing else."""

from __future__ import annotations

import json

import jsonschema
import pytest

import shapecalc
from shapecalc.formats import parse
from shapecalc.formats.document.dumping import dump
from tests.tools import net_schema
from tests.tools.pages import ROOT

REPORT = json.loads((ROOT / "docs/reference/report.schema.json").read_text(encoding="utf-8"))
SPECS = {
    "a chain": ("Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)", "3x130x130"),
    "letters": ("Conv2d(3, 10, 3) BatchNorm2d(10) MaxPool2d(4)", "3xHxW"),
    "fractions": ("ConvTranspose2d(3, 10, 4, stride=2) AdaptiveAvgPool2d(5)", "3x16x16"),
    "a bound": ("Conv2d(3, 10, 3) GroupNorm(2, 10) FractionalMaxPool2d(2, 5)", "3x16x16"),
    "a gate": ("Conv2d(3, 10, 3) GroupNorm(2, 10) Conv2d(10, 4, 3)", "3x16x16"),
    "a sequence": ("Embedding(100, 16) LSTM(16, 8, bidirectional=True) TransformerEncoderLayer(16, 4)", "12"),
    "a number": ("Linear(10, 1) Flatten", "10"),
}
NETS = {name: parse(f"zoo:{name}") for name in ("resnet18", "densenet121", "googlenet", "unet")}
NETS |= {name: shapecalc.parse(spec, input_shape=shape) for name, (spec, shape) in SPECS.items()}


def problems(schema: dict, data: object) -> list[str]:
    """Where the data, once printed and read, does not fit the schema."""
    found = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(json.dumps(data)))
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("schema", [REPORT, net_schema.schema()], ids=["report", "net"])
def test_a_schema_is_one(schema):
    """The schema is a legal one."""
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", NETS)
def test_a_report_fits(name):
    """What `net --json` prints fits the schema."""
    assert problems(REPORT, shapecalc.measure(NETS[name]).as_dict()) == []


@pytest.mark.parametrize("name", NETS)
def test_a_folded_report_fits(name):
    """In blocks and in types."""
    report = shapecalc.measure(NETS[name])
    assert problems(REPORT, report.fold(1).as_dict()) + problems(REPORT, report.by_type().as_dict()) == []


@pytest.mark.parametrize("name", NETS)
def test_an_explanation_fits(name):
    """What `explain --json` prints fits the schema."""
    assert problems(REPORT, shapecalc.explain(NETS[name]).as_dict()) == []


@pytest.mark.parametrize("name", NETS)
def test_a_network_file_fits(name):
    """What a network is written as fits the schema of network files."""
    assert problems(net_schema.schema(), dump(NETS[name])) == []


@pytest.mark.parametrize("change", [{"macs": -1}, {"macs": 1.5}, {"layers": []}, {"more": 1}, {"output_shape": 10}])
def test_a_wrong_report_does_not_fit(change):
    """A report that is not as described is noticed."""
    assert problems(REPORT, shapecalc.measure(NETS["a chain"]).as_dict() | change) != []


def test_a_wrong_network_file_does_not_fit():
    """An unknown key is noticed."""
    assert problems(net_schema.schema(), {"input": "3x8x8", "layers": ["ReLU"], "output": "relu1"}) != []
