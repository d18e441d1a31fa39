"""A net whose input is not known: what is true of it for every input."""

from __future__ import annotations

import pytest

from shapecalc import ShapeError, measure, open_net, parse
from shapecalc.measures.outline import outline
from shapecalc.page import Page


def lines(spec: str) -> list[str]:
    """The page of a net without an input."""
    page = outline(parse(spec)).page()
    assert isinstance(page, Page)
    return page.text(width=100).splitlines()


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ("Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)", "3x130x130"),
        ("Conv1d(3, 8, 3) BatchNorm1d(8) ReLU", "3x50"),
        ("ReLU Conv3d(3, 8, 3)", "3x9x9x9"),
        ("Conv2d(3, 8, 3, stride=2, padding='tf_same') ConvTranspose2d(8, 3, 4, stride=2)", "3x64x64"),
    ],
)
def test_it_agrees_with_the_measures_of_an_input(spec, shape):
    """Parameters and fields are those of any input."""
    data, report = outline(parse(spec)).as_dict(), measure(parse(spec, input_shape=shape))
    assert data["parameters"] == report.parameters
    assert [(layer["parameters"], layer["field"], layer["jump"]) for layer in data["layers"]] == [
        (row.parameters, [axis.size for axis in row.fields], [axis.jump for axis in row.fields]) for row in report
    ]


def test_what_depends_on_the_input_is_said():
    """A lazy layer's parameters, and a field that is the whole input."""
    assert lines("Conv2d(3, 10, 3) Flatten LazyLinear(10)") == [
        "name      layer               parameters    field    jump",
        "--------  ----------------  ------------  -------  ------",
        "conv1     Conv2d(3, 10, 3)           280        3       1",
        "flatten1  Flatten()                    0        3       1",
        "linear1   LazyLinear(10)         depends      all",
        "",
        "parameters  280 without linear1, where they depend on the input",
        "input       not known; sizes, work and memory need it: give it without the batch, as in --input",
        "            3x130x130",
    ]


def test_json_has_null_for_it():
    """What depends on the input."""
    data = outline(parse("Flatten LazyLinear(10)")).as_dict()
    assert (data["parameters"], data["layers"][1]["parameters"], data["layers"][1]["field"]) == (None, None, [None] * 2)


def test_a_vector_goes_into_a_linear_layer():
    """Of as many features as it takes."""
    assert "linear1  Linear(10, 5)            55       10       0" in lines("Linear(10, 5) ReLU")


def test_layers_that_do_not_fit_are_refused():
    """Whatever the input is."""
    with pytest.raises(ShapeError, match=r"conv2: .*channels = 10 ≠ in_channels = 11"):
        outline(parse("Conv2d(3, 10, 3) Conv2d(11, 4, 3)"))


def test_the_door_may_leave_the_input_open():
    """It does so only where it is asked to."""
    assert open_net("ReLU", needs_input=False).inputs == {"input": ()}
