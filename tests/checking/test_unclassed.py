"""Networks without a class of their own, and inputs that a network takes but is hardly meant for."""

from __future__ import annotations

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict, FileCheck
from shapecalc.formats.source.programs import Source

HEAD = "import torch\nfrom torch import nn\nfrom torchvision import models\n\n\n"


def result(text: str, *shape: int, call: str = "") -> FileCheck:
    """What is said of a file."""
    return check(Source("net.py", HEAD + text), call=call, inputs=[shape] if shape else [])


@pytest.mark.parametrize(
    "text",
    [
        "model = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))\n",
        "def build():\n    return nn.Sequential(nn.Flatten(), nn.Linear(12, 2))\n",
        "def build(width):\n    return nn.Sequential(nn.Flatten(), nn.Linear(width, 2))\n\n\nnet = build(12)\n",
    ],
)
def test_a_network_without_a_class_is_checked(text: str) -> None:
    """One in a variable, or one that a function builds."""
    assert result(text, 3, 2, 2).verdict is CodeVerdict.FINE
    assert result(text, 3, 2, 3).verdict is CodeVerdict.WRONG


def test_a_function_is_called_by_name() -> None:
    """With the arguments of the call."""
    text = "def build(count):\n    net = models.resnet18()\n    net.fc = nn.Linear(256, count)\n    return net\n"
    (problem,) = result(text, 3, 64, 64, call="build(5)").networks[0].problems
    assert (problem.line, problem.repair and problem.repair.new) == (8, "512")


def test_a_class_that_a_function_uses_is_a_part() -> None:
    """It is not checked on an input that is that of the whole."""
    text = "class Residual(nn.Module):\n    def __init__(self, fn):\n        super().__init__()\n"
    text += "        self.fn = fn\n\n"
    text += "    def forward(self, x):\n        return x + self.fn(x)\n\n\n"
    text += "def net(w=8):\n    return nn.Sequential(nn.Conv2d(3, w, 1), Residual(nn.Conv2d(w, w, 1)))\n"
    checked = result(text, 3, 4, 4)
    assert ([each.name for each in checked.networks], checked.verdict) == (["net"], CodeVerdict.FINE)


def test_an_input_that_just_happens_to_fit_is_not_fine() -> None:
    """A product of matrices that runs for one length alone, where the transposition is forgotten."""
    text = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += "        self.q = nn.Linear(8, 16)\n"
    text += "        self.k = nn.Linear(8, 16)\n\n    def forward(self, x):\n        b, t, c = x.shape\n"
    text += "        return self.q(x) @ self.k(x)\n"
    assert result(text).verdict is not CodeVerdict.FINE
    assert result(text.replace("self.k(x)", "self.k(x).transpose(1, 2)")).verdict is CodeVerdict.FINE
