"""How answers are shown: as text, and as tables in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from shapecalc import parse, solve

IMAGE = parse("Conv2d(3, 8, 3) MaxPool2d(2)", input_shape="3xWxW")
ANSWERS: dict[str, Any] = {
    "layers": solve.layers_for("227 -> 55"),
    "inputs": solve.inputs_for(parse("MaxPool2d(2) Flatten", input_shape="2xHxW"), "24"),
    "budget": solve.largest_for(IMAGE, macs="1G"),
    "restored": solve.restore("Conv2d(3, 8, 3, stride=2)", "W"),
    "depth": solve.depth_for("Conv1d(8, 8, 3)", field=9),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_notebook_shows_tables(name):
    """The first line stands above a table, and nothing is set as it would stand on a terminal."""
    answer = ANSWERS[name]
    html = answer._repr_html_()
    assert (html.startswith(f"<p>{escape(str(answer).splitlines()[0])}"), "<th" in html, "<pre>" in html) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("width", [70, 80, 100])
def test_text_fits_its_width(name, width):
    """Tables and notes give way; a layer that answers is never cut."""
    lines = ANSWERS[name].page().text(width=width).splitlines()
    assert [line for line in lines if len(line) > width and "(" not in line] == []


def test_all_layers_are_shown_when_asked():
    """The ten simplest, unless the limit is lifted."""
    answer = ANSWERS["layers"]
    assert (str(answer).count("Conv2d("), answer.page(limit=None).text().count("Conv2d(")) == (10, 52)


def test_unlike_results_are_unequal():
    """A result is a value of its own class, not a tuple."""
    depth = ANSWERS["depth"]
    assert (depth == solve.depth_for("Conv1d(8, 8, 3)", field=9), depth == (depth.spec, depth.field)) == (True, False)
