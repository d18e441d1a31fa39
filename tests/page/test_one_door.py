"""Whatever is shown passes one door: pages are rendered in one room, and printed by one module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "shapecalc" / "page"
OUTPUT = ROOT / "cli" / "shapecalc_cli" / "output.py"

#: Names that lay out text, or ask how wide a terminal is, or print.
DOORS = {"tabulate", "textwrap", "get_terminal_size", "_repr_html_", "typer.echo", "print"}


def doors(code: str) -> set[str]:
    """The names of :data:`DOORS` that code imports, defines or calls."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names=aliases):
                names.update(alias.name for alias in aliases)
            case ast.ImportFrom(module=module):
                names.add(module or "")
            case ast.Call(func=ast.Attribute(value=ast.Name("typer"), attr="echo")):
                names.add("typer.echo")
            case ast.FunctionDef(name=name) | ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                names.add(name)
    return names & DOORS


#: What runs in another program, which shows its standard output: a cell of a notebook, and Gradescope's container.
PLACES = {"shapecalc/grading/exchange/autograder.py", "shapecalc/grading/exchange/cell_marks.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import textwrap",
        "def f():\n from tabulate import tabulate",
        "shutil.get_terminal_size()",
        "class A:\n def _repr_html_(self): ...",
        "typer.echo(1)",
        "print(1)",
    ],
)
def test_every_door_is_seen(code):
    """A planted one is found."""
    assert doors(code)


def test_text_is_laid_out_in_one_room():
    """Only page/ and the output of the command line know tables, paragraphs, HTML and the width of a terminal."""
    paths = [path for room in ("shapecalc", "cli") for path in (ROOT / room).rglob("*.py")]
    outside = [path for path in paths if PAGE not in path.parents and path != OUTPUT]
    assert {path.relative_to(ROOT).as_posix() for path in outside if doors(path.read_text("utf-8"))} == PLACES
