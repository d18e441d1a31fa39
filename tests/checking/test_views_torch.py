"""Views of values that lie in another order in memory are refused where torch refuses them, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.formats.source.programs import Source

pytestmark = pytest.mark.torch

TEXT = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 6, batch_first=True)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.conv = nn.Conv2d(8, 8, 1)
    def forward(self, x):
        b = x.size(0)
        return {}
"""
#: What forward returns, and the shape of its input.
EXPRESSIONS = {
    "x.transpose(1, 2).view(b, -1)": (4, 8),
    "x.transpose(1, 2).contiguous().view(b, -1)": (4, 8),
    "x.transpose(1, 2).reshape(b, -1)": (4, 8),
    "x.transpose(1, 2).clone().view(b, -1)": (4, 8),
    "x.transpose(1, 2).view(b, 2, 4, 4)": (4, 8),
    "x.transpose(1, 2).split(2, 1)[0].view(b, -1)": (4, 8),
    "x.transpose(1, 2).squeeze().view(b, -1)": (1, 8),
    "x.permute(1, 0, 2).view(-1, 8)": (5, 8),
    "x.view(b, 4, 2, 4).transpose(1, 2).view(b, 2, -1)": (4, 8),
    "x.view(b, 4, 2, 4).transpose(1, 2).contiguous().view(b, 2, -1)": (4, 8),
    "x.T.view(-1)": (4,),
    "x[:, :, :3].view(b, -1)": (5, 5, 8),
    "x[:, :3].view(b, -1)": (5, 5, 8),
    "x[:, ::2].view(b, 3, -1)": (5, 8),
    "(x[:, 1:] + x[:, :-1]).view(b, -1)": (5, 8),
    "x[:, 1:].relu().view(b, -1)": (5, 8),
    "x.chunk(2, 1)[0].view(b, -1)": (4, 8),
    "x.unsqueeze(2).expand(-1, -1, 3, -1).view(b, -1)": (4, 8),
    "x.repeat(1, 2, 1).transpose(1, 2).view(b, -1)": (4, 8),
    "torch.stack([x, x], 1).transpose(0, 1).view(2, -1)": (4, 8),
    "x.mean(1).view(b, 2, 4)": (4, 8),
    "x.flatten(1).view(b, 4, 8)": (4, 8),
    "self.lstm(x)[0].view(-1, 6)": (4, 8),
    "self.lstm(x)[0].contiguous().view(-1, 6)": (4, 8),
    "self.lstm(x)[0][:, -1].view(b, -1)": (4, 8),
    "self.attention(x, x, x)[0].view(b, -1)": (4, 8),
    "(x @ x.transpose(1, 2)).view(b, -1)": (4, 8),
    "(x @ x.transpose(1, 2)).transpose(1, 2).view(b, -1)": (4, 8),
    "x.transpose(1, 2).relu().view(b, -1)": (4, 8),
    "self.conv(x.permute(0, 3, 1, 2)).view(b, -1)": (5, 5, 8),
    "torch.einsum('bij->bji', x).view(b, -1)": (4, 8),
    "torch.einsum('bij,bkj->bik', x, x).view(b, -1)": (4, 8),
}
#: Those in which torch chooses the order.
CHOSEN = {
    "x.transpose(1, 2).relu().view(b, -1)",
    "self.conv(x.permute(0, 3, 1, 2)).view(b, -1)",
    "torch.einsum('bij->bji', x).view(b, -1)",
}


def run(text: str, shape: tuple[int, ...], batch: int) -> tuple[int, ...] | None:
    names: dict[str, Any] = {}
    exec(text, names)  # noqa: S102  our own program
    try:
        return tuple(names["Net"]()(torch.zeros(batch, *shape)).shape)
    except RuntimeError:
        return None


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_view_runs_where_it_does_in_torch(expression: str) -> None:
    """The verdict is torch's; what depends on torch's choice is not known."""
    text, shape = TEXT.format(expression), EXPRESSIONS[expression]
    expected = CodeVerdict.UNKNOWN if expression in CHOSEN else CodeVerdict.FINE
    if expected is CodeVerdict.FINE and None in (run(text, shape, 2), run(text, shape, 3)):
        expected = CodeVerdict.WRONG
    assert expected is check(Source("net.py", text), inputs=[shape]).verdict
