"""A derivation as data: quantities, axes, trees and numbers, until a page is made of them."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from shapecalc import Builder, explain, layers, parse
from shapecalc.algebra import LATEX, Name, evaluate
from shapecalc.layers.core.quantity import Quantity
from tests.work import calls

CONV = parse("Conv2d(3, 10, (3, 5)) MaxPool2d(4)", input_shape="3x130x132")


def steps(net, node, quantity):
    """The derivations of one quantity of a node."""
    rows = {row.name: derived for row, derived in explain(net).steps}
    return [step for step in rows[node] if step.quantity is quantity]


def test_axes_with_one_formula_and_its_numbers_are_one_step():
    """A square window on a square map is worked out once, for both axes."""
    (size,) = steps(parse("Conv2d(3, 10, 3)", input_shape="3x130x130"), "conv1", Quantity.SIZE)
    assert (size.axes, size.label, size.node, size.value) == (("height", "width"), "height, width", "conv1", 128)


def test_axes_with_other_numbers_are_two_steps():
    """A window that is no square is worked out along each axis."""
    sizes = steps(CONV, "conv1", Quantity.SIZE)
    assert [(size.axes, size.value) for size in sizes] == [(("height",), 128), (("width",), 128)]


def test_a_formula_has_the_numbers_of_its_names_and_no_others():
    """Names at which the formula is silent have no number."""
    (height, _) = steps(CONV, "conv1", Quantity.SIZE)
    assert dict(height.env) == {Name("W"): 130, Name("kernel_size"): 3, Name("stride"): 1, Name("padding"): 0}


def test_a_changed_number_changes_the_value():
    """The tree can be evaluated with any numbers: a student's stride of 2 gives 64."""
    (height, _) = steps(CONV, "conv1", Quantity.SIZE)
    assert evaluate(height.tree, dict(height.env) | {Name("stride"): 2}) == 64


def test_a_field_that_differs_along_the_axes_names_its_axis():
    """The label has the axis that the numbers are for."""
    fields = steps(CONV, "pool1", Quantity.FIELD)
    assert [(field.axes, field.label, field.value) for field in fields] == [
        (("height",), "field (height)", 6),
        (("width",), "field (width)", 8),
    ]


def test_a_sum_keeps_its_terms():
    """The parameters of a recurrent layer add up its tensors, each with its own formula."""
    *tensors, total = steps(parse("LSTM(8, 6)", input_shape="5x8"), "lstm1", Quantity.PARAMETERS)
    assert (total.terms, total.letters()) == (tuple(tensors), "")
    assert [tensor.part for tensor in tensors] == ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    assert evaluate(total.tree, dict(total.env)) == total.value == sum(tensor.value for tensor in tensors)


def test_quantities_are_left_out_of_a_page():
    """A page without a quantity has no line of it, whatever its label is."""
    explanation = explain(CONV)
    full, page = (explanation.page(without=quantities).text() for quantities in ((), (Quantity.FIELD, Quantity.JUMP)))
    assert [word in text for text in (full, page) for word in ("field (width)", "  jump ")] == [True] * 2 + [False] * 2
    assert "field" not in explanation.latex(without=(Quantity.FIELD,))


def test_a_derivation_is_a_value():
    """Equal derivations are equal, can be pickled, and cannot be changed."""
    (field, _) = steps(CONV, "pool1", Quantity.FIELD)
    assert pickle.loads(pickle.dumps(field)) == field != replace(field, axes=("width",))  # noqa: S301  our own bytes
    with pytest.raises(FrozenInstanceError):
        field.node = "conv1"


def test_the_field_of_a_dilated_window_has_the_letters_of_its_size():
    """F is the kernel in both lines, and the d·(F − 1) positions that it spans are written out."""
    net = parse("Conv2d(3, 10, 3, dilation=2)", input_shape="3x32x32")
    lines = [steps(net, "conv1", quantity)[0].text() for quantity in (Quantity.SIZE, Quantity.FIELD)]
    assert lines == [
        "⌊(W − (d·(F − 1) + 1) + 2P)/S⌋ + 1 = ⌊(32 − (2·(3 − 1) + 1) + 2·0)/1⌋ + 1 = 28",
        "r + d·(F − 1)·j = 1 + 2·(3 − 1)·1 = 5",
    ]


ONCE = {
    "the order of a transposed weight": ("ConvTranspose2d", Quantity.PARAMETERS, "D·F·F·K + K"),
    "squares": ("Conv2d", Quantity.PARAMETERS, "K·F·F·D + K"),
    "products of sizes": ("Conv2d", Quantity.MACS, "weights·positions = K·F²·D·(W − F + 1)²"),
}


@pytest.mark.parametrize(("name", "quantity", "text"), ONCE.values(), ids=ONCE)
def test_an_equation_says_the_same_once(name, quantity, text):
    """Letters in another order, or F·F as F², are no new side, in text and in LaTeX."""
    b = Builder((Name("D"), Name("W"), Name("W")))
    b.add(getattr(layers, name)(Name("D"), Name("K"), Name("F")), name="layer")
    (derived,) = steps(b.build(), "layer", quantity)
    assert (derived.text(), len(derived.sides(LATEX))) == (text, text.count("=") + 1)


def test_the_sides_of_an_equation_are_written_once() -> None:
    """Not once more for each side that differs."""
    (step,) = steps(parse("Conv2d(3, 10, 3)", input_shape="3x130x130"), "conv1", Quantity.SIZE)
    assert calls(step.sides) < 1.5 * calls(lambda: (step.letters(), step.numbers(), step.result()))
