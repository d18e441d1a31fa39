"""Layers of Keras, read as the torch layers that they are."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given

from shapecalc import ShapecalcError, SpecError, measure, open_net, parse
from shapecalc.formats.keras.table import TABLE
from shapecalc.formats.keras.vocabulary import LAYERS, OTHERS
from shapecalc.layers import REGISTRY
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES

KERAS = {
    'Conv2D(64, 3, strides=2, padding="same") MaxPooling2D Flatten Dense(10)': (
        'LazyConv2d(64, 3, stride=2, padding="tf_same") MaxPool2d(2) Flatten() LazyLinear(10)'
    ),
    'Conv2D(8, 3, padding="same", activation="relu", use_bias=False)': (
        'LazyConv2d(8, 3, padding="same", bias=False) ReLU()'
    ),
    "Conv2D(filters=8, kernel_size=(3, 5), dilation_rate=2, groups=2)": "LazyConv2d(8, (3, 5), dilation=2, groups=2)",
    'Conv1D(8, 3, padding="causal", activation="tanh")': 'LazyConv1d(8, 3, padding="causal") Tanh()',
    "Conv2D(64, 3)": "LazyConv2d(64, 3)",
    "Conv2d(64, 3, strides=2)": "LazyConv2d(64, 3, stride=2)",
    "Conv2D(3, 16, 3) Dense(10)": "LazyConv2d(3, 16, stride=3) LazyConv2d(10, 1)",
    "Conv2D(3, 16, 3, stride=2)": "Conv2d(3, 16, 3, stride=2)",
    "Conv2D(3, 16, 3) MaxPool2d(2)": "Conv2d(3, 16, 3) MaxPool2d(2)",
    "Dense(64) nn.Linear(64, 10)": "LazyLinear(64) Linear(64, 10)",
    "dense(64, activation=relu) maxpooling1d": "LazyLinear(64) ReLU() MaxPool1d(2)",
    "MaxPool2D(2) Flatten Dropout(0.3)": "MaxPool2d(2) Flatten() Dropout(p=0.3)",
    "GlobalAveragePooling2D Dense(10)": "AdaptiveAvgPool2d(1) Flatten() LazyLinear(10)",
    "GlobalMaxPooling1D(keepdims=True)": "AdaptiveMaxPool1d(1)",
    "LeakyReLU() Dense(3)": "LeakyReLU(negative_slope=0.3) LazyLinear(3)",
    "ReLU(max_value=6) Dense(3)": "ReLU6() LazyLinear(3)",
    'Dense(8) BatchNormalization Activation("swish")': (
        "LazyLinear(8) LazyBatchNorm1d(eps=0.001, momentum=0.01) SiLU()"
    ),
    "ZeroPadding2D(((1, 2), (3, 4))) Cropping2D(1) UpSampling2D(2, interpolation='bilinear')": (
        'ZeroPad2d((3, 4, 1, 2)) ZeroPad2d(-1) Upsample(scale_factor=2, mode="bilinear")'
    ),
    'Conv2DTranspose(8, 4, strides=2, padding="same")': "LazyConvTranspose2d(8, 4, stride=2, padding=1)",
    'Conv2DTranspose(8, 3, strides=2, padding="same")': 'LazyConvTranspose2d(8, 3, stride=2, padding="tf_same")',
    'Conv2DTranspose(8, 3, strides=2, padding="same", output_padding=0)': (
        "LazyConvTranspose2d(8, 3, stride=2, padding=1)"
    ),
    'Conv2DTranspose(8, 3, strides=2, padding="same", output_padding=1)': (
        "LazyConvTranspose2d(8, 3, stride=2) ZeroPad2d((0, -1, 0, -1))"
    ),
    'AveragePooling2D(3, strides=1, padding="same")': "AvgPool2d(3, stride=1, padding=1, count_include_pad=False)",
    'AveragePooling2D(3, padding="same")': 'AvgPool2d(3, padding="tf_same", count_include_pad=False)',
    'MaxPooling2D(3, strides=2, padding="same")': 'MaxPool2d(3, stride=2, padding="tf_same")',
    'MaxPooling2D(2, padding="same")': "MaxPool2d(2, ceil_mode=True)",
}


@pytest.mark.parametrize(("written", "torch"), KERAS.items())
def test_it_is_echoed_in_the_words_of_torch(written, torch):
    """A spelling is read as what it is."""
    assert str(parse(written)) == torch


def test_a_model_of_keras():
    """With its input, which has the channels last, and the names of its layers."""
    net = parse(
        "model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Conv2D(32, kernel_size=(3, 3), "
        'activation="relu", name="stem"), layers.MaxPooling2D(pool_size=(2, 2)), layers.Flatten(), '
        'layers.Dropout(0.5), tf.keras.layers.Dense(10, activation="softmax", kernel_initializer="zeros")])'
    )
    assert (net.inputs, [node.name for node in net.nodes]) == (
        {"input": (1, 28, 28)},
        ["stem", "relu1", "pool1", "flatten1", "dropout1", "linear1", "softmax1"],
    )
    assert measure(net).parameters == 320 + 54_090


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("Flatten(input_shape=(28, 28)) Dense(10)", (28, 28)),
        ('Conv2D(8, 3, input_shape=(3, 32, 32), data_format="channels_first")', (3, 32, 32)),
        ("Input((784,)) Dense(10)", (784,)),
    ],
)
def test_the_input_of_a_text(written, shape):
    """Channels first, whatever the text has; and another input overrules it."""
    assert parse(written).inputs == {"input": shape}
    assert parse(written, input_shape="5x9x9").inputs == {"input": (5, 9, 9)}


REFUSED = {
    "Conv2D(3, 16, 3)": (
        "column 1: Conv2D has two readings, LazyConv2d(3, 16, stride=3) as in Keras and Conv2d(3, 16, 3) as in torch; "
        "write either."
    ),
    "ReLU Conv2D(3, 16, 3) Flatten": "column 6: Conv2D has two readings",
    "conv2d(64, 3)": "write LazyConv2d(64, 3).",
    "Conv2d(3, 16, 3, strides=2)": "Conv2d has no argument strides (did you mean stride?)",
    "SeparableConv2D(64, 3)": "SeparableConv2D depends on the channels of its input; give the input",
    "BatchNormalization": "BatchNormalization depends on the axes of its input; give the input",
    "LSTM(64) Dense(10)": "column 1: Keras's LSTM is not read; write torch's with nn. before it.",
    "Dense": "column 1: Keras's Dense needs units.",
    "Dense(10, unit=1)": "column 1: Keras's Dense has no argument unit (did you mean units?).",
    'Dense(10, activation="relo")': 'the activation "relo" is not known (did you mean relu?).',
    "Dense(1, 2, 3, 4)": "Keras's Dense takes 3 arguments by position but 4 were given.",
    "Input() Dense(3)": "the shape of an input is written as in shape=(28, 28, 1).",
    'Conv2D(8, 3, padding="full")': 'padding="full" is not known',
    "Conv2DTranspose(8, 3, output_padding=(1, 2, 3))": "Conv2DTranspose needs a number for output_padding, or 2",
    "conv3": "there is no layer conv3",
    "Input(3, 32, 32) Dense(3)": "the shape of an input is written as in shape=(28, 28, 1).",
}


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_not_certain_is_refused(written):
    """Nothing is computed from a guess."""
    with pytest.raises(SpecError) as refused:
        parse(written)
    assert REFUSED[written] in str(refused.value)


def test_layers_that_depend_on_their_input():
    """They are read once it is known."""
    net = parse("SeparableConv2D(8, 3) BatchNormalization LayerNormalization", input_shape="3x9x9")
    assert str(net) == (
        "Conv2d(3, 3, 3, groups=3, bias=False) Conv2d(3, 8, 1) LazyBatchNorm2d(eps=0.001, momentum=0.01) "
        "LayerNorm2d((8,), eps=0.001)"
    )


def test_every_name_of_the_vocabulary_has_a_reading():
    """But for those of the input."""
    assert LAYERS - {"input", "inputlayer"} <= TABLE.keys()
    assert not LAYERS & OTHERS


def test_all_doors_read_it():
    """The commands' door, and a text in a network file."""
    written = "Conv2D(8, 3, activation='relu') MaxPooling2D Flatten Dense(10)"
    nets = [
        open_net(written, input_shape="1x28x28"),
        open_net(f"input: 1x28x28\nlayers:\n- {written}\n"),
        open_net(f"input: 1x28x28\nblocks: {{dense: {{layers: [{written!r}]}}}}\nlayers: [dense]\n"),
    ]
    assert {measure(net).parameters for net in nets} == {80 + 13_530}
    assert [len(net) for net in nets] == [5, 5, 5]


def test_the_input_of_a_file_stands_at_its_key():
    """Not in one of its texts."""
    with pytest.raises(SpecError, match="stands at its key input"):
        parse("layers:\n- Input((28, 28, 1)) Dense(10)\n")


@pytest.mark.parametrize(("spec", "is_keras"), [("Conv2d(3, 8, 3) -> ReLU", False), ("Dense(3)", True)])
def test_torch_needs_no_words_of_keras(spec, is_keras):
    """What reads Keras is imported only for a text with such words."""
    code = f"import shapecalc, sys; shapecalc.parse({spec!r}); print('shapecalc.formats.keras.table' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  ours
    assert done.stdout == f"{is_keras}\n"


#: Arguments of torch's layers that are words of Keras, too.
BESIDE = "LSTM(8, 4, bidirectional=True) TransformerEncoderLayer(8, 2, activation='gelu')"


@pytest.mark.parametrize("name", REGISTRY)
def test_a_layer_of_torch_is_no_layer_of_keras(name):
    """Whatever its arguments are, where nothing speaks for Keras."""

    @examples(5, deep=50)
    @given(CASES[name])
    def same(case: Case):
        try:
            layer = REGISTRY[name](**case.arguments)
        except ShapecalcError:
            return
        assert parse(f"{BESIDE} {layer!r}").nodes[-1].layer == layer

    same()
