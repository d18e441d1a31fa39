"""Numbers as a person reads them."""

from __future__ import annotations

import pytest

from shapecalc.algebra import Name
from shapecalc.page.numbers import bytes_text, rounded, signed, tally, thousands, thousands_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (342, "342"),
        (999, "999"),
        (1000, "1.00K"),
        (5300, "5.30K"),
        (9_543_680, "9.54M"),
        (999_499, "999K"),
        (999_500, "1.00M"),
        (15_470_264_320, "15.5G"),
        (10**12, "1.00T"),
    ],
)
def test_counts_are_rounded_to_three_digits(value, text):
    """The unit is that of the rounded count."""
    assert rounded(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (102, "102 bytes"),
        (103, "0.10 KiB"),
        (4 * 2**10, "4.00 KiB"),
        (2**20 // 10 + 1, "0.10 MiB"),
        (3 * 2**30, "3.00 GiB"),
        (1023 * 2**20, "1,023.00 MiB"),
        (5 * 2**40, "5.00 TiB"),
        (2**60, "1,048,576 TiB"),
        (None, "?"),
        (4 * Name("W"), "4W bytes"),
    ],
)
def test_bytes(size, text):
    """In the unit that leaves the fewest digits, and without a fraction where that says nothing."""
    assert bytes_text(size) == text


def test_signs_stand_apart():
    """A minus in front of a number or an expression is its sign."""
    assert [signed(value) for value in (1234, -1234, Name("W"), -2 * Name("W"))] == [
        ("+", "1,234"),
        ("−", "1,234"),
        ("+", "W"),
        ("−", "2W"),
    ]


def test_counts_have_their_thousands_apart():
    """An expression is written as it is."""
    assert (thousands(25_557_032), thousands(Name("W") + 1)) == ("25,557,032", "W + 1")


def test_a_tally_names_each_noun_once():
    """With how often it occurs, where it occurs more than once."""
    assert tally(["ReLU", "Conv2d", "ReLU"]) == "2 ReLU, Conv2d"


def test_the_numbers_of_a_formula_have_their_thousands_apart():
    """Names, decimal numbers and what commas separate stay as they are."""
    assert thousands_in("270·16384 + c1024 + 1000.5 = 4423680") == "270·16,384 + c1024 + 1000.5 = 4,423,680"
    assert thousands_in("max(1000, 2000)") == "max(1000, 2000)"
