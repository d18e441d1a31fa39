"""The command that draws a net: the file, what it says, and where it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapecalc_cli.main import main

SMALL = "Conv2d(3, 8, 3) MaxPool2d(2)"


@pytest.fixture
def draw(monkeypatch, capsys, tmp_path):
    """Runs the command in an empty folder: its status, and what it wrote to stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words):
        monkeypatch.setattr("sys.argv", ["shapecalc", "draw", *words])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), *capsys.readouterr()

    return run


def test_a_net_is_drawn_into_the_file(draw):
    """net.svg, where no other is named."""
    assert draw(SMALL, "-i", "3x32x32") == (0, "net.svg  A network of 2 layers\n", "")
    assert Path("net.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert draw("zoo:lenet5", "-o", "lenet.html") == (0, "lenet.html  lenet5\n", "")
    assert Path("lenet.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_class_of_a_file_is_drawn(draw):
    """It is read and not run."""
    code = "import torch.nn as nn\n1 / 0\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    code += "        self.conv = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        return self.conv(x)\n"
    Path("net.py").write_text(code, encoding="utf-8")
    assert draw("net.py:Net", "-i", "3x8x8")[0] == 0
    assert "8x6x6" in Path("net.svg").read_text(encoding="utf-8")


def test_a_refused_net_is_drawn_and_refused(draw):
    """The picture first, then the line that every command prints."""
    status, out, err = draw(f"{SMALL} Conv2d(9, 8, 3)", "-i", "3x32x32")
    assert (status, out) == (2, "net.svg  A network of 3 layers, refused at conv2\n")
    assert err.startswith("conv2: Conv2d(9, 8, 3): the input must have in_channels channels")
    assert "Try" in Path("net.svg").read_text(encoding="utf-8")


def test_a_refused_class_of_a_file_is_drawn_to_the_break(draw):
    """The picture has the repair, the line names the file's."""
    code = "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    code += "        self.first = nn.Conv2d(3, 8, 3)\n        self.second = nn.Conv2d(9, 8, 3)\n"
    code += "    def forward(self, x):\n        return self.second(self.first(x))\n"
    Path("net.py").write_text(code, encoding="utf-8")
    status, out, err = draw("net.py:Net", "-i", "3x8x8")
    assert (status, out) == (2, "net.svg  Net, refused at second\n")
    assert err.startswith("net.py, line 6: second takes 9 channels")
    assert "Try in_channels=8" in Path("net.svg").read_text(encoding="utf-8")


def test_a_field_is_drawn(draw):
    """Instead of the net."""
    assert draw(SMALL, "-i", "3x32x32", "--field", "pool1[2,3]", "-o", "f.svg") == (
        0, "f.svg  What pool1[2, 3] sees\n", ""
    )  # fmt: skip


def test_arithmetic_is_drawn(draw):
    """Instead of the net."""
    title = "How Conv2d(1, 1, 3) computes"
    assert draw("Conv2d(1, 1, 3)", "-i", "1x5x5", "--arithmetic", "--numbers") == (0, f"net.svg  {title}\n", "")


MISTAKES = {
    (SMALL, "-i", "3x32x32", "--numbers"): "add --arithmetic.",
    (SMALL, "-i", "3x32x32", "--arithmetic", "--field", "conv1"): "--field and --arithmetic are two pictures",
    (SMALL, "-i", "3x99x99", "--arithmetic"): "Try a smaller --input.",
    (SMALL, "-i", "3x32x32", "--image", "cat.png"): "--image is what a field is drawn on; add the output that sees it",
    (SMALL, "-i", "3x32x32", "--field", "pool1", "--apart"): "leave them out with --field.",
    (SMALL, "-i", "3x32x32", "--field", "pool2[1,1]"): "The network has no node pool2 (did you mean pool1?).",
    (SMALL,): "The shape of the input is not known",
    (SMALL, "-i", "3x32x32", "-o", "net.gif"): "The name of a picture ends with .svg, .html, .png, and 'net.gif' does",
    (SMALL, "-i", "3x32x32", "--layout", "neato"): 'layout="neato" is not known; it may be "auto", "dot", "grandalf"',
    (SMALL, "-i", "3x32x32", "--depth", "0"): "The depth is at least 1, not 0.",
    (SMALL, "-i", "3x32x32", "-o", "nowhere/net.svg"): "Cannot write nowhere/net.svg: No such file or directory.",
}


@pytest.mark.parametrize("words", MISTAKES, ids=lambda words: words[-1])
def test_a_mistake_is_one_line(draw, words):
    """And nothing is written."""
    status, out, err = draw(*words)
    assert (status, out, err.count("\n"), MISTAKES[words] in err) == (2, "", 1, True), err
    assert list(Path().iterdir()) == []
