"""Closed forms: what a person reads in them."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc import Net, Node, SpecError, closed_form, layers, parse
from shapecalc.algebra import Name
from shapecalc.solve import with_letters

QUIZ = "Conv2d(3, 10, 3) MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)"


def test_the_layers_of_the_quiz_are_one_floor() -> None:
    """⌊(W − 2)/8⌋, and the same in H."""
    form = closed_form(parse(QUIZ, input_shape=(3, "H", "W")))
    assert [str(size) for size in form.output_shape] == ["20", "⌊(H − 2)/8⌋", "⌊(W − 2)/8⌋"]


def test_five_halvings_are_one_floor() -> None:
    """⌊(W − 1)/32⌋ + 1."""
    spec = "Conv2d(3, 3, 3, stride=2, padding=1) " * 5
    assert str(closed_form(parse(spec, input_shape=(3, "H", "W"))).output_shape[2]) == "⌊(W − 1)/32⌋ + 1"


def test_a_residual_network_adds_up_for_all_sizes() -> None:
    """ResNet-50's branches have one form, so its additions are equal for all H and W."""
    form = closed_form(parse("zoo:resnet50").with_input((3, Name("H"), Name("W"))))
    assert (str(form.report["layer4.2.add1"].output_shape[1]), form.parameters) == ("⌊(H − 1)/32⌋ + 1", 25557032)


def test_letters_may_stand_in_layers() -> None:
    """Channels and kernels too."""
    form = closed_form(parse("Conv2d(D, K, F, stride=S, padding=P)", input_shape=("D", "H", "W")))
    assert (form.letters, str(form.parameters)) == (("D", "F", "H", "K", "P", "S", "W"), "K·F²·D + K")


def test_a_form_at_numbers_is_the_output() -> None:
    """130 gives 16."""
    assert closed_form(parse(QUIZ, input_shape=(3, "H", "W"))).at(H=130, W=130) == (20, 16, 16)


@pytest.mark.parametrize("size", [-3, 0, 1, 9])
def test_a_form_at_an_illegal_size_is_none(size: int) -> None:
    """9 pixels leave nothing for the last pooling."""
    assert closed_form(parse(QUIZ, input_shape=(3, "H", "W"))).at(H=130, W=size) is None


def test_a_merge_that_no_size_makes_legal_is_refused() -> None:
    """H − 2 is never H."""
    builder = shapecalc.Builder((3, Name("H"), 8))
    inner = builder.add(shapecalc.layers.Conv2d(3, 3, (3, 1)))
    builder.add(shapecalc.layers.Concat(), inputs=(inner, "input"))
    with pytest.raises(shapecalc.ShapeError, match="agree in all dimensions but 1"):
        closed_form(builder.build())


@pytest.mark.parametrize(("values", "message"), [({"W": 3}, "Give a number for H"), ({"Q": 1}, "no letter Q")])
def test_a_form_at_the_wrong_letters_is_refused(values: dict[str, int], message: str) -> None:
    """A missing letter and an unknown one."""
    with pytest.raises(SpecError, match=message):
        closed_form(parse(QUIZ, input_shape=(3, "H", "W"))).at(**values)


def test_inputs_of_other_sizes_have_letters_of_their_own() -> None:
    """What one input must be says nothing of the other; inputs of the same sizes share theirs."""
    net = Net(
        {"x": (3, 8, 8), "y": (3, 4, 4), "z": (1, 8, 8)},
        (Node("a", layers.Conv2d(3, 4, 3), ("x",)), Node("b", layers.Conv2d(3, 4, 5), ("y",))),
        ("a", "b"),
    )
    lettered = with_letters(net)
    assert lettered.input_text() == "x: 3xHxW, y: 3xH2xW2, z: 1xHxW"
    assert closed_form(lettered).domain.sentence() == "H ≥ 3 and H2 ≥ 5 and W ≥ 3 and W2 ≥ 5"
