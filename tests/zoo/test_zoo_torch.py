"""The nets of the zoo against torch: shapes, counts and footprints, at several sizes."""

from __future__ import annotations

import itertools

import pytest

from shapecalc import Net, ShapeError, SpecError, measure
from shapecalc.formats import parse
from shapecalc.layers import Shape
from shapecalc.measures import footprint
from shapecalc.pytorch import verify
from tests.campaigns import cases
from tests.measures.gradient import seen_by
from tests.narrow import integers
from tests.zoo.members import members

#: How many sizes of its input a net is tried on, its own first.
SIZES = cases(2, deep=3)
#: How much larger than its own an input is that a net is tried on, along its axes, until so many are legal.
LARGER = ((0, 0), (32, 64), (31, 7), (1, 0), (0, 1), (28, -14), (-14, 28), (64, 64))

#: Nets that take the size they are known by and no other, with what fixes it.
ONE_SIZE = {"capsnet": "its capsules are as many as the primary maps have positions"}


def inputs(net: Net) -> list[Shape]:
    """So many shapes that the net takes."""
    ((depth, *sizes),) = net.inputs.values()
    tried = dict.fromkeys((depth, *(size + more for size, more in zip(sizes, by, strict=False))) for by in LARGER)
    return list(itertools.islice((shape for shape in tried if takes(net, shape)), SIZES))


def takes(net: Net, shape: Shape) -> bool:
    try:
        measure(net.with_input(shape))
    except (ShapeError, SpecError):
        return False
    return True


@pytest.mark.parametrize("name", members())
def test_an_entry_is_what_torch_says(name: str) -> None:
    """At several sizes every shape, parameter, buffer and MAC is that of the module built from the net."""
    net = parse(f"zoo:{name}")
    shapes = inputs(net)
    differing = [(shape, row) for shape in shapes for row in verify(net.with_input(shape)).rows if not row.ok]
    assert (len(shapes), differing) == (1 if name in ONE_SIZE else SIZES, [])


#: Nets that are small enough for a gradient, at an input that is; others have activations that hide it.
SMALL = {
    "quiz": "3x40x43",
    "two_blocks": "1x31x40",
    "spreadsheet": "1x28x28",
    "cifar_cnn": "3x32x32",
    "nin": "3x32x32",
    "resnet18": "3x33x36",
}


def features(net: Net) -> Net:
    """A net up to its last map that has more than one position."""
    last = next(row for row in measure(net).rows[::-1] if any(size != 1 for size in row.output_shape[1:]))
    return Net(net.inputs, tuple(net.ancestors(last.name))[::-1])


@pytest.mark.parametrize("name", SMALL)
def test_a_footprint_is_where_the_gradient_is(name: str) -> None:
    """The first, middle and last position of the last map see the pixels that have a gradient."""
    net = features(parse(f"zoo:{name}", input_shape=SMALL[name]))
    (height, width), seen = integers(measure(net).output_shape[1:]), seen_by(net)
    places = [(0, 0), (height // 2, width // 2), (height - 1, width - 1)]
    assert [footprint(net, net.outputs[0], place) for place in places] == [seen(place) for place in places]
