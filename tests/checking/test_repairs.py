"""Repairs: what is proposed, in which order, and what they look like as a diff, in a file and for other tools."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shapecalc.checking import check, fixes
from shapecalc.checking.annotations import github_commands, sarif
from shapecalc.checking.files import CheckOptions, sources
from shapecalc.checking.verdict import CodeVerdict, FileCheck, Repair
from shapecalc.formats.source.programs import Source
from tests.checking.problem_examples import HEAD, ProblemExample


def _network(init: str, forward: str, tail: str = "") -> Source:
    return ProblemExample(init, forward, "", "", (), tail).source("")


def _repairs(source: Source, *shape: int) -> list[tuple[str, str]]:
    problems = check(source, inputs=[shape]).networks[0].problems
    return [(each.repair.old, each.repair.new) for each in problems if each.repair is not None]


_LENET = "self.a = nn.Conv2d(3, 6, 5); self.b = nn.Conv2d(6, 16, 5); self.f = nn.Linear(16 * 5 * 5, 120)"
_MAPS = "x = F.max_pool2d(self.a(x), 2); x = F.max_pool2d(self.b(x), 2)"
#: What __init__ and forward do, the input, and the changes that mend it together.
REPAIRS = {
    "a view, and the layer behind it": (
        _LENET,
        f"{_MAPS}; return self.f(x.view(-1, 16 * 5 * 5))",
        (3, 28, 28),
        [("16 * 5 * 5", "256"), ("16 * 5 * 5", "256")],
    ),
    "a view that keeps the number of values": (
        "pass", "return x.view(-1, 32)", (64,), [("32", "64")],
    ),
    "every layer that is wrong": (
        "self.a = nn.Linear(5, 7); self.b = nn.Linear(6, 2)", "return self.b(self.a(x))", (4,),
        [("5", "4"), ("6", "7")],
    ),
    "the layer with which two others disagree": (
        "self.a = nn.Conv2d(3, 9, 3); self.n = nn.BatchNorm2d(8); self.b = nn.Conv2d(8, 4, 1)",
        "return self.b(self.n(self.a(x)))",
        (3, 9, 9),
        [("9", "8")],
    ),
    "a missing flatten": ("self.f = nn.Linear(48, 2)", "return self.f(x)", (3, 4, 4), [("x", "x.flatten(1)")]),
    "a missing layer that flattens": (
        "self.s = nn.Sequential(nn.ReLU(), nn.Linear(48, 2))",
        "return self.s(x)",
        (3, 4, 4),
        [("nn.Linear(48, 2)", "nn.Flatten(), nn.Linear(48, 2)")],
    ),
    "a skip whose size is not kept": (
        "self.c = nn.Conv2d(3, 3, 3)", "return x + self.c(x)", (3, 9, 9),
        [("nn.Conv2d(3, 3, 3)", "nn.Conv2d(3, 3, 3, padding=1)")],
    ),
    "a misspelt attribute": (
        "self.conv1 = nn.Linear(4, 2)", "return self.conv(x)", (4,), [("self.conv", "self.conv1")],
    ),
    "a misspelt argument": (
        "self.c = nn.Conv2d(3, 8, kernel_siz=3)", "return self.c(x)", (3, 9, 9), [("kernel_siz=3", "kernel_size=3")],
    ),
    "nothing that helps": ("pass", "return torch.cat([x, x[:, :2]], 2)", (4, 5), []),
}  # fmt: skip


@pytest.mark.parametrize("name", REPAIRS)
def test_the_likeliest_changes(name: str) -> None:
    """They mend the network together, and a network that nothing mends has none."""
    init, forward, shape, repairs = REPAIRS[name]
    source = _network(init, forward)
    assert _repairs(source, *shape) == repairs
    options = CheckOptions(inputs=(shape,))
    verdict = options.check(fixes.fixed(source, options.check)).verdict
    assert verdict is (CodeVerdict.FINE if repairs else CodeVerdict.WRONG)


@pytest.fixture
def wrong(tmp_path: Path) -> Source:
    """A file whose last Linear takes another number of features."""
    path = tmp_path / "net.py"
    path.write_text(_network("self.f = nn.Linear(5, 2)", "return self.f(x)", "Net()(torch.ones(1, 4))").text)
    (source,) = sources([str(path)])
    return source


def test_a_diff_is_what_patch_reads(wrong: Source, tmp_path: Path) -> None:
    """Applied, it gives the repaired file."""
    fixed = fixes.fixed(wrong, check)
    difference = fixes.diff(wrong, fixed)
    patch = ["patch", wrong.path]
    subprocess.run(patch, input=difference, text=True, check=True, cwd=tmp_path, capture_output=True)  # noqa: S603
    assert Path(wrong.path).read_text() == fixed.text != wrong.text
    assert fixes.diff(fixed, fixed) == ""


@pytest.mark.parametrize(("mark", "end"), [(b"", b"\n"), (b"\xef\xbb\xbf", b"\r\n")])
def test_a_file_keeps_its_line_ends(wrong: Source, mark: bytes, end: bytes) -> None:
    """And its mark of the byte order."""
    path = Path(wrong.path)
    path.write_bytes(mark + wrong.text.encode().replace(b"\n", end))
    (source,) = sources([wrong.path])
    fixes.write(source, fixes.fixed(source, check))
    assert path.read_bytes() == mark + wrong.text.replace("(5, 2)", "(4, 2)").encode().replace(b"\n", end)


def test_the_cells_of_a_notebook_are_repaired(wrong: Source, tmp_path: Path) -> None:
    """The rest of the notebook, lines for IPython too, stays as it is."""
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", *HEAD.splitlines(keepends=True)]},
        {"cell_type": "code", "source": wrong.text.removeprefix(HEAD).splitlines(keepends=True)},
    ]
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    (source,) = sources([str(path)])
    fixes.write(source, fixes.fixed(source, check))
    text = json.dumps({"cells": cells, "nbformat": 4}).replace("(5, 2)", "(4, 2)")
    assert json.loads(path.read_text()) == json.loads(text)


def test_githubs_commands(wrong: Source) -> None:
    """A line for each problem, in which nothing can end the command."""
    (command,) = github_commands([check(wrong)])
    assert command.startswith(f"::error file={wrong.path},line=9,col=28,title=shape::f takes 5 features")
    odd = Source("a,b:%\n.py", "def f(:\n")
    (command,) = github_commands([check(odd)])
    assert command.startswith("::error file=a%2Cb%3A%25%0A.py,line=1,")


def test_sarif(wrong: Source) -> None:
    """The place and the repair; where something is not known, a note."""
    (run,) = sarif([check(wrong)], "1.0")["runs"]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 28}
    (change,) = result["fixes"][0]["artifactChanges"]
    region = {"startLine": 9, "startColumn": 28, "endLine": 9, "endColumn": 29}
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "4"}}]
    unknown = _network("pass", "return torch.fft.rfft(x)")
    (note,) = sarif([check(unknown, inputs=[(4,)])], "1.0")["runs"][0]["results"]
    assert (note["level"], note["ruleId"]) == ("note", "unknown")


def test_many_files_are_checked_by_several_processes(wrong: Source, tmp_path: Path) -> None:
    """With the same verdicts in the same order."""
    from shapecalc.checking.files import check_files  # noqa: PLC0415

    for number in range(4):
        (tmp_path / f"{number}.py").write_text(wrong.text.replace("(5, 2)", f"({number + 2}, 2)"))
    programs = sources([str(tmp_path)])
    alone: list[FileCheck] = [*check_files(programs, CheckOptions(), jobs=1)]
    assert [*check_files(programs, CheckOptions(), jobs=2)] == alone
    assert [each.verdict for each in alone] == ["wrong", "wrong", "fine", "wrong", "wrong"]


def test_a_change_over_several_lines() -> None:
    """Lines and columns count in the text as it stands."""
    source = Source("net.py", "x = f(\n  1,\n  2)\ny = 3\n")
    from shapecalc.checking.repairs import applied  # noqa: PLC0415

    assert applied(source, Repair(1, 5, "f(\n  1,\n  2)", "g()")).text == "x = g()\ny = 3\n"
