"""The command solve: which question its words make, what it prints, and what it refuses."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shapecalc import open_net, parse, solve
from shapecalc.page import WIDTH
from tests.tools.pages import Shell

ROOT = Path(__file__).parents[2]
QUIZ = "Conv2d(3, 10, 3) MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)"
ENCODER = "Conv2d(64, 128, 3, stride=2, padding=1)"
CAUSAL = "Conv1d(32, 32, 2, dilation=2**i, padding='causal')"
BOTH = "Conv2d(3, 8, F) Conv2d(8, 8, F)"


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal as wide as a page of text is anywhere."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))


def called(*words: str) -> tuple[int, str]:
    """The status of the command and what it prints."""
    shell = Shell()
    out = shell.run(shlex.join(["shapecalc", "solve", *words]))
    return shell.status, out


#: Every kind of question, with the answer of the library.
QUESTIONS: dict[tuple[str, ...], Callable[[], Any]] = {
    ("227 -> 55",): lambda: solve.layers_for("227 -> 55"),
    ("227 to 55", "--kernel", "3..11", "-s", "4"): lambda: solve.layers_for(
        "227 -> 55", kernel_size="3..11", stride="4"
    ),
    ("227", "55", "-k", "11"): lambda: solve.layers_for("227 -> 55", kernel_size="11"),
    (QUIZ.replace(") ", ") -> "), "-i", "3xHxW", "-o", "20x16x16"): lambda: solve.inputs_for(
        parse(QUIZ, input_shape="3xHxW"), "20x16x16"
    ),
    ("3x32x64 → 8x16x16", "--layer", "conv", "--k", "2..4", "--s", "2,4", "--p", "0..1", "--d", "1"): lambda: (
        solve.layers_for(
            "3x32x64 -> 8x16x16", kernel_size="2..4", stride="2,4", padding="0..1", dilation=1, layer="conv"
        )
    ),
    ("W -> W/4", "--layer", "pool", "--ceil", "--dims", "1"): lambda: solve.layers_for(
        "W -> W/4", layer="pool", ceil_mode=True, dims=1
    ),
    ("W -> 2*W", "--layer", "deconv", "--a", "1"): lambda: solve.layers_for(
        "W -> 2*W", layer="deconv", output_padding=1
    ),
    (ENCODER, "--restore", "--input", "W"): lambda: solve.restore(ENCODER, "W"),
    (CAUSAL, "--repeat", "--field", "512"): lambda: solve.depth_for(CAUSAL, field=512),
    (QUIZ, "-i", "3xHxW", "-o", "20x16x16"): lambda: solve.inputs_for(parse(QUIZ, input_shape="3xHxW"), "20x16x16"),
    (BOTH, "-i", "3x64x64", "--field", "31"): lambda: solve.smallest_for(parse(BOTH, input_shape="3x64x64"), field=31),
    (BOTH, "-i", "3x64x64", "--parameters", "1e4"): lambda: solve.largest_for(
        parse(BOTH, input_shape="3x64x64"), parameters="1e4"
    ),
    ("zoo:quiz", "-i", "3xWxW", "--macs", "1G"): lambda: solve.largest_for(
        open_net("zoo:quiz", input_shape="3xWxW"), macs="1G"
    ),
    ("zoo:quiz", "-i", "3xWxW", "--memory", "2 GiB", "--training", "--dtype", "float16"): lambda: solve.largest_for(
        open_net("zoo:quiz", input_shape="3xWxW"), memory="2 GiB", training=True, dtype="float16"
    ),
}


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_the_command_asks_the_library(words):
    """It prints the answer as text, and with --json as data."""
    answer = QUESTIONS[words]()
    text, data = called(*words), called(*words, "--json")
    assert (text, json.loads(data[1])) == ((0, f"{answer}\n"), answer.as_dict())


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_no_line_is_wider_than_a_terminal(words):
    """At most 100 columns."""
    assert [line for line in called(*words)[1].splitlines() if len(line) > 100] == []


def test_all_layers_are_printed_when_asked():
    """Ten without --all."""
    answer = solve.layers_for("227 -> 55")
    short, long = (called("227 -> 55", *words)[1].count("Conv2d(") for words in ((), ("--all",)))
    assert (short, long) == (10, len(answer.solutions))


LINES = {
    ("227 -> 55",): "227 → 55: 52 convolutions, simplest first",
    ("227 -> 55", "--k", "11", "--p", "0", "--d", "1"): "227 → 55: one convolution",
    ("227 -> 54", "--k", "11", "--s", "4", "--d", "1"): "Conv2d(D, K, 11, stride=4) gives 55",
    ("32 -> 32", "--layer", "pool", "--k", "2"): "nothing between 31 and 33 comes out within these ranges",
    ("W -> W/3", "--s", "2"): "⌊W/2⌋ grows by 1/2 with each input, ⌊W/3⌋ by 1/3",
    ("(W-1)*2 -> W", "--k", "3"): "2W − 4 grows by 2 with each input, W by 1",
    ("10 -> 1000",): "makes a size larger: --layer deconv",
    ("W -> W", "--k", "4", "--d", "1"): "ZeroPad2d((left, right, top, bottom))",
    ("W -> 7",): "AdaptiveAvgPool2d",
    (ENCODER, "--restore", "--input", "7"): "(7 − 3 + 2·1) mod 2 = 0",
    ("Conv1d(8, 8, 1)", "--repeat", "--field", "9"): "9 inputs are not reached: a kernel of 1",
    (QUIZ, "-i", "3xHxW", "-o", "20x16x16"): "20x16x16 comes out of 3xHxW for 130 ≤ H ≤ 137 and 130 ≤ W ≤ 137",
    (QUIZ, "-i", "3xHxW", "-o", "21x16x16"): "20 is never 21",
    ("MaxPool2d(2) Flatten", "-i", "2xHxW", "-o", "24"): "H = 2, 3 W = 24, 25",
    ("Conv2d(3, K, 3)", "-i", "3x9x9", "--parameters", "20"): "parameters ≤ 20 for no legal K",
    ("Conv2d(3, 8, 3, stride=S)", "-i", "3x9x9", "--macs", "300"): "only S up to 1,000",
}


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_the_lines(words):
    """What a person reads first."""
    status, out = called(*words)
    assert (status, LINES[words] in " ".join(out.split())) == (0, True), out


MISTAKES = {
    ("227",): 'One size is no question; write two, such as "227 -> 55".',
    (QUIZ,): "Say what is wanted of these layers with one of --output, --field",
    ("227 -> 0",): "A size must be at least 1, but '0' has 0.",
    ("227 -> 55", "--input", "3"): "--input does not belong to a question with two sizes",
    ("227 -> 55", "--k", "x"): "--k: 'x' is not a range",
    (ENCODER, "--restore"): "--restore needs --input",
    (CAUSAL, "--repeat"): "--repeat needs --field",
    (CAUSAL, "--repeat", "--field", "many"): "cannot be read; write a number",
    ("zoo:quiz", "-i", "3xWxW", "--macs", "1", "--field", "2"): "--field and --macs are 2 questions",
    ("zoo:quiz", "-i", "3xWxW", "--macs", "1", "--training"): "--training does not belong to a question with --macs",
    ("zoo:quiz", "-i", "3xWxW", "--memory", "2 GB", "--dtype", "flaot32"): "(did you mean float32?)",
    ("zoo:quiz", "-i", "3xHxW", "--macs", "1e9"): "depend on H and W",
    ("zoo:quizz", "-i", "3xHxW", "--macs", "1e9"): "did you mean quiz",
}


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line(words):
    """With status 2."""
    status, out = called(*words)
    assert (status, out.count("\n"), MISTAKES[words] in out) == (2, 1, True), out


_SCRIPT = """
import sys
from shapecalc_cli.main import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print('imported', *sys.modules)
"""


@pytest.mark.parametrize("words", [words for words in QUESTIONS if not words[0].startswith("zoo:")], ids=" ".join)
def test_nothing_heavy_is_imported(words):
    """Answers need neither torch nor numpy, sympy, rich, pydantic or yaml."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    done = subprocess.run(  # noqa: S603  ours
        [sys.executable, "-c", _SCRIPT, "solve", *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    )
    heavy = {"torch", "numpy", "sympy", "rich", "pydantic", "yaml", "sklearn"}
    assert set(done.stdout.splitlines()[-1].split()) & heavy == set()


def test_a_plain_terminal_gets_plain_signs():
    """Where only ASCII can be shown every sign has its ASCII spelling; none becomes a question mark."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    for words in QUESTIONS:
        done = subprocess.run(  # noqa: S603  ours
            [sys.executable, "-m", "shapecalc_cli.main", "solve", *words],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "ascii"},
        )
        assert (done.stdout.isascii(), b"?" in done.stdout) == (True, False)
