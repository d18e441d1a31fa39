"""Where a long line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.page import Column, Page, Table
from shapecalc.page.line_breaks import broken, narrowest
from tests.work import calls

BROKEN = {
    ("Conv2d(64, 128, 3, stride=2, padding=1)", 24): ["Conv2d(64, 128, 3,", "  stride=2, padding=1)"],
    ("MaxPool2d((2, 3), stride=(2, 3))", 26): ["MaxPool2d((2, 3),", "  stride=(2, 3))"],
    ("layer1.0.downsample.conv1", 20): ["layer1.0.downsample.", "  conv1"],
    ("64x(⌊(H − 1)/4⌋ + 1)x(⌊(W − 1)/4⌋ + 1)", 24): ["64x(⌊(H − 1)/4⌋ + 1)", "  x(⌊(W − 1)/4⌋ + 1)"],
    ("9408·⌊(H + 1)/2⌋·⌊(W + 1)/2⌋", 18): ["9408·⌊(H + 1)/2⌋", "  ·⌊(W + 1)/2⌋"],
    ("W + H + max(W, H)", 12): ["W + H", "  + max(W,", "  H)"],
    ("⌊(32 − 2 + 2·0)/2⌋ + 1 = 16", 24): ["⌊(32 − 2 + 2·0)/2⌋ + 1", "  = 16"],
    ("x" * 10, 4): ["xxxx", "xxxx", "xx"],
    ("0.1.5 and more", 8): ["0.1.5", "  and", "  more"],
}


@pytest.mark.parametrize(("line", "room"), BROKEN)
def test_a_line_is_broken_where_a_reader_would(line, room):
    """Between the sides of an equation, the arguments of a layer, the sizes of a shape, the parts of a name."""
    assert broken(line, room, "  ") == BROKEN[line, room]


TEXTS = st.text("ab01 .x·()⌊⌋+=−,_", min_size=1, max_size=60).map(str.strip).filter(bool)


@given(TEXTS, st.integers(1, 30))
def test_parts_fit_and_nothing_is_lost(line, room):
    """No part is longer than the room, and together they are the line, but for spaces."""
    parts = broken(line, room, "  ")
    assert max(map(len, parts)) <= room
    assert "".join("".join(parts).split()) == "".join(line.split())


@given(TEXTS)
def test_words_stay_whole_in_their_narrowest_room(line):
    """With the room that is said to be needed, a line is broken at the places for it alone, so its words stay whole."""
    words = [word for word in line.split() if word.isalpha()]
    parts = " ".join(broken(line, narrowest(line, "  "), "  ")).split()
    assert [word for word in words if not any(word in part for part in parts)] == []


def test_twice_the_line_takes_twice_the_work() -> None:
    """Only what is near the end of the room decides where a line ends."""
    short, long = ("⌊(W − 48)/108⌋ + " * times + "1" for times in (200, 400))
    assert calls(lambda: broken(long, 80)) < 3 * calls(lambda: broken(short, 80))


def test_a_long_name_takes_few_calls() -> None:
    """Only the places where a line may end are looked at, and a column finds its room in a few steps."""
    page = Page((Table((Column("name", least=12), Column("layer", least=20)), (("n" * 100_000, "ReLU()"),)),))
    assert calls(page.text) < 100_000
