"""Receptive fields behind layers with a second input that only says how large, and behind capsules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, layers
from shapecalc.algebra import Name
from shapecalc.measures import footprint, measure
from tests.campaigns import examples
from tests.measures.gradient import seen_by


def to_the_size_of(layer: Any, value: tuple[int, ...], second: tuple[int, ...]) -> Net:
    """A window, then a layer whose second input is another input of the net."""
    b = Builder(input=value, other=second)
    window = b.add(layers.Conv1d(1, 1, 3, padding=1), inputs="input")
    b.add(layer, inputs=(window, "other"))
    return b.build()


def alone(layer: Any, length: int) -> Net:
    b = Builder((1, length))
    b.chain(layers.Conv1d(1, 1, 3, padding=1), layer)
    return b.build()


def test_the_second_input_gives_only_its_size() -> None:
    """What is cropped or resized sees what the first input sees; nothing of the second one's values is read."""
    b = Builder((1, 20))
    small = b.chain(layers.Conv1d(1, 1, 9), layers.MaxPool1d(2))
    fine = b.add(layers.Conv1d(1, 1, 3), inputs="input")
    b.add(layers.Crop(), inputs=(fine, small))
    (cropped,) = measure(b.build()).rows[-1].fields
    b.add(layers.Interpolate(), inputs=(fine, "input"))
    (resized,) = measure(b.build()).rows[-1].fields
    assert [(f.size, f.jump, f.start) for f in (cropped, resized)] == [(3, 1, 6), (3, resized.jump, 0)]


def test_a_second_input_is_in_no_footprint() -> None:
    """Followed back, a position of a crop leads into the first input alone."""
    b = Builder((1, 20))
    wide = b.add(layers.Conv1d(1, 1, 15))
    b.add(layers.Crop(), inputs=("input", wide))
    net = b.build()
    assert (footprint(net, net.outputs[0], (0,)), seen_by(net)((0,))) == (((7, 7),), ((7, 7),))


@examples(30, deep=800)
@given(st.integers(1, 14), st.data())
def test_a_crop_sees_what_its_gradient_says(length: int, data: st.DataObject) -> None:
    """Out of the middle or from an offset, every output sees what torch's gradient reaches."""
    size = data.draw(st.integers(1, length))
    offset = data.draw(st.one_of(st.none(), st.integers(0, length - size)))
    net = alone(layers.Crop(size, offset), length)
    seen = seen_by(net)
    assert [seen((o,)) for o in range(size)] == [footprint(net, net.outputs[0], (o,)) for o in range(size)]


@examples(30, deep=800)
@given(st.integers(1, 14), st.integers(1, 14), st.sampled_from(("nearest", "area", "linear", "aligned")))
def test_an_interpolation_sees_what_its_gradient_says(length: int, size: int, mode: str) -> None:
    """Whatever the size, every output sees what torch's gradient reaches."""
    rule = {"mode": "linear", "align_corners": True} if mode == "aligned" else {"mode": mode}
    net = alone(layers.Interpolate(size, **rule), length)
    seen = seen_by(net)
    assert [seen((o,)) for o in range(size)] == [footprint(net, net.outputs[0], (o,)) for o in range(size)]


@pytest.mark.parametrize("layer", [layers.Crop(), layers.Interpolate(mode="linear")], ids=repr)
def test_a_size_taken_is_as_good_as_a_size_given(layer: Any) -> None:
    """With the size from a second input, the fields are those of the same size written down."""
    taken = measure(to_the_size_of(layer, (1, 12), (3, 7))).rows[-1]
    given = measure(alone(layer.replace(size=7), 12)).rows[-1]
    assert (taken.fields, taken.output_shape) == (given.fields, given.output_shape)


W = Name("W")
OPEN = "letters leave the pattern of the fields open"

LETTERS = {
    "a crop": (layers.Crop(), (1, W), (1, W - 6), (3, 1, 2, "")),
    "a crop from an offset": (layers.Crop(offset=5), (1, W), (1, W - 6), (3, 1, 4, "")),
    "the same size": (layers.Interpolate(mode="linear"), (1, W), (1, W), (3, 1, -1, "")),
    "any size": (
        layers.Interpolate(),
        (1, W),
        (1, 2 * W),
        (W + 2, 0, -1, OPEN),
    ),
}


@pytest.mark.parametrize(("layer", "value", "second", "field"), LETTERS.values(), ids=LETTERS)
def test_letters_stand_for_sizes(layer: Any, value: Any, second: Any, field: Any) -> None:
    """With letters for the sizes, the field of a crop is known, and that of a resizing is a bound."""
    (found,) = measure(to_the_size_of(layer, value, second)).rows[-1].fields
    assert (found.size, found.jump, found.start, found.bound) == field


def test_crops_with_letters_are_compared_for_every_size() -> None:
    """Of two ends with a letter in them the outer one is found where it is the outer one for every size."""
    b = Builder((1, W))
    fine = b.add(layers.Conv1d(1, 1, 3))
    b.chain(layers.MaxPool1d(2), layers.MaxPool1d(2), layers.Conv1d(1, 1, 9), layers.ConvTranspose1d(1, 1, 4, 4))
    up = b.last
    crop = b.add(layers.Crop(), inputs=(fine, up))
    b.add(layers.Concat(), inputs=(crop, up))
    letters = measure(b.build()).rows[-1].fields[0]
    numbers = [measure(b.build().with_input((1, size))).rows[-1].fields[0] for size in range(38, 60)]
    assert {(letters.size, letters.start, letters.bound)} == {(one.size, one.start, one.bound) for one in numbers}


def test_positions_that_see_the_same_may_be_moved() -> None:
    """Behind a dense layer every value sees everything, and still does where they are made an image again."""
    b = Builder((2, 5, 6))
    b.chain(layers.Flatten(), layers.Linear(60, 12), layers.Unflatten(1, (1, 3, 4)))
    assert [(field.size, field.bound) for field in measure(b.build()).rows[-1].fields] == [(5, ""), (6, "")]


CAPSULES = {
    "squash": ((4, 9), (layers.Squash(),), (3, "")),
    "length": ((4, 9), (layers.CapsuleLength(),), (3, "")),
    "length, then dense": ((4, 9), (layers.CapsuleLength(), layers.Linear(9, 2)), (11, "")),
    "mask": ((4, 9), (layers.CapsuleMask(),), (11, "")),
    "routing": ((4, 9), (layers.Capsules(out_capsules=2, out_dim=3),), (11, "")),
    "primary": ((4, 9), (layers.Unflatten(1, (2, 2)), layers.Flatten(2), layers.Squash()), (3, "")),
}


@pytest.mark.parametrize(("shape", "parts", "expected"), CAPSULES.values(), ids=CAPSULES)
def test_capsules_see(shape: tuple[int, ...], parts: tuple[Any, ...], expected: Any) -> None:
    """Squashing and lengths stay where they are; routing and the mask read every capsule."""
    b = Builder(shape)
    b.chain(layers.Conv1d(4, 4, 3, padding=1), *parts)
    (field,) = measure(b.build()).rows[-1].fields
    assert (field.size, field.bound) == expected
