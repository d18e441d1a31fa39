"""The answers in a notebook, or in the source of a program, which are read as text and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

from shapecalc.errors import missing_package

#: ``q1: 5120`` on a line of its own; what stands before the colon is a question's name.
_LINE = re.compile(r"\s*(?:[-*]\s+)?(?:\*\*|`)?([\w.-]{1,40})(?:\*\*|`)?\s*(?::|=)(?:\*\*)?\s*(.*)")
#: A tag of a cell whose whole text is the answer.
_TAG = re.compile(r"(?:question|answer)[:=-]([\w.-]{1,40})")


def variable_name(question: str) -> str:
    """A question's name as a variable of Python, which a notebook or a program may give a value."""
    name = re.sub(r"\W", "_", question)
    return f"q_{name}" if not name.isidentifier() or iskeyword(name) else name


def notebook_answers(text: str) -> dict[str, str]:
    """The answers in a notebook.

    A cell is an answer where a tag (``question:q1``) or nbgrader's ``grade_id`` names the question. Otherwise, the
    assignments of a cell of code, ``q1 = 16*16*20``, and the lines of a cell of text, ``q1: 5120``, are answers.
    Outputs are not read.

    Raises:
        ValueError: it is not a notebook.
        ShapecalcError: nbformat is not installed.
    """
    try:
        import nbformat  # noqa: PLC0415  an extra, for notebooks only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "notebooks", "nbformat", "notebook") from None
    try:
        cells = nbformat.reads(text, as_version=4).cells  # type: ignore[no-untyped-call]
        parts = [(cell.cell_type, str(cell.source), dict(cell.get("metadata", {}))) for cell in cells]
    except Exception:  # noqa: BLE001  a hostile file makes nbformat fail in any way
        raise ValueError("this is not a notebook") from None
    answers: dict[str, str] = {}
    for kind, source, metadata in parts:
        name = _question(metadata)
        if name:
            assigned = program_answers(source) if kind == "code" else {}
            answers[name] = assigned.get(variable_name(name), source.strip())
        else:
            answers |= program_answers(source) if kind == "code" else line_answers(source)
    return answers


def program_answers(source: str) -> dict[str, str]:
    """The plain assignments of a program: each name with the text behind the sign, a string without its quotes."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return line_answers(source)
    return dict(_assignments(statements, source))


def line_answers(text: str) -> dict[str, str]:
    """The lines of a text that name a question and answer it: ``q1: 5120``."""
    return {line[1]: line[2].strip() for line in map(_LINE.fullmatch, text.splitlines()) if line}


def _assignments(statements: list[ast.stmt], source: str) -> Iterator[tuple[str, str]]:
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                yield name, _written(value, source)


def _written(value: ast.expr, source: str) -> str:
    match value:
        case ast.Constant(str(text)):
            return text
        case ast.Constant(None):
            return ""
        case ast.List(parts) | ast.Tuple(parts) | ast.Set(parts):
            words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if words and len(words) == len(parts):
                return ", ".join(words)
    return ast.get_source_segment(source, value) or ""


def _question(metadata: dict[str, Any]) -> str:
    """The question that a cell answers as a whole, by its tags or by nbgrader's name; or ""."""
    tags = metadata.get("tags", ())
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str) and (named := _TAG.fullmatch(tag)):
            return named[1]
    nbgrader = metadata.get("nbgrader", {})
    name = nbgrader.get("grade_id", "") if isinstance(nbgrader, dict) and nbgrader.get("solution", True) else ""
    return name if isinstance(name, str) else ""
