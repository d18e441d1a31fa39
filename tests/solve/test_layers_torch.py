"""The layers that answer a question: none that torch refuses, and each gives the size."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.formats.text.chain import read_layers
from shapecalc.solve.windows.layers import layers_for
from tests.campaigns import examples


def torch_size(spec: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What torch makes of a shape, with no memory for any number."""
    with torch.device("meta"):
        modules = [
            getattr(torch.nn, type(layer).__name__)(**{k: v for k, v in layer.values.items() if v is not None})
            for layer in read_layers(spec)
        ]
        return tuple(torch.nn.Sequential(*modules)(torch.empty(1, *shape)).shape[1:])


@examples(15, deep=400)
@given(st.sampled_from(["conv", "pool", "avgpool", "deconv"]), st.integers(1, 40), st.integers(1, 40))
def test_torch_agrees_within_the_default_ranges(kind, before, after):
    """A sample of the answers, run by torch."""
    answer = layers_for((3, before, before), (3, after, after), layer=kind)
    sample = answer.solutions[:: max(len(answer.solutions) // 15, 1)]
    wrong = [str(one) for one in sample if torch_size(str(one), (3, before, before)) != (3, after, after)]
    assert wrong == []


def test_axes_that_differ_have_their_own_arguments():
    """A height that halves and a width that is quartered: one kernel, two strides."""
    answer = layers_for("32x64 -> 16x16")
    right = {torch_size(str(one), (3, 32, 64))[1:] for one in layers_for("3x32x64 -> 8x16x16").solutions}
    assert ([one.axis for one in answer.axes], right) == (["height", "width"], {(16, 16)})
