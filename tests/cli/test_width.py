"""No command prints a line that is wider than the terminal, none cuts what a layer is, and no column is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, takewhile

import pytest
from shapecalc_cli.application import COMMANDS

from shapecalc import measure, parse
from shapecalc.layers import shape_text
from shapecalc.measures import Report
from tests.tools.pages import Shell

LETTERS = '"Conv2d(3, 10, 3, padding=1) BatchNorm2d MaxPool2d(4) Conv2d(10, 20, 5, stride=2)"'
LINES = [
    "net zoo:resnet50",
    "net zoo:resnet50 --input 3xHxW --batch N --optimizer adam",
    "net zoo:unet",
    "net zoo:resnet50 --depth 2",
    "net zoo:resnet50 --depth 1 --input 3xHxW",
    "net zoo:googlenet --by type --input 3xHxW",
    "net zoo:densenet121 --columns name,type,layer,reads,input,output,values,parameters,MACs,saved,field,start",
    "net zoo:resnet50 --totals --batch N",
    "net zoo:densenet121",
    "net zoo:googlenet --depth 2",
    "net zoo:inception_v3",
    "net zoo:efficientnet_b0",
    "net zoo:efficientnet_b0 --depth 2 --batch 32",
    "net zoo:efficientnet_b0 --by type",
    "net zoo:vit_b_16 --depth 3",
    "net zoo:vit_b_16 --columns name,layer,saved,values",
    "net 'Embedding(9, 64) TransformerEncoderLayer(64, 8, batch_first=True) Linear(64, 9)' --input 100",
    "net 'Conv2d(3, 8, 3) ReLU'",
    f"net {LETTERS} --input 3xHxW",
    f"net {LETTERS} --input 3xHxW --convention fvcore",
    "net zoo:mobilenet_v2 --convention thop",
    "net zoo:alexnet --semantics keras",
    "net zoo:densenet121 --input 3xHxW --semantics onnx",
    "conv W --k F --s S --p P --in D --out K",
    "conv 3x130x130 --k 5 --s 2 --p 2 --out 10 --pool 2",
    "deconv W --k F --s S --p P --in D --out K --dims 3",
    "pool W --k F --s S --ceil",
    "explain zoo:lenet5 --batch 32 --optimizer adam",
    "explain zoo:efficientnet_b0 --node features.2.0.block.2.fc1",
    f"explain {LETTERS} --input 3xHxW",
    "domain zoo:unet",
    "domain zoo:densenet121",
    "layers",
    "layers Conv2d",
    "layers LSTM",
    "layers MultiheadAttention",
    "kernels",
    "kernels line-rising",
    "filter test:road --size 16 -k sobel-x --border reflect --then relu,maxpool2",
    "zoo",
    "zoo resnet50",
    "zoo capsnet",
    'solve "227 -> 55"',
    'solve "W -> W/4" --layer pool',
    'solve "Conv2d(64, 128, 3, stride=2, padding=1)" --restore --input 7',
    "solve \"Conv1d(32, 32, 2, dilation=2**i, padding='causal')\" --repeat --field 512",
    'solve "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW --output 10x32x32',
    'solve zoo:resnet50 --memory "8 GiB" --training --optimizer adam',
    'plan "Conv2d(1, 8, 3) ReLU Flatten LazyLinear(10)" --data digits --device-memory 8GB',
    "check tests/checking/programs/resnet_loops.py tests/checking/programs/dense_blocks.py",
    "grade docs/examples/flatten-quiz.yaml docs/examples/flatten-answers.csv",
    "quiz preview docs/examples/flatten-quiz.yaml --keys",
    "quiz variants docs/examples/flatten-quiz.yaml",
    "quiz list",
    "quiz lint docs/examples/flatten-quiz.yaml --matrix",
]


TORCH_LINES = ["verify zoo:lenet5"]
WIDTHS = [60, 80, 100, 120]
_RULE = re.compile(r"-+(?: {1,2}-+)*")


def tables(text: str) -> Iterator[tuple[list[tuple[int, int]], list[str]]]:
    """Each table of a page: from where to where its columns go, and its lines."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if _RULE.fullmatch(line):
            rows = takewhile(lambda row: row.strip() and not row.startswith("left out to fit "), lines[place + 1 :])
            yield [match.span() for match in re.finditer("-+", line)], list(rows)


def misplaced(text: str) -> list[str]:
    """Columns without a cell, and lines that stand between two columns."""
    faults = []
    for spans, rows in tables(text):
        faults += [
            f"column {start} is empty" for start, end in spans if not any(row[start:end].strip() for row in rows)
        ]
        gaps = [(end, start) for (_, end), (start, _) in pairwise(spans)]
        faults += [row for row in rows for start, end in gaps if row[start:end].strip()]
    return faults


def test_every_command_is_here():
    """All but train, which takes long, what needs a trained net, a person or a gradebook, and what writes a file."""
    assert {next(name for name in COMMANDS if f"{line} ".startswith(f"{name} ")) for line in LINES + TORCH_LINES} == {
        *COMMANDS
    } - {
        "train",
        "predict",
        "features",
        "export",
        "lsp",
        "emit",
        "draw",
        "sheet",
        "quiz take",
        "receipt",
        "regrade",
        "decide",
        "quiz export",
        "quiz import",
        "quiz links",
        "serve",
        "site",
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", [*LINES, *(pytest.param(line, marks=pytest.mark.torch) for line in TORCH_LINES)])
def test_no_line_is_wider_than_the_terminal(command, width, monkeypatch):
    """At any of these widths; and no column is empty or runs into another."""
    monkeypatch.setenv("COLUMNS", str(width))
    shell = Shell()
    printed = shell.run(f"shapecalc {command}")
    assert (shell.status, [line for line in printed.splitlines() if len(line) > width]) == (0, [])
    assert misplaced(printed) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("net", ["resnet50", "unet", "mobilenet_v3_small", "inception_v3", "vit_b_16"])
def test_layers_are_printed_whole(net, width, monkeypatch):
    """Each argument of each layer, names too, in as many lines as it takes; and no number is broken."""
    report = measured(net)
    monkeypatch.setenv("COLUMNS", str(width))
    ((spans, rows),) = tables(Shell().run(f"shapecalc net zoo:{net} --columns name,layer,output,parameters,MACs"))
    assert cells(spans[0], rows) == "".join(row.name for row in report)
    assert cells(spans[1], rows) == "".join("".join(repr(row.layer).split()) for row in report)
    counts = [(shape_text(row.output_shape), f"{row.parameters:,}", f"{row.macs:,}") for row in report]
    assert numbers(spans[2:], rows) == [word for words in counts for word in words[: len(spans) - 2]]


@cache
def measured(net: str) -> Report:
    return measure(parse(f"zoo:{net}"))


def cells(span: tuple[int, int], rows: list[str]) -> str:
    """What a column says, without the line breaks."""
    start, end = span
    return "".join("".join(row[start:end].split()) for row in rows)


def numbers(spans: list[tuple[int, int]], rows: list[str]) -> list[str]:
    """The words of some columns, line by line."""
    return [word for row in rows for start, end in spans for word in row[start:end].split()]
