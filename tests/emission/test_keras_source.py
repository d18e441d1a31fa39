"""Source for Keras: Keras itself, on torch, gives the same shapes and counts; what it lacks is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shapecalc import Builder, Net, Node, ShapecalcError, emit, layers, measure, parse
from tests.emission.emitted import unformatted
from tests.tools.frameworks import keras

#: Chains with every layer that is written, with arguments that Keras writes in another way.
CHAINS = [
    (
        "Conv2d(3, 8, (3, 5), stride=2, padding=1, bias=False) BatchNorm2d ReLU MaxPool2d(3, stride=2, padding=1)",
        "3x32x32",
    ),
    ("Conv2d(3, 6, 3, padding=1, groups=3) LeakyReLU(0.1) AvgPool2d(2) Conv2d(6, 4, 3, dilation=2)", "3x20x20"),
    ("ConvTranspose2d(3, 4, 4, stride=2, padding=1) GELU Upsample(scale_factor=2) Dropout2d(0.2)", "3x8x8"),
    (
        "Conv1d(4, 8, 3, padding='causal') SiLU MaxPool1d(2) AdaptiveAvgPool1d(1) Flatten Linear(8, 3, bias=False)",
        "4x16",
    ),
    ("Conv3d(1, 2, 3, padding=1) ELU AvgPool3d(2, padding=1) AdaptiveMaxPool3d(1) Flatten", "1x8x8x8"),
    ("Linear(8, 12) LayerNorm(12) Hardswish Dropout(0.1) Softmax(dim=-1) Permute(0, 2, 1)", "5x8"),
    ("GroupNorm(2, 4) Mish AdaptiveAvgPool2d(3) Reshape(2, 18) Transpose(1, 2) Mean(1) Sigmoid Tanh", "4x7x7"),
    ("MultiheadAttention(8, 2, batch_first=True) LayerNorm(8, bias=False) Softplus ReLU6 Hardsigmoid SELU", "5x8"),
    ("MaxPool2d(3, stride=1, padding=1) AvgPool2d(3, stride=1, padding=1, count_include_pad=False) Max(1)", "2x6x6"),
    ("BatchNorm1d(6, affine=False) Softsign LogSigmoid Unsqueeze(1) Squeeze(1) Identity", "6"),
]
REFUSED = {
    ("LSTM(4, 8)", "5x4"): r"LSTM\(4, 8\) cannot be written for Keras: Keras has no such layer",
    ("Conv2d(3, 4, 3, padding=1, padding_mode='reflect')", "3x8x8"): "pads with zeros alone",
    ("MaxPool2d(2, padding=1)", "3x8x8"): "write a padding layer before it",
    ("MaxPool2d(2, ceil_mode=True)", "3x7x7"): "no ceil_mode",
    ("Conv2d(3, 4, 3, stride=2, dilation=2)", "3x9x9"): "a stride or a dilation, not both",
    ("ConvTranspose2d(3, 4, 3, stride=2, output_padding=1)", "3x9x9"): "neither groups nor an output_padding",
    ("Conv2d(3, 4, 3)", "3xHxW"): "a size of input is a letter",
}
ZOO = ("lenet5", "resnet18", "unet_bn", "mobilenet_v2")


@pytest.fixture
def channels_last() -> Iterator[None]:
    """What the source sets for the whole process is set back."""
    yield
    keras().config.set_image_data_format("channels_last")


def model(net: Net) -> Any:
    """Keras's model of the emitted source."""
    assert keras()
    names: dict[str, Any] = {}
    exec(compile(emit(net, to="keras"), "net.py", "exec"), names)  # noqa: S102  our own output
    return names["build_net"]()


def counts(net: Net) -> tuple[Any, ...]:
    """The outputs and the number of trained numbers: of Keras's model, and as they are measured."""
    theirs = model(net)
    trained = sum(int(weight.numpy().size) for weight in theirs.trainable_weights)
    shapes = [tuple(output.shape[1:]) for output in theirs.outputs]
    report = measure(net)
    return (shapes, trained), ([report[name].output_shape for name in net.outputs], report.parameters)


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize(("spec", "shape"), CHAINS)
def test_keras_agrees_on_a_chain(spec, shape):
    """Output shapes and trained parameters of every layer that is written."""
    theirs, ours = counts(parse(spec, input_shape=shape))
    assert theirs == ours


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize("name", ZOO)
def test_keras_agrees_on_a_net_of_the_zoo(name):
    """Branches, joins and blocks."""
    theirs, ours = counts(parse(f"zoo:{name}"))
    assert theirs == ours


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
def test_keras_shares_weights():
    """A layer that two nodes share is one layer, of several inputs and outputs."""
    conv = layers.Conv2d(3, 3, 1)
    nodes = (Node("a.conv", conv, ("left",)), Node("again", conv, ("right",), "a.conv"))
    theirs, ours = counts(Net({"left": (3, 6, 6), "right": (3, 6, 6)}, nodes, ("a.conv", "again")))
    assert theirs == ours


def test_the_source_is_formatted(tmp_path):
    """The formatter leaves it as it is."""
    for name in ZOO:
        (tmp_path / f"{name}.py").write_text(emit(parse(f"zoo:{name}"), to="keras"), encoding="utf-8")
    for number, (spec, shape) in enumerate(CHAINS):
        text = emit(parse(spec, input_shape=shape), to="keras", class_name="make")
        (tmp_path / f"{number}.py").write_text(text, encoding="utf-8")
    assert unformatted(tmp_path) == ""


@pytest.mark.parametrize("net", REFUSED)
def test_what_keras_lacks_is_refused_by_name(net):
    """The refusal says the layer and why."""
    spec, shape = net
    with pytest.raises(ShapecalcError, match=REFUSED[net]):
        emit(parse(spec, input_shape=shape), to="keras")


def test_a_residual_block_reads():
    """Names of nodes are names of layers; values that are read later keep their variable."""
    builder = Builder((8, 6, 6))
    first = builder.add(layers.Conv2d(8, 8, 3, padding=1), name="block.conv")
    builder.add(layers.Add(), inputs=(first, "input"))
    source = emit(builder.build(), to="keras")
    assert 'x = layers.Conv2D(8, 3, padding="same", name="block_conv")(inputs)' in source
    assert "x = layers.Add()([x, inputs])" in source


def test_another_framework_is_refused():
    """The two words are listed."""
    with pytest.raises(ShapecalcError, match='emit: to="jax" is not known; it may be "torch", "keras"'):
        emit(parse("zoo:lenet5"), to="jax")
