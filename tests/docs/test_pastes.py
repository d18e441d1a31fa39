"""The page that adds a layer works as pasted: in a copy of the project, with lint, types, tests and torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.pages import ROOT
from tests.tools.pastes import Paste, pastes

PAGE = ROOT / "docs" / "how-to" / "add-a-layer.md"
#: What a copy holds: everything that a commit does.
COPIED = ("shapecalc", "cli", "tests", "docs", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")

_TESTS = ("tests/layers", "tests/pytorch/test_build.py", "tests/pytorch/test_modules.py", "tests/docs/test_examples.py")
CHECKS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy", "shapecalc/layers/cross.py", "shapecalc/pytorch/modules/cross.py"),
    "the table of layers": ("tests.tools.layers_table",),
    "tests": (
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "Cross and not CrossMap or every_ or add-a-layer",
        *_TESTS,
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with every block of the page pasted in."""
    root = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    for paste in pastes(PAGE.read_text(encoding="utf-8")):
        paste.apply(root)
    return root


@pytest.mark.torch
@pytest.mark.parametrize("check", CHECKS)
def test_the_page_works_as_pasted(check: str, copy: Path) -> None:
    """Each command of a developer passes in the copy."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(copy), str(copy / "cli")])}
    command = [sys.executable, "-m", *CHECKS[check]]
    done = subprocess.run(  # noqa: S603  ours
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_block_goes_where_it_says(tmp_path: Path) -> None:
    """A new file, behind an import, and at the end of a file."""
    (tmp_path / "a.py").write_text("from a import a as a\nfrom b import c as c\nx = 1\n", encoding="utf-8")
    page = "```python\n# in a.py, after the line of c\ny\n```\n```python\n# at the end of a.py\nz\n```\n"
    page += "```python\n# new file b.py\nw\n```\n"
    for paste in pastes(page):
        paste.apply(tmp_path)
    assert [(tmp_path / name).read_text(encoding="utf-8") for name in ("a.py", "b.py")] == [
        "from a import a as a\nfrom b import c as c\ny\nx = 1\n\n\nz\n",
        "w\n",
    ]


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    """A page that would overwrite a file of the project is wrong."""
    (tmp_path / "a.py").touch()
    with pytest.raises(ValueError, match=r"a\.py exists"):
        Paste("new file", "a.py", "", "", (0, 0)).apply(tmp_path)
