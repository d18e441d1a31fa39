"""The names that the code binds, and which of them say nothing.

Run as ``python -m tests.tools.bound_names``, this prints the share of such names in each room; with the names of rooms,
it prints where each of them stands in those rooms.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "shapecalc", ROOT / "cli" / "shapecalc_cli")

#: Pronouns, participles and other words that name nothing.
EMPTY_WORDS = frozenset({
    *("one", "ones", "other", "others", "another", "some", "any", "all", "both", "each", "every", "many", "more"),
    *("most", "rest", "same", "alike", "such", "own", "whole", "it", "this", "that", "these", "those", "here", "there"),
    *("now", "then", "what", "whatever", "which", "who", "whom", "where", "when", "how", "ours", "theirs", "mine"),
    *("found", "known", "told", "kept", "asked", "held", "given", "seen", "met", "tied", "said", "shown", "taken"),
    *("wanted", "made", "gone", "done", "got", "put", "thing", "things", "stuff", "something", "nothing"),
})  # fmt: skip
#: Words that only join those in a longer name: one_of_both, not_seen.
JOINTS = frozenset({"of", "or", "and", "by", "in", "to", "as", "at", "is", "not", "no", "the", "a", "for", "from"})


class Binding(NamedTuple):
    """A name and the place where it is bound."""

    name: str
    path: Path
    line: int

    @property
    def room(self) -> str:
        """The room of the package, or the module beside the rooms, or the command line."""
        package, *parts = self.path.relative_to(ROOT).with_suffix("").parts
        return parts[0] if package == "shapecalc" else package

    @property
    def is_empty(self) -> bool:
        """Whether the name is made of empty words alone."""
        words = [word for word in self.name.lower().split("_") if word]
        return any(word in EMPTY_WORDS for word in words) and all(word in EMPTY_WORDS | JOINTS for word in words)


def bound_names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that a syntax tree binds, with its line.

    Left out are ``self``, ``cls`` and ``_``, the special methods and their parameters, which Python names, and imports,
    which bind no new name: it is counted where it is defined.
    """
    special = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _is_special(node.name)
        for argument in ast.walk(node.args)
    }
    for node in ast.walk(tree):
        for name in _names_bound_by(node):
            if id(node) not in special and name not in {"self", "cls"} and name.strip("_") and not _is_special(name):
                yield name, getattr(node, "lineno", 0)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _names_bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def bindings() -> list[Binding]:
    """All names that the package and the command line bind."""
    return [
        Binding(name, path, line)
        for source in SOURCES
        for path in sorted(source.rglob("*.py"))
        for name, line in bound_names(ast.parse(path.read_text(encoding="utf-8")))
    ]


def share(names: list[Binding]) -> float:
    """The share of the names that are empty."""
    return sum(binding.is_empty for binding in names) / len(names)


def worst(names: list[Binding], *, limit: int = 12) -> str:
    """The empty names that are bound most often, with the number of times."""
    counts = Counter(binding.name for binding in names if binding.is_empty)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(limit))


def main() -> None:
    """Print the share of empty names in each room, or every one in the rooms that are given."""
    names = bindings()
    rooms = sys.argv[1:]
    for binding in names:
        if binding.room in rooms and binding.is_empty:
            print(f"{binding.path.relative_to(ROOT)}:{binding.line}: {binding.name}")
    for room in sorted({binding.room for binding in names}):
        inside = [binding for binding in names if binding.room == room]
        print(f"{room:<14}{len(inside):>6}{share(inside):>8.1%}  {worst(inside, limit=8)}")
    print(f"{'all':<14}{len(names):>6}{share(names):>8.1%}  {worst(names)}")


if __name__ == "__main__":
    main()
