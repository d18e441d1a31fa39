"""The footprint against the gradient in torch, for random nets and random output positions, borders included."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net, layers
from shapecalc.measures import footprint, measure
from tests.campaigns import examples
from tests.measures.gradient import seen_by
from tests.narrow import integers
from tests.nets.drawn import small_nets

# torch says how it pads, not that anything is wrong
pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")


def corners_and(places: list[tuple[int, ...]], sizes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Some places, and the corners of the output."""
    return [*places, *itertools.product(*[sorted({0, size - 1}) for size in sizes])]


def contains(outer: Any, inner: Any) -> bool:
    """Whether one footprint lies within another."""
    return inner is None or all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(outer, inner, strict=True))


def parts_channels(net: Net) -> bool:
    """Whether a pixel shuffle may take positions from channels that see different places: the footprint is of all."""
    types = {type(node.layer) for node in net.nodes}
    return layers.PixelShuffle in types and bool(types & {layers.Concat, layers.PixelUnshuffle})


def test_a_footprint_is_where_the_gradient_is() -> None:
    """The pixels that an output position depends on are those with a gradient, in any net, also at the border."""

    @examples(60, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets())
        sizes = integers(measure(net).output_shape[1:])
        place = data.draw(st.tuples(*[st.integers(0, size - 1) for size in sizes]))
        seen, (last,) = seen_by(net), net.outputs
        agree = contains if parts_channels(net) else operator.eq
        for index in corners_and([place], sizes):
            assert agree(footprint(net, last, index), seen(index)), f"{net.nodes} {net.inputs} at {index}"

    check()
