"""The rows and columns of `net`, and the options that do not go together."""

from __future__ import annotations

import json

import pytest

from tests.tools.pages import Shell

REFUSED = {
    "zoo:lenet5 --depth 1 --by type": "Layers are folded to a depth, or summed by type, or left out for the totals; "
    "ask for one.",
    "zoo:lenet5 --depth 0": "The depth is at least 1, not 0; for the totals alone there is --totals.",
    "zoo:lenet5 --by layer": "--by takes the word type, not layer.",
    "zoo:lenet5 --totals --semantics keras": "--totals would change nothing: --semantics has a table of its own.",
    "zoo:lenet5 --columns name --convention thop": "--columns would change nothing: --convention has a table of its "
    "own.",
    "Conv2d(3,8,3) --depth 1": "The rows and columns of a table need the input; add it as --input 3x130x130.",
    "zoo:lenet5 --columns name,wieghts": "There is no column wieghts; there are name, type, layer, reads, layers, "
    "input, output, values, parameters, trainable, buffers, MACs, saved, field, jump, local path, start.",
}


@pytest.fixture(autouse=True)
def _terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def run(words: str) -> str:
    """What the command prints."""
    return Shell().run(f"shapecalc net {words}")


@pytest.mark.parametrize("words", REFUSED)
def test_options_that_would_be_ignored_are_refused(words):
    """In one line that says why."""
    assert run(words) == f"{REFUSED[words]}\n"


def test_a_fold_is_in_text_and_in_json():
    """The same rows in both."""
    data = json.loads(run("zoo:resnet50 --depth 1 --json"))
    lines = run("zoo:resnet50 --depth 1").splitlines()
    assert [block["name"] for block in data["blocks"]] == [
        line.split()[0] for line in lines[4 : lines.index("", 4)] if line[0] != " "
    ]


def test_the_totals_alone():
    """There is no table, and no layers in JSON."""
    text, data = run("zoo:resnet50 --totals --batch 8"), json.loads(run("zoo:resnet50 --totals --batch 8 --json"))
    assert (text.splitlines()[2].split(), "layers" in data, data["memory"]["batch"]) == (["output", "1000"], False, 8)


def test_columns_are_chosen_in_text_and_in_json():
    """A column that is chosen is never left out."""
    words = "zoo:resnet50 --columns name,layer,values,field,jump"
    assert run(words).splitlines()[2].split() == ["name", "layer", "values", "field", "jump"]
    rows = json.loads(run(f"{words} --json"))["layers"]
    assert set(rows[0]) == {"name", "layer", "values", "receptive_field"}
