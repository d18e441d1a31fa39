"""Files, links, downloads and buttons of the forms, which the answer gives to the next request, as browsers do."""

from __future__ import annotations

import io
import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from shapecalc import measure, parse
from shapecalc.web.links import MAX_ADDRESS, PACKED, SHORT, address
from shapecalc.web.net_form import VIEWS
from shapecalc.web.request import WebRequest, WebResponse
from shapecalc.web.respond import respond
from tests.web.document import Document

SOURCE = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 7, 3), nn.ReLU(), nn.MaxPool2d(2))\n"
SPEC = "Conv2d(3, 7, 3) ReLU MaxPool2d(2)"
TABLE = "name\tlayer\tout_channels\tkernel_size\nfirst\tConv2d\t7\t3\n\tReLU\t\t\n\tMaxPool2d\t\t2\n"
OUTPUT = "7x4x4"


def notebook() -> bytes:
    """A notebook with the source."""
    cells = [{"cell_type": "markdown", "source": "# A net"}, {"cell_type": "code", "source": SOURCE.splitlines(True)}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def workbook() -> bytes:
    """A workbook with the table."""
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    book = openpyxl.Workbook()
    for row in TABLE.splitlines():
        book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in row.split("\t")])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def network_file() -> bytes:
    """The net as YAML, as the page of code gives it away."""
    return respond(WebRequest("GET", "code", {"net": SPEC, "input": "3x10x10", "as": "yaml", "file": "net.yaml"})).body


FILES = {
    "net.py": SOURCE.encode,
    "net.ipynb": notebook,
    "net.yaml": network_file,
    "net.txt": SPEC.encode,
    "net.xlsx": workbook,
    "windows.py": lambda: b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode(),
    "table.txt": TABLE.encode,
}


def ask(page: str, fields: dict[str, str], files: dict[str, bytes] | None = None) -> Document:
    """The page that a form is answered with."""
    answer = respond(WebRequest("POST", page, {}, fields, files or {}))
    assert answer.status == 200
    return Document(answer.body)


def outputs(page: Document) -> list[str]:
    """The column of outputs of the page of a net."""
    titles, *rows = page.tables[0]
    return [row[titles.index("output")] for row in rows]


@pytest.mark.parametrize("name", FILES)
def test_a_file_takes_the_place_of_the_text(name):
    """The text is then in the form, as the next request sends it."""
    form = {"net": "ReLU", "input": "3x10x10", "take": "file"}
    page = ask("net", form, {"file": FILES[name]()})
    assert outputs(page)[-1] == OUTPUT
    assert "This is what the file holds." in page.text
    assert outputs(ask("net", page.filled()))[-1] == OUTPUT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"PK\x03\x04nothing", "The file"),
        (b"x" * 200_001, "at most 200,000"),
        (b'{"cells": [', "the file"),
        (b"", "read as"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(content, words):
    """And the net stays as it was."""
    page = ask("net", {"net": "ReLU", "input": "3x10x10", "take": "file"}, {"file": content})
    notes = [part.text for part in page.elements if part.attributes.get("class") in {"message", "reading"}]
    assert any(words in note for note in notes), notes
    assert page.filled()["net"] == "ReLU"


def test_a_table_of_a_spreadsheet_is_pasted():
    """Its names are those of the layers."""
    page = ask("net", {"net": TABLE, "input": "3x10x10"})
    assert [row[0] for row in page.tables[0]][:2] == ["name", "first"]
    assert outputs(page)[-1] == OUTPUT


def followed(link: str) -> WebResponse:
    """The answer at a link of a page."""
    parts = urlsplit(link)
    return respond(WebRequest("GET", parts.path.removeprefix("./"), dict(parse_qsl(parts.query))))


LONG = " ".join(["Conv2d(8, 8, 3, padding=1) BatchNorm2d(8) LeakyReLU(0.1)"] * 60)


@pytest.mark.parametrize("page", sorted(VIEWS))
@pytest.mark.parametrize("net", [SPEC, LONG, SOURCE, TABLE, "Conv2d(8, 4, 3) # é <b> & \"'\n  ReLU"])
def test_the_link_of_a_page_holds_its_question(page, net):
    """A short one as it is, a long one compressed: the same answer, and the same link on it."""
    shape = "8x10x10" if net[-5:-1] in {"0.1)", "ReLU"} or net is LONG else "3x10x10"
    first = ask(page, {"net": net, "input": shape})
    link = first.of("a", id="permalink")[0].attributes["href"]
    assert (f"?{PACKED}=" in link) == (net is LONG)
    again = Document(followed(link).body)
    assert again.filled() == first.filled()
    assert again.text == first.text
    assert again.of("a", id="permalink")[0].attributes["href"] == link


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("solve", {"question": "depth", "shown": "depth", "stack": "Conv1d(8, 8, 2, dilation=2**i)", "field": "99"}),
        (
            "solve",
            {"question": "layers", "shown": "layers", "before": "W", "after": "W", "kind": "conv", "ceil": "yes"},
        ),
        ("layer", {"layer": "Conv2d", "input": "4x9x9", "shown": "yes", "stride": "2", "padding-rule": "valid"}),
        ("layer", {"layer": "MaxPool2d", "input": "4x9x9", "shown": "yes", "ceil_mode": "yes", "step": "3"}),
    ],
)
def test_other_links_hold_their_question(page, fields):
    """Boxes that are not ticked as well."""
    first = ask(page, fields)
    again = Document(followed(first.of("a", id="permalink")[0].attributes["href"]).body)
    assert again.filled() == first.filled()
    assert again.text == first.text


def test_a_question_that_is_too_long_for_a_link_has_none():
    """And one that is not has the same on every page."""
    noise = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(20_000))
    assert address("net", {"net": noise}) == ""
    assert ask("net", {"net": noise}).of("a", id="permalink") == []
    assert SHORT < len(address("net", {"net": LONG * 20 + noise[:900]})) < MAX_ADDRESS


@pytest.mark.parametrize("notation", ["torch", "keras", "yaml", "latex", "json"])
def test_downloads_are_what_the_page_shows(notation):
    """As a file with a name, of no type that a browser runs."""
    page = ask("code", {"net": SPEC, "input": "3x10x10", "as": notation})
    link = next(part for part in page.of("a") if "download" in part.attributes)
    answer = followed(link.attributes["href"])
    assert (answer.status, answer.media_type) == (200, "application/octet-stream")
    assert dict(answer.headers)["content-disposition"] == f'attachment; filename="{link.attributes["download"]}"'
    assert answer.body.decode() == page.of("textarea", id="text")[0].text.removeprefix("\n")


def test_the_network_file_is_the_net():
    """What is downloaded is read again."""
    assert measure(parse(network_file().decode())).output_shape == (7, 4, 4)


REFUSED = [
    {"net": "Conv2d(3, 10, 3) MaxPool2d(4) Flatten Linear(1000, 10)", "input": "3x130x130"},
    {"net": "Conv2d(4, 10, 3) BatchNorm2d(12) ReLU", "input": "3x9x9"},
    {"net": "Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 8, 7)", "input": "3x12x12"},
    {"net": "MaxPool2d(2) Conv2d(3, 8, 5) PixelUnshuffle(2)", "input": "3x11x11"},
    {"net": SOURCE.replace("MaxPool2d(2)", "Flatten(), nn.Linear(9, 2)"), "input": "3x10x10"},
    {"net": SOURCE.replace("MaxPool2d(2)", "Conv2d(8, 9, 3)"), "input": "3x10x10"},
]


@pytest.mark.parametrize("fields", REFUSED)
def test_every_repair_leads_to_a_legal_net(fields):
    """Each button of a refused net, in the answer to which nothing is refused any more."""
    page = ask("net", fields)
    buttons = page.of("button", **{"class": "repair"})
    assert buttons != []
    for button in buttons:
        name, value = button.attributes["name"], button.attributes["value"]
        repaired = ask("net", {**page.filled(), name: value})
        assert f"Repaired: {value if name == 'repair' else button.text}" in repaired.text
        assert repaired.of("div", **{"class": "alarm"}) == []
        assert outputs(repaired) != []


def test_a_repair_that_is_gone_changes_nothing():
    """A button of a page that is older than the net."""
    for fields in ({"repair": "change everything"}, {"fix": "99"}, {"fix": "x"}):
        page = ask("net", {**REFUSED[0], **fields})
        assert page.filled()["net"] == REFUSED[0]["net"]


def test_a_net_of_the_zoo_is_taken():
    """Its own input takes the place of the one that was written."""
    page = ask("net", {"net": "ReLU", "input": "5x5", "zoo": "lenet5", "take": "zoo"})
    assert (page.filled()["net"], outputs(page)[-1]) == ("zoo:lenet5", "10")


@pytest.mark.parametrize(("net", "sign"), [("vgg16", ""), ("retinanet_resnet50_fpn_v2", " = ")])
def test_a_name_shows_its_formulas(net, sign):
    """Of a net with many layers, those of the layer whose name is pressed, though it shares the weights of another."""
    page = ask("net", {"net": f"zoo:{net}"})
    name = next(part for part in page.of("button", name="node") if sign in part.text).attributes["value"]
    pressed = ask("net", {**page.filled(), "node": name})
    shown = [part for part in pressed.of("details") if part.attributes["id"].startswith("formula-")]
    assert [part.text.startswith(name) for part in shown] == [True]


def test_a_click_pins_the_field():
    """The place on the picture becomes the position in the form."""
    page = ask("field", {"net": SPEC, "input": "3x20x20"})
    image = page.of("input", type="image")[0].attributes
    places = {
        (clicked["row"], clicked["column"])
        for x in range(0, int(image["width"]), 40)
        for y in range(0, int(image["height"]), 40)
        for clicked in [ask("field", {**page.filled(), "at.x": str(x), "at.y": str(y)}).filled()]
    }
    assert len(places) > 4
