"""Shapes as people write them, and those that would be guesses."""

from __future__ import annotations

import pytest

from shapecalc import SpecError
from shapecalc.formats import read_shape

READ = [
    ("3x130x130", "3 130 130"),
    ("3 × 130, 130", "3 130 130"),
    ("(3, 130, 130)", "3 130 130"),
    ("(3,)", "3"),
    ("3 130 130", "3 130 130"),
    ("3*4*5", "3 4 5"),
    ("3xHxW", "3 H W"),
    ("3x(H+1)x(2*W)", "3 H + 1 2W"),
    ("3x⌊(W − 2)/8⌋", "3 ⌊(W − 2)/8⌋"),
    ("3x2**3", "3 8"),
]


@pytest.mark.parametrize(("text", "sizes"), READ)
def test_a_shape_is_read(text: str, sizes: str) -> None:
    """Also as shapecalc itself writes it."""
    assert " ".join(map(str, read_shape(text))) == sizes


@pytest.mark.parametrize("text", ["3xx4x5", "3x4x", "x3x4", "3,,4", "3 x x 4"])
def test_a_size_that_is_missing_is_asked_for(text: str) -> None:
    """It is not left out."""
    with pytest.raises(SpecError, match="A size is missing"):
        read_shape(text)
