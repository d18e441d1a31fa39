"""The syntax of a text: of one that is new, and of one of which a statement was changed."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Sequence
from contextlib import suppress

from shapecalc.errors import SpecError

#: The most fields of f-strings, times the characters of the f-string in which each stands: before Python 3.12, the
#: parser searches the whole f-string for each field.
MAX_FIELD_CHARACTERS = 1_000_000_000

#: The most names, numbers and signs of a program: its syntax takes as much time and memory.
MAX_WORDS = 200_000
_WORD = re.compile(r"\w+|[^\w\s]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them, each with its end."""
    return _LINE.findall(text)


def parseable(text: str) -> str:
    """A text that Python parses in a time that grows as the text.

    Raises:
        SpecError: parsing its f-strings takes too long, or it has too many words.
    """
    if len(text) > MAX_WORDS and sum(1 for _ in _WORD.finditer(text)) > MAX_WORDS:
        raise SpecError(f"the program has more than {MAX_WORDS:,} names, numbers and signs.")
    if sys.version_info < (3, 12) and text.count("{") * len(text) > MAX_FIELD_CHARACTERS:
        _bound_fields(text)
    return text


def _bound_fields(text: str) -> None:
    """Refuse a text whose f-strings have too many fields."""
    work = 0
    with suppress(tokenize.TokenError, SyntaxError):  # the parser comes no further
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and "f" in token.string[:2].lower():
                work += token.string.count("{") * len(token.string)
            if work > MAX_FIELD_CHARACTERS:
                raise SpecError(
                    f"the f-string on line {token.start[0]:,} has too many fields for Python's parser: fields times "
                    f"characters may be {MAX_FIELD_CHARACTERS:,} in all."
                )


def changed_syntax(tree: ast.Module, before: Sequence[str], after: Sequence[str]) -> ast.Module | None:
    """The syntax of a text of which one statement was changed, of which that alone is parsed.

    Args:
        tree: the syntax before the change.
        before: the lines before the change.
        after: the lines behind it.

    Returns:
        The syntax; None where other statements move or are changed too, or Python cannot parse the statement alone.
    """
    changed = [number for number, pair in enumerate(zip(before, after, strict=False), 1) if pair[0] != pair[1]]
    if len(before) != len(after) or not changed:
        return None
    spans = [_span(node) for node in tree.body]
    place = next((place for place, (_, end) in enumerate(spans) if end >= changed[0]), None)
    if place is None:
        return None
    start, end = spans[place]
    shares_line = any(spans[each][1] >= start for each in range(place)[-1:]) or any(
        first <= end for first, _ in spans[place + 1 : place + 2]
    )
    if shares_line or not start <= changed[0] <= changed[-1] <= end:
        return None
    try:
        statements = ast.parse("\n" * (start - 1) + "".join(after[start - 1 : end])).body
    except (SyntaxError, ValueError):
        return None
    return ast.Module([*tree.body[:place], *statements, *tree.body[place + 1 :]], tree.type_ignores)


def _span(node: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *[each.lineno for each in decorators]]), node.end_lineno or node.lineno


def segment(lines: Sequence[str], node: ast.expr | ast.keyword | ast.AST) -> str:
    """The text of a part of a program, from its lines; "" of a part that has no place.

    As :func:`ast.get_source_segment`, which splits the whole text for each part.
    """
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if first is None or last is None:
        return ""
    parts = [line.encode() for line in lines[first - 1 : last]]
    parts[-1] = parts[-1][: getattr(node, "end_col_offset", None)]
    parts[0] = parts[0][getattr(node, "col_offset", 0) :]
    return b"".join(parts).decode()
