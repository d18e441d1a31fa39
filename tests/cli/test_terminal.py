"""Names, arguments and paths from elsewhere reach a terminal as text: nothing in them is obeyed."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pytest
from shapecalc_cli.main import main

#: A colour, a forged row, a turned direction, a line separator, a bell and a sequence in one byte.
HOSTILE = "\x1b[31mred\n row2  forged\u202e\u2028\x07\x9b"
OBEYED = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}

DOCUMENTS = {
    "name": {"name": HOSTILE, "input": "3x8x8", "layers": ["ReLU"]},
    "node": {"input": "3x8x8", "layers": [{"layer": "ReLU", "name": "a\x1b[31m\u202eb"}]},
    "layer": {"input": "3x8x8", "layers": [HOSTILE]},
    "argument": {"input": "3x8x8", "layers": ["Conv2d(3, 4, 3, padding_mode='a\x1b[31m\u202eb')"]},
    "key": {"input": "3x8x8", "layers": ["ReLU"], HOSTILE: 1},
    "source": {"input": "3x8x8", "layers": [{"layer": "ReLU", "inputs": HOSTILE}]},
    "input": {"input": HOSTILE, "layers": ["ReLU"]},
    "block": {"input": "3x8x8", "blocks": {HOSTILE: {"layers": ["ReLU"]}}, "layers": ["ReLU"]},
    "refused": {"input": "8x8", "layers": [{"layer": "Linear(5, 5)", "name": "z\x1b[31m\u202e"}]},
}
COMMANDS = (
    ["net"],
    ["net", "--json"],
    ["explain"],
    ["explain", "--latex"],
    ["domain"],
    ["net", "--convention", "torch"],
)
WORDS = (["net", HOSTILE], ["net", "ReLU", "--input", HOSTILE], ["layers", HOSTILE], ["zoo", HOSTILE], [HOSTILE])


def obeyed(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The characters of what a command prints that a terminal obeys, and the forged row."""
    monkeypatch.setattr(sys, "argv", ["shapecalc", *words])
    with pytest.raises(SystemExit):
        main()
    text = "".join(capsys.readouterr())
    assert text
    signs = {char for char in text if char != "\n" and unicodedata.category(char) in OBEYED}
    return signs | ({"a forged row"} if "\n row2" in text else set())


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_nothing_in_a_file_is_obeyed(kind, tmp_path: Path, monkeypatch, capsys) -> None:
    """Whatever a file and its own name hold."""
    path = tmp_path / "x\x1b[31m\u202ey.json"
    path.write_text(json.dumps(DOCUMENTS[kind]), encoding="utf-8")
    for command, *options in COMMANDS:
        assert obeyed([command, str(path), *options], monkeypatch, capsys) == set()


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0] if len(words) > 1 else "command")
def test_nothing_in_an_argument_is_obeyed(words, monkeypatch, capsys) -> None:
    """Whatever is typed or pasted."""
    assert obeyed(words, monkeypatch, capsys) == set()


#: Lines of a program that a verdict shows: a comment, a text, and what Python cannot parse.
SOURCES = {
    "comment": f"self.b = nn.Linear(6, 7)  # {HOSTILE.replace(chr(10), ' ')}",
    "text": "self.b = nn.Linear(6, len('\x1b[31m\u202e'))",
    "syntax": "self.b = (\x1b[31m\u202e",
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_nothing_in_source_code_is_obeyed(kind, options, tmp_path: Path, monkeypatch, capsys) -> None:
    """A verdict shows the lines of the file, whose name may be hostile, too."""
    path = tmp_path / "x\x1b[31m\u202ey.py"
    path.write_text(
        "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.a = nn.Linear(4, 5)\n        {SOURCES[kind]}\n"
        "    def forward(self, x):\n        return self.b(self.a(x))\n",
        encoding="utf-8",
    )
    assert obeyed(["check", str(path), *options], monkeypatch, capsys) == set()


def test_nothing_in_a_print_is_obeyed(tmp_path: Path, monkeypatch, capsys) -> None:
    """What torch prints for a module has the names of its children."""
    path = tmp_path / "printed.txt"
    path.write_text("Sequential(\n  (a\x1b[31m\u202e): Linear(in_features=4, out_features=5, bias=True)\n)\n", "utf-8")
    assert obeyed(["net", str(path), "--input", "4"], monkeypatch, capsys) == set()
