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
    "a class in a Sequential": (
        "self.s = nn.Sequential(nn.Linear(4, 2), nn.ReLU)", "return self.s(x)", (4,), [("nn.ReLU", "nn.ReLU()")],
    ),
    "a misspelt key": (
        "sizes = {'hidden': 4}; self.f = nn.Linear(sizes['hiden'], 2)", "return self.f(x)", (4,), [("'hiden'",
        "'hidden'")],
    ),
    "a name that looks like another": (
        "self.fc1 = nn.Linear(4, 4); self.fc2 = nn.Linear(4, 2)", "return self.fc2(self.fcl(x))", (4,),
        [("self.fcl", "self.fc1")],
    ),
    "the pair that a recurrent layer gives": (
        "self.g = nn.GRU(4, 5, batch_first=True); self.f = nn.Linear(5, 1)",
        "x = self.g(x); return self.f(x[:, -1, :])",
        (7, 4),
        [("x", "x, _")],
    ),
    "the batch of a recurrent layer": (
        "self.g = nn.LSTM(4, 5, 2)", "h = torch.zeros(2, x.size(0), 5); return self.g(x, (h, h))[0]", (7, 4),
        [("nn.LSTM(4, 5, 2)", "nn.LSTM(4, 5, 2, batch_first=True)")],
    ),
    "the features of a recurrent layer": (
        "self.g = nn.GRU(3, 5, batch_first=True)", "return self.g(x)[0]", (7, 4), [("3", "4")],
    ),
    "a flattened batch": (
        "self.f = nn.Linear(12, 2)", "x = torch.flatten(x); return self.f(x)", (3, 4),
        [("torch.flatten(x)", "torch.flatten(x, 1)")],
    ),
    "the odd branch of several": (
        "self.a = nn.Conv2d(3, 4, 1); self.b = nn.Conv2d(3, 4, 5, padding=1); self.c = nn.Conv2d(3, 4, 3, padding=1)",
        "return torch.cat([self.a(x), self.b(x), self.c(x)], 1)", (3, 9, 9), [("1", "2")],
    ),
    "a transposed convolution that loses a row": (
        "self.d = nn.Conv2d(3, 3, 3, 2, 1); self.u = nn.ConvTranspose2d(3, 3, 3, 2, 1)", "return x + self.u(self.d(x))",
        (3, 8, 8),
        [("nn.ConvTranspose2d(3, 3, 3, 2, 1)", "nn.ConvTranspose2d(3, 3, 3, 2, 1, output_padding=1)")],
    ),
    "a sum of two widths": (
        "self.a = nn.Linear(4, 6); self.b = nn.Linear(4, 5); self.f = nn.Linear(6, 2)",
        "return self.f(self.a(x) + self.b(x))", (4,), [("5", "6")],
    ),
    "a kernel and a stride in each other's place": (
        "self.c = nn.Conv2d(3, 4, 2, 3, 1); self.f = nn.Linear(64, 2)", "return self.f(self.c(x).flatten(1))",
        (3, 8, 8),
        [("2, 3", "3, 2")],
    ),
    "a layer in a comprehension, before which no other can stand": (
        "self.s = nn.ModuleList([nn.Linear(48, 2) for _ in range(2)])", "return self.s[0](x)", (3, 4, 4),
        [("x", "x.flatten(1)")],
    ),
    "nothing that helps": ("pass", "return torch.cat([x, x[:, :2]], 2)", (4, 5), []),
}  # fmt: skip


BLOCKS = """
class Block(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, 3, padding=1)

    def forward(self, x):
        return self.conv(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Block(3, 8)
        self.b = Block(8, 16)
        self.c = Block(8, 4)

    def forward(self, x):
        return self.c(self.b(self.a(x)))
"""
LOOP = """
class Net(nn.Module):
    def __init__(self, widths=(3, 8, 16)):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        for before, after in zip(widths, widths[1:]):
            self.convs.append(nn.Conv2d(before, after, 3))
            self.norms.append(nn.BatchNorm2d(before))

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x))
        return x
"""
#: Programs in which no number of the layer's own call is wrong: the line, and the change.
HANDED_ON = {"a block's argument": (BLOCKS, 19, "8", "16"), "an expression in a loop": (LOOP, 11, "before", "after")}


@pytest.mark.parametrize("name", HANDED_ON)
def test_a_count_that_the_program_hands_on(name: str) -> None:
    """The repair stands where the program gives the count, not where the layer takes it."""
    text, *expected = HANDED_ON[name]
    problems = check(Source("net.py", HEAD + text), inputs=[(3, 9, 9)]).networks[0].problems
    assert [(each.repair.line, each.repair.old, each.repair.new) for each in problems if each.repair] == [(*expected,)]


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
