"""Networks as people write them: any case, arrows, lists and names; and the help where something is left out."""

from __future__ import annotations

import re

import pytest

from shapecalc import SpecError, measure, open_net, parse
from shapecalc.formats.document.loading import loads
from shapecalc.formats.text.chain import read_layer
from shapecalc.formats.text.vocabulary import bare_name, layer_names, torch_name
from shapecalc.layers import REGISTRY

CHAIN = "Conv2d(3, 16, 3, bias=False) ReLU() MaxPool2d(2) Flatten() LazyLinear(10)"


@pytest.mark.parametrize(
    "written",
    [
        "conv2d(3, 16, 3, bias=false) relu maxpool2d(2) flatten lazylinear(10)",
        "CONV2D(3, 16, 3, bias=false) RELU MAXPOOL2D(2) FLATTEN LAZYLINEAR(10)",
        "conv2d(3, 16, 3, bias=False) re_lu max_pool2d(2) flatten lazy_linear(10)",
        "Conv2d(3, 16, 3, bias=False) -> ReLU -> MaxPool2d(2)->Flatten -> LazyLinear(10)",
        "Conv2d(3, 16, 3, bias=False) → ReLU → MaxPool2d(2) → Flatten → LazyLinear(10)",
        "[Conv2d(3, 16, 3, bias=False), ReLU(), MaxPool2d(2), Flatten(), LazyLinear(10)]",
        "nn.Sequential([Conv2d(3, 16, 3, bias=False), ReLU(), MaxPool2d(2)], nn.Flatten(), (nn.LazyLinear(10),))",
        "model = nn.Sequential(Conv2d(3, 16, 3, bias=False), ReLU(), MaxPool2d(2), Flatten(), nn.LazyLinear(10))",
        "Conv2d(3, 16, 3, bias=False) => ReLU => MaxPool2d(2) => Flatten\xa0LazyLinear(10)",
        "Conv2d(3, 16, 3, bias=False), \\\nReLU, \\\r\nMaxPool2d(2), Flatten, LazyLinear(10)",
        "```python\nConv2d(3, 16, 3, bias=False)\nReLU, MaxPool2d(2), Flatten, LazyLinear(10)\n```\n",
        ">>> Conv2d(3, 16, 3, bias=False), ReLU,\n... MaxPool2d(2), Flatten, LazyLinear(10)",
        "layers = [Conv2d(3, 16, 3, bias=False), ReLU(), MaxPool2d(2), Flatten(), nn.LazyLinear(10)]",
    ],
)
def test_a_chain_in_many_spellings(written):
    """Case, arrows, lists, containers and a variable for the whole make no difference."""
    assert parse(written) == parse(CHAIN)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_layer_is_known_in_any_case(name):
    """Lower, upper and with an underscore; its own name stays what it is."""
    assert {torch_name(word) for word in (name, name.lower(), name.upper(), f"{name[:-1]}_{name[-1:]}")} == {name}


def test_no_two_layers_have_the_same_letters():
    """So a name in any case means one layer."""
    folded = [name.lower() for name in layer_names()]
    assert len(folded) == len(set(folded))


NAMED = {
    "self.conv1 = nn.Conv2d(3, 16, 3)\nself.fc = nn.LazyLinear(10)": ["conv1", "fc"],
    "conv1 = Conv2d(3, 16, 3); ReLU; conv2 = Conv2d(16, 16, 3)": ["conv1", "relu1", "conv2"],
    'nn.Sequential(OrderedDict([("conv1", nn.Conv2d(3, 16, 3)), ("relu1", nn.ReLU())]))': ["conv1", "relu1"],
    'collections.OrderedDict([("a", nn.ReLU()), ["b", nn.Tanh()]])': ["a", "b"],
    "OrderedDict(a=nn.ReLU(), b=nn.Tanh())": ["a", "b"],
    "self.features = nn.Sequential(nn.ReLU(), nn.Sequential(nn.ReLU(), nn.Tanh()), nn.Tanh())": [
        "features.0", "features.1.0", "features.1.1", "features.2",
    ],
    'self.head = nn.Sequential(OrderedDict([("a", nn.ReLU()), ("b", nn.Sequential(nn.Tanh()))]))': [
        "head.a", "head.b.0",
    ],
    "ReLU conv1 = Conv2d(3, 16, 3) Conv2d(16, 16, 3)": ["relu1", "conv1", "conv2"],
    "Conv2d(3, 16, 3) conv1 = Conv2d(16, 16, 3)": ["conv2", "conv1"],
}  # fmt: skip


@pytest.mark.parametrize("written", NAMED)
def test_names_are_kept(written):
    """Those of attributes and of pairs, as torch numbers what has none; the others get their default names."""
    assert [node.name for node in parse(written).nodes] == NAMED[written]


def test_a_name_stands_in_a_file_too():
    """A text in a network file is read by the same grammar."""
    net = loads("input: 3x8x8\nlayers:\n- self.stem = conv2d(3, 4, 3) -> relu\n- {layer: 'a = Tanh', inputs: stem}\n")
    assert [node.name for node in net.nodes] == ["stem", "relu1", "a"]


def test_a_block_keeps_its_name():
    """A block may be called as a layer is in another case."""
    net = loads("input: 3x8x8\nblocks: {linear: {layers: [ReLU]}}\nlayers: [linear]\n")
    assert [repr(node.layer) for node in net.nodes] == ["ReLU()"]


REFUSED = {
    "Conv2d(3, 8, 3×3)": "column 14: write (3, 3) for one number along each axis, or 3*3 for their product.",
    "MaxPool2d(kernel_size=2×2)": ("column 23: write (2, 2) for one number along each axis, or 2*2 for their product."),
    "```\nReLU\nReLUU\n```": "line 3, column 1: there is no layer ReLUU (did you mean ReLU?).",
    "self.a.b = ReLU": "column 1: self.a.b cannot be the name of a layer; write a word such as conv1.",
    '("x y", ReLU)': 'column 2: "x y" cannot be the name of a layer; write a word such as conv1.',
    "a = 3": "column 5: expected the layer that a is.",
    "a = ReLU a = ReLU": "Two nodes are called a; every name may be used once.",
    "input = ReLU": "input is the name of an input, and no node can have it.",
    "Sequential": "column 11: '(' is missing.",
    "Interpolate(scale_factor=1/3)": (
        "column 1: Interpolate has no argument scale_factor; it takes size, mode, align_corners."
    ),
    "ReLU(slope=1/0)": "column 1: ReLU has no argument slope; it takes inplace.",
    "conv(3, 16, 3)": "column 1: there is no layer conv (did you mean Conv2d?).",
    "batchnrm": "column 1: there is no layer batchnrm (did you mean BatchNorm2d?).",
    "Conv2d(64, 3)": (
        "column 1: Conv2d needs kernel_size; to have in_channels found from the input, write LazyConv2d(64, 3)."
    ),
    "Conv2d(64, kernel_size=3, bias=False)": (
        "column 1: Conv2d needs out_channels; to have in_channels found from the input, "
        "write LazyConv2d(64, kernel_size=3, bias=False)."
    ),
    "Linear(10)": (
        "column 1: Linear needs out_features; to have in_features found from the input, write LazyLinear(10)."
    ),
    "LSTM(8)": "column 1: LSTM needs hidden_size; to have input_size found from the input, write LSTM(hidden_size=8).",
    "Conv2d(64)": "column 1: Conv2d needs out_channels and kernel_size.",
    "Conv2d(in_channels=3, kernel_size=3)": "column 1: Conv2d needs out_channels.",
    "Conv2d": "column 1: Conv2d needs out_channels and kernel_size.",
    "Linear(out_features=10, foo=1)": (
        "column 1: Linear has no argument foo; it takes in_features, out_features, bias."
    ),
}


@pytest.mark.parametrize("written", REFUSED)
def test_a_refusal(written):
    """One line, with the name that is meant or the text that works."""
    with pytest.raises(SpecError) as refused:
        parse(written, input_shape="3x8x8")
    assert str(refused.value) == REFUSED[written]


@pytest.mark.parametrize("written", [text for text in REFUSED if "write L" in REFUSED[text]])
def test_the_advice_works(written):
    """The text that a message says to write is read."""
    advice = re.search(r"write (.*)\.$", REFUSED[written])
    assert advice is not None
    assert read_layer(advice[1]).is_lazy()


@pytest.mark.parametrize(
    ("shape", "layer"),
    [("", "Conv2d"), ("3x8x8", "Conv2d"), ("3x8", "Conv1d"), ("3x8x8x8", "Conv3d"), ("5", "Conv1d")],
)
def test_a_suggestion_has_the_rank_of_the_input(shape, layer):
    """Two axes where none is known."""
    with pytest.raises(SpecError, match=f"did you mean {layer}"):
        parse("conv(3)", input_shape=shape or ())


def test_a_rank_that_is_written_stays():
    """A digit in the word is kept."""
    with pytest.raises(SpecError, match=r"did you mean MaxPool3d"):
        parse("MaxPol3d(2)", input_shape="3x8x8")


@pytest.mark.parametrize(
    "text",
    ["a=" * 2_000 + "ReLU", "(" * 2_000 + "ReLU", "Sequential(" * 2_000, "->" * 10_000, "conv 7 " + "(" * 2_000],
)
def test_deep_texts_are_refused(text):
    """In our own words."""
    with pytest.raises(SpecError, match=r"nested deeper|no layers"):
        parse(text)


def test_all_doors_read_it():
    """The commands' door reads what parse reads."""
    text = "self.conv1 = conv2d(3, 16, 3) -> relu"
    net = open_net(text, input_shape="3x8x8")
    assert net == parse(text, input_shape="3x8x8")
    assert measure(net)["conv1"].parameters == 448


def test_a_prefix_is_no_part_of_a_name():
    """nn., torch.nn. and collections. are left out."""
    assert [bare_name(word) for word in ("nn.ReLU", "torch.nn.ReLU", "collections.OrderedDict", "x.ReLU")] == [
        "ReLU", "ReLU", "OrderedDict", "x.ReLU",
    ]  # fmt: skip


def test_a_product_may_have_a_cross():
    """Of an argument that is a single number."""
    assert parse("Linear(16×5×5, 10)") == parse("Linear(400, 10)")
