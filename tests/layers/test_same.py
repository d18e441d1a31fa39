"""Padding that keeps a size, or divides it: what it gives with letters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import layers
from shapecalc.algebra import Name, evaluate
from shapecalc.measures.sizes import apply

W, F, S = Name("W"), Name("F"), Name("S")

SIZES = {
    "same": (layers.Conv1d(1, 1, 4, padding="same"), "W"),
    "same, any kernel": (layers.Conv1d(1, 1, F, padding="same", dilation=3), "W"),
    "halved": (layers.Conv1d(1, 1, 3, 2, "tf_same"), "⌊(W + 1)/2⌋"),
    "a kernel below the stride": (layers.Conv1d(1, 1, 2, 3, "tf_same"), "⌊(W − 1)/3⌋ + 1"),
    "a kernel of one": (layers.Conv1d(1, 1, 1, 2, "tf_same"), "⌊(W + 1)/2⌋"),
    "any kernel and stride": (layers.Conv1d(1, 1, F, S, "tf_same"), "⌊(W − 1)/S⌋ + 1"),
}


@pytest.mark.parametrize(("layer", "size"), SIZES.values(), ids=SIZES)
def test_a_padding_that_keeps_the_size_says_so(layer: Any, size: str) -> None:
    """The size that comes out is W or ⌈W/S⌉, whatever is padded for it."""
    assert str(apply(layer, ((1, W),))[1][1]) == size


@given(
    st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), st.integers(1, 3), st.sampled_from(("same", "tf_same"))
)
def test_letters_pad_as_numbers_do(size: int, kernel: int, stride: int, dilation: int, rule: str) -> None:
    """Output size, and what is put before and after, in letters are those of each number; nothing is negative."""
    layer: Any = layers.Conv1d(1, 1, kernel, 1 if rule == "same" else stride, rule, dilation)
    (_, letters), (_, numbers) = layer.axis_envs((1, W))[0], layer.axis_envs((1, size))[0]
    sides = [(evaluate(letters[side], {W: size}), numbers[side]) for side in ("before", "after")]
    assert all(lettered == numbered >= 0 for lettered, numbered in sides)
    assert 0 <= numbers["after"] - numbers["before"] <= 1
    padded = size + numbers["before"] + numbers["after"]
    window = (padded - dilation * (kernel - 1) - 1) // layer.values["stride"][0] + 1
    assert evaluate(layer.output_shape(((1, W),))[1], {W: size}) == window
