"""Source code as a net: which network of a file, on which input, and what is refused with its line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import shapecalc
from shapecalc import Net, ShapeError, SpecError, measure, open_net
from shapecalc.errors import RefusedSourceError

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
SMALL = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        y = F.relu(self.conv(x))
        unused = y * y
        return self.fc((x.mean(1, keepdim=True) + y).mean([2, 3]))
"""
)


def net_of(folder: Path, code: str, network: str = "", *, input_shape: str | tuple[int, ...] = ()) -> Net:
    """The net of a file with some code."""
    file = folder / "net.py"
    file.write_text(code, encoding="utf-8")
    return open_net(f"{file}:{network}" if network else str(file), input_shape=input_shape)


def in_forward(body: str, layers: str = "pass") -> str:
    """A network whose forward is some statements."""
    lines = "\n".join(f"        {line}" for line in body.split("\n"))
    return (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        {layers}\n"
        f"    def forward(self, x):\n{lines}\n"
    )


def layers_of(net: Net) -> list[str]:
    return [f"{node.name} {node.layer!r} {', '.join(node.inputs)}" for node in net.nodes]


def test_layers_and_edges(tmp_path: Path) -> None:
    """Layers have their names in the state, functions the names of their kinds; what no output needs is left out."""
    assert layers_of(net_of(tmp_path, SMALL, input_shape="3x8x8")) == [
        "conv Conv2d(3, 8, 3, padding=1) input",
        "relu1 ReLU() conv",
        "mean1 Mean(1, keepdim=True) input",
        "add1 Add() mean1, relu1",
        "mean2 Mean((2, 3)) add1",
        "fc Linear(8, 4) mean2",
    ]


def test_letters_stand_for_sizes_that_nothing_settles(tmp_path: Path) -> None:
    """Without an input, sizes are letters, but for the channels that the layers take."""
    net = net_of(tmp_path, SMALL)
    assert net.input_text() == "3xHxW"
    assert measure(net).output_shape == (4,)


def test_the_input_of_a_call_in_the_file(tmp_path: Path) -> None:
    """Without an input, it is that of a call in the file, which also builds the network."""
    net = net_of(tmp_path, SMALL + "\nnet = Net(classes=7)\nnet(torch.randn(2, 3, 16, 12))\n")
    assert (net.input_text(), measure(net).output_shape) == ("3x16x12", (7,))


def test_a_call_builds_the_network(tmp_path: Path) -> None:
    """Behind the colon a call gives the arguments."""
    assert measure(net_of(tmp_path, SMALL, "Net(classes=5)", input_shape="3x8x8")).output_shape == (5,)


def test_a_layer_that_runs_twice_has_one_set_of_weights(tmp_path: Path) -> None:
    """The second node shares the weights of the first."""
    code = in_forward("return self.conv(self.conv(x))", "self.conv = nn.Conv2d(3, 3, 3)")
    net = net_of(tmp_path, code, input_shape="3x8x8")
    assert [(node.name, node.share) for node in net.nodes] == [("conv", ""), ("conv_2", "conv")]
    assert measure(net).parameters == 84


def test_several_inputs_have_the_names_of_forwards_parameters(tmp_path: Path) -> None:
    """And several outputs are those of the net."""
    code = SMALL.replace("def forward(self, x)", "def forward(self, image, mask)").replace("(x)", "(image)")
    code = code.replace("return self.fc((x.mean(1, keepdim=True) + y).mean([2, 3]))", "return y * mask, y")
    net = net_of(tmp_path, code + "\nNet()(torch.zeros(1, 3, 8, 8), torch.zeros(1, 1, 8, 8))\n")
    assert net.input_text() == "image: 3x8x8, mask: 1x8x8"
    assert net.outputs == ("multiply1", "relu1")


TWO = (
    f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.a, self.b = nn.Linear(4, 8), nn.Linear(6, 8)\n"
    "    def forward(self, x, y):\n        return self.a(x) + self.b(y)\n"
)


def test_several_inputs_have_a_list_of_shapes(tmp_path: Path) -> None:
    """One for each argument of forward, in order."""
    file = tmp_path / "net.py"
    file.write_text(TWO, encoding="utf-8")
    net = open_net(str(file), input_shape=[(4,), (6,)])
    assert (net.input_text(), measure(net).parameters) == ("x: 4, y: 6", 96)


def test_what_is_no_source_has_one_shape() -> None:
    """A list of one is that one; of more, it is refused."""
    assert open_net("Linear(4, 2)", input_shape=[(4,)]).input_text() == "4"
    with pytest.raises(SpecError, match="There are shapes of 2 inputs, but only a network of source"):
        open_net("Linear(4, 2)", input_shape=[(4,), (6,)])


def test_a_permutation_of_the_batch_is_none_of_the_net(tmp_path: Path) -> None:
    """Where the batch stands is of no meaning for a net; what else is moved, is."""
    code = in_forward("return self.rnn(x.squeeze(2).permute(2, 0, 1))[0]", "self.rnn = nn.LSTM(4, 6)")
    assert layers_of(net_of(tmp_path, code, input_shape="4x1x9")) == [
        "squeeze1 Squeeze(dim=2) input",
        "transpose1 Transpose(1, 2) squeeze1",
        "rnn LSTM(4, 6) transpose1",
    ]


#: A forward that no net can say, with the words of the refusal.
REFUSED = {
    "a function": ("return torch.fft.rfft(x)", "torch.fft.rfft"),
    "the batch is joined": ("return x.view(-1, 2)", "joins the batch"),
    "the batch is mixed": ("return x.mean(0)", "Mean(1) mixes the inputs of a batch"),
    "a product over the batch": ("return torch.cat([x, x], 0)", "joins the batch with other dimensions"),
    "a test of values": ("if x.sum() > 0:\n    x = -x\nreturn x", "which way this goes: x.sum() > 0"),
    "attention over the batch": ("return nn.MultiheadAttention(8, 2)(x, x, x)[0]", "whose batch is dimension 0, not 1"),
    "no tensor": ("return 3", "what comes out, which is no tensor"),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED)
def test_what_a_net_cannot_say_is_refused_with_its_line(tmp_path: Path, body: str, words: str) -> None:
    """The message names the file, the line and the construct."""
    with pytest.raises(SpecError) as refused:
        net_of(tmp_path, in_forward(body), input_shape="4x8")
    assert words in str(refused.value)
    assert "net.py, line " in str(refused.value) or words.startswith("what comes out")


def test_a_mistake_is_refused_in_the_words_of_check(tmp_path: Path) -> None:
    """At the line that is wrong as written."""
    code = in_forward("return self.fc(x.flatten(1))", "self.fc = nn.Linear(33, 2)")
    with pytest.raises(SpecError, match=r"net\.py, line 7: fc takes 33 features \(in_features\) but gets 32"):
        net_of(tmp_path, code, input_shape="4x8")


def test_a_file_of_several_networks_asks_for_one(tmp_path: Path) -> None:
    """The message lists them."""
    code = SMALL + SMALL.replace("class Net", "class Other")
    with pytest.raises(SpecError, match="defines several networks; its networks are Net, Other"):
        net_of(tmp_path, code)
    assert net_of(tmp_path, code, "Other").name == "Other"


def test_a_missing_argument_is_asked_for(tmp_path: Path) -> None:
    """With the call to write."""
    with pytest.raises(SpecError, match=r"needs values for classes: for example .*net\.py:Net\(classes=10\)"):
        net_of(tmp_path, SMALL.replace("classes=4", "classes"))


def test_load_reads_source_too(tmp_path: Path) -> None:
    """As open_net."""
    net_of(tmp_path, SMALL)
    assert shapecalc.load(tmp_path / "net.py", input_shape=(3, 8, 8)).name == "Net"


#: What a constructor does to two layers, and which of them training still changes.
FROZEN = {
    "a loop over parameters": ("for p in self.a.parameters():\n    p.requires_grad = False", [False, True]),
    "a module": ("self.b.requires_grad_(False)", [True, False]),
    "the whole network": ("self.requires_grad_(False)\nself.b.requires_grad_(requires_grad=True)", [False, True]),
    "names": (
        "for name, p in self.named_parameters():\n    if not name.startswith('b'):\n        p.requires_grad_(False)",
        [False, True],
    ),
    "one by one": ("self.a.weight.requires_grad = False\nself.a.bias.requires_grad_(False)", [False, True]),
    "and back": ("self.a.requires_grad_(False)\nself.a.requires_grad_()", [True, True]),
}


def frozen(statements: str) -> str:
    indented = statements.replace("\n", "\n        ")
    return in_forward(
        "return self.b(self.a(x))", f"self.a, self.b = nn.Linear(8, 4), nn.Linear(4, 2)\n        {indented}"
    )


@pytest.mark.parametrize(("statements", "trainable"), FROZEN.values(), ids=FROZEN)
def test_frozen_weights_are_not_trained(tmp_path: Path, statements: str, trainable: list[bool]) -> None:
    """However the program freezes them; what is trained is counted apart."""
    net = net_of(tmp_path, frozen(statements), input_shape="8")
    assert [node.trainable for node in net.nodes] == trainable
    assert measure(net).trainable == 36 * trainable[0] + 10 * trainable[1]


def test_a_layer_that_is_frozen_in_part_is_refused(tmp_path: Path) -> None:
    """A net trains a layer or does not."""
    with pytest.raises(SpecError, match=r"line \d+: a net cannot say Linear\(8, 4\), of which some weights are frozen"):
        net_of(tmp_path, frozen("self.a.bias.requires_grad = False"), input_shape="8")


def test_a_layer_of_which_freezing_is_not_known_is_refused(tmp_path: Path) -> None:
    """Rather than counted as trained."""
    with pytest.raises(SpecError, match="of which it is not known whether its weights are trained"):
        net_of(tmp_path, frozen("self.a.requires_grad_(torch.rand(1).item() > 0.5)"), input_shape="8")


def test_a_frozen_parameter_is_not_trained(tmp_path: Path) -> None:
    """As its constructor says."""
    code = in_forward("return x + self.p", "self.p = nn.Parameter(torch.zeros(8), requires_grad=False)")
    assert measure(net_of(tmp_path, code, input_shape="8")).trainable == 0


FACTORY = (
    SMALL
    + """
from ._api import register_model
from torchvision.models._utils import handle_legacy_interface

@register_model()
@handle_legacy_interface(weights=("pretrained", None))
def small(*, weights=None, **kwargs):
    return Net(**kwargs)

model = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
"""
)


@pytest.mark.parametrize(
    ("network", "shape", "output"),
    [("small", "3x8x8", (4,)), ("small(classes=9)", "3x8x8", (9,)), ("model", "3x2x2", (2,))],
)
def test_a_function_or_a_variable_gives_the_network(
    tmp_path: Path, network: str, shape: str, output: tuple[int, ...]
) -> None:
    """A function that builds it, with torchvision's decorators, or what stands under a name."""
    assert measure(net_of(tmp_path, FACTORY, network, input_shape=shape)).output_shape == output


def test_a_name_that_the_file_lacks(tmp_path: Path) -> None:
    """Is refused with those that it has, in a call too."""
    for network in ("Nett", "Nett(3)"):
        with pytest.raises(SpecError, match="defines no network called Nett; its networks are Net"):
            net_of(tmp_path, SMALL, network)


CONFIGURED = (
    HEAD
    + """
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation

@dataclass
class Base:
    width: int
    depth: int

class Config(Base):
    def __init__(self, width):
        super().__init__(width * 2, 1)

class Net(nn.Module):
    def __init__(self, settings=(4, 6)):
        super().__init__()
        assert isinstance(settings, Sequence)
        config = Config(cast(int, settings[0]))
        self.block = Conv2dNormActivation(3, config.width, stride=2)
        self.gate = SqueezeExcitation(config.width, 2)
        self.head = nn.Sequential(nn.Linear(config.width, 2))
        if hasattr(self.head, "extra"):
            self.other = nn.Linear(1, 1)

    def forward(self, x):
        return self.head(self.gate(self.block(x)).mean((2, 3)))
"""
)


def test_blocks_of_torchvision_and_configurations(tmp_path: Path) -> None:
    """Its blocks have the names of its weights; a dataclass initializes what inherits it."""
    net = net_of(tmp_path, CONFIGURED, input_shape="3x9x9")
    names = [node.name for node in net.nodes if next(node.layer.tensors(), None)]
    assert names == ["block.0", "block.1", "gate.fc1", "gate.fc2", "head.0"]
    assert measure(net).output_shape == (2,)


def test_a_refusal_behind_a_test_that_is_open_is_no_mistake(tmp_path: Path) -> None:
    """The other way may well run."""
    code = in_forward("if not len(torch.nonsense(x)) == 3:\n    raise ValueError('no')\nreturn x")
    with pytest.raises(SpecError, match=r"line 9: a net cannot say which way this goes: torch\.nonsense"):
        net_of(tmp_path, code, input_shape="3x9x9")


LANGUAGE = """self.emb = nn.Embedding(50, 8)
        self.out = nn.Linear(8, 50, bias={bias})
        self.out.weight = self.emb.weight"""


def test_tied_weights_are_shared(tmp_path: Path) -> None:
    """A layer that is given the weight of another shares it."""
    code = in_forward("return self.out(self.emb(x))", LANGUAGE.format(bias=False))
    net = net_of(tmp_path, code, input_shape="7")
    assert [(node.name, node.share) for node in net.nodes] == [("emb", ""), ("out", "emb")]
    assert measure(net).parameters == 400


#: Weights that a net cannot have: the layers, the forward, and the words of the refusal.
WEIGHTS = {
    "tied beside a bias": (LANGUAGE.format(bias=True), "return self.out(self.emb(x))", "nn.Linear whose weight is set"),
    "normed": ("self.fc = nn.utils.weight_norm(nn.Linear(7, 2))", "return self.fc(x)", "weight_norm of nn.Linear"),
    "altered": (
        "self.fc = nn.Linear(7, 2)\n        self.fc.bias = None",
        "return self.fc(x)",
        "nn.Linear whose bias is set anew",
    ),
    "used by itself": ("self.fc = nn.Linear(7, 7)", "return x + self.fc.bias", "the weight of a layer, used by itself"),
    "made in forward": ("pass", "return nn.Linear(7, 2)(x)", "whose weights are no part of the network"),
    "without a module of their own": (
        "self.weight = nn.Parameter(torch.zeros(2, 7))",
        "return F.linear(x, self.weight)",
        "weights are no part",
    ),
    "some of those of a layer": (
        "self.fc = nn.Linear(7, 2)",
        "return F.linear(x, self.fc.weight)",
        "with some of the weights of a layer",
    ),
    "used by themselves too": (
        "self.fc = Own()",
        "return F.linear(x, self.fc.weight) + self.fc.weight[:, 0]",
        "used by itself",
    ),
}


@pytest.mark.parametrize(("layers", "body", "words"), WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_a_net_cannot_have_are_refused(tmp_path: Path, layers: str, body: str, words: str) -> None:
    """Never counted otherwise than torch counts them."""
    with pytest.raises(SpecError, match=words):
        net_of(tmp_path, in_forward(body, layers) + OWN, "Net", input_shape="7")


def test_copies_have_weights_of_their_own(tmp_path: Path) -> None:
    """Of layers and of parameters."""
    code = in_forward("for part in self.parts:\n    x = part(x)\nreturn x", "self.parts = nn.ModuleList()")
    block = (
        "\nclass Part(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.shift, self.fc = nn.Parameter(torch.zeros(7)), nn.Linear(7, 7)\n\n"
        "    def forward(self, x):\n        return self.fc(x + self.shift)\n"
    )
    code = (
        "import copy\n"
        + code.replace(
            "self.parts = nn.ModuleList()",
            "part = Part(); self.parts = nn.ModuleList([copy.deepcopy(part) for _ in range(3)])",
        )
        + block
    )
    assert measure(net_of(tmp_path, code, "Net", input_shape="7")).parameters == 3 * (7 + 56)


def test_weights_that_serve_no_output_are_mentioned(tmp_path: Path) -> None:
    """The net leaves them out and says so."""
    layers = "self.attn = nn.MultiheadAttention(4, 2, batch_first=True); self.aux = nn.Sequential(nn.Linear(7, 3))"
    net = net_of(tmp_path, in_forward("return self.attn(x, x, x)[0]", layers), input_shape="5x4")
    assert net.remarks == ("Weights in aux serve no output in evaluation; the net leaves them out.",)
    assert measure(net).parameters == 80


#: Functions that are given the weights of a module: the layers, the forward, and the nodes of the net.
FUNCTIONS = {
    "a product": (
        "self.fc = nn.Linear(7, 2)", "return F.linear(x, self.fc.weight, self.fc.bias)", ["fc Linear(7, 2) input"],
    ),
    "a product with weights of a class": (
        "self.fc = Own()", "return F.linear(x, self.fc.weight)", ["fc Linear(7, 2, bias=False) input"],
    ),
    "a norm": (
        "self.norm = nn.LayerNorm(7)", "return F.layer_norm(x, (7,), self.norm.weight, self.norm.bias)",
        ["norm LayerNorm((7,)) input"],
    ),
    "twice": (
        "self.fc = nn.Linear(7, 7)", "return self.fc(F.linear(x, self.fc.weight, self.fc.bias))",
        ["fc Linear(7, 7) input", "fc_2 Linear(7, 7) fc"],
    ),
}  # fmt: skip
OWN = (
    "\nclass Own(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.weight = nn.Parameter(torch.zeros(2, 7))\n"
)


@pytest.mark.parametrize(("layers", "body", "nodes"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_with_the_weights_of_a_module_is_the_module(
    tmp_path: Path, layers: str, body: str, nodes: list[str]
) -> None:
    """Under its name, and counted once."""
    net = net_of(tmp_path, in_forward(body, layers) + OWN, "Net", input_shape="7")
    assert layers_of(net) == nodes


#: Numbers of the program, and functions of which the shape alone is kept: the layers, the forward, the nodes.
NUMBERS = {
    "a buffer": (
        "self.register_buffer('mean', torch.zeros(1, 5, 1))", "return x + self.mean",
        ["mean Constant(5, 1) ", "add1 Add() input, mean"],
    ),
    "a table of places": (
        "self.places = nn.Embedding(9, 4)", "return x + self.places(torch.arange(x.size(1)))",
        ["constant1 Constant(5) ", "places Embedding(9, 4) constant1", "add1 Add() input, places"],
    ),
    "a mask": (
        "self.register_buffer('mask', torch.ones(9, 9).tril())",
        "return (x @ x.transpose(1, 2)).masked_fill(self.mask[:5, :5] == 0, -1e9)",
        [
            "transpose1 Transpose(1, 2) input", "matmul1 MatMul() input, transpose1", "constant1 Constant(5, 5) ",
            'entrywise1 Entrywise("masked_fill") matmul1, constant1',
        ],
    ),
    "entry by entry": (
        "pass", "return torch.exp(x).clamp(min=0) * (x > 1)",
        [
            'entrywise1 Entrywise("exp") input', 'entrywise2 Entrywise("clamp", numbers=(0,)) entrywise1',
            'entrywise3 Entrywise("gt", numbers=(1,)) input', "multiply1 Multiply() entrywise2, entrywise3",
        ],
    ),
    "a roll": ("pass", "return torch.roll(x, 1, 1)", ['mixing1 Mixing("roll") input']),
    "zeros for each input": (
        "pass", "return torch.cat([torch.zeros(x.size(0), 1, 4), x], 1)",
        ["constant1 Constant(1, 4) ", "concat1 Concat() constant1, input"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "body", "nodes"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_the_program_are_nodes(tmp_path: Path, layers: str, body: str, nodes: list[str]) -> None:
    """As in a trace; and what needs the numbers themselves names the node."""
    net = net_of(tmp_path, in_forward(body, layers), input_shape="5x4")
    assert layers_of(net) == nodes
    assert measure(net).output_shape
    alone = next(node.name for node in net.nodes if node.layer.is_shape_alone)
    for action in (shapecalc.emit, shapecalc.dumps):
        with pytest.raises(shapecalc.ShapecalcError, match=rf"^{alone}.* the shape and not the numbers"):
            action(net)


#: What a net cannot say, with what the refusal advises.
ADVICE = {
    "steps in the batch": ("return x.view(-1, 4)", "open what runs on each step or window as a network of its own"),
    "a cell": ("return nn.GRUCell(4, 4)(x[:, 0], x[:, 1])", "nn.GRU and nn.LSTM run over whole sequences"),
    "random numbers": ("return x + torch.randn(5, 4)", "A net has no random numbers"),
    "others": ("return torch.sort(x)[0] + torch.fft.rfft(x)", "trace makes a net of the module itself"),
}


@pytest.mark.parametrize(("body", "words"), ADVICE.values(), ids=ADVICE)
def test_a_refusal_says_what_to_do(tmp_path: Path, body: str, words: str) -> None:
    """Behind the line and the construct."""
    with pytest.raises(SpecError, match=words):
        net_of(tmp_path, in_forward(body), input_shape="5x4")


#: Files that give no network under a name, with the words of the refusal.
WITHOUT = {
    "an empty file": ("", "f()", "defines no network called f"),
    "a number": ("def f():\n    return 3\n", "f", "f, which is no network"),
    "a call of another library": ("", "__import__('os').system('true')", r"cannot say __import__\.system"),
    "no call": ("", "f(", "is not a call"),
    "no syntax": ("def", "", "line 1: Python cannot parse this"),
}


@pytest.mark.parametrize(("code", "network", "words"), WITHOUT.values(), ids=WITHOUT)
def test_what_gives_no_network_is_refused(tmp_path: Path, code: str, network: str, words: str) -> None:
    """In one line, and nothing is run."""
    with pytest.raises(SpecError, match=words):
        net_of(tmp_path, code, network, input_shape="3")


def test_methods_that_take_the_shape_of_what_is_unknown(tmp_path: Path) -> None:
    """They are refused as what is not known."""
    for method in ("expand_as", "view_as"):
        with pytest.raises(SpecError, match=rf"line 9: a net cannot say Tensor\.{method}"):
            net_of(tmp_path, in_forward(f"return x.{method}(torch.nonsense(x).y)"), input_shape="3")


REFUSING = (
    HEAD
    + """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return F.relu(self.conv(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.again = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(8, 4, 9))

    def forward(self, x, y):
        return self.again(self.block(x) + self.block(y))
"""
)


def test_a_refusal_has_the_net_up_to_it(tmp_path: Path) -> None:
    """Blocks, several inputs and shared weights included; the net refuses at the same layer."""
    shape = (3, 9, 9)
    (tmp_path / "net.py").write_text(REFUSING, encoding="utf-8")
    with pytest.raises(RefusedSourceError, match=r"net\.py, line 1\d: ") as refused:
        shapecalc.load(tmp_path / "net.py:Net", input_shape=[shape, shape])
    net = pickle.loads(pickle.dumps(refused.value)).net  # noqa: S301  ours
    assert [node.name for node in net.nodes][-2:] == ["again.0", "again.1"]
    assert list(net.inputs) == ["x", "y"]
    with pytest.raises(ShapeError) as refusal:
        measure(net)
    assert refusal.value.node == "again.1"


def test_a_refusal_that_a_net_would_not_give_has_none(tmp_path: Path) -> None:
    """Two tensors that do not fit are no layer's refusal."""
    with pytest.raises(SpecError) as refused:
        net_of(tmp_path, in_forward("return x + x[:, :2]"), input_shape="3x8x8")
    assert not isinstance(refused.value, RefusedSourceError)
