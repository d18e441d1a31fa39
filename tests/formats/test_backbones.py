"""Networks of torchvision that a program takes parts of: they are followed as torchvision has them."""

from __future__ import annotations

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.formats.source.programs import Source

#: How many numbers each learns, as torchvision says.
PARAMETERS = {
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "resnext50_32x4d": 25_028_904,
    "wide_resnet50_2": 68_883_240,
    "vgg11": 132_863_336,
    "vgg16_bn": 138_365_992,
    "alexnet": 61_100_840,
}


def source(init: str, forward: str) -> Source:
    """A network; the lines of its __init__ are separated by semicolons."""
    lines = ["import torch.nn as nn", "import torchvision.models as models", "class Net(nn.Module):"]
    lines += [
        "    def __init__(self):",
        "        super().__init__()",
        *[f"        {line}" for line in init.split("; ")],
    ]
    return Source("net.py", "\n".join([*lines, "    def forward(self, x):", f"        return {forward}"]))


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_backbone_has_the_weights_of_torchvision(name: str) -> None:
    """And a score for each class."""
    program = source(f"self.net = models.{name}(pretrained=True)", "self.net(x)")
    (result,) = check(program, inputs=[(3, 224, 224)]).networks
    assert (result.verdict, result.parameters, result.outputs) == (CodeVerdict.FINE, PARAMETERS[name], ([1000],))


def test_the_parts_of_a_backbone() -> None:
    """Without its last layer, whose width is asked for."""
    init = "net = models.resnet34(); self.f = nn.Sequential(*list(net.children())[:-1])"
    program = source(f"{init}; self.fc = nn.Linear(net.fc.in_features, 5)", "self.fc(self.f(x).flatten(1))")
    (result,) = check(program).networks
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([5],))


def test_what_is_not_there_is_not_known() -> None:
    """Another network of torchvision."""
    (result,) = check(source("self.net = models.regnet_y_16gf()", "self.net(x)"), inputs=[(3, 224, 224)]).networks
    assert result.verdict is CodeVerdict.UNKNOWN
