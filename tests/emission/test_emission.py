"""Source for torch: it runs without shapecalc, and is the built module to the bit."""

from __future__ import annotations

import ast
import re

import pytest
import torch
from hypothesis import given, settings

import shapecalc
from shapecalc import Builder, Net, Node, ShapecalcError, SpecError, emit, layers, parse
from shapecalc.emission.part_names import MODULE_ATTRIBUTES
from shapecalc.formats.source.definitions import IMPORTED
from shapecalc.zoo import names as zoo_names
from tests.emission.emitted import differences, pair, unformatted
from tests.nets.drawn import small_nets
from tests.pytorch.samples import SAMPLES, sample

#: Nets of the zoo that are run, with a block of each kind in them.
RUN = ("lenet5", "capsnet", "shufflenet_v2_x0_5")
#: Nets whose shapes and names alone are compared.
COMPARED = ("resnet50", "unet_bn", "vit_b_32", "wavenet")


def zoo(name: str) -> Net:
    """A net of the zoo."""
    return parse(f"zoo:{name}")


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in IMPORTED])
def test_every_layer_is_written(name):
    """The source of every layer is the built layer to the bit."""
    torch.manual_seed(0)
    assert differences(sample(name)) == []


@pytest.mark.parametrize("name", RUN)
def test_a_net_of_the_zoo_computes_the_same(name):
    """The emitted net has the built net's keys and, with its weights, its outputs."""
    assert differences(zoo(name)) == []


@pytest.mark.parametrize("name", COMPARED)
def test_a_large_net_has_the_same_keys_and_shapes(name):
    """On the meta device, where no number is computed."""
    assert differences(zoo(name), "meta") == []


@pytest.mark.deep
@pytest.mark.parametrize("name", zoo_names())
def test_every_net_of_the_zoo_is_written(name, tmp_path):
    """Keys, shapes and format of every net of the zoo."""
    assert differences(zoo(name), "meta") == []
    (tmp_path / "net.py").write_text(emit(zoo(name)), encoding="utf-8")
    assert unformatted(tmp_path) == ""


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel lengths")
@settings(max_examples=25)
@given(small_nets())
def test_random_nets_compute_the_same(net):
    """Chains and branching nets of all kinds of layers."""
    torch.manual_seed(0)
    assert differences(net) == []


def test_the_source_is_formatted(tmp_path):
    """The formatter leaves the source of nets of all kinds as it is."""
    for name in (*RUN, *COMPARED):
        (tmp_path / f"{name}.py").write_text(emit(zoo(name)), encoding="utf-8")
    for name in SAMPLES:
        (tmp_path / f"sample_{name}.py").write_text(emit(sample(name)), encoding="utf-8")
    assert unformatted(tmp_path) == ""


@pytest.mark.parametrize("name", [*RUN, *COMPARED])
def test_the_source_needs_torch_alone(name):
    """It imports torch and the standard library."""
    imports = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]  # type: ignore[union-attr]
        for node in ast.walk(ast.parse(emit(zoo(name))))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imports <= {"torch", "collections"}


def test_blocks_that_repeat_are_one_class():
    """ResNet-50 is two classes, and its sixteen blocks are calls of one of them."""
    source = emit(zoo("resnet50"), class_name="ResNet50")
    assert re.findall(r"^class (\w+)", source, re.MULTILINE) == ["Bottleneck", "ResNet50"]
    assert "*[Bottleneck(1024, 256) for _ in range(5)]" in source
    assert "def __init__(self, in_channels, channels, stride=1, downsample=False):" in source


def test_numbers_that_grow_in_even_steps_are_a_loop():
    """The layers of a block of DenseNet, by name; of a chain of blocks, by number."""
    source = emit(parse("zoo:densenet121"))
    assert '(f"denselayer{i + 1}", DenseLayer(256 + 32 * i))\n                        for i in range(24)' in source
    builder = Builder((2, 8, 8))
    for number, channels in enumerate(range(2, 14, 2)):
        builder.add(layers.Conv2d(channels, channels + 2, 1), name=f"block.{number}.conv")
        builder.add(layers.BatchNorm2d(channels + 2), name=f"block.{number}.norm")
    source = emit(builder.build())
    assert "*[ConvBN(2 + 2 * i, 4 + 2 * i) for i in range(6)]" in source


def test_shapes_stand_at_the_end_of_lines():
    """Each line that changes the shape says the new one."""
    source = emit(parse("Conv2d(3, 8, 3) ReLU Flatten Linear(out_features=2)", input_shape="3x6x6"))
    assert "def forward(self, x):  # (N, 3, 6, 6)" in source
    assert "x = F.relu(self.conv1(x))  # (N, 8, 4, 4)" in source
    assert "return self.linear1(x)  # (N, 2)" in source


def test_shapes_stand_in_a_sequential():
    """So does each layer of a chain that changes the shape, but for the last, which forward says."""
    builder = Builder((3, 6, 6))
    for number, layer in enumerate((layers.Conv2d(3, 8, 3), layers.ReLU(), layers.MaxPool2d(2))):
        builder.add(layer, name=f"features.{number}")
    source = emit(builder.build())
    assert (
        "            nn.Conv2d(3, 8, 3),  # (N, 8, 4, 4)\n            nn.ReLU(),\n            nn.MaxPool2d(2),\n"
        in source
    )
    assert "return self.features(x)  # (N, 8, 2, 2)" in source


def test_letters_stay_letters_in_comments():
    """An input of any height and width."""
    source = emit(parse("Conv2d(3, 8, 3, padding=1) MaxPool2d(2)", input_shape="3xHxW"))
    assert "return self.pool1(x)  # (N, 8, ⌊H/2⌋, ⌊W/2⌋)" in source


def test_numbers_are_written_as_they_stand():
    """Whatever has been written before: a layer with 2.0 equals one with 2."""
    texts = ("LeakyReLU(2)", "LeakyReLU(2.0)")
    sources = [str(emit(parse(f"{text} Flatten", input_shape="3x8x8"))) for text in texts]
    assert [text in source for text, source in zip(texts, sources, strict=True)] == [True, True]


def test_a_chain_of_numbers_is_a_sequential():
    """Names 0, 1, 2 are those of nn.Sequential."""
    builder = Builder((3, 6, 6))
    for number, layer in enumerate((layers.Conv2d(3, 8, 3), layers.ReLU(), layers.Flatten())):
        builder.add(layer, name=str(number))
    source = emit(builder.build())
    assert "class Net(nn.Sequential):" in source
    assert differences(builder.build()) == []


def test_names_that_cross_are_containers():
    """Layers whose names nest though their values cross keep their names, in containers."""
    builder = Builder((3, 6, 6))
    first = builder.add(layers.Conv2d(3, 4, 1), name="a.x")
    second = builder.add(layers.Conv2d(3, 4, 1), name="b.0", inputs="input")
    builder.add(layers.Add(), inputs=(first, second))
    builder.add(layers.Conv2d(4, 2, 1), name="a.keys.in")
    builder.add(layers.Conv2d(2, 2, 1), name="b.1")
    assert differences(builder.build()) == []


def test_shared_weights_are_shared():
    """A layer that two nodes share is called twice."""
    conv = layers.Conv2d(3, 3, 1)
    net = Net({"input": (3, 6, 6)}, (Node("conv", conv, ("input",)), Node("again", conv, ("conv",), "conv")))
    source = emit(net)
    assert source.count("nn.Conv2d") == 1
    assert source.count("self.conv(x)") == 2
    assert differences(net) == []


def tied(owner, layer, shape):
    """A net whose second layer has the weights of its first, another one."""
    return Net({"input": shape}, (Node("first", owner, ("input",)), Node("second", layer, ("first",), "first")))


def test_weights_of_another_layer_are_its_weights():
    """A function of torch takes them, with the second layer's own arguments."""
    words = tied(layers.Embedding(7, 4), layers.Linear(4, 7, bias=False), (5,))
    assert "F.linear(x, self.first.weight)" in emit(words)
    assert differences(words) == []
    strided = tied(layers.Conv2d(3, 3, 2), layers.Conv2d(3, 3, 2, stride=2), (3, 9, 9))
    assert "F.conv2d(x, self.first.weight, self.first.bias, stride=2)" in emit(strided)
    assert differences(strided) == []
    with pytest.raises(ShapecalcError, match="cannot be written for Keras: it has the weights of another layer"):
        emit(strided, to="keras")


def test_weights_that_no_function_takes_are_refused():
    """The refusal names both layers."""
    net = tied(layers.Conv2d(3, 3, 2), layers.Conv2d(3, 3, 2, padding="tf_same"), (3, 9, 9))
    with pytest.raises(ShapecalcError, match="No source can be written for Conv2d"):
        emit(net)


def test_frozen_layers_are_frozen():
    """What is not trained needs no gradient in the emitted module either."""
    net = zoo("fcn32s")
    _, emitted, built = pair(net, "meta")
    flags = [[tensor.requires_grad for tensor in module.parameters()] for module in (emitted, built)]
    assert flags[0] == flags[1]


def test_what_overwrites_its_input_does_so_where_nobody_else_reads_it():
    """inplace=True is kept where it is safe."""
    spec = "Conv2d(3, 3, 1) ReLU(inplace=True)"
    assert "F.relu(self.conv1(x), inplace=True)" in emit(parse(spec, input_shape="3x6x6"))
    builder = Builder((3, 6, 6))
    conv = builder.add(layers.Conv2d(3, 3, 1))
    builder.add(layers.Add(), inputs=(builder.add(layers.ReLU(inplace=True)), conv))
    assert "inplace" not in emit(builder.build())


@pytest.mark.parametrize("name", ["2d", "class", "a b"])
def test_a_name_of_no_class_is_refused(name):
    """The name must be one of Python's."""
    with pytest.raises(SpecError, match="no name of a class"):
        emit(zoo("lenet5"), class_name=name)


def test_letters_among_arguments_are_refused():
    """A constructor needs numbers."""
    with pytest.raises(ShapecalcError, match=r"Source needs numbers, but Conv2d\(3, K, 3\) has a letter"):
        emit(parse("Conv2d(3, K, 3)", input_shape="3x6x6"))


def test_many_layers_are_written():
    """A long chain has a statement for each step."""
    net = parse(" ".join(["Conv2d(2, 2, 1) ReLU"] * 1_000), input_shape="2x4x4")
    assert emit(net).count("nn.Conv2d(2, 2, 1)") == 1_000


def test_what_torchvision_has_is_imported():
    """A deformable convolution comes from there; its offsets and mask are further inputs."""
    source = emit(sample("DeformConv2d"))
    assert "from torch import nn\nfrom torchvision.ops import DeformConv2d\n" in source
    assert re.search(r"return self\.\w+\(\w+, \w+, \w+\)", source)


def test_learned_tensors_are_aligned():
    """One with fewer dimensions is added as it is; what is computed from it has a batch."""
    layer = layers.Parameter(4)
    shared = (Node("p", layer, ()), Node("add1", layers.Add(), ("input", "p")))
    assert "return x + self.p" in emit(Net({"input": (3, 5, 4)}, shared))
    assert differences(Net({"input": (3, 5, 4)}, shared)) == []
    computed = (
        Node("p", layer, ()),
        Node("relu1", layers.ReLU(), ("p",)),
        Node("add1", layers.Add(), ("input", "relu1")),
    )
    assert differences(Net({"input": (3, 5, 4)}, computed)) == []


def test_the_facade_has_it():
    """shapecalc.emit is the function of its room."""
    assert shapecalc.emit is shapecalc.emission.emit


def _named(*names: str) -> Net:
    return Net({"input": (3, 8, 8)}, tuple([Node(name, layers.Conv2d(3, 3, 1), ("input",)) for name in names]))


@pytest.mark.parametrize("names", [("a..c",), (".a",), ("a.",), ("forward",), ("a.train.b",), ("__x__",), ("a", "a.b")])
def test_a_name_that_torch_refuses_for_a_part_is_refused(names: tuple[str, ...]) -> None:
    """In the words of build, which refuses it too; source with it would not run."""
    with pytest.raises(ShapecalcError, match=r"^A torch module cannot have a part called .+; rename the node\.$"):
        emit(_named(*names))


def test_the_attributes_of_a_module_are_torchs() -> None:
    """Besides Python's own."""
    assert {name for name in dir(torch.nn.Module()) if not name.startswith("__")} == MODULE_ATTRIBUTES
