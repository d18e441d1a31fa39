"""Receptive fields of the layers that read everything, lose positions, or are bounds; and what letters leave open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from shapecalc import Builder, Net, layers
from shapecalc.algebra import Name
from shapecalc.measures import footprint, measure
from tests.narrow import integer


def chain(shape: tuple[Any, ...], *parts: Any) -> Net:
    b = Builder(shape)
    b.chain(*parts)
    return b.build()


def last_fields(net: Net) -> tuple[Any, ...]:
    return measure(net).rows[-1].fields


WHOLE = {
    "linear": ((2, 5, 6), (layers.Flatten(), layers.Linear(out_features=3))),
    "global pooling": ((2, 5, 6), (layers.AdaptiveAvgPool2d(1),)),
    "softmax": ((2, 5), (layers.Softmax(2),)),
    "attention": ((4, 5), (layers.Transpose(1, 2), layers.MultiheadAttention(4, 2, batch_first=True))),
    "recurrence": ((4, 5), (layers.Transpose(1, 2), layers.LSTM(4, 3, bidirectional=True, batch_first=True))),
    "a window as large as the image": ((2, 5, 6), (layers.Conv2d(2, 1, (5, 6)),)),
}


@pytest.mark.parametrize(("shape", "parts"), WHOLE.values(), ids=WHOLE)
def test_what_reads_everything_sees_the_whole_axis(shape: tuple[int, ...], parts: tuple[Any, ...]) -> None:
    """Dense layers, global pooling, softmax, attention and recurrences see the whole input, exactly."""
    found = [(axis.start, axis.size, axis.bound) for axis in last_fields(chain(shape, *parts))]
    assert found == [(0, size, "") for size in shape[1:]]


def test_flattening_keeps_what_each_position_sees() -> None:
    """Behind Flatten alone each value still sees its own window."""
    net = chain((1, 8, 8), layers.Conv2d(1, 2, 3), layers.Flatten())
    assert [(axis.size, axis.jump) for axis in last_fields(net)] == [(3, 1), (3, 1)]


MOVES = {
    "Unfold": ((2, 6, 6), layers.Unfold(3)),
    "Unflatten": ((2, 6), layers.Unflatten(2, (2, 3))),
    "Concat": ((2, 6), layers.Concat(2)),
}


@pytest.mark.parametrize(("shape", "layer"), MOVES.values(), ids=MOVES)
def test_a_layer_that_moves_positions_gives_a_bound(shape: tuple[int, ...], layer: Any) -> None:
    """Where positions change their dimension the whole axis is named as the bound, with the layer as the reason."""
    b = Builder(shape)
    b.add(layer, inputs=("input", "input") if isinstance(layer, layers.Concat) else None)
    found = [(axis.size, axis.bound) for axis in last_fields(b.build())]
    assert found == [(size, f"{type(layer).__name__} moves positions between dimensions") for size in shape[1:]]


def test_a_pixel_shuffle_behind_different_branches_is_a_bound() -> None:
    """A pixel shuffle takes neighbours from different channels; where these see different places it is a bound."""
    b = Builder((1, 8, 8))
    ends = [b.add(layers.Conv2d(1, 2, k, padding="same"), inputs="input") for k in (1, 3)]
    b.add(layers.Concat(), inputs=ends)
    b.add(layers.PixelShuffle(2))
    (field, _) = last_fields(b.build())
    assert (field.size, field.bound.split()[0]) == (3, "PixelShuffle")


def test_a_dense_window_evens_out_what_channels_see() -> None:
    """A convolution that reads all channels makes the pixel shuffle behind it exact again."""
    b = Builder((1, 8, 8))
    ends = [b.add(layers.Conv2d(1, 2, k, padding="same"), inputs="input") for k in (1, 3)]
    b.add(layers.Concat(), inputs=ends)
    b.chain(layers.Conv2d(4, 4, 1), layers.PixelShuffle(2))
    (field, _) = last_fields(b.build())
    assert (field.size, field.jump, field.bound) == (3, Fraction(1, 2), "")


NORMS = {
    "InstanceNorm1d": layers.InstanceNorm1d(2),
    "GroupNorm": layers.GroupNorm(1, 2),
    "LayerNorm": layers.LayerNorm(9),
    "RMSNorm": layers.RMSNorm(9),
}


@pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS)
def test_a_norm_reads_what_its_statistics_are_taken_over(norm: Any) -> None:
    """Its field is the whole map, exactly; that of the window is the local path's."""
    row = measure(chain((2, 9), layers.Conv1d(2, 2, 3, padding=1), norm)).rows[-1]
    (field,), (local,) = row.fields, row.local_fields
    assert (field.size, field.jump, field.bound, field.interval(4)) == (11, 0, "", (-1, 9))
    assert (local.size, local.jump, local.bound, local.interval(4)) == (3, 1, "", (3, 5))


def test_a_norm_over_a_single_position_leaves_nothing_out() -> None:
    """Where a norm reads no more than its own position, the local path is the field itself."""
    assert measure(chain((2, 4, 4), layers.AdaptiveAvgPool2d(1), layers.GroupNorm(1, 2))).rows[1].state.local is None
    assert measure(chain((2, 9, 9), layers.BatchNorm2d(2))).rows[0].state.local is None


def test_a_causal_window_sees_no_later_input() -> None:
    """With causal padding output i sees inputs up to i."""
    (field,) = last_fields(chain((1, 20), *[layers.Conv1d(1, 1, 3, padding="causal", dilation=d) for d in (1, 2, 4)]))
    assert [field.interval(o) for o in (0, 19)] == [(-14, 0), (5, 19)]


def test_outputs_in_gaps_alone_see_nothing() -> None:
    """Where only gaps between transposed kernels are left, nothing is seen, in a branch or alone."""
    b = Builder((1, 2))
    b.chain(layers.ConvTranspose1d(1, 1, 1, stride=3), layers.ZeroPad1d((-1, -1)))
    gaps = b.chain(layers.AdaptiveAvgPool1d(1))
    (alone,) = last_fields(b.build())
    b.add(layers.Add(), inputs=("input", gaps))
    (joined,) = last_fields(b.build())
    found = [(field.size, field.start, field.interval(0), field.bound) for field in (alone, joined)]
    assert found == [(0, 0, None, ""), (1, 0, (0, 0), "")]


def test_branches_at_different_rates_are_a_bound() -> None:
    """Branches that move over the input at different rates have no common jump; the bound is all that they see."""
    b = Builder((1, 8))
    slow = b.add(layers.AdaptiveAvgPool1d(4), inputs="input")
    fast = b.add(layers.Conv1d(1, 1, 5), inputs="input")
    b.add(layers.Add(), inputs=(slow, fast))
    (field,) = last_fields(b.build())
    assert (field.interval(2), field.bound) == ((0, 7), "the branches move over the input at different rates")


RESIZED = [
    {"scale_factor": 0.75, "mode": "area"},  # adaptive pooling knows the sizes, not the factor
    {"scale_factor": 1.5, "mode": "linear", "recompute_scale_factor": True},
    {"size": 11, "mode": "linear", "align_corners": True},
    {"size": 1, "mode": "linear", "align_corners": True},
    {"size": 12, "mode": "nearest-exact"},  # at 23, from 14, torch's gradient goes to another input than its value
]


def outputs(net: Net) -> range:
    """The positions of an output of one axis."""
    return range(integer(measure(net).output_shape[1]))


@pytest.mark.parametrize("arguments", RESIZED, ids=str)
def test_a_resized_positions_interval_is_its_footprint(arguments: dict[str, Any]) -> None:
    """The interval of a resized position, cut at the border, is what it reads, at every length."""
    nets = [chain((1, length), layers.Upsample(**arguments)) for length in range(2, 40)]
    found = [[footprint(net, net.outputs[0], (o,)) for o in outputs(net)] for net in nets]
    fields = [last_fields(net)[0] for net in nets]
    assert found == [[(cut(field, o),) for o in range(field.count)] for field in fields]


def cut(field: Any, output: int) -> tuple[int, int]:
    """An interval cut at the border, where the last position repeats."""
    low, high = field.interval(output)
    return min(max(low, 0), field.length - 1), min(max(high, 0), field.length - 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=("map first", "gate first"))
def test_a_gate_that_is_stretched_sees_everything_exactly(order: tuple[int, int]) -> None:
    """A map times its own global average (squeeze and excitation) sees the whole input, and that is exact."""
    b = Builder((4, 9, 7))
    source = b.add(layers.Conv2d(4, 4, 3, padding=1))
    gate = b.chain(layers.AdaptiveAvgPool2d(1), layers.Conv2d(4, 4, 1), layers.Sigmoid())
    b.add(layers.Multiply(), inputs=[(source, gate)[place] for place in order])
    found = [(axis.count, axis.jump, axis.size, axis.bound) for axis in last_fields(b.build())]
    assert found == [(9, 0, 11, ""), (7, 0, 9, "")]  # the window's own padding counts


def test_an_unpooled_value_lies_within_its_bound() -> None:
    """Where a value is put back depends on the data; the interval is that of its window."""
    net = chain((1, 8), layers.MaxPool1d(2), layers.MaxUnpool1d(2))
    (field,) = last_fields(net)
    assert ([field.interval(o) for o in (0, 1, 6)], field.bound) == (
        [(0, 1), (0, 1), (6, 7)],
        "where an unpooled value goes depends on the data",
    )


def test_a_value_goes_back_into_the_window_of_its_pooling() -> None:
    """The unpooling here has narrower windows; a value comes from the pooling's."""
    net = chain((1, 8), layers.MaxPool1d(3, stride=2, padding=1), layers.MaxUnpool1d(2))
    (field,) = last_fields(net)
    assert [field.interval(o) for o in (1, 2)] == [(-1, 3), (1, 3)]  # of two windows, and of one


def embedded(layer: Any) -> Net:
    return chain((6,), layers.Embedding(9, 4), layer)


def test_a_recurrence_in_one_direction_is_a_bound() -> None:
    """An output of a one-way recurrence depends on what comes before it: whole sequences are a bound."""
    net = embedded(layers.LSTM(4, 3))
    (field,) = last_fields(net)
    found = footprint(net, net.outputs[0], (2,))
    assert (found, field.size, field.bound) == (
        ((0, 2),),
        6,
        "a recurrence in one direction sees what comes before",
    )


def test_a_recurrence_in_two_directions_sees_everything() -> None:
    """With a second direction every output depends on the whole sequence."""
    net = embedded(layers.GRU(4, 3, bidirectional=True))
    (field,) = last_fields(net)
    assert (footprint(net, net.outputs[0], (2,)), field.size, field.bound) == (((0, 5),), 6, "")


LETTERS = {
    "window": (layers.Conv1d(1, 1, Name("k"), stride=Name("s"), padding=Name("p")), ""),
    "transposed at stride 1": (layers.ConvTranspose1d(1, 1, Name("k"), padding=Name("p")), ""),
    "transposed": (layers.ConvTranspose1d(1, 1, Name("k"), stride=2), "letters leave the pattern of the fields open"),
    "resized": (layers.Upsample(size=8), "letters leave the pattern of the fields open"),
    "corners aligned": (
        layers.Upsample(scale_factor=2.0, mode="linear", align_corners=True),
        "letters leave the pattern of the fields open",
    ),
    "resized by a whole factor": (layers.Upsample(scale_factor=2.0), ""),
}


@pytest.mark.parametrize(("layer", "bound"), LETTERS.values(), ids=LETTERS)
def test_letters_give_a_formula_or_a_reason(layer: Any, bound: str) -> None:
    """With letters for sizes a field is a formula, or says what the letters leave open."""
    (field,) = last_fields(chain((1, Name("W")), layer))
    assert field.bound == bound
