"""The net of a program computes what the program computes, with its weights under their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from shapecalc import ShapecalcError, SpecError, measure
from shapecalc.formats.source.opening import read_network_file
from shapecalc.pytorch import build, verify
from tests.checking.mutants import PROGRAMS, input_shape

pytestmark = pytest.mark.torch

#: Programs of which a net cannot say something yet, with the words of the refusal.
REFUSED = {
    "crnn_old_sequence": "line 20: a net cannot say Reshape(25N, 512) joins the batch",
    "gru_decoder": "line 20: a net cannot say nn.GRUCell",
    "vae": "line 16: a net cannot say torch.randn_like",
}
#: Programs with numbers of their own, which a net does not hold.
NUMBERS = ("transformer_positions",)
FILES = [file for file in sorted(PROGRAMS.glob("*.py")) if file.stem not in {*REFUSED, *NUMBERS}]


def module_of(file: Path) -> torch.nn.Module:
    """The network of a program of ours, which is run."""
    scope: dict[str, Any] = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), scope)  # noqa: S102  a program of ours
    torch.manual_seed(0)
    return scope["Net"]().eval()


def example(shape: tuple[int, ...], text: str) -> torch.Tensor:
    if "TOKENS" in text:
        return torch.randint(0, 1000, (3, *shape))
    return torch.rand(3, *shape)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_net_computes_what_its_program_computes(file: Path) -> None:
    """With the weights of the program's module, loaded by their names, the outputs are equal; and verify passes."""
    text = file.read_text(encoding="utf-8")
    shape = input_shape(text)
    net = read_network_file(file, "Net", [shape])
    module, built = module_of(file), build(net)
    built.load_state_dict(module.state_dict())
    value = example(shape, text)
    with torch.no_grad():
        expected, outputs = module(value), built.eval()(value)
    assert torch.allclose(outputs, expected, atol=1e-5)
    assert verify(net).ok


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_net_cannot_say_is_refused(name: str) -> None:
    """With the line on which it stands."""
    file = PROGRAMS / f"{name}.py"
    with pytest.raises(SpecError) as refused:
        read_network_file(file, "Net", [input_shape(file.read_text(encoding="utf-8"))])
    assert REFUSED[name] in str(refused.value)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_the_program_are_not_built(name: str) -> None:
    """The net has the program's output shape and weights; its module would need the numbers."""
    file = PROGRAMS / f"{name}.py"
    shape = input_shape(file.read_text(encoding="utf-8"))
    report, module = measure(net := read_network_file(file, "Net", [shape])), module_of(file)
    value = example(shape, file.read_text(encoding="utf-8"))
    assert report.output_shape == tuple(module(value).shape[1:])
    assert report.parameters == sum(tensor.numel() for tensor in module.parameters())
    with pytest.raises(ShapecalcError, match="the shape and not the numbers; it cannot be built"):
        build(net)


#: The layers of a network, its forward, and its input: each way in which tensors are moved, joined and parted.
WAYS = {
    "weights as arguments": (
        "self.conv = nn.Conv2d(3, 4, 3); self.norm = nn.LayerNorm(4); self.fc = nn.Linear(4, 2)",
        (
            "x = F.conv2d(x, self.conv.weight, self.conv.bias, stride=2).mean((2, 3))\n"
            "x = F.layer_norm(x, [4], self.norm.weight, self.norm.bias, 1e-3)\n"
            "return F.linear(x, self.fc.weight, self.fc.bias)"
        ),
        (3, 7, 7),
    ),
    "numbers": ("pass", "return (2 * x - 1) / 4 + (1 - x) * 0.5 - (-x) + 3 / (x + 1) + x ** 2", (3, 5)),
    "tensors": ("pass", "return x - x.square() / (x.sqrt() + 1) * torch.rsqrt(x + 2)", (3, 5)),
    "functions": ("pass", "return F.leaky_relu(x, 0.2) + torch.tanh(x).sigmoid() + F.elu(x, alpha=0.5)", (3, 5)),
    "padding": ("pass", "return F.pad(F.pad(x, (1, 2, 3, 0), mode='replicate'), (1, 1), value=2.5)", (3, 5, 6)),
    "padded channels": ("pass", "return F.pad(x[:, :, ::2, 1::2], (0, 0, 0, 0, 2, 1))", (3, 6, 6)),
    "slices": ("pass", "return x[:, 1:, -2] + x[..., 1:, None, 3].squeeze(2)", (3, 5)),
    "pieces": ("pass", "a, b = x.chunk(2, 1)\nc, d, e = torch.split(x, [1, 2, 1], dim=1)\nreturn a * b + d", (4, 5)),
    "unbound": ("pass", "a, b = x.unbind(1)\nreturn torch.stack([b, a, a + b], dim=2).flatten(1)", (2, 5)),
    "shapes": (
        "pass", "n, c, h, w = x.shape\nreturn x.view(n, c, -1).transpose(1, 2).reshape(n, h, w, c)", (3, 4, 5),
    ),
    "shuffled channels": (
        "pass",
        "n, c, h, w = x.size()\nreturn x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)",
        (6, 2, 2),
    ),
    "the batch is second": (
        "self.rnn = nn.GRU(5, 4)", "out, h = self.rnn(x.permute(1, 0, 2))\nreturn out.transpose(0, 1) + h[-1][:, None]",
        (7, 5),
    ),
    "both last states": (
        "self.rnn = nn.LSTM(5, 4, num_layers=2, bidirectional=True, batch_first=True)",
        "_, (h, c) = self.rnn(x)\nreturn torch.cat((h[-2], h[-1]), dim=1)", (7, 5),
    ),
    "zero states": (
        "self.rnn = nn.LSTM(5, 4, batch_first=True)",
        "h = torch.zeros(1, x.size(0), 4)\nreturn self.rnn(x, (h, torch.zeros_like(h)))[0][:, -1]", (7, 5),
    ),
    "attention of torch": (
        "self.attn = nn.MultiheadAttention(8, 2, batch_first=True)", "return self.attn(x, x, x)[0] + x", (6, 8),
    ),
    "attention step by step": (
        "self.qkv = nn.Linear(8, 24)",
        (
            "b, n, c = x.shape\nqkv = self.qkv(x).reshape(b, n, 3, 2, 4).permute(2, 0, 3, 1, 4)\n"
            "q, k, v = qkv.unbind(0)\nreturn F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, c)"
        ),
        (6, 8),
    ),
    "parameters": (
        (
            "self.gamma = nn.Parameter(torch.ones(1)); self.scale = nn.Parameter(torch.rand(3, 1, 1))\n"
            "        self.shift = nn.Parameter(torch.rand(1, 3, 1, 1)); self.rows = nn.Parameter(torch.rand(4, 5))"
        ),
        "return self.gamma * x * self.scale + self.shift + self.rows", (3, 4, 5),
    ),
    "tokens": (
        "self.token = nn.Parameter(torch.rand(1, 1, 8)); self.places = nn.Parameter(torch.rand(1, 20, 8))",
        (
            "x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)\n"
            "return (x + self.places[:, : x.size(1)])[:, 0]"
        ),
        (6, 8),
    ),
    "in place": (
        "self.relu = nn.ReLU(inplace=True); self.conv = nn.Conv2d(3, 3, 1)",
        "y = x - 0.5\nidentity = y\ny = self.conv(self.relu(y))\ny += identity\nF.relu_(y)\nreturn y", (3, 4, 4),
    ),
    "weights of one layer for two": (
        "self.conv = nn.Conv2d(3, 3, 3, padding=1)", "return self.conv(F.relu(self.conv(x)))", (3, 4, 4),
    ),
    "means": ("pass", "return x.mean((2, 3)) + x.amax(dim=[-1, -2]) + x.sum(-1).max(-1).values", (3, 4, 5)),
    "a gate": (
        "self.fc = nn.Linear(4, 4)", "y = x.mean((-2, -1))\nreturn x * torch.sigmoid(self.fc(y))[:, :, None, None]",
        (4, 3, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_net_moves_tensors_as_its_program_does(tmp_path: Path, way: str) -> None:
    """Each way of joining and parting tensors gives, in the net that is built, the same numbers."""
    layers, forward, shape = WAYS[way]
    lines = forward.replace("\n", "\n        ")
    file = tmp_path / "net.py"
    file.write_text(
        "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\nclass Net(nn.Module):\n"
        f"    def __init__(self):\n        super().__init__()\n        {layers}\n\n"
        f"    def forward(self, x):\n        {lines}\n",
        encoding="utf-8",
    )
    net = read_network_file(file, "Net", [shape])
    module, built = module_of(file), build(net)
    built.load_state_dict(module.state_dict())
    value = torch.rand(3, *shape)
    with torch.no_grad():
        assert torch.allclose(built.eval()(value.clone()), module(value.clone()), atol=1e-5)
    assert verify(net).ok
