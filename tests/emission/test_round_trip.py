"""What is emitted is read back as a net that computes the same, without being run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from shapecalc import ShapecalcError, emit, measure, open_net, parse
from shapecalc.checking import check
from shapecalc.formats.source.definitions import DEFINITIONS
from shapecalc.formats.source.programs import Source
from shapecalc.zoo import names as zoo_names
from tests.emission.round_trip import read_back, rows
from tests.nets.drawn import small_nets

#: Nets of the zoo with every construct that is written: blocks, containers, definitions, several outputs.
SAMPLE = (
    "resnet18",
    "vit_b_32",
    "capsnet",
    "shufflenet_v2_x0_5",
    "wavenet",
    "convnext_tiny",
    "fcn32s",
    "unet",
    "lenet5_1998",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_net_of_the_zoo_comes_back(name, tmp_path):
    """The same layers and edges in the same order, with the same names of weights."""
    net = parse(f"zoo:{name}")
    assert rows(read_back(net, tmp_path)) == rows(net)


@pytest.mark.deep
@pytest.mark.parametrize("name", zoo_names())
def test_every_net_of_the_zoo_comes_back(name, tmp_path):
    """As above, for all of them."""
    net = parse(f"zoo:{name}")
    assert rows(read_back(net, tmp_path)) == rows(net)


@settings(max_examples=40)
@given(net=small_nets())
def test_random_nets_come_back(net, tmp_path_factory):
    """Chains and branching nets; TensorFlow's padding comes back as a padding layer."""
    assume("tf_same" not in "".join(repr(node.layer) for node in net.nodes))
    assert rows(read_back(net, tmp_path_factory.getbasetemp())) == rows(net)


def test_padding_by_rule_comes_back_as_a_layer(tmp_path):
    """F.pad before a convolution is a padding layer of the net that is read."""
    net = read_back(parse("Conv2d(3, 8, 3, stride=2, padding='tf_same')", input_shape="3x6x6"), tmp_path)
    assert [repr(node.layer) for node in net.nodes] == ["ZeroPad2d((0, 1, 0, 1))", "Conv2d(3, 8, 3, stride=2)"]


@pytest.mark.parametrize("name", ["resnet18", "capsnet"])
def test_the_check_of_what_is_emitted_is_fine(name):
    """The checker follows all of it."""
    net = parse(f"zoo:{name}")
    (shape,) = net.inputs.values()
    assert check(Source("net.py", emit(net)), name="Net", inputs=[shape]).verdict == "fine"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.dilation[0] * (self.kernel_size[0] - 1)", "self.dilation[0] * self.kernel_size[0]"),
        ("import torch.nn.functional as F", "import other as F"),
        ("class CausalConv1d(nn.Conv1d)", "class CausalConv1d(nn.Conv2d)"),
    ],
)
def test_a_definition_is_recognized_to_the_word(old, new, tmp_path):
    """A class of the same name that does something else is not taken for the layer."""
    net = parse("Conv1d(1, 2, 3, padding='causal')", input_shape="1x9")
    source = emit(net)
    assert old in source
    (tmp_path / "net.py").write_text(source.replace(old, new), encoding="utf-8")
    try:
        opened = open_net(f"{tmp_path / 'net.py'}:Net", input_shape="1x9")
    except ShapecalcError:
        return  # it is no convolution that can be read
    assert measure(opened).output_shape != measure(net).output_shape


def test_definitions_stand_alone():
    """No definition of one layer is that of another."""
    assert len({text.strip() for text in DEFINITIONS.values()}) == len(DEFINITIONS)


def test_the_comparison_sees_a_difference():
    """Another kernel, another edge, and another name of weights are no equal nets."""
    net = parse("Conv2d(3, 3, 1) ReLU", input_shape="3x6x6")
    conv, relu = net.nodes

    def other(*nodes):
        return rows(replace(net, nodes=nodes, outputs=()))

    assert rows(net) == other(conv, relu._replace(name="other"))
    assert rows(net) != other(conv._replace(name="other"), relu._replace(inputs=("other",)))
    assert rows(net) != rows(parse("Conv2d(3, 3, 3) ReLU", input_shape="3x6x6"))
    assert rows(net) != other(conv, relu._replace(inputs=("input",)))
