"""The page of bounds has every bound of the package with its value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module

from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "explanation" / "bounds.md"
ROW = re.compile(r"^\| ([\d,]+) \| `([\w.]+)` \|", re.MULTILINE)


def bounds() -> Iterator[tuple[str, str]]:
    """The constants called MAX_..., each with its module and its value."""
    for path in sorted((ROOT / "shapecalc").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.Assign):
                for name, value in _values(statement, module):
                    if name.startswith("MAX_"):
                        yield f"{module.removeprefix('shapecalc.')}.{name}", f"{value:,}"


def _values(statement: ast.Assign, module: str) -> Iterator[tuple[str, int]]:
    """The names that a statement assigns, with their values."""
    target = statement.targets[0]
    names = [each.id for each in getattr(target, "elts", [target]) if isinstance(each, ast.Name)]
    if not any(name.startswith("MAX_") for name in names):
        return
    try:
        value = ast.literal_eval(statement.value)
    except ValueError:  # a bound that is a multiple of another one
        value = getattr(import_module(module), names[0])
    yield from zip(names, value if isinstance(value, tuple) else (value,), strict=True)


def test_the_page_has_every_bound() -> None:
    """With its value, and no bound that the package lacks."""
    rows = {name: value for value, name in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert rows == dict(bounds())
