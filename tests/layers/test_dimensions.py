"""Layers that order, cut and reshape: what they write, what they refuse in which words, and letters."""

from __future__ import annotations

import pytest

from shapecalc import Net, Node, ShapecalcError, measure, parse
from shapecalc.formats.text.shapes import read_shape
from shapecalc.layers import MatMul, Permute, Reshape

REFUSALS = {
    ("Permute(1, 2, 0)", "3x8x8"): "the batch as 0: Permute(0, 2, 3, 1).",
    ("Permute(2, 3, 1)", "3x8x8"): "the batch as 0: Permute(0, 2, 3, 1).",
    ("Permute(1, 0, 2)", "3x8"): "dimension 0 is the batch, and moving it would mix",
    ("Transpose(0, 1)", "3x8"): "dimension 0 is the batch, and exchanging it would mix",
    ("Reshape(5, -1)", "3x8"): "5, the product of the sizes besides -1, does not divide the 24 values of 3x8.",
    ("View(5, 5)", "3x8"): "has room for 25 values, but cannot hold the 24 values of 3x8.",
    ("Reshape(-1, -1)", "3x8"): "takes sizes, and -1 at most once.",
    ("Reshape(0, -1)", "3x8"): "-1 cannot be worked out beside a size of 0.",
    ("Squeeze(3)", "3x8"): "dim=3 does not exist",
    ("Squeeze((1, 1))", "1x8"): "names a dimension twice.",
    ("Squeeze()", "1xW"): "a letter cannot say whether W is 1",
    ("Unsqueeze(0)", "3x8"): "dim=0 is the batch, and putting a dimension before it would mix",
    ("Expand(4, -1)", "3x8"): "stretches sizes of 1 only, but the input is 3x8.",
    ("Expand(8)", "3x8"): "must have a size for each dimension of 3x8, without the batch.",
    ("Select(1, 3)", "3x8"): "there is no position 3, because dimension 1 has a size of 3.",
    ("Select(1, -4)", "3x8"): "there is no position -4, because dimension 1 has a size of 3.",
    ("Slice(2, step=0)", "3x8"): "step must be at least 1",
    ("Chunk(4, 2, 4)", "3x8"): "index must be below chunks",
    ("Chunk(4, 2, 3)", "3x5"): "there is no piece 3: 5 positions are cut into pieces of 2",
    ("Split(3, 2, 3)", "3x8"): "there is no piece 3: 8 positions are cut into pieces of 3",
    ("Split((3, 4), 2, 0)", "3x8"): "the lengths must add up to the 8 of dimension 2, but 3 + 4 do not.",
    ("Split((3, 5), 2, 2)", "3x8"): "there must be a length for that index",
    ("Mean(0)", "3x8"): "dim=0 is the batch, and reducing it would mix",
    ("Sum((1, 1))", "3x8"): "names a dimension twice.",
    ("Max(4)", "3x8"): "dim=4 does not exist",
    ("Split((9, -1), 2, 0)", "3x8"): "the lengths must not be negative",
}


@pytest.mark.parametrize(("spec", "shape"), REFUSALS)
def test_a_refusal_names_the_mistake(spec: str, shape: str) -> None:
    """What torch refuses, or would do to the batch, is refused in words."""
    with pytest.raises(ShapecalcError) as refused:
        measure(parse(spec, input_shape=shape))
    assert REFUSALS[spec, shape] in str(refused.value)


SHAPES = {
    ("Reshape(-1)", "3xHxW"): "3H·W",
    ("Reshape(H, -1)", "3xHxW"): "H, 3W",
    ("Reshape(3, 8, -1)", "24xHxW"): "3, 8, H·W",
    ("Transpose(1, -1)", "3xHxW"): "W, H, 3",
    ("Slice(2, 1, -1)", "3xW"): "3, max(0, W − 2)",
    ("Slice(2, None, None, 2)", "3xW"): "3, ⌊(W + 1)/2⌋",
    ("Chunk(2, 1, 1)", "8xW"): "4, W",
    ("Split((C, 2), 1, 0)", "(C + 2)xW"): "C, W",
    ("Expand(-1, N)", "Cx1"): "C, N",
    ("Mean((2, 3))", "CxHxW"): "C",
    ("Max(-1, keepdim=True)", "CxW"): "C, 1",
}


@pytest.mark.parametrize(("spec", "shape"), SHAPES)
def test_letters_may_stand_for_sizes(spec: str, shape: str) -> None:
    """The shape that comes out is a formula."""
    assert ", ".join(map(str, measure(parse(spec, input_shape=shape)).output_shape)) == SHAPES[spec, shape]


def test_brackets_may_be_left_out() -> None:
    """As in torch's methods; torch's own names of the arguments are read too, and lists."""
    assert Permute(0, 2, 1) == Permute((0, 2, 1)) == Permute(dims=[0, 2, 1]) == Permute(order=(0, 2, 1))
    assert Reshape(-1) == Reshape((-1,)) == Reshape(shape=(-1,))
    assert (repr(Permute(0, 2, 1)), repr(Reshape((4, -1)))) == ("Permute(0, 2, 1)", "Reshape(4, -1)")


PRODUCTS = {
    ("5x3", "4x2"): "the columns of 5x3 are not as many as the rows of 4x2: 3 ≠ 4.",
    ("2x5x3", "3x3x2"): "needs as many matrices in both inputs, or a single one, but there are 2 and 3.",
    ("2x5x3", "3x2"): "needs two inputs with as many dimensions, at least 2, but they are 2x5x3 and 3x2; torch aligns",
    ("3", "3"): "needs two inputs with as many dimensions, at least 2, but they are 3 and 3.",
}


@pytest.mark.parametrize(("left", "right"), PRODUCTS)
def test_a_product_of_matrices_that_do_not_fit_is_refused(left: str, right: str) -> None:
    """In words that name both shapes."""
    with pytest.raises(ShapecalcError) as refused:
        measure(product(left, right))
    assert PRODUCTS[left, right] in str(refused.value)


def product(left: str, right: str) -> Net:
    """A net that multiplies two inputs."""
    inputs = {"left": read_shape(left), "right": read_shape(right)}
    return Net(inputs, (Node("product", MatMul(), ("left", "right")),))


def test_a_product_of_matrices_counts_its_work() -> None:
    """Rows times columns times what is summed, for each matrix; in letters too."""
    report = measure(product("HxLxD", "1xDxS"))
    assert (list(map(str, report.output_shape)), str(report.macs)) == (["H", "L", "S"], "D·H·L·S")
