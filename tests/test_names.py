"""Names are nouns of the field: few are pronouns or participles, and each means one thing in the whole package."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.bound_names import ROOT, Binding, bindings, bound_names, share, worst

PACKAGE = ROOT / "shapecalc"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: The largest share of names that may be empty words.
LIMIT = 0.02

#: The verbs among the packages, for their users' sake.
VERBS = {"solve", "compare"}
#: The other packages, each a noun.
NOUNS = {
    *(
        "page",
        "algebra",
        "kernels",
        "layers",
        "core",
        "net",
        "checking",
        "zoo",
        "formats",
        "document",
        "text",
        "keras",
        "source",
        "python",
        "torch",
        "printed",
        "measures",
        "field",
    ),
    *("changes", "emission", "drawing", "graph", "arithmetic", "filtering", "sheet"),
    *(
        "derivations",
        "counters",
        "frameworks",
        "windows",
        "catalogue",
        "grading",
        "quiz",
        "quizzes",
        "answers",
        "effects",
        "submissions",
        "mistakes",
        "book",
        "variants",
        "inspection",
        "exchange",
    ),
    *("pytorch", "modules", "tracing", "functions", "training", "samples", "figures", "inference"),
    *("web", "pages", "site", "classroom"),
}


def test_few_names_say_nothing():
    """The share of names that are pronouns, participles and the like stays below the limit."""
    names = bindings()
    assert share(names) <= LIMIT, f"{share(names):.2%} of the names say nothing: {worst(names)}"


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "def one_of_both(): ...",
        "for _kept in x: ...",
        "(some := 1)",
        "class Told: ...",
        "self.given = 1",
        "match x:\n case [seen, *tail]: ...",
        "match x:\n case {**rest}: ...",
        "try: ...\nexcept E as said: ...",
        "lambda other: 1",
        "[1 for each in x]",
        "with x as held: ...",
    ],
)
def test_the_count_sees_every_kind_of_name(code):
    """An empty word is counted wherever Python binds a name."""
    assert list(_empty_names(code)), code


@pytest.mark.parametrize("code", ["kept_weights = 1", "def __add__(self, other): ...", "x = found", "f(given=1)"])
def test_the_count_leaves_out_what_binds_no_empty_name(code):
    """A noun with a participle is a name; so is what Python itself names; a use binds nothing."""
    assert not list(_empty_names(code)), code


def _empty_names(code: str) -> Iterator[str]:
    for name, line in bound_names(ast.parse(code)):
        if Binding(name, PACKAGE, line).is_empty:
            yield name


def test_no_class_name_is_used_twice():
    """A class name, with or without an underscore, stands for one class in the package."""
    paths = defaultdict(set)
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ClassDef):
                paths[node.name.strip("_")].add(path)
    assert not {name: places for name, places in paths.items() if len(places) > 1}


def test_no_function_name_is_used_in_two_rooms():
    """A public function's name belongs to one room."""
    rooms = defaultdict(set)
    for path in MODULES:
        for node in _tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                rooms[node.name].add(path.relative_to(PACKAGE).parts[0])
    assert not {name: places for name, places in rooms.items() if len(places) > 1}


def test_packages_are_nouns():
    """Every package is in the list of nouns, or one of the two verbs."""
    packages = {path.parent.name for path in MODULES if path.name == "__init__.py"} - {PACKAGE.name}
    assert packages == NOUNS | VERBS


def test_no_exported_name_hides_a_module():
    """No function or class that a package exports has the name of a module or package beside it."""
    hidden = [
        (path.parent.relative_to(PACKAGE).as_posix(), alias.asname)
        for path in MODULES
        if path.name == "__init__.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname in _beside(path) and not _is_module(node.module or "", alias.name)
    ]
    assert not hidden


def _beside(path: Path) -> set[str]:
    return {other.stem for other in path.parent.iterdir() if other != path}


def _is_module(package: str, name: str) -> bool:
    folder = ROOT.joinpath(*package.split("."))
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
