"""Answers in a notebook."""

from __future__ import annotations

from html import escape

import pytest

from shapecalc import parse, solve

IMAGE = parse("Conv2d(3, 8, 3) MaxPool2d(2)", input_shape="3xWxW")
ANSWERS = {
    "layers": solve.layers_for("227 -> 55"),
    "inputs": solve.inputs_for(IMAGE, "8x32x32"),
    "budget": solve.largest_for(IMAGE, macs="1G"),
    "restored": solve.restore("Conv2d(3, 8, 3, stride=2)", "W"),
    "depth": solve.depth_for("Conv1d(8, 8, 3)", field=9),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_notebook_shows_the_text(name):
    """As it stands, and no tuple of tuples."""
    assert ANSWERS[name]._repr_html_() == f"<pre>{escape(str(ANSWERS[name]))}</pre>"
