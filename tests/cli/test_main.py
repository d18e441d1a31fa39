"""The command line as a person meets it: help, statuses, one-line mistakes, JSON, plain terminals and pipes."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapecalc_cli import main as cli
from shapecalc_cli.application import COMMANDS, GROUPS, function_of

import shapecalc

ROOT = Path(__file__).parents[2]
CLI = ROOT / "cli" / "shapecalc_cli"
SPEC = "Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)"
QUIZ, ANSWERS = (str(ROOT / "docs" / "examples" / name) for name in ("flatten-quiz.yaml", "flatten-answers.csv"))

Run = Callable[..., tuple[int, str, str]]


class Stream(io.StringIO):
    """A text stream of a terminal that shows only some characters."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line here: its status, and what it wrote to stdout and stderr."""

    def running(*words: str, encoding: str = "utf-8") -> tuple[int, str, str]:
        out, err = Stream(encoding), Stream(encoding)
        monkeypatch.setattr(sys, "argv", ["shapecalc", *words])
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as left:
            cli.main()
        monkeypatch.undo()
        return int(left.value.code or 0), out.getvalue(), err.getvalue()

    return running


def test_every_command_has_its_file():
    """COMMANDS names each file of commands, and each file holds the function of its name."""
    plumbing = {
        "__init__",
        "application",
        "hints",
        "main",
        "opening",
        "option_groups",
        "options",
        "output",
        "partial",
        "questions",
        "signals",
        "train_options",
        "training",
        "usage",
        "windows",
    }
    files = {path.stem for path in CLI.glob("*.py")} - plumbing
    functions = {function_of(name).__name__ for name in COMMANDS}
    assert files == {name.replace(" ", "_") for name in COMMANDS} == functions


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_shows_an_example(run, command):
    """--help says in a sentence what the command does, and shows a call of it on a line of its own."""
    status, out, _ = run(*command.split(), "--help")
    shown = [line for line in out.splitlines() if f"{line} ".startswith(f"    shapecalc {command} ")]
    assert (status, bool(shown), "..." in out) == (0, True, False) or command == "layers"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_fits_80_columns_in_plain_words(run, command, monkeypatch):
    """Its examples too; values have names, not types, and how the answer is printed stands last."""
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(*command.split(), "--help")
    assert [line for line in out.splitlines() if len(line) > 80 or re.search(r"<\w+|<=|>=|[{}]", line)] == []
    assert [line for line in out.splitlines() if re.fullmatch(r"\w.*:", line)][-1] == "Output:"


def test_the_help_lists_every_command_whole(run):
    """`shapecalc` alone, -h and --help are the same page; no sentence is cut off."""
    pages = [run(*words) for words in ((), ("-h",), ("--help",))]
    listed = [line.split()[0] for line in pages[0][1].split("Commands:\n")[1].splitlines()]
    assert (listed, len(set(pages)), "..." in pages[0][1].split("Commands:")[1]) == (
        [*dict.fromkeys(name.split()[0] for name in COMMANDS)],
        1,
        False,
    )


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_lists_its_commands_whole(run, group):
    """Alone or with --help; a wrong word refers to that page."""
    status, out, _ = run(group)
    listed = [line.split()[0] for line in out.split("Commands:\n")[1].splitlines()]
    assert (status, listed) == (0, [name.split()[1] for name in COMMANDS if name.startswith(f"{group} ")])
    assert "..." not in out.split("Commands:")[1]
    assert out == run(group, "--help")[1]
    assert run(group, "foo") == (2, "", f"No such command 'foo'. See shapecalc {group} --help.\n")


def test_the_version(run):
    """--version prints the name and the number."""
    assert run("--version")[:2] == (0, "shapecalc 0.1.0\n")


MISTAKES = {
    "no such layer": (["net", "MaxPol2d(2)", "-i", "3x8x8"], "(did you mean MaxPool2d?)"),
    "no such argument": (["net", "Conv2d(3, 4, 3, strid=2)", "-i", "3x8x8"], "(did you mean stride?)"),
    "no input": (["explain", SPEC], "--input 3x130x130"),
    "no file": (["net", "missing.yaml"], "Cannot read missing.yaml"),
    "no such dtype": (["net", SPEC, "-i", "3x8x8", "--dtype", "flaot32"], "(did you mean float32?)"),
    "a kernel that does not fit": (["conv", "130", "--k", "200"], "F = 200 > W + 2P = 130 + 2·0 = 130. Try --p 35"),
    "a power": (["conv", "9**9**9", "--k", "3"], "this power is too large"),
    "no such command": (["cov", "130"], "No such command 'cov'"),
    "no such option": (["conv", "130", "--kk", "3"], "--kk"),
    "no argument": (["pool"], "Missing"),
    "a word for a number": (["conv", "130", "--k", "three halves"], "cannot read 'halves'"),
    "a graph that differs": (["explain", "Linear(5, 3)", "-i", "4"], "Try in_features=4"),
    "no such layer to describe": (["layers", "Conv2"], "did you mean Conv"),
    "no quiz": (["grade", "missing.yaml", "missing.csv"], "Cannot read missing.yaml"),
    "too many axes": (["conv", "1x2x3x4x5", "--k", "1"], "one to three axes"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(run, mistake):
    """Status 2, nothing on stdout, and one line on stderr that says what and what to try."""
    words, reason = MISTAKES[mistake]
    status, out, err = run(*words)
    assert (status, out, err.count("\n"), reason in err) == (2, "", 1, True), err


@pytest.mark.parametrize(
    "words",
    [
        ["conv", "130", "--k", "3", "--json"],
        ["conv", "W", "--k", "F", "--json"],
        ["pool", "130", "--k", "3", "--json"],
        ["deconv", "13", "--k", "3", "--json"],
        ["net", SPEC, "-i", "3x130x130", "--json"],
        ["explain", SPEC, "-i", "3xHxW", "--json"],
        ["layers", "--json"],
        ["layers", "Conv2d", "--json"],
        ["grade", QUIZ, ANSWERS, "--json"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_json_is_json(run, words, encoding):
    """--json prints one JSON document and loses nothing where the terminal shows only ASCII."""
    status, out, err = run(*words, encoding=encoding)
    assert (status, err, json.loads(out)) == (0, "", json.loads(run(*words)[1]))


@pytest.mark.parametrize(
    "shape", ["3x130x130", "3xHxW", "3x1000000000000000000000000000000x1000000000000000000000000000000"]
)
def test_the_json_of_a_net_is_its_report(run, shape):
    """`net --json` is Report.as_dict(), for numbers, letters and sizes of 10**30."""
    spec = "Conv2d(3, 10, 3) MaxPool2d(4)"
    report = shapecalc.measure(shapecalc.parse(spec, input_shape=shape))
    assert json.loads(run("net", spec, "-i", shape, "--json")[1]) == report.as_dict()


LINES = {
    ("conv", "W", "--k", "F", "--s", "S", "--p", "P", "--in", "D", "--out", "K"): [
        "height, width  ⌊(W − F + 2P)/S⌋ + 1",
        "parameters     K·F·F·D + K",
        "MACs           weights·positions = K·F²·D·(⌊(W − F + 2P)/S⌋ + 1)²",
    ],
    ("conv", "130", "--k", "3", "--pool", "4"): [
        "height, width  ⌊(W − F + 2P)/S⌋ + 1 = ⌊(130 − 3 + 2·0)/1⌋ + 1 = 128",
        "height, width  ⌊(W − F + 2P)/S⌋ + 1 = ⌊(128 − 4 + 2·0)/4⌋ + 1 = 32",
    ],
    ("conv", "3x130x130", "--k", "3", "--out", "10"): ["parameters     K·F·F·D + K = 10·3·3·3 + 10 = 280"],
    ("conv", "3x130x130", "--k", "3", "--out", "10", "--no-bias"): ["parameters     K·F·F·D = 10·3·3·3 = 270"],
    ("pool", "W", "--k", "F", "--s", "S"): [
        "height, width  ⌊(W − F + 2P)/S⌋ + 1 = ⌊(W − F + 2·0)/S⌋ + 1 = ⌊(W − F)/S⌋ + 1"
    ],
    ("deconv", "W", "--k", "F", "--s", "S", "--p", "P"): ["height, width  S·(W − 1) + F − 2P"],
    ("conv", "10**30", "--k", "3"): ["999999999999999999999999999998"],
    ("explain", SPEC, "-i", "3x130x130"): ["= 10·10,240 + 10 = 102,410"],
}


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_the_lines(run, words):
    """Formulas are written in the field's letters, then with the numbers."""
    out = " ".join(run(*words)[1].split())
    assert [line for line in LINES[words] if " ".join(line.split()) not in out] == []


@pytest.mark.parametrize(
    "words",
    [
        *LINES,
        ("conv", "W", "--k", "F", "--latex"),
        ("net", SPEC, "-i", "3xHxW"),
        ("layers",),
        ("grade", QUIZ, ANSWERS),
        *[
            ("layers", name)
            for name in ("Conv2d", "MaxPool2d", "ConvTranspose2d", "Conv1d", "PixelShuffle", "GELU", "LSTM")
        ],
        ("conv", "130", "--k", "200"),
    ],
    ids=" ".join,
)
def test_a_plain_terminal_gets_plain_signs(run, words):
    """Where only ASCII can be shown every sign has its ASCII spelling; none becomes a question mark."""
    plain, full = ("".join(run(*words, encoding=encoding)[1:]) for encoding in ("ascii", "utf-8"))
    assert (plain.isascii(), plain.count("?")) == (True, full.count("?"))


def test_every_layer_can_be_described_in_ascii(run):
    """No layer's description has a sign that has no ASCII spelling."""
    assert [name for name in shapecalc.layers.REGISTRY if "?" in run("layers", name, encoding="ascii")[1]] == []


@pytest.mark.parametrize("words", [("conv", "130", "--k", "3"), ("net", SPEC, "-i", "3x130x130"), ("layers", "Conv2d")])
def test_nothing_is_coloured(run, monkeypatch, words):
    """NO_COLOR has nothing to switch off: no control sequence is ever printed."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in run(*words)[1]


def shell(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "shapecalc_cli.main", *words]
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    return subprocess.run(  # noqa: S603  ours
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path, **environment}
    )


def test_the_shell_completes_commands():
    """A completing shell is told the commands that begin so."""
    asked = {"_SHAPECALC_COMPLETE": "complete_bash", "COMP_WORDS": "shapecalc co", "COMP_CWORD": "1"}
    assert shell(**asked).stdout.split() == ["conv"]


def test_a_reader_that_leaves_early_is_no_mistake():
    """`shapecalc layers | head -1` ends quietly."""
    command = [sys.executable, "-m", "shapecalc_cli.main", "layers"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(  # noqa: S603  ours
        command, stdout=writing, stderr=subprocess.PIPE, check=False, env={**os.environ, "PYTHONPATH": path}
    )
    os.close(writing)
    assert (done.stderr, done.returncode) == (b"", 0)


def test_the_end_of_a_command_scans_nothing():
    """When a process ends, all objects are exempt from the search for cycles."""
    program = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > len(gc.get_objects())))"
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    done = subprocess.run(  # noqa: S603  ours
        [sys.executable, "-c", f"{program}; import shapecalc_cli.main"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.stdout == "True\n"


#: What takes long to import and no calculator needs.
HEAVY = ("torch", "numpy", "sympy", "rich", "pydantic", "yaml", "sklearn")

_SCRIPT = """
import sys
sys.argv = ['shapecalc', *sys.argv[1:]]
if len(sys.argv) > 1:
    from shapecalc_cli.main import main
    try:
        main()
    except SystemExit as left:
        assert not left.code, left.code
else:
    import shapecalc
print('imported', *sys.modules)
"""


def imported(*words: str, first: str = "") -> set[str]:
    """The heavy modules that a command imports, or that importing shapecalc does."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    done = subprocess.run(  # noqa: S603  ours
        [sys.executable, "-c", first + _SCRIPT, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return set(done.stdout.splitlines()[-1].split()) & set(HEAVY)


LIGHT: list[tuple[Any, ...]] = [
    (),
    ("conv", "130", "--k", "3", "--pool", "4"),
    ("pool", "130", "--k", "3"),
    ("deconv", "W", "--k", "F", "--json"),
    ("net", SPEC, "-i", "3x130x130"),
    ("explain", SPEC, "-i", "3x130x130", "--latex"),
    ("layers", "Conv2d"),
    ("--help",),
    ("train", "--help"),
]


@pytest.mark.parametrize("words", LIGHT, ids=lambda words: " ".join(words) or "import shapecalc")
def test_nothing_heavy_is_imported(words):
    """The calculator needs neither torch nor numpy, sympy, rich, pydantic or yaml."""
    assert imported(*words) == set()


def test_a_heavy_import_would_be_seen():
    """The check above can fail."""
    assert imported(first="import yaml\n") == {"yaml"}
