"""A refused net on the command line: the layers up to the break, then the refusal, as text and as JSON."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from shapecalc_cli.main import main

from tests.tools.pages import ROOT

SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text(encoding="utf-8"))
BROKEN = "'Conv2d(3, 8, 3) MaxPool2d(2) Conv2d(9, 8, 3) ReLU' --input 3x32x32"
REASON = "Conv2d(9, 8, 3): the input must have in_channels channels, but channels = 8 ≠ in_channels = 9."
REFUSED = {"node": "conv2", "message": REASON, "repairs": ["in_channels=8"]}
ERROR = f"conv2: {REASON} Try in_channels=8."

Run = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command here: its status, and what it wrote to stdout and stderr."""

    def running(command: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["shapecalc", *shlex.split(command)])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), *capsys.readouterr()

    return running


def test_net_prints_the_layers_before_the_break(run: Run) -> None:
    """The rows of the table on stdout, the refusal in one line on stderr."""
    status, out, err = run(f"net {BROKEN}")
    rows = [line.split()[0] for line in out.splitlines()[4:] if line]
    assert (status, rows, err) == (2, ["conv1", "pool1"], f"{ERROR}\n")


def test_net_prints_the_layers_of_source_before_the_break(run: Run) -> None:
    """The refusal names the line of the file; --json has the repairs too."""
    file = "docs/examples/lenet.py"
    error = f"{file}, line 13: fc1 takes 400 features (in_features) but gets 256.\n"
    status, out, err = run(f"net {file}:LeNet")
    rows = [line.split()[0] for line in out.splitlines()[4:] if line]
    assert (status, rows[-2:], err) == (2, ["pool2", "flatten1"], error)
    status, out, err = run(f"net {file}:LeNet --json")
    printed = json.loads(out)
    assert (printed["refused"]["node"], printed["refused"]["repairs"]) == ("fc1", ["in_features=256", "input 1x32x32"])
    assert (status, printed["error"] + "\n", err) == (2, error, error)


def test_explain_derives_the_layers_before_the_break(run: Run) -> None:
    """Without totals, which would be those of a part."""
    status, out, err = run(f"explain {BROKEN}")
    heads = [line.split()[0] for line in out.splitlines() if "→" in line]
    assert (status, heads, "total" in out, err) == (2, ["conv1", "pool1"], False, f"{ERROR}\n")


@pytest.mark.parametrize(
    "command", ["conv 8 --k 9", "conv 8 --k 3 --pool 9", "pool 2 --k 3", "explain 'Linear(3, 2)' -i 4"]
)
def test_json_is_that_of_the_schema_from_the_first_layer_on(command: str, run: Run) -> None:
    """Also where no layer comes before the refusal, and in the calculators."""
    data = json.loads(run(f"{command} --json")[1])
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert len(data["layers"]) == ("--pool" in command)


def test_a_refused_net_is_folded_too(run: Run) -> None:
    """The layers before the break have the rows and the columns that were asked for, as text and as JSON."""
    words = f"net {BROKEN} --by type --columns type,parameters"
    _, out, err = run(words)
    assert ([line.split() for line in out.splitlines()[4:6]], err) == (
        [["Conv2d", "224"], ["MaxPool2d", "0"]],
        f"{ERROR}\n",
    )
    data = json.loads(run(f"{words} --json")[1])
    assert data["types"] == [{"type": "Conv2d", "parameters": 224}, {"type": "MaxPool2d", "parameters": 0}]
    assert run(f"net {BROKEN} --totals")[1].strip() == "input 3x32x32"


@pytest.mark.parametrize("command", ["net", "explain"])
def test_json_has_the_layers_and_the_refusal(command: str, run: Run) -> None:
    """As the schema says; the line on stderr stays."""
    status, out, err = run(f"{command} {BROKEN} --json")
    data: dict[str, Any] = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    names = [layer["name"] for layer in data["layers"]]
    expected = (2, ["conv1", "pool1"], REFUSED, ERROR, f"{ERROR}\n")
    assert (status, names, data["refused"], data["error"], err) == expected


def test_a_net_may_be_refused_at_once(run: Run) -> None:
    """Then there are no rows."""
    _, text, _ = run("net 'Conv2d(3, 8, 3)' --input 32x32x3")
    _, out, _ = run("net 'Conv2d(3, 8, 3)' --input 32x32x3 --json")
    data = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert (text.strip(), data["layers"], data["refused"]["repairs"][0]) == ("input 32x32x3", [], "input 3x32x32")


@pytest.mark.parametrize(
    "command",
    [
        *("net", "net --semantics keras", "net --convention fvcore", "explain", "domain", "verify"),
        *("solve --output 8x30x30", "emit", "emit --to keras"),
    ],
)
def test_channels_last_are_asked_about_first_in_every_command(command: str, run: Run) -> None:
    """Before any other repair."""
    status, _, err = run(f"{command} 'Conv2d(3, 8, 3)' --input 32x32x3")
    assert (status, "in_channels = 3. Did you mean 3x32x32? Or try in_channels=32." in err) == (2, True)


@pytest.mark.parametrize("command", ["conv 130x130x3 --k 5", "deconv 130x130x3 --k 5"])
def test_conv_asks_about_channels_last(command: str, run: Run) -> None:
    """Channels that are given with --in are believed."""
    asked = "130x130x3: did you mean 3x130x130? Channels come first; for 130 of them add --in 130.\n"
    assert run(command)[::2] == (2, asked)
    assert "Channels come first" not in run(f"{command} --in 130 --p 1")[2]


def test_other_questions_ask_about_channels_last(run: Run) -> None:
    """The first line of a pooling, and two sizes."""
    assert run("pool 64x64x3 --k 3")[1].startswith("input  64x64x3 (did you mean 3x64x64? channels come first)\n")
    assert run("solve '32x32x3 -> 30x30x8'")[2] == "32x32x3: did you mean 3x32x32 -> 8x30x30? Channels come first.\n"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("net foo --input 3", "column 1: there is no layer foo"),
        ("net ReLU --bar", "No such option: --bar"),
        ("solve 227", "One size is no question"),
    ],
)
def test_every_refusal_is_json_too(command: str, error: str, run: Run) -> None:
    """With --json, a mistake is an object with the message, which stays on stderr as well."""
    status, out, err = run(f"{command} --json")
    data = json.loads(out)
    assert (status, list(data), data["error"].startswith(error), err) == (2, ["error"], True, f"{data['error']}\n")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("solve ''", 'Ask a question: two sizes, such as "227 -> 55", or layers and what is wanted of them.'),
        ("solve ReLU -i 3xW --field 3 --macs 9", "--field and --macs are 2 questions; ask one at a time."),
    ],
)
def test_solve_says_what_is_not_a_question(command: str, message: str, run: Run) -> None:
    """An empty one, and two at once."""
    assert run(command) == (2, "", f"{message}\n")
