"""Values of different numbers of dimensions: torch aligns them from the right, with the batch in front."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, ShapeError, layers, measure
from shapecalc.formats.document.loading import loads
from shapecalc.measures import footprint
from shapecalc.pytorch import build, verify
from tests.campaigns import examples

#: No size that is drawn is one of these batches, so that what runs with both runs with every batch.
BATCHES = (7, 11)
SIZES = st.sampled_from((1, 1, 2, 3))
SHAPES = st.lists(SIZES, min_size=1, max_size=4).map(tuple)

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Multiply": operator.mul,
    "MatMul": torch.matmul,
}


def joined(name: str, shape: tuple[int, ...], parameter: layers.Layer, *, first: bool) -> Net:
    """A value and a learned tensor, which a layer joins."""
    b = Builder(shape)
    tensor = b.add(parameter, name="tensor")
    b.add(getattr(layers, name)(), inputs=(tensor, "input") if first else ("input", tensor))
    return b.build()


def run(name: str, shape: tuple[int, ...], parameter: layers.Layer, *, first: bool) -> tuple[int, ...] | None:
    """The shape that torch makes of them with every batch, without the batch; None where it refuses some batch."""
    sizes, results = tuple(parameter.values["sizes"]), set()
    for batch in BATCHES:
        values = [torch.zeros(batch, *shape), torch.zeros((1, *sizes) if parameter.values["batch_dim"] else sizes)]
        try:
            output = OPERATIONS[name](*(values[::-1] if first else values))
        except RuntimeError:
            return None
        results.add(tuple(output.shape[1:]) if output.dim() and output.shape[0] == batch else None)
    return results.pop() if len(results) == 1 else None


def engine(net: Net) -> tuple[int, ...] | None:
    try:
        return tuple(measure(net).output_shape)  # type: ignore[arg-type]  # numbers
    except ShapeError:
        return None


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_learned_tensor_is_aligned_as_torch_does(name: str) -> None:
    """Wherever it has no more dimensions than the value; a vector in a product of matrices is refused."""

    @examples(50, deep=5_000)
    @given(shape=SHAPES, sizes=SHAPES, batch_dim=st.booleans(), first=st.booleans())
    def agrees(shape: tuple[int, ...], sizes: tuple[int, ...], batch_dim: bool, first: bool) -> None:
        parameter = layers.Parameter(*sizes, batch_dim=batch_dim)
        net = joined(name, shape, parameter, first=first)
        ours, torchs = engine(net), run(name, shape, parameter, first=first)
        if len(sizes) > len(shape) or (name == "MatMul" and min(len(sizes), len(shape)) == 1):
            assert ours in (None, torchs)
        else:
            assert ours == torchs

    agrees()


@examples(30, deep=1_000)
@given(shape=SHAPES, other=SHAPES)
def test_two_values_with_a_batch_are_not_aligned(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    """Of different numbers of dimensions, the batch of one would meet another dimension of the other."""
    b = Builder(left=shape, right=other)
    b.add(layers.Add(), inputs=("left", "right"))
    values = [[torch.zeros(batch, *sizes) for sizes in (shape, other)] for batch in BATCHES]
    if len(shape) != len(other):
        with pytest.raises(ShapeError, match=r"torch aligns Nx.* from the right, where the batch N of one meets"):
            measure(b.build())
        shapes = {result for pair in values for result in [_sum(*pair)] if result}
        assert not shapes or len(shapes) == len(BATCHES)  # what comes out depends on the batch, or torch refuses


def _sum(left: torch.Tensor, right: torch.Tensor) -> tuple[int, ...]:
    try:
        return tuple((left + right).shape[1:])
    except RuntimeError:
        return ()


ROW = """
input: 4x6x8
layers:
  - {layer: "Conv2d(4, 4, 3, padding=1)", name: conv}
  - {layer: "Parameter(8)", name: shift}
  - {layer: Add, inputs: [shift, conv], name: sum}
  - {layer: "Parameter(4, 1, 1, batch_dim=True)", name: scale}
  - {layer: Multiply, inputs: [sum, scale], name: scaled}
  - {layer: "Parameter(8, 5)", name: weight}
  - {layer: MatMul, inputs: [scaled, weight]}
"""


def test_a_net_computes_what_torch_writes() -> None:
    """With the tensors as torch has them, without a batch of their own."""
    net = loads(ROW)
    module, value = build(net), torch.rand(3, 4, 6, 8)
    written = ((module.get_submodule("conv")(value) + module.shift) * module.scale) @ module.weight
    assert verify(net).ok
    torch.testing.assert_close(module(value), written)


def test_the_field_is_that_of_the_value() -> None:
    """A learned tensor of fewer dimensions reads nothing."""
    report = measure(loads(ROW))
    assert [(axis.size, axis.bound) for axis in report["scaled"].fields] == [(3, ""), (3, "")]
    assert footprint(loads(ROW), "scaled", (2, 3)) == ((1, 3), (2, 4))


GATE = """
input: 4x6x8
layers:
  - {layers: ["AdaptiveAvgPool2d(1) Flatten Linear(4, 4) Sigmoid"], name: gate}
  - {layer: Multiply, inputs: [input, gate]}
"""


def test_a_gate_without_its_axes_is_mended() -> None:
    """The dimensions that it lacks are behind its own, and the change was tried."""
    with pytest.raises(ShapeError) as refused:
        measure(loads(GATE))
    assert str(refused.value) == (
        "multiply1: Multiply needs inputs of one shape, but they are 4x6x8 and 4; torch aligns Nx4x6x8 and Nx4 from "
        "the right, where the batch N of one meets a size of 6. Try Unsqueeze(-1) Unsqueeze(-1) between "
        "gate.activation1 and it."
    )
    mended = GATE.replace("Sigmoid", "Sigmoid Unsqueeze(-1) Unsqueeze(-1)")
    assert measure(loads(mended)).output_shape == (4, 6, 8)
