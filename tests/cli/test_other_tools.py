"""The options of net that ask for another tool's count, or another framework's sizes."""

from __future__ import annotations

import json

import pytest

from tests.tools.pages import Shell

MESSAGES = {
    "--convention flops": (
        'count: convention="flops" is not known; it may be "torch", "fvcore", "thop", "ptflops", "ptflops-aten", '
        '"torchinfo", "paper".'
    ),
    "--semantics caffe": 'compare: semantics="caffe" is not known; it may be "torch", "keras", "onnx".',
    "--semantics keras --convention torch": ("--convention and --semantics are two questions; ask one at a time."),
}


@pytest.mark.parametrize("options", MESSAGES)
def test_a_mistake_is_one_line(options):
    """What is not known is refused in one line, with status 2."""
    shell = Shell()
    assert shell.run(f"shapecalc net ReLU --input 3 {options}") == f"{MESSAGES[options]}\n"
    assert shell.status == 2


def test_torch_is_the_default():
    """The sizes of torch are those of the command without the option."""
    assert Shell().run("shapecalc net ReLU --input 3 --semantics torch") == Shell().run("shapecalc net ReLU --input 3")


@pytest.mark.parametrize(("options", "key"), [("--convention thop", "convention"), ("--semantics onnx", "semantics")])
def test_json(options, key):
    """With --json, the answer says what was asked."""
    data = json.loads(Shell().run(f"shapecalc net ReLU --input 3 {options} --json"))
    assert data[key] == options.split()[1]
