"""Receptive fields of single layers against the gradient in torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shapecalc import Builder, layers
from shapecalc.measures import footprint
from tests.measures.gradient import seen_by
from tests.measures.test_field_layers import NORMS, RESIZED, chain, last_fields, outputs
from tests.narrow import integer, present


@pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS)
def test_a_norms_footprint_is_what_its_statistics_are_taken_over(norm: Any) -> None:
    """One normalised position depends on the whole axis, in torch and here."""
    net = chain((2, 9), norm)
    assert seen_by(net)((4,)) == footprint(net, net.outputs[0], (4,)) == ((0, 8),)


LOCAL = {
    "BatchNorm1d": layers.BatchNorm1d(2),
    "InstanceNorm1d": layers.InstanceNorm1d(2, track_running_stats=True),
    "LocalResponseNorm": layers.LocalResponseNorm(2),
}


@pytest.mark.parametrize("norm", LOCAL.values(), ids=LOCAL)
def test_running_statistics_read_nothing_else(norm: Any) -> None:
    """At inference a norm with running statistics, or across channels, reads the position alone."""
    net = chain((2, 9), norm)
    (field,) = last_fields(net)
    assert (seen_by(net)((4,)), footprint(net, net.outputs[0], (4,)), field.bound) == (((4, 4),), ((4, 4),), "")


def test_an_output_in_a_gap_sees_nothing() -> None:
    """Between the kernels of a transposed convolution with a stride beyond its kernel there is nothing to see."""
    net = chain((1, 4), layers.ConvTranspose1d(1, 1, 1, stride=3))
    (field,) = last_fields(net)
    seen = [seen_by(net)((o,)) for o in range(4)]
    assert ([field.interval(o) for o in range(4)], seen) == (
        [(0, 0), None, None, (1, 1)], [((0, 0),), None, None, ((1, 1),)]
    )  # fmt: skip


def test_footprints_part_what_is_joined_along_an_axis() -> None:
    """Behind a concatenation in space each output is followed into the branch that it comes from."""
    b = Builder((1, 5))
    ends = [b.add(layers.Conv1d(1, 1, k, padding="same"), inputs="input") for k in (1, 3)]
    b.add(layers.Concat(2), inputs=ends)
    last = b.add(layers.Conv1d(1, 1, 3, padding=1))
    net = b.build()
    seen = seen_by(net)
    assert [seen((o,)) for o in range(10)] == [footprint(net, last, (o,)) for o in range(10)]


CROPPED = [(3, 2, -1), (4, -1, 2), (5, -2, 3), (6, 3, -3), (2, 1, -1)]


@pytest.mark.parametrize(("length", "left", "right"), CROPPED)
def test_circular_padding_continues_what_cropping_leaves(length: int, left: int, right: int) -> None:
    """Where one side is cropped, the other continues what is left of the input, as in torch."""
    net = chain((1, length), layers.CircularPad1d((left, right)))
    seen = seen_by(net)
    places = [(o,) for o in range(length + left + right)]
    assert [seen(place) for place in places] == [footprint(net, net.outputs[0], place) for place in places]


@pytest.mark.parametrize("arguments", RESIZED, ids=str)
def test_a_resized_position_is_made_of_the_inputs_that_torch_takes(arguments: dict[str, Any]) -> None:
    """Each output of a resizing reads what torch reads, at every length."""
    nets = [chain((1, length), layers.Upsample(**arguments)) for length in range(2, 40)]
    found = [[footprint(net, net.outputs[0], (o,)) for o in outputs(net)] for net in nets]
    seen = [list(map(seen_by(net), [(o,) for o in outputs(net)])) for net in nets]
    assert found == seen


TABLES = {
    "two transposed": (layers.ConvTranspose1d(1, 1, 3, stride=2), layers.ConvTranspose1d(1, 1, 4, stride=3)),
    "transposed, then a stride": (layers.ConvTranspose1d(1, 1, 5, stride=3), layers.Conv1d(1, 1, 2, stride=2)),
    "a stride, then transposed": (layers.Conv1d(1, 1, 3, stride=3), layers.ConvTranspose1d(1, 1, 4, stride=2)),
    "resized, then a stride": (layers.Upsample(scale_factor=1.5, mode="linear"), layers.AvgPool1d(4, 2)),
    "resized twice": (layers.Upsample(scale_factor=0.75), layers.Upsample(scale_factor=1.5, mode="linear")),
    "transposed with gaps, then a window": (layers.ConvTranspose1d(1, 1, 1, stride=4), layers.Conv1d(1, 1, 2)),
    "dilated and transposed": (layers.ConvTranspose1d(1, 1, 3, 4, dilation=3), layers.ConvTranspose1d(1, 1, 2, 2)),
}


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear"])
@pytest.mark.parametrize(("factor", "pattern"), [(2 / 3, 2), (1 / 3, 1), (4 / 3, 4), (2 / 5, 2), (1 / 7, 1)])
def test_a_factor_with_a_short_inverse_is_exact(factor: float, pattern: int, mode: str) -> None:
    """Torch multiplies by 1/factor: by 3/2, not by the binary number nearest to 2/3, turned over."""
    net = chain((1, 30), layers.Upsample(scale_factor=factor, mode=mode))
    (field,), seen = last_fields(net), seen_by(net)
    assert (field.bound, len(field.low) <= pattern) == ("", True)
    for position in range(integer(field.count)):
        low, high = present(field.interval(position))
        assert seen((position,)) == ((max(integer(low), 0), min(integer(high), 29)),)


@pytest.mark.parametrize("parts", TABLES.values(), ids=TABLES)
def test_fields_that_repeat_compose(parts: tuple[Any, ...]) -> None:
    """Layers whose fields repeat only after several outputs compose to the gradient's intervals, exactly."""
    net = chain((1, 40), *parts)
    (field,) = last_fields(net)
    middle = range(field.count // 4, 3 * field.count // 4)
    seen = seen_by(net)
    assert (field.bound, [field.interval(o) for o in middle]) == ("", [(seen((o,)) or (None,))[0] for o in middle])


FRACTIONAL = [(10, 5, 4), (10, 1, 3), (9, 8, 2), (7, 3, 1), (12, 7, 3), (5, 1, 5)]


@pytest.mark.parametrize(("length", "outputs", "kernel"), FRACTIONAL)
def test_a_fractional_window_lies_within_its_bound(length: int, outputs: int, kernel: int) -> None:
    """Wherever torch's fractional pooling puts its windows, they lie within the intervals."""
    pool = torch.nn.FractionalMaxPool2d((kernel, 1), output_size=(outputs, 1), return_indices=True)
    generator = torch.Generator().manual_seed(0)
    samples = [pool(torch.rand(1, 1, length, 1, generator=generator))[1].flatten().tolist() for _ in range(300)]
    net = chain((1, length, 1), layers.FractionalMaxPool2d((kernel, 1), output_size=(outputs, 1)))
    (field, _) = last_fields(net)
    outside = [
        (o, row)
        for rows in samples
        for o, row in enumerate(rows)
        if not field.interval(o)[0] <= row <= field.interval(o)[1]
    ]
    assert (outside, field.bound) == ([], "fractional pooling places its windows at random")


def test_bicubic_reads_four_inputs() -> None:
    """A bicubic position is made of four inputs along each axis, or of one that it falls on."""
    net = chain((1, 7, 7), layers.Upsample(size=(9, 21), mode="bicubic"))
    seen = seen_by(net)
    places = [(0, 0), (4, 10), (3, 9), (8, 20), (1, 1)]
    assert [seen(place) for place in places] == [footprint(net, net.outputs[0], place) for place in places]
