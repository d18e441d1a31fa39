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
    "Conv2D(64, 3, activation=tf.nn.relu) Dense(3, activation=keras.activations.tanh)": (
        "LazyConv2d(64, 3) ReLU() LazyConv2d(3, 1) Tanh()"
    ),
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
    "LeakyReLU(alpha=0.2) Dense(3)": "LeakyReLU(negative_slope=0.2) LazyLinear(3)",
    "Dense(8, input_dim=4) Dense(3)": "LazyLinear(8) LazyLinear(3)",
    "Conv2D(8, 3, kernel_regularizer=l2(1e-4), padding='SAME', bias_initializer=keras.initializers.Constant(0.1))": (
        'LazyConv2d(8, 3, padding="same")'
    ),
    "Conv2D(8, 3, padding=same, data_format=channels_first, kernel_initializer=he_normal)": (
        'LazyConv2d(8, 3, padding="same")'
    ),
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
    "Embedding(1000, 16) GRU(8) Dense(1)": (
        "Embedding(1000, 16) GRU(16, 8, batch_first=True) Select(1, -1) LazyLinear(1)"
    ),
    "Embedding(9, 16) Conv1D(8, 3) MaxPooling1D() GRU(4, return_sequences=True) Dense(3, activation='softmax')": (
        "Embedding(9, 16) Transpose(1, 2) LazyConv1d(8, 3) MaxPool1d(2) Transpose(1, 2) GRU(8, 4, batch_first=True) "
        "LazyLinear(3) Softmax(dim=-1)"
    ),
    "Embedding(9, 16) LSTM(8, use_bias=False) Dense(1)": (
        "Embedding(9, 16) LSTM(16, 8, bias=False, batch_first=True) Select(1, -1) LazyLinear(1)"
    ),
    "Embedding(9, 16) Bidirectional(GRU(8, return_sequences=True)) TimeDistributed(Dense(4, activation='relu'))": (
        "Embedding(9, 16) GRU(16, 8, batch_first=True, bidirectional=True) LazyLinear(4) ReLU()"
    ),
    "Embedding(9, 16) Permute((2, 1)) Flatten Dense(2)": "Embedding(9, 16) Permute(0, 2, 1) Flatten() LazyLinear(2)",
    "Embedding(9, 4) LayerNormalization GlobalMaxPooling1D Dense(2)": (
        "Embedding(9, 4) LayerNorm((4,), eps=0.001) Transpose(1, 2) AdaptiveMaxPool1d(1) Flatten() LazyLinear(2)"
    ),
    "LSTM(16, 8)": "LSTM(16, 8)",
    "Embedding(9, 16) nn.LSTM(16, 8, batch_first=True) Select(1, -1) Dense(1)": (
        "Embedding(9, 16) LSTM(16, 8, batch_first=True) Select(1, -1) LazyLinear(1)"
    ),
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
        ("Input((20, 5)) Conv1D(8, 3)", (5, 20)),
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
    "LSTM(64) Dense(10)": (
        "column 1: LSTM has one bias in Keras, and two in torch; use_bias=False is the same in both, and torch's can "
        "be written, as in nn.LSTM(8, 64)."
    ),
    "Embedding(9, 16) Bidirectional(LSTM(8)) Dense(1)": (
        "LSTM has one bias in Keras, and two in torch: 1,600 parameters, not 1,664; use_bias=False is the same in both,"
        " or write torch's, nn.LSTM(16, 8, batch_first=True, bidirectional=True) Select(1, -1)."
    ),
    "Embedding(9, 16) SimpleRNN(8)": "two in torch: 200 parameters, not 208; use_bias=False is the same in both",
    "Embedding(9, 16) GRU(8, reset_after=False)": "torch's GRU resets after its product, as reset_after=True does.",
    "Embedding(9, 16) GRU(8, activation='relu')": "torch's GRU has the activations of Keras's defaults alone.",
    "Embedding(9, 16) GRU(8, return_state=True)": "return_state or go_backwards is not read; a chain has one tensor.",
    "Embedding(9, 16) Bidirectional(Dense(8))": "Bidirectional is read around lstm, gru, simplernn alone.",
    "Embedding(9, 16) Bidirectional(GRU(8), merge_mode='sum')": 'only merge_mode="concat" is read',
    "Embedding(9, 16) TimeDistributed(Conv2D(8, 3))": "TimeDistributed is read around dense alone.",
    "Conv2D(3, 3) GRU(4)": "GRU reads a sequence of vectors, as in --input 20x8: 20 steps of 8 features.",
    "Dense(3) GaussianNoise(0.1)": "it changes neither a size nor a count, and torch has no such layer; leave it out.",
    "Dense(3) Add()": "Keras's Add is not read: it joins several tensors, and a chain has one; write a network file.",
    "Dense(3) Lambda(f)": "Keras's Lambda is not read: it is a program",
    "Conv2D(8, 3) PReLU()": "learns a slope for each entry, torch's one for each channel: write shared_axes=[1, 2].",
    "Conv2D(8, 3) Permute((0, 1, 2))": "Permute takes each axis once, from 1, as in Permute((2, 1)).",
    "Conv2D(8, 3) Permute((2, 1))": "Permute has 2 axes, and its input 3.",
    "Dense": "column 1: Keras's Dense needs units.",
    "Dense(10, unit=1)": "column 1: Keras's Dense has no argument unit (did you mean units?).",
    'Dense(10, activation="relo")': 'the activation "relo" is not known (did you mean relu?).',
    "Dense(1, 2, 3, 4)": "Keras's Dense takes 3 arguments by position but 4 were given.",
    "Input() Dense(3)": "the shape of an input is written as in shape=(28, 28, 1).",
    'Conv2D(8, 3, padding="full")': 'padding="full" is not known',
    "Conv2DTranspose(8, 3, output_padding=(1, 2, 3))": "Conv2DTranspose needs a number for output_padding, or 2",
    "conv3": "there is no layer conv3",
    "torch.nn.functional.max_pool2d(input, 2)": "there is no layer torch.nn.functional.max_pool2d",
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


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("Input((20, 5)) GRU(8)", (20, 5)),
        ("GRU(8, input_shape=(20, 5))", (20, 5)),
        ("Embedding(9, 4, input_length=20)", (20,)),
    ],
)
def test_the_input_of_a_sequence(written, shape):
    """Has its features last, as in torch."""
    assert parse(written).inputs == {"input": shape}


def test_both_directions_are_said_to_be_the_last_step():
    """Where Keras takes the last state of either."""
    (remark,) = parse("Embedding(9, 4) Bidirectional(GRU(8))").remarks
    assert remark.startswith("Bidirectional: Keras takes the last state of either direction")
    assert not parse("Embedding(9, 4) Bidirectional(GRU(8, return_sequences=True))").remarks


def test_every_name_of_the_vocabulary_has_a_reading():
    """But for those of the input."""
    assert LAYERS - {"input", "inputlayer"} <= TABLE.keys()
    assert not LAYERS & OTHERS.keys()


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
