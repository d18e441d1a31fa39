"""The syntax of a changed program, of which the changed statement alone is parsed, is that of the whole."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from shapecalc.formats.source.programs import Source, parse
from shapecalc.formats.source.syntax import changed_syntax, lines_of, segment
from tests.campaigns import cases

FOLDER = Path(__file__).parents[1] / "checking" / "programs"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py"))]
WORDS = ("1", "(", ")", "x", "'", "\n", ":", " ", ",", "\\", "#", '"""', "@f", "def f(): pass", ";", "\r", "\f", "é")


def changed(text: str, random: Random) -> str:
    """A text with a word more, or in the place of another piece."""
    start = random.randrange(len(text))
    return text[:start] + random.choice(WORDS) + text[start + random.choice((0, 0, 1, 3)) :]


def dump(tree: ast.Module) -> str:
    """A tree with all places."""
    return ast.dump(tree, include_attributes=True)


@pytest.mark.parametrize("number", range(cases(60, deep=5_000)))
def test_a_changed_statement_is_parsed_as_in_the_whole(number: int) -> None:
    """With every line and column, or the whole is parsed."""
    random = Random(number)  # noqa: S311
    text = random.choice(TEXTS)
    for _ in range(10):
        after = changed(text, random)
        tree = changed_syntax(ast.parse(text), lines_of(text), lines_of(after))
        if tree is not None:
            assert dump(tree) == dump(ast.parse(after))


def test_the_other_statements_are_those_before() -> None:
    """They are the same objects, so that what is remembered of them is remembered still."""
    before = Source("net.py", "x = 1\ny = 2\nz = 3\n")
    after = before.changed("x = 1\ny = 4\nz = 3\n")
    assert parse(after).body[::2] == parse(before).body[::2]
    assert ast.unparse(parse(after)) == "x = 1\ny = 4\nz = 3"


def test_a_segment_is_that_of_python() -> None:
    """For every part of a program."""
    text = "x = 'é' + f(1,\n  2)\r\ny = (a\n\n .b)\n"
    for node in ast.walk(ast.parse(text)):
        assert segment(lines_of(text), node) == (ast.get_source_segment(text, node) or "")
