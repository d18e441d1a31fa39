"""Kinds of numbers: what layers and functions refuse is what torch refuses."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  as programs call it

from shapecalc.checking.files import CheckOptions
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.torch.kinds import kind_of_operation

pytestmark = pytest.mark.torch

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\nclass Net(nn.Module):\n"
#: What is done with a tensor of 3 rows and 4 columns, "x", of some kind.
EXPRESSIONS = (
    "nn.Linear(4, 2)(x)", "nn.LayerNorm(4)(x)", "nn.BatchNorm1d(4)(x)", "nn.Embedding(9, 2)(x)", "nn.Flatten()(x)",
    "nn.GELU()(x)", "nn.Sigmoid()(x)", "nn.Softmax(1)(x)", "x.mean()", "x.std()", "x.sum(1)",
    "x.softmax(1)", "x.exp()", "x @ torch.ones(4, 2)", "x.masked_fill(x, 0.0)", "x - 1", "x + 1", "x / 2", "~x", "-x",
     "torch.where(x, 1.0, 0.0)", "F.normalize(x)", "F.gelu(x)",
     "x.float().mean()", "x.cumsum(1)", "(x > 0).float() @ x.float().t()",
    "F.layer_norm(x, (4,))", "x.abs().float().norm()", "torch.ones(9, 4).gather(0, x)", "x.clamp(0, 1).float().std()",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["float", "long", "bool"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_refused_is_what_torch_refuses(expression: str, kind: str) -> None:
    """For floats, whole numbers and truth values."""
    text = f"{HEAD}    def forward(self, x):\n        x = x.{kind}()\n        return {expression}\n"
    result = CheckOptions("Net", "", ((4,),)).check(Source("net.py", text))
    try:
        eval(expression, {"torch": torch, "nn": nn, "F": F, "x": getattr(torch.ones(3, 4), kind)()})  # noqa: S307
    except (RuntimeError, IndexError, TypeError):
        runs = False
    else:
        runs = True
    assert result.verdict is (CodeVerdict.FINE if runs else CodeVerdict.WRONG)


def test_a_kind_that_is_not_known_is_not_refused() -> None:
    """An input may be of any kind."""
    text = f"{HEAD}    def __init__(self):\n        super().__init__()\n        self.e = nn.Embedding(9, 2)\n"
    text += "    def forward(self, x):\n        return self.e(x)\n"
    assert CheckOptions("Net", "", ((4,),)).check(Source("net.py", text)).verdict is CodeVerdict.FINE


def test_numbers_are_promoted() -> None:
    """As torch does: a quotient is a float, a sum has the wider kind."""
    assert (kind_of_operation("/", 1, 2), kind_of_operation("+", True, 2)) == ("float", "int")
