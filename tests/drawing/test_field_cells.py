"""The cells of a field against torch: those on which the gradient of an output position is not zero, one by one."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc import Net
from shapecalc.measures import measure
from shapecalc.measures.field.footprints import Footprint, footprint_of
from tests.campaigns import examples
from tests.measures.gradient import cells_by
from tests.narrow import integers
from tests.nets.drawn import small_nets

# torch says how it pads, not that anything is wrong
pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")


def cells(seen: Footprint) -> set[tuple[int, ...]]:
    """The input positions of a footprint, one by one."""
    if len(seen.lengths) == 1:
        return {(place,) for place in seen.lines()[0]}
    return {(row, column) for row, columns in enumerate(seen.lines()) for column in columns}


def test_a_footprints_cells_are_those_with_a_gradient() -> None:
    """In any net with branches, dilation and transposed layers; where it says that it is a bound, they lie within."""

    @examples(60, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets())
        sizes = integers(measure(net).output_shape[1:])
        truth, (last,) = cells_by(net), net.outputs
        corners = itertools.product(*[sorted({0, size - 1}) for size in sizes])
        for index in {*corners, data.draw(st.tuples(*[st.integers(0, size - 1) for size in sizes]))}:
            seen = footprint_of(net, last, index)
            if seen.bound:
                assert cells(seen) >= truth(index), f"{net.nodes} {net.inputs} at {index}"
            else:
                assert cells(seen) == truth(index), f"{net.nodes} {net.inputs} at {index}"

    check()


def net_of(spec: str, shape: str) -> Net:
    return shapecalc.parse(spec, input_shape=shape)


EXACT = {
    "a lattice of two dilations": ("Conv2d(1, 2, 3, dilation=2) Conv2d(2, 2, 2, dilation=3)", "1x12x11"),
    "gaps between transposed kernels": ("ConvTranspose2d(1, 2, 2, stride=3)", "1x4x4"),
    "a stride that leaves pixels over": ("Conv2d(1, 2, 1, stride=3) Conv2d(2, 2, 2)", "1x8x9"),
    "reflected padding": ("Conv2d(1, 2, 3, padding=2, dilation=2, padding_mode='reflect')", "1x6x6"),
    "ceil mode": ("MaxPool2d(3, stride=2, ceil_mode=True) Conv2d(1, 1, 2)", "1x8x8"),
    "causal": ("Conv1d(1, 2, 3, dilation=4, padding='causal') Conv1d(2, 2, 2, padding='causal')", "1x20"),
    "a group norm reads everything": ("Conv2d(1, 4, 1, stride=2) GroupNorm(2, 4)", "1x7x7"),
}


@pytest.mark.parametrize("name", EXACT)
def test_these_fields_are_exact(name: str) -> None:
    """Every position of the output has torch's cells."""
    net = net_of(*EXACT[name])
    truth = cells_by(net)
    for index in itertools.product(*map(range, integers(measure(net).output_shape[1:]))):
        seen = footprint_of(net, net.outputs[0], index)
        assert (seen.bound, cells(seen)) == ("", truth(index)), index


def test_a_branch_leaves_holes() -> None:
    """The union of two lattices is no box, and its hull says less."""
    builder = shapecalc.Builder(input=(1, 13, 13))
    wide = builder.add(shapecalc.layers.Conv2d(1, 1, 3, dilation=4, padding=4), inputs="input")
    builder.add(shapecalc.layers.Add(), inputs=(wide, "input"))
    net = builder.build()
    seen = footprint_of(net, net.outputs[0], (6, 5))
    assert (len(cells(seen)), seen.hull, cells(seen)) == (9, ((2, 10), (1, 9)), cells_by(net)((6, 5)))
    shifted = footprint_of(net, net.outputs[0], (0, 0))
    assert cells(shifted) == {(0, 0), (0, 4), (4, 0), (4, 4)}


BOUNDS = {
    "Conv2d(1, 4, 3) Flatten(start_dim=1) Unflatten(1, (4, 36)) Conv1d(4, 2, 3)": "Unflatten moves positions",
    "PixelUnshuffle(2) Conv2d(4, 4, 1, groups=4) PixelShuffle(2)": "PixelShuffle takes neighbours",
}


@pytest.mark.parametrize("spec", BOUNDS)
def test_a_bound_says_why(spec: str) -> None:
    """Where positions have been lost, or channels see different places, more may be named than is seen."""
    net = net_of(spec, "1x8x8")
    counts = [axis.count for axis in measure(net)[net.outputs[0]].fields]
    seen = footprint_of(net, net.outputs[0], tuple(0 for _ in counts))
    assert seen.bound.startswith(BOUNDS[spec])
