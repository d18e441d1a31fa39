"""How a layer computes, step by step, against torch: what each output reads, and the numbers that come out."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from defusedxml.ElementTree import fromstring

import shapecalc
from shapecalc import SpecError
from shapecalc.drawing import draw_arithmetic
from shapecalc.drawing.arithmetic.numbers import example_numbers
from shapecalc.drawing.arithmetic.steps import reading_steps, stages_of
from shapecalc.measures import measure
from shapecalc.measures.field.footprints import footprint_of
from shapecalc.pytorch import build
from tests.narrow import present

# torch says how it pads, not that anything is wrong
pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")

LAYERS = {
    "Conv2d(1, 1, 3, bias=False)": "1x5x6",
    "Conv2d(1, 1, 3, stride=2, padding=1, bias=False)": "1x6x5",
    "Conv2d(1, 1, (2, 3), padding=(1, 2), dilation=2, bias=False)": "1x7x6",
    "Conv2d(1, 1, 3, padding='same', bias=False)": "1x4x5",
    "Conv2d(1, 1, 3, padding=2, padding_mode='reflect', bias=False)": "1x5x5",
    "Conv2d(1, 1, 3, padding=2, padding_mode='replicate', bias=False)": "1x4x5",
    "Conv2d(1, 1, 3, padding=1, padding_mode='circular', bias=False)": "1x4x5",
    "Conv1d(1, 1, 3, dilation=2, padding='causal', bias=False)": "1x9",
    "Conv1d(1, 1, 4, stride=3, padding='tf_same', bias=False)": "1x10",
    "ConvTranspose2d(1, 1, 3, stride=2, padding=1, bias=False)": "1x4x3",
    "ConvTranspose2d(1, 1, 2, stride=3, output_padding=1, bias=False)": "1x3x3",
    "ConvTranspose2d(1, 1, 3, stride=2, dilation=2, bias=False)": "1x3x4",
    "ConvTranspose1d(1, 1, 4, stride=2, padding=1, bias=False)": "1x5",
}


@pytest.mark.parametrize("spec", LAYERS)
def test_the_numbers_are_torchs(spec):
    """Of the same input and the same kernel."""
    net = shapecalc.parse(spec, input_shape=LAYERS[spec])
    (stage,) = stages_of(measure(net))
    values = example_numbers(stage)
    module = build(net).double()
    (weight,) = module.parameters()
    with torch.no_grad():
        weight.copy_(torch.tensor(values.kernel, dtype=torch.float64).reshape(weight.shape))
        image = torch.tensor(values.image, dtype=torch.float64)
        output = module(image.reshape(1, *[int(size) for size in LAYERS[spec].split("x")]))
    rows, columns = len(stage.rows.reads), len(stage.columns.reads)
    expected = output.reshape(rows, columns).tolist()
    assert [[values.output[row, column] for column in range(columns)] for row in range(rows)] == expected


POOLINGS = {
    "MaxPool2d(3, stride=2, padding=1, ceil_mode=True)": "1x6x7",
    "MaxPool1d(2, dilation=3)": "1x8",
    "AdaptiveMaxPool2d((2, 3))": "1x5x7",
    "AvgPool2d(3, stride=2, padding=1, ceil_mode=True)": "1x6x8",
    "AvgPool2d(2, padding=1, count_include_pad=False)": "1x5x5",
    "AvgPool2d(2, divisor_override=1)": "1x5x5",
    "AvgPool1d(3, stride=2)": "1x9",
    "AdaptiveAvgPool1d(4)": "1x10",
}


@pytest.mark.parametrize("spec", POOLINGS)
def test_the_numbers_of_poolings_are_torchs(spec):
    """The largest and the mean, exactly; and the words end in them."""
    net = shapecalc.parse(spec, input_shape=POOLINGS[spec])
    (stage,) = stages_of(measure(net))
    values = example_numbers(stage)
    image = torch.tensor(values.image, dtype=torch.float64)
    output = build(net)(image.reshape(1, *[int(size) for size in POOLINGS[spec].split("x")]))
    rows, columns = len(stage.rows.reads), len(stage.columns.reads)
    expected = output.reshape(rows, columns)
    assert {cell: float(value) for cell, value in values.output.items()} == pytest.approx(
        {(row, column): expected[row, column].item() for row in range(rows) for column in range(columns)}
    )
    assert all(values.words[cell].endswith(f" = {value}") for cell, value in values.output.items())


CHAINS = {
    "MaxPool2d(3, stride=2, ceil_mode=True)": "1x6x7",
    "AdaptiveAvgPool2d(3)": "1x7x8",
    "Upsample(scale_factor=2)": "1x4x4",
    "ZeroPad2d(1) Conv2d(1, 2, 3)": "1x5x5",
    "Conv2d(1, 4, 3, dilation=2, padding=2) ReLU MaxPool2d(2) Conv2d(4, 2, 2)": "1x9x9",
    "Conv1d(1, 2, 3, stride=2) ConvTranspose1d(2, 1, 3, stride=2)": "1x11",
}


@pytest.mark.parametrize("spec", [*LAYERS, *CHAINS])
def test_what_is_read_is_the_footprint(spec):
    """Each step reads, of the input without its padding, what the output depends on."""
    net = shapecalc.parse(spec, input_shape={**LAYERS, **CHAINS}[spec])
    stages = stages_of(measure(net))
    axes = len(stages[0].axes)
    for step in reading_steps(stages):
        inner = {stages[0].inside(cell) for cell in step.reads[0]} - {None}
        seen = footprint_of(net, net.outputs[0], step.cell[-axes:])
        assert inner == {(row, column) for row, columns in enumerate(seen.lines()) for column in columns}


def picture(spec: str, shape: str, **options: Any) -> Any:
    return draw_arithmetic(shapecalc.parse(spec, input_shape=shape), **options)


def elements(drawn: Any, name: str) -> list[Any]:
    return [element for element in fromstring(drawn.svg()).iter() if name in (element.get("class") or "").split()]


def test_input_kernel_and_output_are_labelled():
    """With their sizes, the padding and what reaches beyond it; each step says what it reads."""
    drawn = picture("Conv2d(2, 4, 3, padding=1, groups=2)", "2x4x4")
    assert [label.text for label in elements(drawn, "name")] == ["input 2x4x4", "kernel 3x3", "output of conv1 4x4x4"]
    assert elements(drawn, "faint")[0].text == "padded to 6x6 (zeros)"
    captions = [" ".join(line.text for line in step if line.text) for step in elements(drawn, "step")]
    assert len(captions) == 32
    assert captions[1].startswith("Output 0, 0 of group 2 (input channel 1, output channels 2 to 3) reads 9 ")
    pool = picture("MaxPool2d(3, 2, ceil_mode=True)", "1x6x6")
    assert (elements(pool, "faint")[0].text, len(elements(pool, "beyond"))) == ("windows reach beyond", 1)
    assert "reads nothing: it lies in a gap" in picture("ConvTranspose2d(1, 1, 1, stride=2)", "1x3x3").svg()


def test_the_animation_shows_one_step_at_a_time():
    """In turn, without a script, and the first alone where no motion is wanted."""
    drawn = picture("Conv1d(1, 1, 2)", "1x5")
    svg = drawn.svg()
    assert re.findall(r"animation-delay:([\d.]+)s", svg) == ["0", "0.9", "1.8", "2.7"]
    assert "@keyframes shapecalc-4{0%{visibility:visible}25%{visibility:hidden}}" in svg
    assert "animation:shapecalc-4 3.6s step-end infinite" in svg
    assert "@media (prefers-reduced-motion:reduce){.shapecalc .step{animation:none}" in svg
    assert (svg == picture("Conv1d(1, 1, 2)", "1x5").svg(), "<script" in svg) == (True, False)


def test_the_page_has_a_slider():
    """With a label, from the first step to the last."""
    page = picture("Conv1d(1, 1, 2)", "1x5").html()
    assert '<label>Step <input id="step" type="range" min="1" max="4" value="1"></label>' in page
    assert page.count("<script>") == 1


def test_numbers_stand_in_the_cells():
    """Those of the padding too, and the sum in words."""
    drawn = picture("Conv1d(1, 1, 2, padding=1, bias=False)", "1x3", numbers=True)
    (digits, *_) = elements(drawn, "digits")
    assert [text.text for text in digits] == ["0", "2", "9", "6", "0"]
    step = present(elements(drawn, "step")[1][-1].text)
    assert re.fullmatch(r"Output 1 reads 2 positions of the input: 2·1 \+ 9·0 = 2\.", step)


MISTAKES = [
    ("Flatten Linear(25, 2)", "1x5x5", {}, "Flatten is not drawn step by step"),
    ("ReLU", "1x5x5", {}, "No layer reads windows"),
    ("Conv2d(1, 1, 3)", "1x50x50", {}, "a map of 50 positions along an axis is not drawn step by step"),
    ("Conv2d(1, 1, 3, 2, padding=9)", "1x30x30", {}, "With its padding, the map has 48 positions along an axis"),
    ("Conv2d(1, 1, 1)", "1x30x30", {}, "There are 900 steps, and at most 600 are drawn"),
    ("Conv2d(1, 1, 3)", "1xHxW", {}, "give the input without letters"),
    ("LPPool2d(2, 2)", "1x4x4", {"numbers": True}, "not for LPPool2d"),
    ("Conv2d(1, 1, 2) Conv2d(1, 1, 2)", "1x4x4", {"numbers": True}, "Numbers are drawn for a single layer"),
    ("MaxPool2d(1) " * 7, "1x4x4", {}, "a chain of at most 6 layers that read windows, not 7"),
    ("Conv3d(1, 1, 2)", "1x3x3x3", {}, "Conv3d is not drawn step by step"),
]


@pytest.mark.parametrize(("spec", "shape", "options", "message"), MISTAKES)
def test_what_cannot_be_drawn_is_refused(spec, shape, options, message):
    """With what to try."""
    with pytest.raises(SpecError, match=re.escape(message)):
        picture(spec, shape, **options)
