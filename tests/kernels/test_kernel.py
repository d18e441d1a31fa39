"""Kernels as matrices, against what torch does with them."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

from shapecalc.errors import SpecError
from shapecalc.kernels import KERNELS, Kernel, named_kernel


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one number"),
        ([[]], "at least one number"),
        ([[1, 2], [3]], "equally long; these have 1 and 2"),
        ([[0] * 32], "at most 31 rows and columns; this is 1x32"),
    ],
)
def test_what_is_no_kernel_is_refused(rows, message):
    """With the numbers."""
    with pytest.raises(SpecError, match=message):
        Kernel.of(rows)


def test_a_kernel_that_does_not_fit_is_refused():
    """The kernel is larger than the image, or the padding is below 0."""
    with pytest.raises(SpecError, match="5x5 does not fit into an image of 3x3"):
        KERNELS["box-5"].over(KERNELS["box-3"])
    with pytest.raises(SpecError, match="from 0 to 31, not -1"):
        KERNELS["box-5"].over(KERNELS["box-3"], padding=-1)


def test_multiples():
    """The factor, where every number has the same; a zero matrix is no multiple of anything, nor anything of it."""
    sobel = KERNELS["sobel-x"]
    half = Kernel.of([[number / 2 for number in row] for row in sobel.rows])
    zeros = Kernel.of([[0] * 3] * 3)
    assert half.multiple_of(sobel) == Fraction(1, 2)
    assert sobel.mirrored.multiple_of(sobel) == -1
    assert zeros.multiple_of(sobel) is None
    assert sobel.multiple_of(zeros) is None
    assert sobel.multiple_of(sobel.transposed) is None
    assert sobel.multiple_of(KERNELS["box-5"]) is None


def test_names():
    """In any case and with any joint; a wrong name names the nearest."""
    assert named_kernel("Sobel_X") is KERNELS["sobel-x"]
    with pytest.raises(SpecError, match="did you mean sobel-"):
        named_kernel("sobell-x")


def test_text_and_pickling():
    """A kernel reads as a list of its rows, and crosses processes."""
    kernel = Kernel.of([[Fraction(1, 9), 2]])
    assert str(kernel) == "[[1/9, 2]]"
    assert pickle.loads(pickle.dumps(kernel)) == kernel  # noqa: S301  ours
