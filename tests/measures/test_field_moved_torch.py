"""Receptive fields where positions are joined, halved or normalised, against the gradient in torch."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import Builder, Net, layers
from shapecalc.measures import footprint
from tests.measures.gradient import seen_by
from tests.measures.test_field_moved import chain, last_fields


def footprints(net: Net) -> list[Any]:
    """What each output of a net with one axis depends on, in torch and here."""
    (field,), seen = last_fields(net), seen_by(net)
    places = [(place,) for place in range(field.count)]  # type: ignore[arg-type]  # numbers all of them
    return [[seen(place) for place in places], [footprint(net, net.outputs[0], place) for place in places]]


def joined(*parts: Any) -> Net:
    """What some layers make of one input, one behind the other along its axis."""
    b = Builder((1, 10))
    ends = [b.add(part, inputs="input") for part in parts]
    b.add(layers.Concat(2), inputs=ends)
    return b.build()


JOINED = {
    "the first is shorter": joined(layers.Crop(3, 2), layers.Identity()),
    "the second is shorter": joined(layers.Identity(), layers.Crop(3, 2)),
    "different windows": joined(layers.Conv1d(1, 1, 9), layers.Conv1d(1, 1, 3), layers.AdaptiveAvgPool1d(1)),
}


@pytest.mark.parametrize("net", JOINED.values(), ids=JOINED)
def test_a_concatenation_along_an_axis_is_bounded_by_all_that_its_branches_see(net: Net) -> None:
    """Whatever their lengths, the interval of every output contains what it depends on."""
    (field,), (truth, engine) = last_fields(net), footprints(net)
    (low, high) = field.interval(0) or (0, 0)
    assert (truth, field.bound) == (engine, "Concat moves positions between dimensions")
    assert (low, high) == (0, 9)


def test_a_gated_half_reads_two_places() -> None:
    """Along a spatial axis GLU reads a position of either half: exactly what lies between them is in its interval."""
    net = chain((1, 8), layers.Conv1d(1, 2, 3), layers.GLU(2))
    (field,), (truth, engine) = last_fields(net), footprints(net)
    assert truth == engine
    assert ([field.interval(o) for o in range(3)], field.count, field.bound) == ([(0, 5), (1, 6), (2, 7)], 3, "")


def test_batch_normalisation_without_running_statistics_reads_the_map() -> None:
    """Without statistics from training, a position depends on the whole map at inference too."""
    net = chain((2, 6), layers.BatchNorm1d(2, track_running_stats=False))
    (field,), (truth, engine) = last_fields(net), footprints(net)
    assert truth == engine == [((0, 5),)] * 6
    assert ([field.interval(o) for o in range(6)], field.bound) == ([(0, 5)] * 6, "")
