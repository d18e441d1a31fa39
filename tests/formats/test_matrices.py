"""Matrices of numbers as people write them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.errors import SpecError
from shapecalc.formats.text.matrices import read_channels, read_matrix
from tests.campaigns import examples
from tests.kernels.matrices import matrices

READINGS = {
    "[[1, 0, -1], [2, 0, -2]]": "[[1, 0, -1], [2, 0, -2]]",
    "1 0 -1; 2 0 -2": "[[1, 0, -1], [2, 0, -2]]",
    "1 0 −1\n2 0 −2\n": "[[1, 0, -1], [2, 0, -2]]",
    "1|0|-1": "[[1, 0, -1]]",
    "{{1, 2}, {3, 4}}": "[[1, 2], [3, 4]]",
    "((1, 2), (3, 4))": "[[1, 2], [3, 4]]",
    "[1 2; 3 4]": "[[1, 2], [3, 4]]",
    "[[1 2]\n [3 4]]": "[[1, 2], [3, 4]]",
    "np.array([[1, 0], [0, -1]])": "[[1, 0], [0, -1]]",
    "torch.tensor([[1., .5]])": "[[1, 1/2]]",
    "1/9 * [[1, 1], [1, 1]]": "[[1/9, 1/9], [1/9, 1/9]]",
    "(1/9) [[1, 1]]": "[[1/9, 1/9]]",
    "[[1, 1]] / 4": "[[1/4, 1/4]]",
    "[[1, 1]] * 1/4": "[[1/4, 1/4]]",
    "[1/9, 2 / 9, 0.25]": "[[1/9, 2/9, 1/4]]",
    "5": "[[5]]",
}
REFUSALS = {
    "": "at least one number",
    "[[]]": "at least one number",
    "abc": "cannot read 'abc' as numbers",
    "[[1, 2], [3]]": "these have 1 and 2 numbers",
    "[[1, 2], x, [3, 4]]": "'x' stands outside its rows",
    "[[__import__('os')]]": "stands outside its rows",
    "[[1/0]]": "cannot read '1/0'",
    "[[1]] / 0": "is no matrix",
    "1 - 2 3": "cannot read '- 2 3'",
    "[[1e5]]": "cannot read '1e5'",
    "9" * 101: "cannot read",
    "1 " * 5001: "at most 10,000 are read",
}


def test_spellings():
    """Each way of writing is read as the same rows."""
    assert {text: str(read_matrix(text)) for text in READINGS} == READINGS


@pytest.mark.parametrize("text", REFUSALS)
def test_what_is_no_matrix_is_refused(text):
    """At what cannot be read."""
    with pytest.raises(SpecError, match=REFUSALS[text]):
        read_matrix(text)


@examples(100, deep=20_000)
@given(matrices())
def test_a_kernel_reads_back(kernel):
    """As it is written."""
    assert read_matrix(str(kernel)) == kernel


@examples(200, deep=100_000)
@given(st.text(alphabet="0123456789.,;/*-+[](){} \nxe_'", max_size=60))
def test_any_text_is_a_matrix_or_refused(text):
    """Nothing else is raised."""
    with suppress(SpecError):
        assert read_matrix(text).rows


CHANNELS = {
    "[[[1, 0]], [[0, 1]], [[1, 1]]]": ["[[1, 0]]", "[[0, 1]]", "[[1, 1]]"],
    "1/2 * [[[1, 0]], [[0, 1]]]": ["[[1/2, 0]]", "[[0, 1/2]]"],
    "torch.tensor([\n [[1, 0],\n  [2, 0]],\n [[0, 1],\n  [3, 4]]\n])": ["[[1, 0], [2, 0]]", "[[0, 1], [3, 4]]"],
    "[[[1]]]": ["[[1]]"],
    "1 0; 0 1": ["[[1, 0], [0, 1]]"],
}


def test_a_matrix_for_each_channel():
    """Three-fold brackets hold several matrices; anything else is one."""
    assert {text: [*map(str, read_channels(text))] for text in CHANNELS} == CHANNELS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[[1]], [[1, 2]]]", "have one size, but these have 1x1 and 1x2"),
        ("[[[1]], [[1]], [[1]], [[1]]]", "at most 3 channels, but these are 4 matrices"),
        ("[[[1]], x, [[1]]]", "is no matrix"),
        ("[[[[1]]]]", "is no matrix"),
        ("[[[1]]", "is no matrix"),
        ("[[[1, a]]]", "cannot read 'a' as numbers"),
        ("[" * 5000, "is no matrix"),
    ],
)
def test_channels_that_are_none_are_refused(text, message):
    """With the sizes, or what cannot be read."""
    with pytest.raises(SpecError, match=message):
        read_channels(text)
