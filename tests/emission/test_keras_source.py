"""Source for Keras: Keras itself, on torch, gives the same shapes, counts and numbers; what it lacks is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from shapecalc import Builder, Net, Node, ShapecalcError, emit, layers, measure, parse
from shapecalc.pytorch import build, example_inputs
from shapecalc.pytorch.modules.building import NetModule
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
    ("MaxPool2d(2, padding=1) MaxPool2d(3, stride=2, ceil_mode=True) Tanh", "3x17x18"),
    ("GRU(4, 6, num_layers=2, bidirectional=True, dropout=0.1) RNN(12, 5, nonlinearity='relu', bias=False)", "7x4"),
    ("ChannelShuffle(2) Chunk(2, 1, 1) StochasticDepth(0.2, 'row') Split((1, 3), 1, 1) Crop((3, 4))", "8x5x7"),
    ("Interpolate((9, 11), mode='bilinear') Interpolate((18, 22)) Hardswish", "2x5x6"),
]
#: Those whose weights Keras stores as torch does.
PLAIN = [chain for chain in CHAINS if not re.search("GRU|Attention|Norm", chain[0])]
#: A layer whose two biases Keras adds to one.
LSTM = ("LSTM(4, 6, num_layers=2, bidirectional=True) Linear(12, 3)", "7x4")
REFUSED = {
    ("LPPool2d(2, 2)", "3x8x8"): r"LPPool2d\(2, 2\) cannot be written for Keras: Keras has no such layer",
    ("LSTM(4, 8, proj_size=2)", "5x4"): "there it starts at zero, without a projection",
    ("GELU(approximate='tanh')", "8"): "there it has no such argument",
    ("Conv2d(3, 4, 3, padding=1, padding_mode='reflect')", "3x8x8"): "pads with zeros alone",
    ("AvgPool2d(2, ceil_mode=True)", "3x7x7"): "no ceil_mode for a mean",
    ("Conv2d(3, 4, 3, stride=2, dilation=2)", "3x9x9"): "a stride or a dilation, not both",
    ("ConvTranspose2d(3, 4, 3, stride=2, output_padding=1)", "3x9x9"): "neither groups nor an output_padding",
    ("Conv2d(3, 4, 3)", "3xHxW"): "a size of input is a letter",
}
#: With residual blocks, dense ones, branches, gates, optional parts, several outputs and crops.
ZOO = ("lenet5", "resnet18", "densenet121", "mobilenet_v2", "googlenet", "wavenet", "unet", "shufflenet_v2_x0_5", "tcn")


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


def load(theirs: Any, ours: NetModule) -> None:
    """Give the layers of a Keras model the weights of the modules of the same names."""
    parts = {re.sub(r"\W", "_", node.name): ours.part(node.name) for node in ours.net.nodes if not node.share}
    for layer in theirs.layers:
        if layer.weights:
            layer.set_weights([weight.detach().numpy() for weight in weights_of(parts[layer.name])])


def weights_of(part: Any) -> list[Tensor]:
    """The weights of a module, in Keras's order and layout."""
    state = part.state_dict()
    if "running_mean" in state:
        return [state[name] for name in ("weight", "bias", "running_mean", "running_var") if name in state]
    if isinstance(part, nn.Linear):
        return [state["weight"].T, *([state["bias"]] if part.bias is not None else [])]
    if "Conv" in type(part).__name__:  # height × width × in × out, or for a transposed one × out × in
        kernel = state["weight"].permute(*range(2, state["weight"].dim()), 1, 0)
        return [kernel, *([state["bias"]] if part.bias is not None else [])]
    return [*state.values()]


def difference(net: Net) -> float:
    """How far the outputs of Keras's model are from those of the module with the same weights."""
    ours = build(net).eval()
    theirs = model(net)
    torch.manual_seed(0)
    for name, buffer in ours.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            buffer.normal_()
    load(theirs, ours)
    inputs = example_inputs(net, 2)
    with torch.no_grad():
        left, right = (
            run(*inputs) for run in (ours, lambda *values: theirs(values[0] if len(values) == 1 else values))
        )
    outputs = zip(*(each if isinstance(each, tuple | list) else [each] for each in (left, right)), strict=True)
    return max(float((one - other).abs().max() / one.abs().max()) for one, other in outputs)


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize("name", ZOO)
def test_keras_computes_what_torch_computes(name):
    """With the same weights, the outputs are the same."""
    assert difference(parse(f"zoo:{name}")) < 1e-5


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize(
    ("spec", "shape"), [chain for chain in CHAINS if not re.search("GRU|Attention|Norm", chain[0])]
)
def test_keras_computes_each_layer_as_torch_does(spec, shape):
    """But for those whose weights are stored in another way."""
    assert difference(parse(spec, input_shape=shape)) < 1e-5


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
def test_keras_has_an_lstm_with_one_bias():
    """The shapes are torch's; the line says that a bias is one vector."""
    net = parse(LSTM[0], input_shape=LSTM[1])
    (shapes, trained), (ours, parameters) = counts(net)
    assert (shapes, parameters - trained) == (ours, 4 * 4 * 6)
    assert "    # one bias vector, where torch adds two\n    x = layers.Bidirectional(" in emit(net, to="keras")


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize(("spec", "shape"), CHAINS)
def test_keras_agrees_on_a_chain(spec, shape):
    """Output shapes and trained parameters of every layer that is written."""
    theirs, ours = counts(parse(spec, input_shape=shape))
    assert theirs == ours


@pytest.mark.peer("keras")
@pytest.mark.usefixtures("channels_last")
@pytest.mark.parametrize("name", [name for name in ZOO if name != "wavenet"])  # Keras drops what nobody reads
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


def test_blocks_are_functions():
    """As many lines as there are kinds of blocks, and loops over those that are equal."""
    source = emit(parse("zoo:densenet201"), to="keras")
    assert re.findall(r"^def (\w+)", source, re.MULTILINE) == ["batch_norm", "dense_layer", "transition", "build_net"]
    assert 'for i in range(1, 49):\n        x = dense_layer(x, name=f"features_denseblock3_denselayer{i}")' in source
    assert len(source.splitlines()) < 60


def test_what_a_block_may_lack_is_an_argument():
    """A residual block with a convolution beside it, and one that adds nothing."""
    source = emit(parse("zoo:resnet50"), to="keras")
    assert "def bottleneck(x, filters, strides=1, downsample=False, *, name):" in source
    assert "    if downsample:\n        x = layers.Conv2D(" in source
    assert "    if residual:\n        y = layers.Add()([y, x])" in emit(parse("zoo:mobilenet_v2"), to="keras")


def test_padding_stands_before_each_use_of_a_shared_layer():
    """The weights are shared, and the zeros around the input are made again."""
    builder = Builder((3, 8, 8))
    conv = layers.Conv2d(3, 3, 3, stride=2, padding=1)
    builder.chain(conv, conv)
    source = emit(builder.build(), to="keras")
    assert source.count("layers.ZeroPadding2D(1)") == 2
    assert source.count("conv1(x)") == 2
    assert source.count("layers.Conv2D(") == 1


def test_layers_of_one_name_are_refused():
    """Keras takes no dots in names."""
    builder = Builder((8,))
    builder.add(layers.Linear(8, 8), name="a.b")
    builder.add(layers.Linear(8, 8), name="a_b")
    with pytest.raises(ShapecalcError, match=r"For Keras, a\.b and a_b have one name; rename one of the nodes"):
        emit(builder.build(), to="keras")


def test_another_framework_is_refused():
    """The two words are listed."""
    with pytest.raises(ShapecalcError, match='emit: to="jax" is not known; it may be "torch", "keras"'):
        emit(parse("zoo:lenet5"), to="jax")
