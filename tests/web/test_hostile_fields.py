"""Whatever is written into any field of any page: an answer in words, in which nothing of it is HTML."""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.web.links import MAX_QUERY
from shapecalc.web.pages.questions import QUESTIONS
from shapecalc.web.request import WebRequest
from shapecalc.web.respond import PAGES, respond
from tests.campaigns import examples
from tests.web.document import Document, check_harmless

PROGRAM = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(9, 2))\n"
NETWORKS = "".join(
    f"class {name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.conv = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        return self.conv(x)\n"
    for name in ("First", "Second")
)
REFUSED = {"net": "Conv2d(3, 10, 3) MaxPool2d(4) Flatten Linear(1000, 10)", "input": "3x130x130"}
LAYERS = ("Conv2d", "ConvTranspose2d", "MaxPool1d", "AdaptiveAvgPool2d", "BatchNorm3d", "Linear", "LSTM", "Permute",
          "Upsample", "GroupNorm", "FractionalMaxPool2d", "Unflatten")  # fmt: skip
#: Questions whose pages have all of the fields among them.
BEGINNINGS = [
    *[(page, fields) for page in ("net", "picture", "domain", "field", "code") for fields in (
        {}, REFUSED, {"net": PROGRAM, "input": "3x9x9"},
        {"net": f"from torch import nn\n{NETWORKS}", "input": "3x9x9"}, {"net": "MaxPool2d(2)", "input": "3xHxW"},
        {"net": "Conv2d(3, 8, 3) ReLU", "input": "3x9x9"},
    )],
    *[("layer", {"layer": layer}) for layer in LAYERS],
    *[("solve", {"question": question}) for question in QUESTIONS],
    ("kernels", {}), ("kernels", {"matrix": "1 0 -1"}),
    *[("practice", {"quiz": quiz}) for quiz in ("one-layer", "kernels", "fields")],
]  # fmt: skip
#: Fields that no form has, but addresses.
HIDDEN = ("file", "fix", "repair", "node", "z", "at.x", "at.y", "take")

HTML = (
    "<script>alert(1)</script>", "</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'", '"',
    "<!--", "-->", "]]>", "&lt;", "&#x3c;script&#x3e;", "<svg/onload=alert(1)>", "</title>", "<b style=x>",
    "javascript:",
)  # fmt: skip
LETTERS = (
    "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff", "\ud800", "\U0001f98a", "e\u0301",
    "\r\n", "\t", "\\", "½", "٣", "²", "(" * 300, "[" * 3_000, "{" * 200, "a" * 5_000, ")", ",", "=", ":", "*",
    "|", "+",
)  # fmt: skip
NUMBERS = ("9" * 400, "9" * 5_000, "-1", "1e999", "0", "1/0", "10**10", "2**64", "0x10", "nan", "inf", "True", "8")
PLACES = ("../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/", "%00", "%2e%2e", "zoo:", "zoo:../x", "..")
CODE = (
    "{{7*7}}", "${7}", "=cmd()", "__import__('os')", "lambda: 0", "layer\tkernel_size\n", "import torch.nn as nn\n",
    "!!python/object/apply:os.system", "nn.Sequential(", "Conv2d(3, 8, ", "Conv2d(3, 8, 3)", "Flatten", "LazyLinear(",
    "3x9x9", "3xHxW", "HxH", "W", "- ", "layers:\n", "&a [*a, *a]", '"\\ud800"', 'name: "\\ud800"\n', "{'a': 1}",
    '{"cells": ', "null", "resnet18", "yes",
)  # fmt: skip
PIECES = st.sampled_from([*HTML, *LETTERS, *NUMBERS, *PLACES, *CODE])
TEXTS = st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=5).map("".join)


@cache
def _fields() -> list[tuple[str, dict[str, str], str]]:
    """Each page with the fields that it has when it is asked a question, and the name of one of them."""
    fields = []
    for address, query in BEGINNINGS:
        page = Document(respond(WebRequest("GET", address, query)).body)
        fields += [(address, page.filled(), name) for name in (*page.controls, *HIDDEN)]
    return fields


@given(place=st.deferred(lambda: st.sampled_from(_fields())), text=TEXTS, tail=st.booleans(), sent=st.booleans())
@examples(300, deep=10_000)
def test_hostile_texts_in_every_field(place, text, tail, sent):
    """In place of what stands there, or behind it; in the address or in the body."""
    address, filled, name = place
    fields = {**filled, name: f"{filled.get(name, '')}{text}" if tail else text}
    if name == "file":
        fields["take"] = "file"
    files = {name: text.encode("utf-8", "replace")} if name in {"file", "picture"} else {}
    asked = WebRequest("POST", address, {}, fields, files) if sent else WebRequest("GET", address, fields)
    answer = respond(asked)
    assert answer.status in {200, 422}
    if answer.media_type.startswith("text/html"):
        check_harmless(answer.body)


def test_every_page_is_among_them():
    """Every page with a form is asked."""
    assert {address for address, _ in BEGINNINGS} == {*PAGES} - {""}
    assert {"net", "input", "network", "zoo", "file", "rows", "batch", "as", "question", "layer", "repair", "fix"} <= {
        name for _, _, name in _fields()
    }


@given(path=TEXTS)
@examples(30, deep=1_000)
def test_hostile_paths(path):
    """Of pages and files there are no others."""
    answer = respond(WebRequest("GET", path))
    assert answer.status in {200, 404}
    root = "../" * path.strip("/").count("/")
    check_harmless(answer.body.replace(f'"{root}'.encode(), b'"./') if root else answer.body)


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


QUERY = urlencode(REFUSED).encode()
LINKS = {
    "no base64": "%%%",
    "letters": "ñ" * 9,
    "no compression": _packed(QUERY),
    "cut": _packed(zlib.compress(QUERY))[:-8],
    "damaged": _packed(zlib.compress(QUERY)[:-4] + b"abcd"),
    "a bomb": _packed(zlib.compress(b"net=" + b"x" * (MAX_QUERY * 50), 9)),
    "no UTF-8": _packed(zlib.compress(b"net=\xff\xfe")),
    "many fields": _packed(zlib.compress(b"a=1&" * 5_000)),
    "empty": "",
}


@pytest.mark.parametrize("name", LINKS)
def test_crafted_links_are_refused(name):
    """In words, whatever they unfold to."""
    answer = respond(WebRequest("GET", "net", {"z": LINKS[name]}))
    assert answer.status == 422
    assert "This link is damaged" in check_harmless(answer.body).text


@pytest.mark.parametrize("text", [json.dumps({"net": "x"}), "z=" + _packed(zlib.compress(QUERY)), "&&&==", "net"])
def test_links_of_something_else_are_an_empty_question(text):
    """Another link within, JSON, fields without a value: a page, and nothing is unfolded twice."""
    answer = respond(WebRequest("GET", "net", {"z": _packed(zlib.compress(text.encode()))}))
    assert answer.status == 200
    assert Document(answer.body).filled()["net"] == ""


def test_a_half_of_a_character_in_a_notebook():
    """JSON writes it as an escape, which no encoding of a page has."""
    cells = [{"cell_type": "code", "source": "# \ud800\nfrom torch import nn\nnet = nn.Linear(3, 2)\n"}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    answer = respond(WebRequest("POST", "net", {}, {"take": "file"}, {"file": notebook}))
    assert check_harmless(answer.body).filled()["net"].startswith("# ?\n")


def test_a_field_of_unknown_sizes_is_a_message():
    """No position can be chosen, and the page says so."""
    answer = respond(WebRequest("GET", "field", {"net": "MaxPool2d(2)", "input": "3xHxW"}))
    assert answer.status == 200
    assert "row" not in check_harmless(answer.body).filled()
