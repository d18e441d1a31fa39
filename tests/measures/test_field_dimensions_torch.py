"""Receptive fields where dimensions are ordered, cut and put together anew, against the gradient in torch."""

from __future__ import annotations

from itertools import product

import pytest

from shapecalc import Builder, Net, layers, measure, parse
from shapecalc.measures import footprint
from tests.measures.gradient import Interval, seen_by
from tests.measures.test_field_moved import chain
from tests.narrow import integers, present


def footprints(net: Net) -> list[list[tuple[Interval, ...] | None]]:
    """What each position of a map with channels first depends on, in torch and here."""
    seen, sizes = seen_by(net), integers(measure(net).rows[-1].output_shape[1:])
    places = [*product(*map(range, sizes))]
    return [[seen(place) for place in places], [footprint(net, net.outputs[0], place) for place in places]]


def stacked() -> Net:
    """A stack of what two windows see."""
    b = Builder((1, 9))
    ends = [b.add(layers.Conv1d(1, 1, size, padding=size // 2), inputs="input") for size in (3, 5)]
    b.add(layers.Stack(2), inputs=ends)
    b.chain(layers.Select(1, 0), layers.Conv1d(2, 1, 1))
    return b.build()


EXACT = {
    "Transpose": chain(
        (1, 6, 9),
        layers.Conv2d(1, 1, (3, 2)),
        layers.Transpose(2, 3),
        layers.Conv2d(1, 1, (4, 1)),
        layers.Transpose(-1, -2),
    ),
    "Permute": chain((1, 5, 6), layers.Conv2d(1, 2, 2), layers.Permute(0, 3, 1, 2), layers.Permute(0, 2, 3, 1)),
    "Slice": chain((1, 12), layers.Conv1d(1, 1, 3), layers.Slice(2, 1, -1, 2), layers.Conv1d(1, 1, 2)),
    "Slice of little": chain((1, 4), layers.Slice(2, -9, 3)),
    "Chunk": chain((1, 11), layers.Conv1d(1, 1, 3, 2), layers.Chunk(2, 2, 1)),
    "Split": chain((1, 11), layers.Conv1d(1, 1, 3), layers.Split((2, 3, 4), 2, 2), layers.Conv1d(1, 1, 2)),
    "Unsqueeze and Squeeze": chain(
        (1, 8), layers.Conv1d(1, 2, 3), layers.Unsqueeze(2), layers.Conv2d(2, 1, (1, 2)), layers.Squeeze(2)
    ),
    "Squeeze of a single position": chain(
        (1, 3, 7), layers.Conv2d(1, 1, (3, 2)), layers.Squeeze(2), layers.Unsqueeze(-2)
    ),
    "Reshape of channels": chain((4, 6), layers.Conv1d(4, 4, 3), layers.Reshape(2, 2, 4), layers.Select(1, 1)),
    "Expand": chain((1, 3), layers.Conv1d(1, 2, 3), layers.Expand(2, 4)),
    "Stack": stacked(),
}


@pytest.mark.parametrize("name", EXACT)
def test_the_field_follows_the_dimensions(name: str) -> None:
    """Each output depends on exactly what the engine says."""
    truth, engine = footprints(EXACT[name])
    assert (truth, measure(EXACT[name]).rows[-1].status) == (engine, "exact")


BOUNDS = {
    "a window over joined axes": chain((1, 3, 4), layers.Reshape(1, 12), layers.ZeroPad1d(1)),
    "one position of joined axes": chain(
        (1, 5, 5), layers.Conv2d(1, 1, 2), layers.Flatten(2), layers.Unflatten(2, (8, 2))
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_contains_what_an_output_depends_on(name: str) -> None:
    """Where positions are put elsewhere, the field says that it is a bound."""
    row, seen = measure(BOUNDS[name]).rows[-1], seen_by(BOUNDS[name])
    truth = [interval for place in range(integers(row.output_shape)[-1]) for interval in seen((place,)) or ()]
    said = [field.interval(place) for place in range(integers(row.output_shape)[-1]) for field in row.fields]
    bounds = [integers(present(interval)) for interval in said]
    inside = [low <= first and last <= high for (low, high), (first, last) in zip(bounds, truth, strict=False)]
    assert (row.status, all(inside)) == ("bound", True)


#: Nets that take one position along an axis, which goes.
SELECTED = {
    "a row": chain((1, 9, 7), layers.Conv2d(1, 2, 3, padding=1), layers.Select(2, 1)),
    "the last column": chain((1, 9, 7), layers.Conv2d(1, 2, 3, padding=1), layers.Select(-1, -1)),
    "a column, and a window": chain((1, 9, 9), layers.Conv2d(1, 2, 3, 2), layers.Select(3, 2), layers.Conv1d(2, 2, 2)),
    "a row of a transposed one": chain((1, 5, 5), layers.ConvTranspose2d(1, 2, 3, 2), layers.Select(2, 3)),
    "a row behind a window": chain((1, 8, 9), layers.Conv2d(1, 1, 3), layers.MaxPool2d(2), layers.Select(2, -2)),
}


@pytest.mark.parametrize("name", SELECTED)
def test_a_selected_position_is_what_all_outputs_see(name: str) -> None:
    """Along the axis that goes, each output sees what that position does, and no more."""
    net = SELECTED[name]
    row, seen = measure(net).rows[-1], seen_by(net)
    gone = next(axis for axis, field in enumerate(row.fields) if field.jump == 0)
    places = range(integers(row.output_shape)[-1])
    asked = [(0, place) if gone == 0 else (place, 0) for place in places]
    assert [footprint(net, net.outputs[0], index) for index in asked] == [seen((place,)) for place in places]
    assert (row.status, row.fields[gone].interval(0)) == ("exact", row.fields[gone].interval(1))
    ends = [integers(present(field.interval(0 if axis == gone else 2))) for axis, field in enumerate(row.fields)]
    sizes = integers(next(iter(net.inputs.values()))[1:])
    cut = [(max(low, 0), min(high, size - 1)) for (low, high), size in zip(ends, sizes, strict=True)]
    assert tuple(cut) == seen((2,))


def test_with_letters_the_last_position_is_a_formula() -> None:
    """Counted from the end, what it sees depends on the size."""
    (height, _) = measure(parse("Conv2d(1, 2, 3) Select(2, -1)", input_shape="1xHxW")).rows[-1].fields
    assert (height.bound, str(height.start), height.size, height.jump) == ("", "H − 3", 3, 0)
