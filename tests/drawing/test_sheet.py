"""Nets as spreadsheets: what stands in the file. What it computes is compared with torch in tests/services."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

from shapecalc import Net, Node, layers, measure, parse
from shapecalc.drawing.sheet import read_values, seeded_values, write_formulas
from shapecalc.drawing.sheet.cells import in_formula, sheet_names
from shapecalc.drawing.sheet.writers import WRITERS
from shapecalc.errors import SpecError
from tests.drawing.sheet_nets import nets
from tests.tools.pages import Shell

NETS = nets()


def book_of(net: Net, seed: int = 0) -> bytes:
    report = measure(net)
    return write_formulas(report, seeded_values(report, seed)).content()


def references(formula: str, home: str) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """The areas that a formula names: the sheet, and the first and last column and row."""
    for token in Tokenizer(formula).items:
        if token.type == "OPERAND" and token.subtype == "RANGE":
            sheet, _, area = token.value.rpartition("!")
            yield sheet.strip("'") or home, range_boundaries(area.replace("$", ""))


@pytest.mark.parametrize("name", NETS)
def test_every_formula_reads_numbers(name):
    """Each cell that a formula names holds a number or a formula, and not itself."""
    book = load_workbook(io.BytesIO(book_of(NETS[name])))
    filled = {
        sheet.title: {
            (cell.column, cell.row): cell for line in sheet.iter_rows() for cell in line if cell.value is not None
        }
        for sheet in book
    }
    for title, cells in filled.items():
        for place, cell in cells.items():
            if cell.data_type != "f":
                continue
            for sheet, (left, top, right, bottom) in references(cell.value, title):
                area = {(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)}
                assert all(filled[sheet][part].style in {"input", "value", "step"} for part in area), cell.value
                assert sheet != title or place not in area, cell.value


@pytest.mark.parametrize("name", NETS)
def test_no_cell_is_written_twice(name):
    """Grids stand beside each other and below each other, and never on each other."""
    report = measure(NETS[name])
    for draft in write_formulas(report, seeded_values(report)).drafts:
        places = [(cell.row, cell.column) for cell in draft.cells]
        assert len(places) == len(set(places)), draft.name


def test_every_layer_with_a_sheet_is_in_a_net():
    """So that each is compared with torch."""
    assert {type(node.layer).__name__ for net in NETS.values() for node in net.nodes} == {*WRITERS}


def test_formulas_that_a_person_reads():
    """A window and a filter as ranges; at the border both are cut."""
    book = load_workbook(io.BytesIO(book_of(NETS["digits"])))
    conv, linear = book["conv1"], book["linear1"]
    assert conv["C8"].value == "=SUMPRODUCT(input!B7:D9,$O$7:$Q$9)+$L$7"
    assert conv["B7"].value == "=SUMPRODUCT(input!B7:C8,$P$8:$Q$9)+$L$7"
    assert book["relu1"]["B7"].value == "=MAX(0,conv1!B7)"
    assert book["pool1"]["C7"].value == "=MAX(relu1!D7:E8)"
    assert linear["B8"].value == "=SUMPRODUCT(flatten1!$B$7:$B$38,$I$7:$I$38)+$E$8"
    assert [conv["A1"].value, conv["A3"].value, conv["N5"].value] == [
        "conv1  Conv2d(1, 2, 3, padding=1)  1x8x8 → 2x8x8",
        "reads input",
        "filter 0, channel 0",
    ]


def test_the_first_sheet_lists_the_layers():
    """With shapes and parameters, and a link to each sheet."""
    sheet = load_workbook(io.BytesIO(book_of(NETS["digits"])))["net"]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert rows[0][0] == "A network, input 1x8x8"
    assert ["conv1", "Conv2d(1, 2, 3, padding=1)", "input", "2x8x8", 20] in rows
    assert [cell.hyperlink.location for line in sheet.iter_rows() for cell in line if cell.hyperlink][:2] == [
        "input!A1",
        "conv1!A1",
    ]


def test_the_same_call_gives_the_same_bytes():
    """Without the time in its parts or in its properties; another seed gives another file."""
    content = book_of(NETS["digits"])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert content == book_of(NETS["digits"]) != book_of(NETS["digits"], seed=1)
    assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"dcterms:created" not in archive.read("docProps/core.xml")


def test_names_that_sheets_cannot_have():
    """Each gets one of its own, of 31 characters at most, whatever the case of its letters."""
    names = sheet_names(["net", "a/b:c", "a?b*c", "A_B_C", "x" * 40, "X" * 40, "'", "é", "=1+1", ""])
    titles = [*names.values()]
    assert len({title.lower() for title in titles}) == len(titles)
    assert all(0 < len(title) <= 31 and not re.search(r"[\[\]:*?/\\']", title) for title in titles)
    quotes = {"conv1": "conv1", "fc1": "'fc1'", "R1C1": "'R1C1'", "TRUE": "'TRUE'", "a b": "'a b'", "1x1": "'1x1'"}
    assert {name: in_formula(name) for name in quotes} == quotes


def test_texts_of_a_net_are_never_formulas():
    """A name that a spreadsheet would run stands behind an apostrophe, as text."""
    evil = '=HYPERLINK("http://a.example","x")'
    net = Net({"@SUM(1)": (1, 4, 4)}, (Node(evil, layers.ReLU(), ("@SUM(1)",)),), name="=1+1")
    book = load_workbook(io.BytesIO(book_of(net)))
    texts = [cell for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert {cell.style for cell in texts if cell.data_type == "f"} == {"value"}
    assert {cell.value for cell in texts if cell.data_type == "f"} == {
        f"=MAX(0,'_SUM_1_'!{column}{row})" for column in "BCDE" for row in range(7, 11)
    }
    assert [cell.value for cell in texts if "HYPERLINK" in cell.value and cell.data_type == "s"]
    assert [
        cell.value for cell in texts if cell.value.lstrip().startswith(("=", "@", "+")) and cell.data_type != "f"
    ] == []


REFUSALS = {
    "'LSTM(3, 4)' -i 5x3": "lstm1: LSTM(3, 4) cannot be written as a sheet: there are no formulas for this layer.",
    "'Conv3d(1, 1, 2)' -i 1x4x4x4": "not 4 dimensions",
    "'ReLU' -i 2x3x4x5": "features, channels x length, or images, not 4 dimensions",
    "'Softmax(dim=0)' -i 5": "its dimension is the batch",
    "'BatchNorm2d(2, track_running_stats=False)' -i 2x4x4": "the statistics of the batch at hand",
    "'LayerNorm(4)' -i 3x4": "where it normalises all dimensions",
    "'Linear(4, 2)' -i 2x3x4": "put Flatten before it",
    "'Conv2d(3, 8, 3)' -i 3xHxW": "3xHxW has letters; give an input in numbers",
    "zoo:alexnet": "cells, 37,756,928 of them on classifier.1; at most 200,000 are written. Try a smaller input",
    "'Conv2d(1, 1, 1)' -i 1x2x100000": "at most 200,000 are written",
    "'ReLU' -i 1x1x20000": "a sheet has 1,048,576 rows and 16,384 columns",
    "'Conv2d(500, 1, 2)' -i 500x2x2": "characters, and a spreadsheet takes 8,192. Try fewer channels",
    "'MaxPool2d(16, stride=1, dilation=2)' -i 1x32x32": "MAX of 256 areas: a spreadsheet takes 255",
    "'Hardtanh(-1e400, 1)' -i 3": "",
    "'ReLU' -i 1x4x4 -o net.ods": "give -o a name that ends in .xlsx, not net.ods",
    "'Conv2d(1, 1, 5)' -i 1x4x4": "Try padding=1",
}


@pytest.mark.parametrize("line", REFUSALS)
def test_refusals(line, tmp_path):
    """In one line, by the name of the layer, and nothing is written."""
    shell = Shell()
    target = "" if "-o" in line else f" -o {tmp_path}/net.xlsx"
    printed = shell.run(f"shapecalc sheet {line}{target}")
    assert (shell.status, printed.count("\n"), REFUSALS[line] in printed) == (2, 1, True), printed
    assert not [*tmp_path.iterdir()]


def test_the_command_writes_what_the_library_makes(tmp_path):
    """And says how much stands on each sheet."""
    target = tmp_path / "net.xlsx"
    spec = "Conv2d(1, 2, 3) ReLU Flatten LazyLinear(3)"
    printed = Shell().run(f"shapecalc sheet '{spec}' -i 1x8x8 -o {target} --seed 4")
    report = measure(parse(spec, input_shape="1x8x8"))
    origin = "Input and weights are drawn from seed 4."
    assert target.read_bytes() == write_formulas(report, seeded_values(report, 4), origin=origin).content()
    assert printed.endswith(f"bytes. {origin}\n")
    data = json.loads(Shell().run(f"shapecalc sheet '{spec}' -i 1x8x8 -o {target} --json"))
    assert data["sheets"][1] == {
        "sheet": "conv1",
        "layer": "Conv2d(1, 2, 3)",
        "output": [2, 6, 6],
        "formulas": 72,
        "numbers": 20,
    }


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    """A file as safetensors has it."""
    header: dict[str, object] = {"__metadata__": {"spec": "x"}}
    body = b""
    for name, (dtype, shape, content) in tensors.items():
        offsets = [len(body), len(body) + len(content)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        body += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


WEIGHT = ("F32", [1, 2], struct.pack("<2f", 0.5, -2.0))
BIAS = ("F64", [1], struct.pack("<d", 0.125))
REPORT = measure(parse("Linear(2, 1)", input_shape="2"))


@pytest.mark.parametrize(
    "weight",
    [WEIGHT, ("F16", [1, 2], struct.pack("<2e", 0.5, -2.0)), ("BF16", [1, 2], struct.pack("<2H", 0x3F00, 0xC000))],
)
def test_weights_of_a_file(weight, tmp_path):
    """In each number type; the sheets hold exactly these numbers."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors({"linear1.bias": BIAS, "linear1.weight": weight}))
    values = read_values(path, REPORT)
    assert values["linear1.weight"] == ((1, 2), (0.5, -2.0))
    assert values["linear1.bias"] == ((1,), (0.125,))
    printed = Shell().run(f"shapecalc sheet 'Linear(2, 1)' -i 2 -o {tmp_path}/net.xlsx --weights {path}")
    assert "The weights are those of model.safetensors; the input is drawn from seed 0." in printed
    sheet = load_workbook(tmp_path / "net.xlsx")["linear1"]
    assert [cell.value for line in sheet.iter_rows() for cell in line if cell.style == "input"] == [0.125, 0.5, -2.0]


BROKEN = {
    "is no file of safetensors, or": b"PK\x03\x04 a pickle in an archive",
    "is no file of safetensors.": struct.pack("<Q", 4) + b"[[[[",
    "has no tensor linear1.weight; it has __metadata__, linear1.bias": safetensors({"linear1.bias": BIAS}),
    "linear1.weight has the shape [2], but the net needs [1, 2]": safetensors(
        {"linear1.weight": ("F32", [2], WEIGHT[2]), "linear1.bias": BIAS}
    ),
    "has numbers of type I64": safetensors({"linear1.weight": ("I64", [1, 2], bytes(16)), "linear1.bias": BIAS}),
    "has too few bytes for linear1.weight": safetensors({"linear1.bias": BIAS, "linear1.weight": WEIGHT})[:-4],
    "numbers that are not finite": safetensors(
        {"linear1.weight": ("F32", [1, 2], struct.pack("<2f", 1, float("nan"))), "linear1.bias": BIAS}
    ),
    "does not describe the tensor linear1.weight": struct.pack("<Q", 23) + b'{"linear1.weight": [1]}',
}


@pytest.mark.parametrize("message", BROKEN)
def test_files_that_hold_no_such_weights(message, tmp_path):
    """Each is refused with what it lacks; nothing in it is run."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(BROKEN[message])
    with pytest.raises(SpecError, match=re.escape(message)):
        read_values(path, REPORT)
