"""The transposed convolution that restores a size, against torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.layers import Conv1d, Layer, MaxPool1d
from shapecalc.solve.restoring import restore
from tests.campaigns import examples
from tests.solve.test_restoring import POOLS, WINDOWS


def torch_shape(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What torch makes of a shape, with no memory for any number."""
    values = {name: value for name, value in layer.values.items() if value is not None}
    with torch.device("meta"):
        module = getattr(torch.nn, type(layer).__name__)(**values)
        return tuple(module(torch.empty(1, *shape)).shape[1:])


def round_trip(encoder: Layer, decoder: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape behind both layers."""
    return torch_shape(decoder, torch_shape(encoder, shape))


@pytest.mark.parametrize("kind", [Conv1d, MaxPool1d])
def test_torch_gives_the_size_back(kind):
    """For inputs from 11 to 18, which leave every remainder by every stride."""
    layers = WINDOWS if kind is Conv1d else POOLS
    wrong = [
        (layer, size)
        for layer in layers
        for size in range(11, 19)
        if round_trip(layer, restore(layer, (4, size)).answers[0].layer, (4, size)) != (4, size)
    ]
    assert wrong == []


@examples(25, deep=600)
@given(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.tuples(st.integers(9, 30), st.integers(9, 30)))
def test_each_axis_has_its_own(strides, sizes):
    """A stride for each axis, a size for each axis."""
    answer = restore(f"Conv2d(3, 8, 3, stride={strides}, padding=1)", (3, *sizes))
    assert round_trip(answer.layer, answer.answers[0].layer, (3, *sizes)) == (3, *sizes)
