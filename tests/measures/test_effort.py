"""The work of a net is counted in steps: what is too much is refused by name, whatever was measured before."""

from __future__ import annotations

import pytest

from shapecalc import ShapecalcError, measure, parse
from shapecalc.algebra import memo
from tests.work import calls

#: Nets that take too much work, each with its input and the refusal.
COSTLY = {
    "letters": ("Conv2d(3, 3, 3) " * 2_000, "3xHxW", r"^conv896: the letters take more than 60,000 steps up to here"),
    "fields": (
        "Upsample(scale_factor=2000) " + "Conv2d(3, 3, 101, padding=50) " * 20,
        "3x9x9",
        r"^conv3: the receptive fields take more than 1,000,000 steps up to here",
    ),
}


@pytest.mark.parametrize(("spec", "shape", "refusal"), COSTLY.values(), ids=COSTLY.keys())
def test_too_much_work_is_refused_by_name(spec: str, shape: str, refusal: str) -> None:
    """The first time and, with much of it remembered, the second time."""
    net = parse(spec, input_shape=shape)
    memo.clear()
    for _ in range(2):
        with pytest.raises(ShapecalcError, match=refusal):
            measure(net)


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ("Conv2d(3, 3, 3, padding=1) " * 4_900, "3x32x32"),
        ("Conv2d(3, 3, 3, padding=1) " * 4_900, "3xHxW"),
        ("Upsample(scale_factor=300) " + "ReLU() " * 2_000, "3x9x9"),
    ],
)
def test_equal_layers_cost_little(spec: str, shape: str) -> None:
    """Layers that read the same shape, and those that keep a table, are not counted again."""
    assert len(measure(parse(spec, input_shape=shape)).rows) > 2_000


@pytest.mark.parametrize(
    "spec", ["MaxPool2d(2400) PixelUnshuffle(2)", "Conv2d(3, 3, 3) " * 20, "Upsample(scale_factor=7)"]
)
def test_the_steps_do_not_depend_on_what_is_remembered(spec: str) -> None:
    """They are a function of the net."""
    net = parse(spec, input_shape="3xHxW")
    memo.clear()
    assert measure(net).steps == measure(net).steps


def test_few_outputs_are_compared_with_a_table_once() -> None:
    """Not for each number of outputs between the fewest and the length of the table."""
    spec = "Upsample(scale_factor=500) AvgPool2d(7, 3, 2) Upsample(scale_factor=3) MaxPool2d(2, 7)"
    assert calls(lambda: measure(parse(spec, input_shape="3xHxW"))) < 1_000_000
