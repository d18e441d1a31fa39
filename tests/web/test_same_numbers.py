"""The page of a net shows the numbers that the command line prints."""

from __future__ import annotations

import json
import re

import pytest

from shapecalc import zoo
from shapecalc.web.request import WebRequest
from shapecalc.web.respond import respond
from tests.campaigns import cases
from tests.tools.pages import Shell
from tests.web.document import Document

NAMES = [*zoo.listing()]


def printed(name: str) -> dict:
    """What ``shapecalc net zoo:NAME --json`` prints."""
    return json.loads(Shell().run(f"shapecalc net zoo:{name} --json"))


def number(text: str) -> int | None:
    """A number of a table; None of a dash."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


@pytest.mark.parametrize("name", NAMES[:: cases(6, deep=1)])
def test_the_page_shows_what_the_command_line_prints(name):
    """The shape, parameters and work of each layer, and the totals."""
    page = Document(respond(WebRequest("GET", "net", {"net": f"zoo:{name}"})).body)
    titles, *rows = page.tables[0]
    data = printed(name)
    shown = [dict(zip(titles, row, strict=True)) for row in rows]
    assert len(shown) == len(data["layers"])
    for row, layer in zip(shown, data["layers"], strict=True):
        assert row["name"].partition(" = ")[0] == layer["name"]
        assert row["layer"].startswith(layer["type"])
        assert row["output"] == "x".join(map(str, layer["output_shape"]))
        assert number(row["parameters"].split(" ")[0]) == layer["parameters"]
        assert number(row["MACs"]) == layer["macs"]
    totals = {row[0]: row[1] for row in page.tables[1] if len(row) == 2}
    assert number(totals["parameters"].split(" ")[0]) == data["parameters"]
    if data["macs"] is not None:
        assert number(totals["MACs"].split(" ")[0]) == data["macs"]
