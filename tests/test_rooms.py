"""The rooms keep their order: each uses only those below it, and what is heavy stays where it belongs."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.mark.parametrize("place", PLACES)
def test_a_forbidden_import_is_reported(place: str, copy: Path) -> None:
    """Each contract is kept, and broken by an import planted in a copy, wherever it stands in the module."""
    before = report(copy)
    assert "0 broken" in before
    for statement, (module, _) in FORBIDDEN.items():
        with (copy / "shapecalc" / module).open("a", encoding="utf-8") as file:
            file.write(PLACES[place].format(statement))
    after = report(copy)
    messages = [message for _, message in FORBIDDEN.values()]
    assert [message for message in messages if message not in after] == []


def names(code: str) -> Iterator[str]:
    """The names, attributes and strings of a module."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(name) | ast.Attribute(attr=name) | ast.alias(name) | ast.Constant(str(name)):
                yield name


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
NO_ROOMS = {"bench", "cli", "data", "docs", "nets", "services", "tools"}


def folders(path: Path) -> set[str]:
    return {folder.name for folder in path.iterdir() if next(folder.glob("*.py"), None)}


def test_tests_are_laid_out_as_the_package_is() -> None:
    """Each room has its folder of tests, and each folder of tests its room."""
    assert folders(ROOT / "tests") - NO_ROOMS == folders(ROOT / "shapecalc")
