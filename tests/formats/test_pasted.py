"""Chains as they are pasted: lists, quotes, arrows, imports, comments; and programs, which another command reads."""

from __future__ import annotations

import pytest

from shapecalc import SpecError, measure, open_net, parse
from shapecalc.formats.text.pasted import as_typed

CHAIN = "Conv2d(3, 8, 3, padding='same') ReLU() MaxPool2d(2)"


@pytest.mark.parametrize(
    "written",
    [
        "- Conv2d(3, 8, 3, padding='same')\n- ReLU()\n- MaxPool2d(2)",
        "* Conv2d(3, 8, 3, padding='same')\n* ReLU()\n* MaxPool2d(2)",
        "• Conv2d(3, 8, 3, padding='same')\n• ReLU()\n• MaxPool2d(2)",
        "1. Conv2d(3, 8, 3, padding='same')\n2. ReLU()\n3. MaxPool2d(2)",
        "1) Conv2d(3, 8, 3, padding='same')\n2) ReLU()\n(3) MaxPool2d(2)",
        "Layer 1: Conv2d(3, 8, 3, padding='same')\nLayer 2: ReLU()\nLayer 3: MaxPool2d(2)",
        "Conv2d(3, 8, 3, padding=“same”) ⇒ ReLU ⟶ MaxPool2d(2)",
        "“Conv2d(3, 8, 3, padding=same), ReLU, MaxPool2d(2)”",
        "Conv2d(3, 8, 3, padding=‘same’) --> ReLU ==> MaxPool2d(2)",
        "Conv2d(3, 8, 3, padding=same) > ReLU >> MaxPool2d(2)",
        "Conv2d(3, 8, 3, padding=same)\n↓\nReLU\n↓\nMaxPool2d(2)",
        "Conv2d（3，8，3，padding='same'）；ReLU；MaxPool2d（2）",
        "`Conv2d(3, 8, 3, padding='same')` `ReLU` `MaxPool2d(2)`",
        "// the stem\nConv2d(3, 8, 3, padding='same') // don't count\nReLU(), MaxPool2d(2), // the end",
        "import torch\nimport torch.nn as nn, os\nfrom torch.nn import (\n    Conv2d,\n    ReLU,\n)\n" + CHAIN,
        "from torch import nn; " + CHAIN,
        "net = nn.Sequential(Conv2d(3, 8, 3, padding='same'), ReLU(), MaxPool2d(2))\nprint(net)",
        "super().__init__()\n" + CHAIN,
        "layers = []\nlayers.append(Conv2d(3, 8, 3, padding='same'))\nlayers += [nn.ReLU(), nn.MaxPool2d(2)]",
        "| Conv2d(3, 8, 3, padding='same') | ReLU | MaxPool2d(2) |",
        "Conv2d(3, 8, 3, padding='same') - ReLU – MaxPool2d(2)",
        "torch.nn.Conv2d(3, 8, 3, padding='same'); torch.nn.ReLU(); torch.nn.MaxPool2d(2);",
    ],
)
def test_a_pasted_chain(written):
    """What stands around the layers makes no difference."""
    assert parse(written) == parse(CHAIN)


@pytest.mark.parametrize(
    "written",
    [
        "2 x Conv2d(3, 3, 3)",
        "2x Conv2d(3, 3, 3)",
        "2 * [Conv2d(3, 3, 3)]",
        "[Conv2d(3, 3, 3)] * 2",
        "Conv2d(3, 3, 3) x2",
        "Conv2d(3, 3, 3) × 2",
        "Conv2d(3, 3, 3) (x2)",
        "nn.Sequential(*[Conv2d(3, 3, 3), Conv2d(3, 3, 3)])",
    ],
)
def test_layers_that_are_repeated(written):
    """Each copy has weights of its own."""
    assert parse(written) == parse("Conv2d(3, 3, 3) Conv2d(3, 3, 3)")


def test_a_list_times_a_number_is_said_to_be_copies():
    """In Python it would hold the same layers twice."""
    assert "Python repeats the same layers" in parse("[Conv2d(3, 3, 3)] * 2").remarks[0]
    assert not parse("[ReLU] * 2").remarks


def test_repeated_layers_in_a_container():
    """The copies have default names, and what is not repeated those of torch."""
    net = parse("self.f = nn.Sequential([nn.Conv2d(3, 3, 3), nn.ReLU()] x 2, nn.Tanh())")
    assert [node.name for node in net.nodes] == ["conv1", "relu1", "conv2", "relu2", "f.1"]


KERAS = {
    "model = Sequential()\nmodel.add(Conv2D(8, (3, 3), activation='relu', input_shape=(28, 28, 1)))\n"
    "model.add(layers.Flatten())\nmodel.add(tf.keras.layers.Dense(10))\nmodel.summary()": 80 + 8 * 26 * 26 * 10 + 10,
    "inputs = keras.Input(shape=(28, 28, 1))\nx = layers.Conv2D(8, 3)(inputs)\nx = layers.Flatten()(x)\n"
    "outputs = layers.Dense(10)(x)": 80 + 8 * 26 * 26 * 10 + 10,
    "import tensorflow as tf\nfrom tensorflow.keras import layers\nnet = tensorflow.keras.Sequential([\n"
    "  tensorflow.keras.layers.InputLayer((28, 28, 1)),  # grey\n  layers.Conv2D(8, 3),\n])": 80,
}  # fmt: skip


@pytest.mark.parametrize(("written", "parameters"), KERAS.items())
def test_a_model_of_keras_as_it_is_written(written, parameters):
    """With add, or called with variables one behind the other."""
    net = parse(written)
    assert net.inputs == {"input": (1, 28, 28)}
    assert measure(net).parameters == parameters


REFUSED = {
    "class Net(nn.Module):\n    pass": "line 1, column 1: this is a program; save",
    "self.conv1 = nn.Conv2d(3, 8, 3)\nx = F.relu(self.conv1(x))": "line 2, column 5: this is a program; save",
    "nn.Sequential(*[nn.Linear(8, 8) for _ in range(3)])": "column 33: this is a loop; write how often its",
    "def f(x):\n    return x": "`shapecalc net net.py` and `shapecalc check net.py` read it and do not run it.",
    "Layer (type)   Output Shape   Param #": "this table has no kernel sizes and strides; write the layers, or what",
    "INPUT -> [[CONV -> RELU]*N -> POOL?]*M -> [FC -> RELU]*K -> FC": "column 34: this is the pattern of many nets;",
    "Conv2d(3, 8, 3) -> ... -> ReLU": "column 20: the dots stand for layers that are left out; write them.",
    "ReLU <- Conv2d(3, 8, 3)": "column 6: <- points back; write the layers in the order in which they run, with -> ",
    "nn.Sequential(*layers)": "column 16: *layers is a list that is not here; write its layers.",
    "Sequential(*[Linear(8, 8)] * 2)": "column 13: in Python, this list holds the same layers several times, weights",
    "ReLU(Conv2d(3, 8, 3))": "column 12: a layer is no argument; write one behind the other, as in Conv2d(3, 8, 3)",
    "nn.ModuleList([nn.ReLU()])": "it holds layers and does not run them; where they run one behind the other, write",
    "x = layers.Dense(8)(inputs)\ny = layers.Dense(8)(inputs)": "line 2, column 21: inputs is not x, which the layer",
    "x = layers.Dense(8)([a, b])": "layers that are called with more than a variable are branches; write a network",
    "[[[ReLU] * 5000] * 5000] * 5000": "The text has more than 5,000 layers.",
    "import torch.nn as nn Conv2d(3, 8, 3)": "column 1: there is no layer import",
}  # fmt: skip


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_no_chain_is_refused(written):
    """In one line, with what reads it or what to write."""
    with pytest.raises(SpecError) as refused:
        parse(written)
    assert REFUSED[written] in str(refused.value)


@pytest.mark.parametrize(
    "written",
    ["Conv2d(3, 8,\n- 3 + 6)", "Conv2d(3, 8, # (a\n- 3 + 6)", "Conv2d(3, 16 // 2, 3)", "Linear((9 − 2)*4, 3)"],
)
def test_signs_in_an_argument_stay(written):
    """A minus at the beginning of a line is no bullet where a bracket is open, and // there is a division."""
    assert as_typed(written).split() == written.split()


@pytest.mark.parametrize("written", ["- Conv2d(3,\n  8, 3) // a\n1. ReLU ⇒ “x”\nimport os\n", "Conv2d(3, 8, 3)"])
def test_every_place_stays(written):
    """So that a message names the place in the text that was pasted."""
    assert len(as_typed(written)) == len(written)
    assert as_typed(written).count("\n") == written.count("\n")


@pytest.mark.parametrize(
    "written",
    [
        "stem: Conv2d(3, 8, 3)\nact: ReLU",
        "input: 3x8x8 -> stem: Conv2d(3, 8, 3) -> act: ReLU",
        "stem: Conv2d(3, 8, 3), act: ReLU",
    ],
)
def test_a_name_before_a_colon(written):
    """Is that of a node; a document has the key layers."""
    assert [node.name for node in parse(written).nodes] == ["stem", "act"]


@pytest.mark.parametrize(
    ("written", "key"), [("layrs: [ReLU]", "layrs"), ("input: 3x8x8", "layers"), ("layr:\n- ReLU", "layr")]
)
def test_a_document_with_a_wrong_key(written, key):
    """Is still a document."""
    with pytest.raises(SpecError, match=f"document: {key}: "):
        parse(written)


def test_the_place_in_a_message():
    """Of the text as it is."""
    with pytest.raises(SpecError, match=r"^line 2, column 3: there is no layer ReLUU"):
        parse("- Conv2d(3, 8, 3)\n- ReLUU")


def test_all_doors_read_it():
    """The command's door too."""
    assert open_net("- Conv2d(3, 8, 3)\n- ReLU", input_shape="3x8x8") == parse(
        "Conv2d(3, 8, 3) ReLU", input_shape="3x8x8"
    )
