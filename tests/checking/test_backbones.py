"""Networks of torchvision as files use them: their sizes and parameters, and heads that are replaced."""

from __future__ import annotations

import pytest

from shapecalc.checking.files import CheckOptions
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.formats.source.programs import Source

#: The parameters that torchvision's documentation gives, without its rounding.
PARAMETERS = {
    "mobilenet_v2": 3_504_872,
    "mobilenet_v3_small": 2_542_856,
    "squeezenet1_1": 1_235_496,
    "efficientnet_b0": 5_288_548,
    "densenet121": 7_978_856,
    "convnext_tiny": 28_589_128,
    "vit_b_16": 86_567_656,
}

HEAD = """from torch import nn
from torchvision import models


class Net(nn.Module):
    def __init__(self):
        super().__init__()
"""


def network(init: str, forward: str = "self.base(x)") -> NetworkCheck:
    """What is said of a network whose lines of __init__ are separated by semicolons."""
    lines = [f"        {line.strip()}" for line in init.split(";")]
    text = HEAD + "\n".join([*lines, "", "    def forward(self, x):", f"        return {forward}", ""])
    (result,) = CheckOptions("Net", "", ((3, 224, 224),)).check(Source("net.py", text)).networks
    return result


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_backbone_is_torchvisions(name: str) -> None:
    """It gives a thousand classes, and has as many parameters."""
    result = network(f"self.base = models.{name}(weights='DEFAULT')")
    assert (result.verdict, result.outputs, result.parameters) == (CodeVerdict.FINE, ([1000],), PARAMETERS[name])


def test_a_head_is_replaced() -> None:
    """By a layer of as many features as the old one reads."""
    lines = "self.base = models.mobilenet_v2(pretrained=True); count = self.base.classifier[1].in_features; "
    result = network(f"{lines}self.base.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(count, 7))")
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([7],))


def test_a_wrong_head_is_wrong() -> None:
    """The line of the new head, with the number that mends it."""
    result = network("self.base = models.densenet121(); self.base.classifier = nn.Linear(512, 3)")
    (problem,) = [each for each in result.problems if each.severity == "error"]
    assert (problem.line, problem.repair and problem.repair.new) == (9, "1024")


def test_a_backbone_is_cut() -> None:
    """Its features alone, or its children without the last."""
    result = network("self.base = models.efficientnet_b0().features[:4]; self.head = nn.Conv2d(40, 5, 1)",
                     "self.head(self.base(x))")  # fmt: skip
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([5, 28, 28],))
