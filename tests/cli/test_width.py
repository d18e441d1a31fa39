"""No command prints a line that is wider than the terminal, and none cuts what a layer is."""

from __future__ import annotations

import shlex

import pytest

from tests.tools.pages import Shell

LETTERS = '"Conv2d(3, 10, 3, padding=1) BatchNorm2d MaxPool2d(4) Conv2d(10, 20, 5, stride=2)"'
COMMANDS = [
    "net zoo:resnet50",
    "net zoo:resnet50 --input 3xHxW --batch N --optimizer adam",
    "net zoo:unet",
    "net zoo:resnet50 --depth 2",
    "net zoo:resnet50 --depth 1 --input 3xHxW",
    "net zoo:googlenet --by type --input 3xHxW",
    "net zoo:densenet121 --columns name,type,layer,reads,input,output,values,parameters,MACs,saved,field,start",
    "net zoo:resnet50 --totals --batch N",
    "net zoo:densenet121",
    "net zoo:googlenet",
    f"net {LETTERS} --input 3xHxW",
    f"net {LETTERS} --input 3xHxW --convention fvcore",
    "net zoo:mobilenet_v2 --convention thop",
    "net zoo:alexnet --semantics keras",
    "net zoo:densenet121 --input 3xHxW --semantics onnx",
    "conv W --k F --s S --p P --in D --out K",
    "conv 3x130x130 --k 5 --s 2 --p 2 --out 10 --pool 2",
    "deconv W --k F --s S --p P --in D --out K --dims 3",
    "pool W --k F --s S --ceil",
    "explain zoo:lenet5",
    f"explain {LETTERS} --input 3xHxW",
    "domain zoo:unet",
    "domain zoo:densenet121",
    "layers",
    "layers Conv2d",
    "layers LSTM",
    "layers MultiheadAttention",
    "zoo",
    "zoo resnet50",
    "zoo capsnet",
    'solve "227 -> 55"',
    'solve "W -> W/4" --layer pool',
    'solve "Conv2d(64, 128, 3, stride=2, padding=1)" --restore --input 7',
    "solve \"Conv1d(32, 32, 2, dilation=2**i, padding='causal')\" --repeat --field 512",
    'solve "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW --output 10x32x32',
    'solve zoo:resnet50 --memory "8 GiB" --training --optimizer adam',
    "grade docs/examples/flatten-quiz.yaml docs/examples/flatten-answers.csv",
]


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_terminal(command, width, monkeypatch):
    """At any of these widths."""
    monkeypatch.setenv("COLUMNS", str(width))
    shell = Shell()
    printed = shell.run(f"shapecalc {command}")
    assert (shell.status, [line for line in printed.splitlines() if len(line) > width]) == (0, [])


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("net", ["resnet50", "unet", "mobilenet_v2"])
def test_layers_are_printed_whole(net, width, monkeypatch):
    """Each argument of each layer, names too, in as many lines as it takes."""
    monkeypatch.setenv("COLUMNS", "1000")
    whole = Shell().run(f"shapecalc net zoo:{net}")
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = Shell().run(f"shapecalc net zoo:{net}")
    words = {word for word in shlex.split(whole.replace("'", "")) if "=" in word or word.startswith("Conv")}
    assert [word for word in words if word not in narrow] == []
    assert "..." not in narrow
