"""Integers of more digits than Python turns into text: every command refuses them in one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from shapecalc_cli.main import main

DIGITS = "9" * 5_000

#: What stands in files that the commands read.
FILES = {
    "net.json": f'{{"input": [3, {DIGITS}], "layers": ["ReLU"]}}',
    "net.yaml": f"input: [3, {DIGITS}]\nlayers: [ReLU]\n",
    "printed.txt": f"Sequential(\n  (0): Linear(in_features=4, out_features={DIGITS}, bias=True)\n)\n",
    "digits.json": '{"title": "t", "net": {"spec": "ReLU", "input": "3x8x8"}, "questions": [{"id": "a", "text": "?", '
    f'"kind": "integer", "points": {DIGITS}, "ask": "values"}}]}}',
    "quiz.json": json.dumps(
        {
            "title": "t",
            "net": {"spec": "ReLU", "input": "3x8x8"},
            "questions": [{"id": "a", "text": "?", "kind": "integer", "ask": "values"}],
        }
    ),
    "answers.csv": f"student,a\nb,{DIGITS}\n",
    "net.py": "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    f"        self.a = nn.Linear(4, {DIGITS})\n    def forward(self, x):\n        return self.a(x)\n",
    "power.py": "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.a = nn.Linear(4, 10 ** 5000)\n    def forward(self, x):\n        return self.a(x)\n",
    "book.ipynb": f'{{"cells": [{{"cell_type": "code", "source": ["x = {DIGITS}"]}}], "nbformat": {DIGITS}}}',
}
COMMANDS = (
    f"net ReLU --input {DIGITS}",
    f"net Linear({DIGITS},3) --input 3",
    f"net ReLU --input 3 --batch {DIGITS}",
    f"net ReLU --input 3 --depth {DIGITS}",
    f"net zoo:resnet50(classes={DIGITS})",
    "net net.json",
    "net net.yaml",
    "net printed.txt",
    f"conv {DIGITS} --k 3",
    f"conv 8 --k {DIGITS}",
    f"conv 8 --k 3 --dims {DIGITS}",
    f"pool {DIGITS} --k 2",
    f"deconv 8 --k 2 --a {DIGITS}",
    f"domain Linear({DIGITS},3)",
    f"explain Linear({DIGITS},3) --input 3",
    f"solve {DIGITS} 3",
    f"solve 8 4 --k 1..{DIGITS}",
    f"solve Linear(W,3) --input W --macs {DIGITS}",
    f"solve Linear(W,3) --input W --memory {DIGITS}GiB",
    f"solve Conv2d(3,3,3) --restore --input {DIGITS}",
    f"solve Conv1d(3,3,2,dilation=2**i) --repeat --field {DIGITS}",
    f"solve Conv2d(3,3,3) --input 3xHxW --output {DIGITS}",
    f"layers {DIGITS}",
    f"zoo {DIGITS}",
    "grade digits.json answers.csv",
    "grade quiz.json answers.csv",
    "check net.py",
    "check power.py --json",
    "check book.ipynb",
    f"check net.py --input {DIGITS}",
    f"check net.py --call Net({DIGITS})",
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.replace(DIGITS, "9..."))
def test_long_integers_are_refused_or_answered(command: str, tmp_path: Path, monkeypatch, capsys) -> None:
    """With a documented status, and at most one line of refusal."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["shapecalc", *command.split(" ")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in {0, 1, 2, 3}
    assert capsys.readouterr().err.count("\n") <= 1
