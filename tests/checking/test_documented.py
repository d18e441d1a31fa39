"""The input for which a file says that its network is meant: tried first, and no reason to call the network wrong."""

from __future__ import annotations

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.formats.source.programs import Source

FINE, UNKNOWN = CodeVerdict.FINE, CodeVerdict.UNKNOWN
MNIST = "data = datasets.MNIST('.', transform={})\n"


def verdict(features: str, *, arguments: str = "", head: str = "", tail: str = "") -> NetworkCheck:
    """The verdict on a convolution and a layer of so many features."""
    text = (
        f"from torch import nn\nfrom torchvision import datasets, transforms\n{head}class Net(nn.Module):\n"
        f"    def __init__(self{arguments}):\n        super().__init__()\n"
        f"        self.c = nn.Conv2d(1, 8, 3, padding=1)\n        self.fc = nn.Linear({features}, 10)\n"
        f"    def forward(self, x):\n        return self.fc(self.c(x).flatten(1))\n{tail}"
    )
    (network,) = check(Source("net.py", text)).networks
    return network


#: The features that the last layer takes, the arguments of ``__init__``, what stands before and behind, the verdict and
#: the input on which it is.
FILES = {
    "a shape that fits": ("8 * 12 * 20", ", input_shape=(1, 12, 20)", "", "", FINE, "1x12x20"),
    "a shape that does not fit": ("8 * 12 * 21", ", input_shape=(1, 12, 20)", "", "", UNKNOWN, "1x12x20"),
    "one side of a square": ("8 * 14 * 14", ", img_size=14", "", "", FINE, "1x14x14"),
    "a side that does not fit": ("8 * 14 * 15", ", img_size=14", "", "", UNKNOWN, "1x14x14"),
    "both sides": ("8 * 6 * 20", ", image_size=(6, 20)", "", "", FINE, "1x6x20"),
    "another number of channels": ("8 * 14 * 14", ", input_shape=(3, 9, 9)", "", "", FINE, "1x14x14"),
    "a number of features": ("8 * 14 * 14", ", input_shape=(784,)", "", "", FINE, "1x14x14"),
    "no sizes": ("8 * 14 * 14", ", input_shape=None", "", "", FINE, "1x14x14"),
    "a call with another value": ("8 * 14 * 14", ", img_size=9", "", "net = Net(14)\n", FINE, "1x14x14"),
    "data of another size": ("8 * 28 * 30", "", MNIST.format("None"), "", UNKNOWN, "1x28x28"),
    "data of its size": ("8 * 28 * 28", "", MNIST.format("None"), "", FINE, "1x28x28"),
    "data that are resized": ("8 * 28 * 30", "", MNIST.format("transforms.Resize((28, 30))"), "", FINE, ""),
    "data of two kinds": ("8 * 28 * 30", "", MNIST.format("0") + "more = datasets.CIFAR10('.')\n", "", FINE, ""),
}


@pytest.mark.parametrize("name", FILES)
def test_the_input_that_the_file_means_is_tried_first(name: str) -> None:
    """Where the network refuses it but takes another, which is meant cannot be told."""
    features, arguments, head, tail, expected, shape = FILES[name]
    network = verdict(features, arguments=arguments, head=head, tail=tail)
    assert network.verdict is expected
    assert not shape or network.inputs == (shape,)
    assert not network.problems
