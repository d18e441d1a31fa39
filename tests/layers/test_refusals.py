"""What a refusal says: the layer, the condition, its numbers, and what to try. The texts are pinned."""

# ruff: noqa: E501  the messages stand as they are printed

from __future__ import annotations

import pytest

from shapecalc import ShapecalcError, measure
from shapecalc.formats import parse
from shapecalc.formats.document.loading import loads

#: spec, input, message
CHAINS = [
    (
        "Conv2d(3, 10, 200)",
        "3x130x130",
        (
            "conv1: Conv2d(3, 10, 200): the kernel must fit the padded input along the height, but F = 200 > W + 2P = "
            "130 + 2·0 = 130. Try padding=35, or kernel_size=130, or input 3x200x200."
        ),
    ),
    (
        'Conv2d(3, 4, 3, stride=2, padding="same")',
        "3x8x8",
        (
            'column 1: Conv2d: torch refuses padding="same" with stride 2; for an output of ceil(W/S) as in TensorFlow write '
            'padding="tf_same", or give the padding as a number.'
        ),
    ),
    ("MaxPol2d(2)", "3x8x8", "column 1: there is no layer MaxPol2d (did you mean MaxPool2d?)."),
    (
        "ReLU Conv2d(3, 4, 3, strid=2)",
        "3x8x8",
        (
            "column 6: Conv2d has no argument strid (did you mean stride?); it takes in_channels, out_channels, kernel_size, "
            "stride, padding, dilation, groups, bias, padding_mode."
        ),
    ),
    (
        "Conv2d(3, 4, 3)",
        "8x8",
        "conv1: Conv2d(3, 4, 3) takes an input of 3 dimensions (channels × height × width), but 8x8 has 2. Did you mean 3x8x8?",
    ),
    (
        "Conv2d(3, 4, 3)",
        "1x3x8x8",
        (
            "conv1: Conv2d(3, 4, 3) takes an input of 3 dimensions (channels × height × width), but 1x3x8x8 has 4. "
            "Shapes are written without the batch. Did you mean 3x8x8?"
        ),
    ),
    (
        "Conv2d(3, 4, 3) Conv2d(3, 4, 3)",
        "3x8x8",
        (
            "conv2: Conv2d(3, 4, 3): the input must have in_channels channels, but channels = 4 ≠ in_channels = 3. "
            "Try in_channels=4."
        ),
    ),
    (
        "Conv2d(6, 4, 3, groups=4)",
        "6x8x8",
        (
            "conv1: Conv2d(6, 4, 3, groups=4): groups must divide in_channels, but groups = 4 does not divide "
            "in_channels = 6. Try groups=2."
        ),
    ),
    (
        "Conv2d(3, 10, 3) Flatten Linear(100, 10)",
        "3x8x8",
        (
            "linear1: Linear(100, 10): the last dimension must be in_features, but its size = 360 ≠ in_features = 100. "
            "Try in_features=360."
        ),
    ),
    (
        "Conv2d(3, 4, 3, stride=0)",
        "3x8x8",
        "conv1: Conv2d(3, 4, 3, stride=0): stride must be at least 1 along the height, but S = 0 < 1. Try stride=1.",
    ),
    (
        "Conv2d(3, 4, 3, padding=-1)",
        "3x8x8",
        (
            "conv1: Conv2d(3, 4, 3, padding=-1): padding must not be negative along the height, but P = −1 < 0. "
            "Try ZeroPad2d(-1) before it with padding=0, or padding=0."
        ),
    ),
    (
        "Conv2d(3, 4)",
        "3x8x8",
        "column 1: Conv2d needs kernel_size; to have in_channels found from the input, write LazyConv2d(3, 4).",
    ),
    ("Conv2d(3, 4, 3, 4, 5, 6, 7, 8, 9, 10)", "3x8x8", "column 1: Conv2d takes 9 arguments but 10 were given."),
    (
        "Conv2d(3, 4, 3, kernel_size=3)",
        "3x8x8",
        "column 1: Conv2d: kernel_size is given twice, by position and by name.",
    ),
    (
        "Conv2d(3, 4, 1.5)",
        "3x8x8",
        "column 1: Conv2d: expected an integer or a tuple of 2 but got kernel_size=1.5.",
    ),
    (
        "Upsample(scale_factor=W)",
        "3x8x8",
        "column 1: Upsample: expected a number or a tuple of numbers but got scale_factor=W.",
    ),
    (
        'Conv2d(3, 4, 3, padding="smae")',
        "3x8x8",
        'column 1: Conv2d: padding="smae" is not known; it may be "valid", "same", "tf_same".',
    ),
    ("LazyConv2d(4, 3, in_channels=3)", "3x8x8", "column 1: LazyConv2d finds in_channels itself; leave it out."),
    ("Conv2d(3, 4, 3", "3x8x8", "column 15: ')' is missing."),
    ("Conv2d(3, 4, 3))", "3x8x8", "column 16: cannot read ')' here."),
    ("", "3x8x8", "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'."),
    ("Upsample(scale_factor=-1)", "3xHxW", "column 1: Upsample: scale_factor=-1 must not be negative."),
    ("Upsample(scale_factor=0)", "3x8x8", "column 1: Upsample: give either size or scale_factor."),
]


@pytest.mark.parametrize(("spec", "shape", "message"), CHAINS)
def test_a_refusal_says(spec, shape, message):
    """One line: what, where, the numbers, what to try."""
    with pytest.raises(ShapecalcError) as refused:
        measure(parse(spec, input_shape=shape))
    assert str(refused.value) == message


MERGES = [
    (
        (
            "layers:\n  - {layer: 'ConvTranspose2d(8, 8, 3, stride=2, padding=1)', name: up}\n"
            "  - {layer: 'Conv2d(8, 8, 3, padding=1)', name: skip, inputs: big}\n"
            "  - {layer: Add(), inputs: [up, skip]}\ninputs: {small: 8x8x8, big: 8x16x16}"
        ),
        (
            "add1: Add needs inputs of one shape, but they are 8x15x15 and 8x16x16; they differ in dimension 2 (15, 16) and "
            "dimension 3 (15, 16). Try up output_padding=1, or big 8x15x15, or ZeroPad2d((0, 1, 0, 1)) between up "
            "and it."
        ),
    ),
    (
        (
            "input: 3x8x8\nlayers:\n  - {layer: 'Conv2d(3, 4, 3)', name: a}\n"
            "  - {layer: 'Conv2d(3, 4, 1)', name: b, inputs: input}\n  - {layer: Concat(), inputs: [a, b]}"
        ),
        "concat1: Concat() needs inputs that agree in all dimensions but 1, but they are 4x6x6 and 4x8x8. Try a padding=1",
    ),
]


@pytest.mark.parametrize(("document", "message"), MERGES)
def test_a_merge_says_how_to_mend_it(document, message):
    """Both shapes, where they differ, and the smallest change that makes them agree."""
    with pytest.raises(ShapecalcError) as refused:
        measure(loads(document))
    assert message in str(refused.value)


def test_a_long_message_keeps_its_ends():
    """What a person quoted is cut in the middle; the line stays readable."""
    with pytest.raises(ShapecalcError) as refused:
        parse("a" * 100_000)
    assert (len(str(refused.value)) < 1_100, " ... " in str(refused.value)) == (True, True)
