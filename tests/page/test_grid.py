"""How the columns of a table give way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.page import Column, Page, Table

COLUMNS = (
    Column("name", least=8),
    Column("layer", least=12),
    Column("reads", least=10, below=True),
    Column("parameters", "right"),
    Column("field", "right", spare=2),
    Column("jump", "right", spare=1),
)
ROWS = (
    ("conv1", "Conv2d(3, 64, 3, padding=1)", "", "1,792", "3", "1"),
    ("block.conv2", "Conv2d(64, 64, 3)", "conv1, pool1", "36,928", "5", "1"),
)


def lines(width: int) -> list[str]:
    return Page((Table(COLUMNS, ROWS),)).text(width=width).splitlines()


def test_where_there_is_room_all_is_in_one_line():
    """Titles have two characters more than they need."""
    assert lines(90)[2:] == [
        "conv1        Conv2d(3, 64, 3, padding=1)                       1,792        3       1",
        "block.conv2  Conv2d(64, 64, 3)            conv1, pool1        36,928        5       1",
    ]


def test_first_the_widest_column_is_broken():
    """Into lines, without a word cut."""
    assert lines(76)[2:] == [
        "conv1        Conv2d(3, 64, 3,                      1,792      3     1",
        "               padding=1)",
        "block.conv2  Conv2d(64, 64, 3)  conv1, pool1      36,928      5     1",
    ]


def test_then_a_column_moves_below_its_neighbour():
    """Behind its title."""
    assert lines(55) == [
        "name         layer              parameters  field  jump",
        "-----------  -----------------  ----------  -----  ----",
        "conv1        Conv2d(3, 64, 3,        1,792      3     1",
        "               padding=1)",
        "block.conv2  Conv2d(64, 64, 3)      36,928      5     1",
        "               reads conv1,",
        "                 pool1",
    ]


def test_then_the_spaces_become_narrower():
    """If that is enough for all columns."""
    assert lines(46)[0] == "name        layer        parameters field jump"


def test_then_columns_are_left_out():
    """There is room first for the one with the highest number; a line below the table names the others."""
    assert [lines(width)[-1] for width in (55, 42)] == [
        "                 pool1",
        "left out to fit 42 columns: jump",
    ]
    assert lines(42)[0].split() == ["name", "layer", "parameters", "field"]


def test_a_wide_column_makes_room_for_narrow_ones():
    """One that is wide is left out although its number is higher."""
    columns = (Column("name"), Column("MACs", "right", spare=3), Column("field", "right", spare=1))
    text = Page((Table(columns, (("conv1", "9" * 40, "3"),)),)).text(width=40)
    assert text.splitlines()[-1] == "left out to fit 40 columns: MACs"


def test_a_long_title_is_broken():
    """As a cell is."""
    table = Table((Column("inputs left out", least=6), Column("layer", least=4)), (("none", "word " * 20),))
    assert Page((table,)).text(width=40).splitlines()[0].split() == ["inputs", "left", "out", "layer"]


CELLS = st.text("ab01 .x·()⌊⌋+=−,_", max_size=40)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=4), st.integers(40, 120))
def test_every_table_fits(rows, width):
    """Whatever its cells are."""
    text = Page((Table(COLUMNS, tuple(rows)),)).text(width=width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_what_a_layer_is_is_never_cut(width):
    """Each of its arguments is there at every width."""
    text = " ".join("\n".join(lines(width)).split())
    assert [word for word in ("3,", "64,", "padding=1)", "Conv2d(3,") if word not in text] == []
