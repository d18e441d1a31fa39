"""What the commands print as JSON."""

from __future__ import annotations

import contextlib
import io
import json

from hypothesis import given
from hypothesis import strategies as st
from shapecalc_cli.output import say, say_json
from tabulate import tabulate

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text('[]{},:"\\ \n1aé'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


@given(VALUES)
def test_json_reads_back(value):
    """Whatever is printed as JSON is read back as the same value."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        say_json(value)
    assert json.loads(printed.getvalue()) == value


def test_a_shape_stands_in_one_line(capsys):
    """A list of numbers or words is not spread over lines; other lists are."""
    say_json({"shape": [3, 130, 130], "sizes": ["H", "W"], "layers": [{"name": "conv1"}]})
    assert capsys.readouterr().out.splitlines() == [
        "{",
        '  "shape": [3, 130, 130],',
        '  "sizes": ["H", "W"],',
        '  "layers": [',
        "    {",
        '      "name": "conv1"',
        "    }",
        "  ]",
        "}",
    ]


def test_columns_stand_in_ascii_too(monkeypatch):
    """Where a floor is written out, the other lines of its column move along, to the right or left as before."""
    rows = [("pool1", "⌊W/2⌋", "2 ≤ W"), ("up", "WxW", "⌊W⌋")]
    table = tabulate(rows, ("name", "output", "asks"), colalign=("left", "right", "left"))
    text = f"two\n\n{table}\n... and 2 more"
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    say(text)
    out.flush()
    assert out.buffer.getvalue().decode().splitlines() == [
        "two",
        "",
        "name        output  asks",
        "------  ----------  --------",
        "pool1   floor(W/2)  2 <= W",
        "up             WxW  floor(W)",
        "... and 2 more",
    ]
