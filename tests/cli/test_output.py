"""What the commands print, for people and as JSON."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapecalc_cli.output import say, say_json, show

from shapecalc.page import Column, Lines, Page, Table
from tests.work import calls

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


def test_a_number_takes_few_calls():
    """Python's own encoder calls a function for every bracket around it."""
    rows = [{"name": "conv1", "shape": [3, 130, 130], "parameters": 280} for _ in range(1_000)]
    with contextlib.redirect_stdout(io.StringIO()):
        assert calls(lambda: say_json(rows)) < 40_000


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


@pytest.fixture
def printed(monkeypatch):
    """What a function prints to a terminal of 60 columns that shows ASCII alone, by line."""

    def lines(function, *arguments):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setenv("COLUMNS", "60")
        function(*arguments)
        out.flush()
        return out.buffer.getvalue().decode().splitlines()

    return lines


def test_a_page_is_fitted_to_the_terminal(printed):
    """A table is laid out in the signs that it is printed in, as wide as the terminal."""
    columns = (Column("name"), Column("layer", least=10), Column("output", "right"))
    page = Page((Lines(("two",)), Table(columns, (("pool1", "x" * 60, "⌊W/2⌋"), ("up", "y", "W")), "... and 2 more")))
    assert printed(show, page) == [
        "two",
        "",
        f"name   layer{' ' * 42}output",
        f"-----  {'-' * 41}  ----------",
        f"pool1  {'x' * 41}  floor(W/2)",
        f"         {'x' * 19}",
        f"up     y{' ' * 51}W",
        "... and 2 more",
    ]


def test_lines_are_printed_as_they_are(printed):
    """But for what the terminal would obey, and what it cannot show."""
    assert printed(say, "a  ⌊b⌋\n\x1b[31mc") == ["a  floor(b)", "\\x1b[31mc"]


def test_json_hides_nothing(printed):
    """What a terminal would obey is escaped, as JSON does it."""
    assert printed(say_json, {"name": "a\u202eb\x7f"}) == ["{", '  "name": "a\\u202eb\\u007f"', "}"]
