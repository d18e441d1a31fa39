"""Nets as spreadsheets, computed by LibreOffice, against torch."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
import torch
from openpyxl import load_workbook

from shapecalc import Net, measure
from shapecalc.drawing.sheet import seeded_values, write_formulas
from shapecalc.drawing.sheet.values import Numbers
from shapecalc.pytorch import build
from tests.drawing.recalculation import recalculated
from tests.drawing.sheet_nets import nets

pytestmark = pytest.mark.service("libreoffice")


def in_torch(net: Net, values: Mapping[str, Numbers]) -> dict[str, list[float]]:
    """What torch makes of the numbers, for each output of the net."""
    tensors = {
        name: torch.tensor(numbers.flat, dtype=torch.float64).reshape(numbers.shape) for name, numbers in values.items()
    }
    module = build(net).double().eval()
    state = module.state_dict()
    module.load_state_dict({name: tensors.get(name, tensor) for name, tensor in state.items()})
    outputs = module(*(tensors[name][None] for name in net.inputs))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return {name: output.flatten().tolist() for name, output in zip(net.outputs, outputs, strict=True)}


def test_libreoffice_computes_what_torch_computes(tmp_path):
    """Every output of every net, and so every layer that has a sheet."""
    written, expected = {}, {}
    for name, net in nets().items():
        report = measure(net)
        values = seeded_values(report, seed=1)
        written[name] = write_formulas(report, values).content()
        expected[name] = in_torch(net, values)
    computed = recalculated(written, tmp_path)
    assert {
        (name, output)
        for name, outputs in expected.items()
        for output, numbers in outputs.items()
        if computed[name][output] != pytest.approx(numbers, rel=1e-9, abs=1e-12)
    } == set()


def test_a_changed_weight_changes_what_follows(tmp_path):
    """A number of the input and one of a filter are changed by hand; everything behind them is computed anew."""
    net = nets()["digits"]
    report = measure(net)
    values = seeded_values(report)
    book = load_workbook(io.BytesIO(write_formulas(report, values).content()))
    changed = dict(values)
    for sheet, name in (("input", "input"), ("conv1", "conv1.weight")):
        cells = [cell for line in book[sheet].iter_rows() for cell in line if cell.style == "input"]
        cell = next(cell for cell in cells if cell.value == values[name].flat[0])
        cell.value = 2.5
        changed[name] = Numbers(values[name].shape, (2.5, *values[name].flat[1:]))
    content = io.BytesIO()
    book.save(content)
    computed = recalculated({"changed": content.getvalue()}, tmp_path)["changed"]["softmax1"]
    assert computed == pytest.approx(in_torch(net, changed)["softmax1"], rel=1e-12)
    assert computed != pytest.approx(in_torch(net, values)["softmax1"], rel=1e-3)
