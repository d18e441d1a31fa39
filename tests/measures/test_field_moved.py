"""Receptive fields where positions are joined, halved, normalised or counted anew: a bound contains the truth."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import Builder, Net, layers
from shapecalc.algebra import Name
from shapecalc.measures import measure
from shapecalc.measures.field.axis import AxisField

H, W = Name("H"), Name("W")


def chain(shape: tuple[Any, ...], *parts: Any) -> Net:
    b = Builder(shape)
    b.chain(*parts)
    return b.build()


def last_fields(net: Net) -> tuple[AxisField, ...]:
    return measure(net).rows[-1].fields


def test_a_gate_over_the_channels_reads_one_place() -> None:
    """Over the channels GLU leaves every position where it is."""
    (field,) = last_fields(chain((2, 8), layers.Conv1d(2, 4, 3), layers.GLU(1)))
    assert (field.size, field.count, field.bound) == (3, 6, "")


def test_a_norm_over_the_features_leaves_positions_exact() -> None:
    """Statistics over features alone say nothing of other positions: behind an embedding the field stays exact."""
    (field,) = last_fields(chain((6,), layers.Embedding(9, 4), layers.LayerNorm(4)))
    assert (field.size, field.bound) == (1, "")


COUNTED = {
    "Linear": (layers.Linear(8, 5), 5),
    "GLU": (layers.GLU(2), 4),
    "bidirectional GRU": (layers.GRU(8, 3, bidirectional=True), 3),  # the steps: its axis is time
}


@pytest.mark.parametrize(("layer", "count"), COUNTED.values(), ids=COUNTED)
def test_the_number_of_outputs_is_that_of_the_dimension(layer: Any, count: int) -> None:
    """A layer that resizes the dimension of an axis leaves as many outputs along it as come out."""
    (field,) = last_fields(chain((3, 8), layer))
    assert field.count == count


@pytest.mark.parametrize("size", [5, 8])
def test_a_dense_layer_behind_a_repeating_field_sees_its_input(size: int) -> None:
    """With letters, what reads everything behind a resizing sees what it sees with numbers."""
    parts = (layers.Upsample(scale_factor=2), layers.Flatten(), layers.Linear(out_features=3))
    (letters,), (numbers,) = last_fields(chain((1, W), *parts)), last_fields(chain((1, size), *parts))
    assert (letters.size, letters.start, letters.bound) == (W, 0, "")
    assert (numbers.size, numbers.start, numbers.bound) == (size, 0, "")


def test_global_pooling_behind_a_repeating_field_is_exact_with_letters() -> None:
    """One output that reads all positions sees the input and the padding, however the field repeats."""
    parts = (layers.Conv2d(3, 8, 3, padding=1), layers.Upsample(scale_factor=2), layers.AdaptiveAvgPool2d(1))
    fields = last_fields(chain((3, H, W), *parts))
    assert [(str(field.size), field.start, field.bound) for field in fields] == [("H + 2", -1, ""), ("W + 2", -1, "")]
    numbers = last_fields(chain((3, 5, 7), *parts))
    assert [(field.size, field.start, field.bound) for field in numbers] == [(7, -1, ""), (9, -1, "")]


def test_a_window_over_a_flattened_map_is_a_bound() -> None:
    """Where a dimension holds the channels too, its positions are not those of the axis."""
    (field,) = last_fields(chain((3, 4), layers.Flatten(), layers.ZeroPad1d(1)))
    assert (field.size, field.bound) == (4, "ZeroPad1d moves positions between dimensions")


def test_a_window_over_a_flattened_single_channel_is_exact() -> None:
    """With one channel, flattening leaves the positions of the axis."""
    (field,) = last_fields(chain((1, 4), layers.Flatten(), layers.ZeroPad1d(1)))
    assert (field.size, field.start, field.count, field.bound) == (1, -1, 6, "")
