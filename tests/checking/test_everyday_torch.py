"""Everyday constructs that are followed to their end: the outputs are those of torch, which runs the same file."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.formats.source.programs import Source

torch = pytest.importorskip("torch")

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

#: What stands before the network, the lines of its methods, and its input.
PROGRAMS = {
    "a convolution that is inherited": (
        ("class Conv(nn.Conv2d):\n    def __init__(self, i, o, k):\n"
        "        super().__init__(i, o, k, padding=k // 2, bias=False)\n"
        "    def forward(self, x):\n        w = self.weight - self.weight.mean((1, 2, 3), keepdim=True)\n"
        "        return F.conv2d(x, w, self.bias, self.stride, self.padding, self.dilation, self.groups)"),
        "self.c = Conv(3, 8, 3)", "return self.c(x)", (3, 9, 9)),
    "a layer that is inherited": (
        "class Dense(nn.Linear):\n    def forward(self, x):\n        return super().forward(x).relu()",
        "self.d = Dense(4, 5)", "assert isinstance(self.d, nn.Linear)|return self.d(x)", (4,)),
    "a type that is asked for": ("", ("sizes = 5|self.s = sizes if type(sizes) is list else [sizes, 4]|"
        "self.d = nn.Linear(*self.s)"), "return self.d(x)", (5,)),
    "a count of elements": ("", "self.d = nn.Linear(12, 2)",
        "return self.d(x.view(-1, int(x.nelement() / x.shape[0])))", (3, 4)),
    "arguments as NumPy calls them": ("", "pass",
        "return torch.stack((x, x), axis=1).mean(axis=-1, keepdims=True)", (4,)),
    "dots in an equation": ("", "pass", "return torch.einsum('... i d, ... j d -> ... i j', x, x)", (2, 3, 4)),
    "a test with the same end": ("import random", "self.a = nn.Linear(4, 4)",
        "for _ in range(20):|    if random.random() < 0.5:|        x = self.a(x)|return x", (4,)),
}  # fmt: skip


def source_of(name: str) -> str:
    """A file with the network."""
    before, init, forward, _ = PROGRAMS[name]
    lines = [HEAD, before, "class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    lines += [f"        {line}" for line in init.split("|")]
    return "\n".join([*lines, "    def forward(self, x):", *[f"        {line}" for line in forward.split("|")]])


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_output_is_that_of_torch(name: str) -> None:
    """For a batch of 2."""
    text, shape = source_of(name), PROGRAMS[name][3]
    (result,) = check(Source("net.py", text), name="Net", inputs=[shape]).networks
    space: dict[str, Any] = {}
    exec(compile(text, "net.py", "exec"), space)  # noqa: S102  the program above
    output = space["Net"]()(torch.zeros(2, *shape))
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([*output.shape[1:]],)), result
