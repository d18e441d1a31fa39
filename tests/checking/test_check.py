"""Verdicts, where the input comes from, repairs, and what the command prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapecalc import SpecError
from shapecalc.checking import check
from shapecalc.checking.files import CheckOptions, check_files, sources
from shapecalc.checking.page import page
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.formats.source.programs import Source

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def network(body: str, *, init: str = "self.fc = nn.Linear(4, 2)", arguments: str = "", tail: str = "") -> Source:
    """A network whose lines of __init__ and forward are separated by semicolons."""
    lines = [HEAD, "class Net(nn.Module):", f"    def __init__(self{arguments}):", "        super().__init__()"]
    lines += [f"        {line.strip()}" for line in init.split(";")]
    lines += ["    def forward(self, x):", *[f"        {line.strip()}" for line in body.split(";")]]
    return Source("net.py", "\n".join(lines) + "\n" + tail)


def verdict(source: Source, *shape: int) -> NetworkCheck:
    (found,) = check(source, inputs=[shape] if shape else []).networks
    return found


#: Everyday mistakes: what __init__ and forward do, the input, and a part of the message.
MISTAKES = {
    "a wrong number of features": ("self.fc = nn.Linear(5, 2)", "return self.fc(x)", (4,),
        "takes 5 features (in_features) but gets 4"),
    "a wrong number of channels": (
        "self.a = nn.Conv2d(3, 8, 3); self.b = nn.Conv2d(16, 4, 3)", "return self.b(self.a(x))", (3, 9, 9), "channels",
    ),
    "a view of one batch": ("pass", "return x.view(-1, 100)", (2, 64), "a batch of 25"),
    "a view that doubles the batch": ("pass", "return x.view(-1, 32)", (64,), "leaves forward as one of 2"),
    "a missing attribute": ("self.conv = nn.Linear(4, 2)", "return self.conv1(x)", (4,), "did you mean conv?"),
    "a missing name": ("pass", "return y", (4,), "y is not defined"),
    "a wrong argument": ("self.c = nn.Conv2d(3, 8, kernel=3)", "return self.c(x)", (3, 9, 9), "no argument kernel"),
    "a skip of another size": ("self.c = nn.Conv2d(3, 3, 3)", "return x + self.c(x)", (3, 9, 9), "do not fit"),
    "a concatenation of sizes": ("self.p = nn.MaxPool2d(2)", "return torch.cat([x, self.p(x)], 1)", (3, 8, 8), "agree"),
    "a dimension that stands twice": ("pass", "return x.mean((1, -2))", (4, 5), "1 stands twice in (1, -2)"),
    "a dimension that is turned twice": ("pass", "return torch.flip(x, (1, 1))", (4,), "stands twice"),
    "a float as a size": ("pass", "return x.view(x.size(0), 8 / 2)", (4,), "float"),
    "the output of an LSTM is a pair": (
        "self.r = nn.LSTM(4, 5); self.fc = nn.Linear(5, 1)", "return self.fc(self.r(x))", (7, 4), "a tuple"
    ),
    "an image in a dense layer": ("self.fc = nn.Linear(48, 2)", "return self.fc(x)", (3, 4, 4),
        "takes 48 features (in_features) but gets 4"),
    "a ModuleList that is called": ("self.l = nn.ModuleList([nn.ReLU()])", "return self.l(x)", (4,), "no forward"),
    "a function that is no method": ("pass", "return x.gelu()", (4,), "A tensor has no method gelu; write F.gelu(x)"),
    "a method that is no function": ("pass", "return F.exp(x)", (4,), "has no attribute exp; it is torch.exp"),
    "a piece beyond the end": ("pass", "return x.narrow(1, 2, 3)", (4,), "narrow takes 3 from 2 on"),
    "an entry beyond the end": ("pass", "return x[:, [0, 4]]", (4,), "beyond a size of 4"),
    "more of the largest than there are": ("pass", "return x.topk(5).values", (4,), "takes 5 entries"),
    "a dimension that cannot be rolled": ("pass", "return torch.roll(x, 1, 2)", (4,), "no dimension 2"),
    "a dimension that cannot be normalized": ("pass", "return F.normalize(x, dim=2)", (4,), "dimension 2"),
    "a list in Sequential": ("self.s = nn.Sequential([nn.ReLU()])", "return self.s(x)", (4,), "spread"),
    "a forgotten argument": ("self.fc = nn.Linear(4)", "return self.fc(x)", (4,), "out_features"),
    "matrices that do not fit": ("pass", "return x @ x", (3, 4), "4 ≠ 3"),
    "a pattern that does not fit": (
        "pass", "from einops import rearrange; return rearrange(x, 'b (h k) -> b h k', k=3)", (4,), "the size is 4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_wrong(name: str) -> None:
    """With a message that names it."""
    init, body, shape, words = MISTAKES[name]
    result = verdict(network(body, init=init), *shape)
    assert (result.verdict, words in result.problems[0].message) == (CodeVerdict.WRONG, True), result


def test_a_second_super_forgets_the_layers() -> None:
    """As in torch, whose module then begins anew."""
    (problem,) = verdict(network("return self.fc(x)", init="self.fc = nn.Linear(4, 2); super().__init__()"), 4).problems
    assert (problem.code, problem.line) == ("attribute", 11)


def test_layers_are_set_before_super_has_run() -> None:
    """Torch refuses a layer in a module that is not initialised."""
    text = HEAD + "class Net(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(4, 2)\n"
    text += "        super().__init__()\n    def forward(self, x):\n        return self.fc(x)\n"
    (problem,) = verdict(Source("net.py", text), 4).problems
    assert (problem.code, problem.line) == ("super", 6)


def test_the_line_the_stop_and_the_repair() -> None:
    """The mistake is where the layer is made, torch stops where it runs, and the repair was tried."""
    source = network("return self.fc(torch.flatten(x, 1))", init="self.fc = nn.Linear(100, 2)")
    (problem,) = verdict(source, 3, 8, 8).problems
    assert (problem.line, problem.stops_at) == (8, 10)
    assert problem.repair is not None
    assert (problem.repair.old, problem.repair.new, problem.repair.column) == ("100", "192", 29)


#: Where the input comes from: the end of the file, the shapes, and the word for it.
ORIGINS = {
    "a call": ("Net()(torch.randn(8, 4))", ("4",), "call"),
    "a script": ("if __name__ == '__main__':\n    print(Net()(torch.zeros(2, 7, 4)))", ("7x4",), "call"),
    "a function": ("def test():\n    net = Net()\n    y = net(torch.randn(1, 4))", ("4",), "call"),
    "a summary": ("from torchsummary import summary\nsummary(Net(), (5, 4))", ("5x4",), "call"),
    "a summary with the batch": ("from torchinfo import summary\nsummary(Net(), input_size=(9, 4))", ("4",), "call"),
    "nothing": ("", ("4",), "inferred"),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_where_the_input_comes_from(name: str) -> None:
    """A call in the file, or sizes for which the code is consistent."""
    tail, shapes, origin = ORIGINS[name]
    result = verdict(network("return self.fc(x)", tail=tail))
    assert (result.verdict, result.inputs, result.inputs_from) == (CodeVerdict.FINE, shapes, origin)


def test_sizes_that_letters_do_not_settle_are_tried() -> None:
    """A pooling over what a convolution leaves: in letters, its size is not known to be 1."""
    source = network("y = self.c(x); return F.max_pool1d(y, y.size(2)).squeeze(2)", init="self.c = nn.Conv1d(12, 8, 3)")
    result = verdict(source)
    assert (result.verdict, result.inputs, result.outputs) == (CodeVerdict.FINE, ("12x32",), ([8],))


def test_a_call_in_the_file_keeps_its_other_arguments() -> None:
    """By place and by name, tensors or not."""
    text = HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += (
        "        self.a, self.b = nn.Linear(4, 2), nn.Linear(5, 2)\n    def forward(self, x, *, extra, twice=False):\n"
    )
    text += "        y = self.a(x) + self.b(extra)\n        return torch.cat([y, y], 1) if twice else y\n"
    text += "Net()(torch.ones(3, 4), extra=torch.ones(3, 5), twice=True)\n"
    result = verdict(Source("net.py", text))
    assert (result.verdict, result.inputs, result.outputs) == (CodeVerdict.FINE, ("4", "5"), ([4],))


def test_a_network_whose_making_is_not_followed_to_its_end_is_not_wrong() -> None:
    """What the file makes may have attributes that the reader has not come to."""
    text = HEAD + "class Net(nn.Module):\n    def __init__(self, widths):\n        super().__init__()\n"
    text += "        for width in widths:\n            self.a = nn.Linear(4, width)\n        self.b = nn.Linear(2, 2)\n"
    text += "    def forward(self, x):\n        return self.b(self.a(x))\n"
    text += "def make():\n    return Net(torch.load('widths'))\n"
    assert verdict(Source("net.py", text)).verdict is CodeVerdict.UNKNOWN
    assert verdict(Source("net.py", text), 4).verdict is CodeVerdict.UNKNOWN


def test_an_input_of_more_dimensions_than_are_tried_is_not_wrong() -> None:
    """Where nothing has run before the shape is refused, the input may be another."""
    body = "from einops import rearrange; return self.fc(rearrange(x, 'b c t h w d -> b (c t h w d)'))"
    result = verdict(network(body))
    assert (result.verdict, result.unknown) == (CodeVerdict.UNKNOWN, ((5, "the input of Net: give it with --input"),))


#: What __init__ and forward do that runs, the input, and what comes out.
RUNS = {
    "a flag that is a number": ("self.fc = nn.Linear(4, 2, bias=1)", "return self.fc(x)", (4,), [2]),
    "names of layers with numbers in them": (
        "[self.add_module('{}_{n:02d}'.format('fc', n=n), nn.Linear(4, 4)) for n in range(2)]",
        "return getattr(self, f'fc_{1:02d}')(self.fc_00(x))", (4,), [4],
    ),
    "a module that is added by name": (
        "self.add_module(name='a', module=nn.Linear(4, 2)); self.register_buffer(name='b', tensor=torch.ones(2))",
        "return self.a(x) + self.b", (4,), [2],
    ),
    "an attribute of a container that is no module": (
        "self.s = nn.Sequential(nn.Linear(4, 2)); self.s.is_last = True",
        "return self.s(x) if self.s.is_last else x", (4,), [2],
    ),
    "dots within brackets": (
        "pass", "from einops import rearrange; return rearrange(x, 'b ... d -> b (...) d')", (3, 5, 4), [15, 4],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_what_runs_is_fine(name: str) -> None:
    """With the shape that comes out in torch."""
    init, body, shape, output = RUNS[name]
    result = verdict(network(body, init=init), *shape)
    assert (result.verdict, result.outputs) == (CodeVerdict.FINE, (output,)), result


def test_an_inferred_input_has_its_domain() -> None:
    """All sizes that fit, in words and as the command domain writes them; of a call, none."""
    init, forward = "self.c = nn.Conv2d(1, 6, 5); self.fc = nn.Linear(96, 2)", "return self.fc(self.c(x).flatten(1))"
    (result,) = CheckOptions(domains=True).check(network(forward, init=init)).networks
    assert result.domain is not None
    assert result.fits.startswith("1xHxW, legal for H ≥ 5 and W ≥ 5, where (H − 4)·(W − 4) = 16")
    assert result.as_dict()["domain"]["legal"] == {"H": "H ≥ 5", "W": "W ≥ 5"}
    called = network(forward, init=init, tail="Net()(torch.ones(2, 1, 8, 8))")
    assert "domain" not in CheckOptions(domains=True).check(called).networks[0].as_dict()


@pytest.mark.parametrize("call", ["'{0.__class__}'.format(x)", "'{0[a]}'.format(x)", "'{:9999d}'.format(1)"])
def test_a_format_reaches_no_further_than_its_values(call: str) -> None:
    """Attributes, items and long widths are not followed."""
    result = verdict(network(f"self.add_module({call}, nn.ReLU()); return self.fc(x)"), 4)
    assert result.verdict is CodeVerdict.UNKNOWN


#: What cannot be told: __init__, forward, and the part of it that is named.
UNKNOWN = {
    "a function of torch": ("pass", "return torch.fft.rfft(x)", "torch.fft.rfft"),
    "a library": ("import timm; self.m = timm.create_model('vit')", "return self.m(x)", "timm.create_model"),
    "a loop over the batch": ("pass", "return torch.stack([row for row in x])", "a loop over a tensor"),
    "an index that is a mask": ("pass", "return x[x > 0]", "an index that is a tensor"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_followed_is_not_fine(name: str) -> None:
    """It is named."""
    init, body, words = UNKNOWN[name]
    result = verdict(network(body, init=init), 4)
    assert result.verdict is CodeVerdict.UNKNOWN
    assert words in str(result.unknown)


def test_a_function_of_values_that_its_rule_does_not_expect_is_not_followed() -> None:
    """It is named with its line, and ends in no traceback."""
    init = "self.d = nn.ModuleDict([3, 4])"
    result = verdict(network("return self.d['a'](x)", init=init), 4)
    assert (result.verdict, result.unknown[0][1]) == (CodeVerdict.UNKNOWN, "torch.nn.ModuleDict of these values")


def test_a_test_that_is_not_known_goes_both_ways() -> None:
    """Wrong on one way only is not known; wrong on both is wrong."""
    one_way = network("if x.sum() > 0: return self.fc(x)\n        return x", init="self.fc = nn.Linear(5, 2)")
    both = network("if x.sum() > 0: return self.fc(x)\n        return self.fc(x * 2)", init="self.fc = nn.Linear(5, 2)")
    assert (verdict(one_way, 4).verdict, verdict(both, 4).verdict) == (CodeVerdict.UNKNOWN, CodeVerdict.WRONG)


def test_training_and_evaluation_are_both_followed() -> None:
    """A mistake in training alone is one."""
    source = network("if self.training: x = x[:, :3]\n        return self.fc(x)")
    assert verdict(source, 4).verdict is CodeVerdict.WRONG


def test_an_argument_without_a_value_gets_one() -> None:
    """It is said which; --call gives another."""
    source = network("return self.fc(x)", init="self.fc = nn.Linear(4, num_classes)", arguments=", num_classes")
    result = verdict(source, 4)
    assert (result.call, result.chosen, result.outputs) == ("Net(num_classes=10)", ("num_classes",), ([10],))
    (given,) = check(source, call="Net(7)", inputs=[(4,)]).networks
    assert (given.verdict, given.chosen, given.outputs) == (CodeVerdict.FINE, (), ([7],))


def test_a_wrong_call_is_shown_at_the_class() -> None:
    """It stands nowhere in the file itself."""
    (result,) = check(network("return self.fc(x)"), call="Net(1, 2)", inputs=[(4,)]).networks
    assert [(problem.code, problem.line) for problem in result.problems] == [("call", 5)]


def test_a_file_beside_it_is_read(tmp_path: Path) -> None:
    """An import of the folder's own; one that leaves the folder is not known."""
    (tmp_path / "parts.py").write_text(
        HEAD + "WIDTH = 4\nclass Head(nn.Linear): pass\ndef head(): return nn.Linear(WIDTH, 2)\n"
    )
    text = "import torch.nn as nn\nfrom parts import head\nclass Net(nn.Module):\n    def __init__(self):\n"
    text += (
        "        super().__init__()\n        self.fc = head()\n    def forward(self, x):\n        return self.fc(x)\n"
    )
    (tmp_path / "net.py").write_text(text)
    (result,) = check_files(sources([str(tmp_path / "net.py")]), CheckOptions(inputs=((4,),)))
    assert result.verdict is CodeVerdict.FINE


def test_a_file_that_python_cannot_parse_is_wrong() -> None:
    """With the code syntax, at its line."""
    result = check(Source("net.py", "x = 1\ndef f(:\n"))
    assert (result.verdict, result.problems[0].code, result.problems[0].line) == (CodeVerdict.WRONG, "syntax", 2)


def test_a_file_without_a_network_has_no_verdict() -> None:
    """It is listed all the same."""
    assert check(Source("net.py", "x = 1\n")).as_dict() == {"file": "net.py", "verdict": None, "networks": []}


@pytest.mark.parametrize(("call", "words"), [("Net(", "is not a call"), ("Other()", "no network called Other")])
def test_a_call_that_is_none_is_refused(call: str, words: str) -> None:
    """In one line."""
    with pytest.raises(SpecError, match=words.replace("(", r"\(")):
        check(network("return x"), call=call)


def test_a_notebook_is_read(tmp_path: Path) -> None:
    """Its code cells, without the lines for IPython."""
    cells = ["%matplotlib inline\n" + HEAD, network("return self.fc(x)").text, "Net()(torch.randn(3, 4))"]
    entries = ", ".join(f'{{"cell_type": "code", "source": {cell.splitlines(keepends=True)!r}}}' for cell in cells)
    text = '{"cells": [' + entries.replace("'", '"') + "]}"
    (tmp_path / "net.ipynb").write_text(text)
    (result,) = check_files(sources([str(tmp_path)]), CheckOptions())
    assert result.verdict is CodeVerdict.FINE


def test_a_line_of_a_notebook_is_that_of_its_cell(tmp_path: Path) -> None:
    """Code cells are counted from 1."""
    cells = [HEAD, network("return self.fc(x)", init="self.fc = nn.Linear(5, 2)").text, "Net()(torch.randn(3, 4))"]
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    (result,) = check_files(sources([str(path)]), CheckOptions())
    text = page(result).text()
    assert "cell 2, line 8, shape: fc takes 5 features" in text
    assert "torch stops at cell 2, line 10." in text


def test_a_product_is_mended_as_a_product() -> None:
    """Of what is flattened, where as many numbers stand in the program."""
    init = "self.c = nn.Conv2d(3, 16, 5); self.fc = nn.Linear(16 * 5 * 5, 2)"
    (problem,) = verdict(network("return self.fc(self.c(x).flatten(1))", init=init), 3, 8, 8).problems
    assert problem.repair is not None
    assert problem.repair.new == "16 * 4 * 4"


@pytest.mark.parametrize(
    ("first", "size", "expected"),
    [
        (True, 0, CodeVerdict.FINE),
        (True, 1, CodeVerdict.WRONG),
        (False, 0, CodeVerdict.WRONG),
        (False, 1, CodeVerdict.FINE),
    ],
)
def test_a_state_as_long_as_the_sequences_is_wrong(first: bool, size: int, expected: CodeVerdict) -> None:
    """It happens to have the size of one batch; no length of the input is that of every batch."""
    init = f"self.r = nn.LSTM(4, 6, batch_first={first})"
    body = f"h = torch.zeros(1, x.size({size}), 6); y, _ = self.r(x, (h, h)); return y"
    assert verdict(network(body, init=init)).verdict is expected
