"""Chains in the words of textbooks, papers and lecture notes; where they have two readings, both are named."""

from __future__ import annotations

import re

import pytest

from shapecalc import SpecError, measure, parse

#: What people write, and the layers of torch that it is.
READ = {
    # VGG, table 1
    "conv3-64 conv3-64 maxpool FC-4096 FC-1000 soft-max": (
        "LazyConv2d(64, 3, padding=1) LazyConv2d(64, 3, padding=1) MaxPool2d(2) Flatten() LazyLinear(4096) "
        "LazyLinear(1000) Softmax(dim=1)"
    ),
    "conv3-64 ×2, maxpool": "LazyConv2d(64, 3, padding=1) LazyConv2d(64, 3, padding=1) MaxPool2d(2)",
    "conv3-64 (x2), maxpool x2": (
        "LazyConv2d(64, 3, padding=1) LazyConv2d(64, 3, padding=1) MaxPool2d(2) MaxPool2d(2)"
    ),
    "CONV5-10 -> POOL-2 -> FC-3": "LazyConv2d(10, 5, padding=2) MaxPool2d(2) Flatten() LazyLinear(3)",
    "conv7x7-64 avgpool3 flatten fc10 conv1x1-5 fc10": (
        "LazyConv2d(64, 7, padding=3) AvgPool2d(3) Flatten() LazyLinear(10) LazyConv2d(5, 1) Flatten() LazyLinear(10)"
    ),
    "conv2-8": 'LazyConv2d(8, 2, padding="same")',
    # ResNet, figure 3 and table 1
    "3x3 conv, 64": "LazyConv2d(64, 3, padding=1)",
    "7x7 conv, 64, /2": "LazyConv2d(64, 7, stride=2, padding=3)",
    "conv1: 7×7, 64, stride 2": "LazyConv2d(64, 7, stride=2, padding=3)",
    "3x3 max pool, stride 2, pad 1": "MaxPool2d(3, stride=2, padding=1)",
    "global average pool, 1000-d fc, softmax": "AdaptiveAvgPool2d(1) Flatten() LazyLinear(1000) Softmax()",
    "3x3 conv, 64, 3x3 conv, 128, 2x2 maxpool, fc 10": (
        "LazyConv2d(64, 3, padding=1) LazyConv2d(128, 3, padding=1) MaxPool2d(2) Flatten() LazyLinear(10)"
    ),
    "conv 3x3, 64\npool 2x2\n3x3 conv, 128, relu": (
        "LazyConv2d(64, 3, padding=1) MaxPool2d(2) LazyConv2d(128, 3, padding=1) ReLU()"
    ),
    # AlexNet and the notes of CS231n
    "Conv 11×11, 96, stride 4, no padding -> Max pool 3×3, stride 2, no padding": (
        "LazyConv2d(96, 11, stride=4) MaxPool2d(3, stride=2)"
    ),
    "CONV1: 96 11x11 filters at stride 4, pad 0\nMAX POOL1: 2x2 filters at stride 2\nFC6: 4096 neurons": (
        "LazyConv2d(96, 11, stride=4) MaxPool2d(2) Flatten() LazyLinear(4096)"
    ),
    "CONV K=64, F=3, S=1, P=1": "LazyConv2d(64, 3, padding=1)",
    "INPUT -> [[conv3-8 -> relu]*2 -> pool]*2 -> [fc-9 -> relu]*2 -> fc-10": (
        "LazyConv2d(8, 3, padding=1) ReLU() LazyConv2d(8, 3, padding=1) ReLU() MaxPool2d(2) "
        "LazyConv2d(8, 3, padding=1) ReLU() LazyConv2d(8, 3, padding=1) ReLU() MaxPool2d(2) "
        "Flatten() LazyLinear(9) ReLU() LazyLinear(9) ReLU() LazyLinear(10)"
    ),
    # U-Net
    "up-conv 2x2, 64": "LazyConvTranspose2d(64, 2, stride=2)",
    "conv 3x3, 64, valid -> relu -> max pool 2x2": "LazyConv2d(64, 3) ReLU() MaxPool2d(2)",
    "transposed conv 4x4, 64, /2, pad 1": "LazyConvTranspose2d(64, 4, stride=2, padding=1)",
    "upsample 2x -> upsample x2 -> upsampling 2": (
        "Upsample(scale_factor=2) Upsample(scale_factor=2) Upsample(scale_factor=2)"
    ),
    "transpose conv 2x2, 64, stride 2": "LazyConvTranspose2d(64, 2, stride=2)",
    "2x conv3-8, maxpool, 2x conv3-9, max-pool 2x2, 3 x fc-4": (
        "LazyConv2d(8, 3, padding=1) LazyConv2d(8, 3, padding=1) MaxPool2d(2) LazyConv2d(9, 3, padding=1) "
        "LazyConv2d(9, 3, padding=1) MaxPool2d(2) Flatten() LazyLinear(4) LazyLinear(4) LazyLinear(4)"
    ),
    # LeNet
    "C1: 5x5 conv, 6, pad 0; S2: 2x2 average pool; F6: fc 84": (
        "LazyConv2d(6, 5) AvgPool2d(2) Flatten() LazyLinear(84)"
    ),
    # sentences of lecture notes
    "convolution with 64 filters of size 3x3, stride 2 and padding 1": "LazyConv2d(64, 3, stride=2, padding=1)",
    "conv 64 filters 3x3 stride 1 pad 1": "LazyConv2d(64, 3, padding=1)",
    "conv, kernel size 5, 20 feature maps, p=2": "LazyConv2d(20, 5, padding=2)",
    "conv(3x3, 64, s=2, p=1) maxpool(2) fc(10)": (
        "LazyConv2d(64, 3, stride=2, padding=1) MaxPool2d(2) Flatten() LazyLinear(10)"
    ),
    "conv1: [7x7, 64], stride 2": "LazyConv2d(64, 7, stride=2, padding=3)",
    "conv 5 x 5, 20, stride = 2, padding = same": 'LazyConv2d(20, 5, stride=2, padding="tf_same")',
    "3x5 conv, 8": "LazyConv2d(8, (3, 5), padding=(1, 2))",
    "3x3 conv, 8, dilation 2, groups 4": "LazyConv2d(8, 3, padding=2, dilation=2, groups=4)",
    "1x1 conv, 8": "LazyConv2d(8, 1)",
    "Conv2d 3x3, 64 -> MaxPool2d 2x2": "LazyConv2d(64, 3, padding=1) MaxPool2d(2)",
    "conv5x5-20 pool2x2 conv 5x5/1 50": "LazyConv2d(20, 5, padding=2) MaxPool2d(2) LazyConv2d(50, 5, padding=2)",
    "max-pool 2x2, stride 2; average pooling 2x2; max_pool_2x2": "MaxPool2d(2) AvgPool2d(2) MaxPool2d(2)",
    "3x3 maxpool, stride 2, same": 'MaxPool2d(3, stride=2, padding="tf_same")',
    "conv3-8 bn -> batch norm -> leaky relu": (
        "LazyConv2d(8, 3, padding=1) LazyBatchNorm2d() LazyBatchNorm2d() LeakyReLU()"
    ),
    "Fully connected (128) -> bn -> fully-connected layer, 10 units": (
        "Flatten() LazyLinear(128) LazyBatchNorm1d() LazyLinear(10)"
    ),
    "Dense 128, Dropout 0.25, dropout p=0.25, dense-10": (
        "Flatten() LazyLinear(128) Dropout(p=0.25) Dropout(p=0.25) LazyLinear(10)"
    ),
    "GAP, FC 10, softmax": "AdaptiveAvgPool2d(1) Flatten() LazyLinear(10) Softmax()",
    "(conv3-8, relu) x 2": "LazyConv2d(8, 3, padding=1) ReLU() LazyConv2d(8, 3, padding=1) ReLU()",
    "2x(conv3-8 relu)": "LazyConv2d(8, 3, padding=1) ReLU() LazyConv2d(8, 3, padding=1) ReLU()",
}


@pytest.mark.parametrize(("written", "torch"), READ.items())
def test_it_is_echoed_in_the_words_of_torch(written, torch):
    """A spelling is read as what it is; names that stand before a colon are those of the nodes."""
    assert " ".join(repr(node.layer) for node in parse(written).nodes) == torch


REFUSED = {
    "conv1: 7x7/2": "conv1 needs one size and one number of filters: write 3x3 conv, 64 or conv3-64.",
    "conv 64 3 1 1": "column 1: conv needs one size and one number of filters: write 3x3 conv, 64 or conv3-64.",
    "CONV -> RELU": "column 1: CONV needs one size and one number of filters: write 3x3 conv, 64 or conv3-64.",
    "conv3 64": "column 1: conv3 may be a name or have a kernel of 3; write 3x3 conv, 64.",
    "conv 5x5x20": "column 1: conv has 3 sizes, 5x5x20, where it slides over 2 axes.",
    "4x4 conv, 8, /2": "column 1: conv needs its padding, as in pad 1.",
    "deconv 4x4, 8": "column 1: deconv needs its stride, as in stride 2.",
    "deconv": "column 1: deconv needs the size and the number of filters, once: write 2x2 deconv, 64, stride 2.",
    "pool, /2": "column 1: pool needs its size, as in 2x2 maxpool, stride 2.",
    "fc": "column 1: fc needs its number of outputs, as in fc-10.",
    "784 -> 128 -> 10": "column 1: cannot read '784' here; a layer has a name, as in 3x3 conv, 64 or fc-10.",
    "3x3, 64": "column 1: cannot read '3' here; a layer has a name, as in 3x3 conv, 64 or fc-10.",
    "Conv2d 3 64 3": "column 14: the arguments of Conv2d stand in brackets: Conv2d(3, 64, 3).",
    "Linear 400, 120": "column 16: the arguments of Linear stand in brackets: Linear(400, 120).",
    "LRN": "column 1: there is no layer LRN; it needs its size, as in LocalResponseNorm(5).",
    "input 32x32 conv3-8": "input does not show which size counts the channels; give it with --input, channels first.",
    "conv3-8 -> output": "what comes out of the last layer is the output, so leave it out.",
    "3x3 conv, 64 -> residual": "branches are written in a network file, with the keys residual, parallel or inputs.",
    "conv3-8 + relu": "column 9: + may stand between layers that run one behind the other, which are written with",
    "maxpool2-3": "column 1: there is no layer maxpool2 (did you mean MaxPool2d?).",
    "Conv2(3, 10, 3)": "column 1: there is no layer Conv2 (did you mean Conv2d?).",
    "conv0-3": "column 1: there is no layer conv0",
    "0x3 conv, 8": "conv needs one size and one number of filters",
    "swish": "there is no layer swish (did you mean SiLU?).",
    "3x3 conv, 8 -> hidden layer 128": "there is no layer hidden; write fc-128 for a hidden layer of 128.",
    "depthwise conv 3x3": "there is no layer depthwise; write Conv2d(64, 64, 3, groups=64) for 64 channels.",
    "dilated conv 3x3, 64": "write the dilation behind the layer, as in 3x3 conv, 64, dilation 2.",
    "ReLU\nmodel.compile(loss=x)": "there is no layer model.compile; it is no layer, so leave it out.",
    "fc 0": "there is no layer fc",
    "3x3 conv, 64, //2": "cannot read '//' here",
    "conv3-6 4x4": "conv3 needs one size and one number of filters",
    "[conv3-8]*N": "column 11: write a number for N: how often are the layers repeated.",
    "[conv3-8]*0": "column 10: layers are repeated 1 to 5,000 times, not 0.",
}  # fmt: skip


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_missing_is_named(written):
    """In one line, with a text that is read."""
    with pytest.raises(SpecError) as refused:
        parse(written)
    assert REFUSED[written] in str(refused.value)


#: What papers write in the same words and mean in two ways.
TWO_READINGS = {
    "maxpool 3x3/2": ("MaxPool2d(3, stride=2)", "MaxPool2d(3, stride=2, padding=1)"),
    "ReLU, 3x3 max pool": ("MaxPool2d(3)", "MaxPool2d(3, stride=1, padding=1)"),
    "avgpool": ("AvgPool2d(2)", "AdaptiveAvgPool2d(1)"),
    "average pool, 1000-d fc, softmax": ("AvgPool2d(2)", "AdaptiveAvgPool2d(1)"),
    "64C3-MP2-FC10": ("LazyConv2d(64, 3, padding=1)", "LazyConv2d(64, 3)"),
    "32C4-P2": ('LazyConv2d(32, 4, padding="same")', "LazyConv2d(32, 4)"),
    "conv64-3": ("LazyConv2d(3, 64)", "LazyConv2d(64, 3)"),
    "deconv 4x4, 8, /2": ("LazyConvTranspose2d(8, 4, stride=2, padding=1)", "LazyConvTranspose2d(8, 4, stride=2)"),
}


@pytest.mark.parametrize("written", TWO_READINGS)
def test_two_readings_are_both_named_and_none_is_chosen(written):
    """Each of them can be written."""
    with pytest.raises(SpecError, match="has two readings") as refused:
        parse(written)
    readings = re.search(r"two readings, (.+) and (.+); write either\.$", str(refused.value))
    assert readings is not None
    assert readings.groups() == TWO_READINGS[written]
    assert [str(parse(reading)) for reading in readings.groups()] == list(TWO_READINGS[written])


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("INPUT: [227x227x3]\nconv3-8", (3, 227, 227)),
        ("input 3x32x32 -> conv3-8", (3, 32, 32)),
        ("3x32x32 -> conv3-8", (3, 32, 32)),
        ("28x28x1 -> conv3-8", (1, 28, 28)),
        ("input (784) fc-10", (784,)),
        ("INPUT -> conv3-8", ()),
    ],
)
def test_the_input_of_a_text(written, shape):
    """Channels first, whatever the text has, where it is certain which size counts them."""
    assert parse(written).inputs == {"input": shape}


def test_a_padding_that_is_not_written_is_said():
    """The size is kept, and a warning says so; where it is written, nothing is left open."""
    (warning,) = measure(parse("3x3 conv, 8, relu, conv3-8", input_shape="3x8x8")).warnings()
    assert warning == (
        "3x3 conv, 8; conv3-8: no padding is written, so the size is kept, up to the stride, as in VGG and ResNet; "
        "for none, write pad 0"
    )
    assert not measure(parse("3x3 conv, 8, pad 1 -> 1x1 conv, 8", input_shape="3x8x8")).warnings()


@pytest.mark.parametrize(("shape", "rank"), [("3x8", "1d"), ("3x8x8x8", "3d")])
def test_a_word_has_the_rank_of_the_input(shape, rank):
    """Of one axis or three."""
    net = parse("conv3-8 bn maxpool2 gap", input_shape=shape)
    assert [str(node.layer)[: str(node.layer).index("(")][-2:] for node in net.nodes] == [rank] * 4


def test_the_nets_of_the_papers():
    """VGG-11 from its table has the parameters that the paper counts: 133 million."""
    table = """
    INPUT: [224x224x3]
    conv3-64, maxpool
    conv3-128, maxpool
    conv3-256 x2, maxpool
    [conv3-512 x2, maxpool] x 2
    FC-4096, FC-4096, FC-1000, soft-max
    """
    assert measure(parse(table)).parameters == measure(parse("zoo:vgg11")).parameters
