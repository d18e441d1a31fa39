"""The rooms keep their order: each uses only those below it, and what is heavy stays where it belongs."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("shapecalc", "cli/shapecalc_cli")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without its tests, to plant something in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def report(project: Path) -> str:
    """What import-linter prints for a project."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(project), str(project / "cli")])}
    command = [sys.executable, "-c", program]
    return subprocess.run(  # noqa: S603  ours
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    ).stdout


#: An import at the top, in a function, and for types only.
PLACES = {"at the top": "\n{}\n", "late": "\ndef late():\n    {}\n", "for types": "\nif TYPE_CHECKING:\n    {}\n"}
#: Each import that a contract forbids: the module that it is planted in, and the words of the report.
FORBIDDEN = {
    "import shapecalc.net": ("algebra/trend.py", "shapecalc.algebra is not allowed to import shapecalc.net"),
    "from shapecalc.solve import depth": (
        "formats/open.py",
        "shapecalc.formats is not allowed to import shapecalc.solve",
    ),
    "from shapecalc import measure": ("layers/conv.py", "shapecalc.layers.conv -> shapecalc "),
    "import torch": ("grading/judge.py", "shapecalc is not allowed to import torch"),
    "from numpy import zeros": ("measures/work.py", "shapecalc is not allowed to import numpy"),
    "from pydantic import BaseModel": ("net/net.py", "shapecalc is not allowed to import pydantic"),
    "import yaml": ("grading/quiz/document.py", "shapecalc is not allowed to import yaml"),
    "import sympy": ("solve/depth.py", "shapecalc is not allowed to import sympy"),
    "import typer": ("page/plain.py", "shapecalc is not allowed to import typer"),
    "import shapecalc_cli.output": ("page/plain.py", "shapecalc is not allowed to import shapecalc_cli"),
}


def test_every_contract_is_kept() -> None:
    """As the rooms stand."""
    assert "0 broken" in report(ROOT)


@pytest.mark.parametrize("place", PLACES)
def test_a_forbidden_import_is_reported(place: str, copy: Path) -> None:
    """Each contract is broken by an import planted in a copy, wherever it stands in the module."""
    for statement, (module, _) in FORBIDDEN.items():
        with (copy / "shapecalc" / module).open("a", encoding="utf-8") as file:
            file.write(PLACES[place].format(statement))
    after = report(copy)
    messages = [message for _, message in FORBIDDEN.values()]
    assert [message for message in messages if message not in after] == []


@cache
def names(code: str) -> frozenset[str]:
    """The names, attributes and strings of a module."""
    fields = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name", ast.Constant: "value"}
    values = [getattr(node, fields[type(node)]) for node in ast.walk(ast.parse(code)) if type(node) in fields]
    return frozenset([value for value in values if isinstance(value, str)])


def reads_terminal(code: str) -> bool:
    """Whether a module asks how wide the terminal is."""
    return not {"get_terminal_size", "COLUMNS"}.isdisjoint(names(code))


def test_only_pages_and_commands_know_the_terminal() -> None:
    """What is printed into a string does not depend on where it will be shown."""
    readers = {
        path.relative_to(ROOT).parts[1]
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if reads_terminal(path.read_text(encoding="utf-8"))
    }
    assert readers <= {"page", "shapecalc_cli"}


@pytest.mark.parametrize(
    "code",
    ["import shutil\nshutil.get_terminal_size()", "from os import get_terminal_size as width", "environ['COLUMNS']"],
)
def test_a_module_that_reads_the_terminal_is_noticed(code: str) -> None:
    """By whatever name it does."""
    assert reads_terminal(code)


#: Folders of tests that are no rooms.
NO_ROOMS = {"bench", "largest", "cli", "data", "docs", "nets", "services", "tools"}


def folders(path: Path) -> set[str]:
    return {folder.name for folder in path.iterdir() if next(folder.glob("*.py"), None)}


def test_tests_are_laid_out_as_the_package_is() -> None:
    """Each room has its folder of tests, and each folder of tests its room."""
    assert folders(ROOT / "tests") - NO_ROOMS == folders(ROOT / "shapecalc")


#: The imports of our own modules that stand in a function, to start sooner; the reason stands beside each.
LATE = {
    "checking/judgement.py": {"shapecalc.checking.repairs"},
    "checking/files.py": {"shapecalc.checking.domains"},
    "algebra/expr.py": {"shapecalc.algebra.notation"},
    "drawing/fields.py": {"shapecalc.drawing.images"},
    "derivations/explanation.py": {"shapecalc.measures.domain", "shapecalc.measures.simplification"},
    "formats/open.py": {
        "shapecalc.formats.document",
        "shapecalc.formats.printed",
        "shapecalc.formats.source.opening",
        "shapecalc.formats.text.files",
    },
    "formats/text/chain.py": {"shapecalc.formats.keras.chain", "shapecalc.formats.text.pasted"},
    "formats/text/grammar.py": {"shapecalc.formats.text.textbook", "shapecalc.formats.text.textbook_words"},
    "formats/text/neighbours.py": {"shapecalc.formats.text.attributes"},
    "measures/__init__.py": {"shapecalc.measures.field"},
    "measures/report.py": {
        "shapecalc.measures.report_page",
        "shapecalc.measures.summary",
        "shapecalc.measures.warnings",
    },
    "measures/summary.py": {"shapecalc.measures.report_page"},
    "measures/measurement.py": {"shapecalc.measures.simplification"},
    "measures/sizes.py": {"shapecalc.measures.repairs"},
    "page/plain.py": {"shapecalc.page"},
    "page/page.py": {f"shapecalc.page.{rendering}" for rendering in ("html", "latex", "markdown", "plain")},
    "pytorch/__init__.py": {"shapecalc.pytorch.training"},
    "pytorch/inference/inputs.py": {"shapecalc.drawing.images", "shapecalc.pytorch.training.samples.image_folder"},
    "pytorch/training/samples/opening.py": {"shapecalc.pytorch.training.samples.image_folder"},
    "web/layer_tables.py": {"shapecalc.grading.submissions.table", "shapecalc.grading.submissions.workbook"},
    "web/pages/fields_seen.py": {"shapecalc.drawing.filtering.images"},
}
#: Modules that import others by name when they are first needed.
IMPORTING_BY_NAME = {"__init__.py", "formats/__init__.py", "layers/families.py", "solve/__init__.py", "web/respond.py"}
#: What ruff accepts for a late import: two spaces and a reason.
_REASON = re.compile(r"# noqa: PLC0415  \S+ \S+")


def late_imports(code: str) -> Iterator[tuple[str, int]]:
    """Each module that is imported in a function, with its line."""
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    for node in chain.from_iterable(map(ast.walk, functions)):
        match node:
            case ast.Import(names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(str(module)):
                yield module, node.lineno


def test_few_of_our_own_modules_are_imported_late() -> None:
    """Those of the list, and each says why."""
    late: dict[str, set[str]] = {}
    for path in (ROOT / "shapecalc").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        lines = code.splitlines()
        for module, line in late_imports(code):
            assert _REASON.search(lines[line - 1]), f"{path}:{line} gives no reason"
            if module.startswith("shapecalc"):
                late.setdefault(path.relative_to(ROOT / "shapecalc").as_posix(), set()).add(module)
    assert late == LATE


def test_few_modules_import_by_name() -> None:
    """Imports by name, which import-linter cannot read, stand in five modules."""
    importing = {
        path.relative_to(ROOT / "shapecalc").as_posix()
        for path in (ROOT / "shapecalc").rglob("*.py")
        if not {"import_module", "__import__"}.isdisjoint(names(path.read_text(encoding="utf-8")))
    }
    assert importing == IMPORTING_BY_NAME


def test_a_late_import_is_noticed() -> None:
    """In a function, a method or a function in it, under any form; at the top it is not late."""
    code = "import a\ndef f():\n import b.c\n def g():\n  from d import e\nclass C:\n def m(self):\n  from h.i import j"
    assert {module for module, _ in late_imports(code)} == {"b.c", "d", "h.i"}
