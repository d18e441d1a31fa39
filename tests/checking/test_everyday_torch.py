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
    "sequences of several lengths": ("from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence",
        "self.r = nn.LSTM(4, 6, 2)",
        ("x = pack_padded_sequence(x, [5] * x.size(0), batch_first=True)|"
        "y, (h, c) = self.r(x)|y, lengths = pad_packed_sequence(y)|y = torch.cat((y, h), 0).transpose(0, 1)|"
        "return y + lengths.view(-1, 1, 1)"), (5, 4)),
    "sizes in an array": ("import numpy as np",
        ("s = np.array((3, 8, 8))[1:] // 2|self.d = nn.Linear(int(3 * np.prod(s)), 2)|"
        "self.w = nn.Parameter(torch.from_numpy(np.eye(2).astype(np.float32)))|"
        "self.c = nn.ModuleList([nn.Linear(2, 2) for _ in np.tile(2 ** np.arange(3), 2).tolist()])"),
        "y = self.d(F.max_pool2d(x, 2).flatten(1)) @ self.w|for c in self.c:|    y = c(y)|return y", (3, 8, 8)),
    "a list for each example": ("", "self.w = nn.Parameter(torch.zeros(1, 4))",
        "return torch.cat([self.w] * x.size(0), dim=0) + x + torch.stack([self.w[0]] * len(x))", (4,)),
    "a slice with a name": ("", "self.s = slice(1, None)", "return x[:, self.s] + x[:, slice(-3, 7)]", (4,)),
    "a list of modules that is added to": ("from torch.nn.modules.utils import _pair",
        "self.m = nn.ModuleList([])|self.m += [nn.Conv2d(3, 3, _pair(3)), nn.Conv2d(3, 4, _pair((1, 2)))]",
        "for m in self.m:|    x = m(x)|assert (x == x).all()|return x", (3, 8, 8)),
    "more than a thousand tensors": ("", "pass",
        "return torch.cat([x] * 1_100, dim=1) + torch.stack([x] * 1_100).sum(0).sum(-1, keepdim=True)", (4,)),
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
