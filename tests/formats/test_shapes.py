"""Shapes as people write them, and those that would be guesses."""

from __future__ import annotations

import pytest

from shapecalc import SpecError
from shapecalc.formats import read_shape
from shapecalc.formats.text.shapes import ShapeLimitError, Style

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
    ("3 by 8 by H", "3 8 H"),
]


@pytest.mark.parametrize(("text", "sizes"), READ)
def test_a_shape_is_read(text: str, sizes: str) -> None:
    """Also as shapecalc itself writes it."""
    assert " ".join(map(str, read_shape(text))) == sizes


EXPRESSIONS = [
    ("227", "227"),
    ("W - 1", "W − 1"),
    ("2*W x W/2", "2W ⌊W/2⌋"),
    ("3xHx((W + 1)/2)", "3 H ⌊(W + 1)/2⌋"),
    ("(3, W + 1)", "3 W + 1"),
    ("(W + 1)", "W + 1"),
    ("(H + 1), max(W, 3)", "H + 1 max(W, 3)"),
    ("x", "x"),
]
NUMBERS = [("20x16x16", "20 16 16"), ("20, 16", "20 16"), ("20 16", "20 16"), ("20", "20"), ("0x5", "0 5")]
NO_NUMBERS = ["", "Wx3", "20x16,3", "20 x 16 3", "(20x16)", "20,16,", "2*3", "1_0", "-1"]


@pytest.mark.parametrize(("text", "sizes"), EXPRESSIONS)
def test_sizes_may_be_expressions(text: str, sizes: str) -> None:
    """Stars and spaces then belong to them; only crosses and commas separate."""
    assert " ".join(map(str, read_shape(text, style="expressions", down=True))) == sizes


@pytest.mark.parametrize(("text", "sizes"), NUMBERS)
def test_sizes_may_be_numbers_alone(text: str, sizes: str) -> None:
    """With one and the same sign between them."""
    assert " ".join(map(str, read_shape(text, style="numbers", minimum=0))) == sizes


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_no_shape_of_numbers(text: str) -> None:
    """Letters, brackets and different signs are refused."""
    with pytest.raises(SpecError):
        read_shape(text, style="numbers", minimum=0)


@pytest.mark.parametrize("style", ["words", "expressions", "numbers"])
@pytest.mark.parametrize("text", ["x".join("1" * 17), "9" * 101])
def test_a_shape_has_limits(text: str, style: Style) -> None:
    """16 sizes of 100 digits, in every style."""
    with pytest.raises(ShapeLimitError):
        read_shape(text, style=style)


def test_a_size_has_a_minimum() -> None:
    """If there is one."""
    assert read_shape("-1x0", style="expressions", minimum=None) == (-1, 0)
    with pytest.raises(SpecError, match=r"^A size must be at least 0, but '-1x0' has -1\.$"):
        read_shape("-1x0", style="expressions", minimum=0)


@pytest.mark.parametrize("text", ["3xx4x5", "3x4x", "x3x4", "3,,4", "3 x x 4"])
def test_a_size_that_is_missing_is_asked_for(text: str) -> None:
    """It is not left out."""
    with pytest.raises(SpecError, match="A size is missing"):
        read_shape(text)
