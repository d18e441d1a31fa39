"""Networks whose arguments have no value in their file: what is chosen for them, and what then is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.formats.source.programs import Source

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def verdict(
    arguments: str, init: str, forward: str, *, inputs: str = "x", more: str = "", end: str = ""
) -> NetworkCheck:
    """The verdict on a network; the lines of its methods are separated by semicolons."""
    lines = [
        HEAD + more,
        "class Net(nn.Module):",
        f"    def __init__(self, {arguments}):",
        "        super().__init__()",
    ]
    lines += [f"        {line.strip()}" for line in init.split(";")]
    lines += [f"    def forward(self, {inputs}):", *[f"        {line}" for line in forward.split("; ")]]
    return check(Source("net.py", "\n".join([*lines, end, ""])), name="Net").networks[0]


#: What stands in the file besides.
BLOCK = (
    "SIZES = {'s': 3, 't': 5}\nclass Block(nn.Linear):\n    expansion = 2\n"
    "    def __init__(self, dim):\n        super().__init__(dim, dim)\n"
)
#: What the code shows of an argument, or its name: the arguments, the lines of __init__ and forward, and the call.
CHOSEN = {
    "widths": ("dim, hidden", "self.a = nn.Linear(dim, hidden); self.b = nn.Linear(hidden, dim)",
        "return self.b(self.a(x))", "Net(dim=64, hidden=128)"),
    "the channels of an image": ("in_channels", "self.c = nn.Conv2d(in_channels, 8, 3)", "return self.c(x)",
        "Net(in_channels=3)"),
    "heads": ("dim, heads, dropout", "self.a = nn.MultiheadAttention(dim, heads, dropout, batch_first=True)",
        "return self.a(x, x, x)[0]", "Net(dim=64, heads=4, dropout=0.1)"),
    "a count of layers": ("dim, n", "self.l = nn.ModuleList([nn.Linear(dim, dim) for _ in range(n)])",
        "for l in self.l:;     x = l(x); return x", "Net(dim=64, n=2)"),
    "a list": ("sizes", "self.a = nn.Linear(sizes[0], sizes[1]); self.b = nn.Linear(sizes[1], sizes[2])",
        "return self.b(self.a(x))", "Net(sizes=[16, 32, 64])"),
    "a configuration": ("config", "self.a = nn.Linear(config.hidden_size, config.num_labels)", "return self.a(x)",
        "Net(config=SimpleNamespace(hidden_size=64, num_labels=10))"),
    "a dict": ("cfg", "self.a = nn.Linear(cfg['dim'], 2)", "return self.a(x)", "Net(cfg=dict(dim=64))"),
    "a mode": ("mode", "self.a = nn.Linear(4, 2) if mode == 'up' else nn.Linear(4, 3)", "return self.a(x)",
        "Net(mode='up')"),
    "what makes layers": ("dim, norm_layer, act", "self.n = norm_layer(dim); self.act = act()",
        "return self.act(self.n(x))", "Net(dim=64, norm_layer=nn.LayerNorm, act=nn.ReLU)"),
    "a key of a dict of the file": ("name", "self.a = nn.Linear(4, SIZES[name])", "return self.a(x)", "Net(name='s')"),
    "a block of the file": ("block", "self.b = self.make(block)",
        "return self.b(x); def make(self, block):;     return block(8 * block.expansion)", "Net(block=Block)"),
    "an annotation": ("width: int, on: bool", "self.a = nn.Linear(width, 2, bias=on)", "return self.a(x)",
        "Net(width=64, on=False)"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOSEN)
def test_what_stands_for_an_argument(name: str) -> None:
    """A value of its kind, with which the network runs."""
    arguments, init, forward, call = CHOSEN[name]
    forward, _, method = forward.partition("; def ")
    method = f"    def {method}".replace(";", "\n        ") if method else ""
    result = verdict(arguments, init, forward, more=BLOCK, end=method)
    assert (result.verdict, result.call) == (CodeVerdict.FINE, call), result


#: Mistakes with every value: the lines of __init__, and what is written instead of what.
WRONG = {
    "a multiple": ("self.a = nn.Linear(dim, 4 * dim); self.b = nn.Linear(dim, 2)", "dim", "4 * dim"),
    "a sum": ("self.a = nn.Linear(dim, hidden + dim); self.b = nn.Linear(hidden, 2)", "hidden", "dim + hidden"),
    "a number": ("self.a = nn.Linear(dim, 16); self.b = nn.Linear(32, hidden)", "32", "16"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_fails_for_every_value_is_wrong(name: str) -> None:
    """The repair is in the letters of the arguments."""
    init, old, new = WRONG[name]
    result = verdict("dim, hidden", init, "return self.b(self.a(x))")
    assert result.verdict is CodeVerdict.WRONG
    assert result.problems[0].repair is not None
    assert (result.problems[0].repair.old, result.problems[0].repair.new) == (old, new)


#: What may run with other values, so that nothing is certain.
OPEN = {
    "equal widths": "self.a = nn.Linear(dim, hidden); self.b = nn.Linear(dim, hidden)",
    "one value": "self.a = nn.Linear(4, dim); self.b = nn.Linear(7, hidden)",
}


@pytest.mark.parametrize("name", OPEN)
def test_what_fails_for_most_values_is_open(name: str) -> None:
    """It may be that just these are meant."""
    result = verdict("dim, hidden", OPEN[name], "return self.b(self.a(x))")
    assert result.verdict is not CodeVerdict.WRONG


def test_a_flag_is_tried_both_ways() -> None:
    """With one of them the network does not run."""
    init = "self.a = nn.Linear(4, 8 if wide else 4); self.b = nn.Linear(4, 2)"
    assert verdict("wide: bool", init, "return self.b(self.a(x))").verdict is CodeVerdict.UNKNOWN


def test_an_argument_that_is_a_network_of_the_file() -> None:
    """It has the name of its class; the same width stands for what both call by one name."""
    more = "class Encoder(nn.Module):\n    def __init__(self, hid):\n        super().__init__()\n"
    more += "        self.a = nn.Linear(5, hid)\n    def forward(self, x):\n        return self.a(x)\n"
    init = "self.encoder = encoder; self.b = nn.Linear(hid, 2)"
    result = verdict("encoder, hid", init, "return self.b(self.encoder(x))", more=more)
    assert (result.verdict, result.inputs, result.outputs) == (CodeVerdict.FINE, ("5",), ([2],))


def test_a_call_in_a_function_gives_what_it_says() -> None:
    """The function itself takes an argument, so that it is not followed."""
    source = HEAD + "class Net(nn.Module):\n    def __init__(self, width, classes):\n        super().__init__()\n"
    source += "        self.a = nn.Linear(width, classes)\n    def forward(self, x):\n        return self.a(x)\n"
    source += "def train(classes):\n    net = Net(20, classes)\n"
    (result,) = check(Source("net.py", source)).networks
    assert (result.call, result.chosen, result.inputs) == ("Net(width=20, classes=10)", ("classes",), ("20",))


def test_inputs_of_several_kinds() -> None:
    """An image, words and a moment."""
    init = "self.c = nn.Conv2d(3, dim, 3); self.e = nn.Embedding(words, dim); self.t = nn.Linear(1, dim)"
    forward = "return self.c(a).mean((2, 3)) + self.e(b).mean(1) + self.t(t[:, None].float())"
    result = verdict("dim, words", init, forward, inputs="a, b, t")
    assert (result.verdict, result.inputs) == (CodeVerdict.FINE, ("3x32x32", "32", "scalar"))


def test_a_value_that_the_network_requires() -> None:
    """The letter of the argument is settled by what forward does."""
    result = verdict("input_dim, hidden", "self.a = nn.Linear(input_dim, hidden)", "return self.a(x.view(-1, 784))")
    assert (result.verdict, result.call) == (CodeVerdict.FINE, "Net(input_dim=784, hidden=64)")


def test_options_have_their_defaults() -> None:
    """Those of a parser of the command line."""
    more = (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--hid-dim', type=int, default=5)\n"
    )
    more += "args = parser.parse_args()\n"
    result = verdict("args", "self.a = nn.Linear(4, args.hid_dim)", "return self.a(x)", more=more)
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([5],))


def test_a_state_that_a_method_makes() -> None:
    """It has the batch in its second dimension."""
    lines = [HEAD, "class Net(nn.Module):", "    def __init__(self, hid):", "        super().__init__()"]
    lines += ["        self.h = hid", "        self.r = nn.GRU(4, hid, batch_first=True)"]
    lines += ["    def forward(self, x, hidden):", "        return self.r(x, hidden)[0]"]
    lines += ["    def init_hidden(self, batch):", "        return torch.zeros(1, batch, self.h)"]
    (result,) = check(Source("net.py", "\n".join(lines))).networks
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, ([3, 64],))


def test_a_matrix_of_examples_by_examples() -> None:
    """A graph has as many rows and columns as there are nodes, which are the batch."""
    result = verdict("nfeat", "self.w = nn.Parameter(torch.randn(nfeat, 7))", "return torch.mm(adj, x @ self.w)",
                     inputs="x, adj")  # fmt: skip
    assert (result.verdict, result.inputs, result.outputs) == (CodeVerdict.FINE, ("64", "N"), ([7],))


def test_a_loop_over_the_examples() -> None:
    """It is followed for two batches."""
    forward = "y = [self.a(x[i]) for i in range(x.size(0))]; return torch.stack(y)"
    assert verdict("dim", "self.a = nn.Linear(dim, 2)", forward).verdict is CodeVerdict.FINE


def test_what_a_caller_gives_is_open() -> None:
    """An argument that is None by default, and an attribute that is set from outside."""
    none = verdict("w=None", "self.w = w", "return x * self.w")
    outside = verdict("dim=4", "self.a = nn.Linear(dim, 2)", "return self.b(x)", more="def f(m):\n    m.b = m.a\n")
    assert (none.verdict, outside.verdict) == (CodeVerdict.UNKNOWN, CodeVerdict.UNKNOWN)


#: A network with an argument that only others give.
PLAIN = (
    'class Net(nn.Module):\n    """A network.\n\n    >>> net = Net(width=9)\n    """\n\n'
    "    def __init__(self, width):\n        super().__init__()\n        self.a = nn.Linear(width, 2)\n"
    "    def forward(self, x):\n        return self.a(x)\n"
)


def test_a_call_in_an_example_gives_what_it_says() -> None:
    """In a docstring."""
    (result,) = check(Source("net.py", HEAD + PLAIN)).networks
    assert (result.call, result.chosen) == ("Net(width=9)", ())


def test_a_call_in_a_file_beside_it_gives_what_it_says(tmp_path: Path) -> None:
    """That file is read, and nothing of it is run; files of other folders are not."""
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "net.py"
    path.write_text(HEAD + PLAIN.replace("9", "size"))
    (tmp_path / "other.py").write_text("net = Net(5)\n")
    (tmp_path / "sub" / "train.py").write_text("from net import Net\n1 / 0\ndef main(path):\n    return Net(7)\n")
    (result,) = check(Source.of_file(path)).networks
    assert (result.call, result.chosen) == ("Net(width=7)", ())


def test_an_example_of_another_network_says_nothing() -> None:
    """A call that fails, outside of the program itself."""
    init = "self.a = nn.Linear(4, 2 * half); self.b = nn.Linear(2 * half, 2)"
    more = '"""\n>>> Net(half="x")\n"""\n'
    assert verdict("half", init, "return self.b(self.a(x))", more=more).verdict is CodeVerdict.FINE


def test_what_depends_on_a_kernel_size_is_open() -> None:
    """Values of 3 and 5 fail, but 1 would do."""
    init = "self.c = nn.Conv2d(4, 4, kernel)"
    assert verdict("kernel", init, "return torch.cat([x, self.c(x)], 1)").verdict is CodeVerdict.UNKNOWN


def test_a_field_without_a_value_is_open() -> None:
    """Of a dataclass."""
    text = HEAD + "from dataclasses import dataclass\n@dataclass\nclass Net(nn.Module):\n    width: int\n"
    text += "    def forward(self, x):\n        return x\n"
    (result,) = check(Source("net.py", text)).networks
    assert result.verdict is CodeVerdict.UNKNOWN
