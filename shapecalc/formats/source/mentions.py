"""The definitions of a file that a network does not need: they need not be followed to build it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple, final

from shapecalc.algebra.memo import remember

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def needed(tree: ast.Module, names: Iterable[str]) -> list[ast.stmt]:
    """The statements of a file but those that only define what nothing else mentions, from some names on.

    A statement that may do more than define a class or a function is always needed.
    """
    contents = _contents(tree)
    pending, places = {*contents.names, *names}, {*contents.others}
    while pending:
        further = contents.definitions.get(pending.pop(), frozenset()) - places
        places |= further
        pending.update(*[contents.mentions[place] for place in further])
    return [tree.body[place] for place in sorted(places)]


@remember(parts=len)
def mentioned(node: ast.AST) -> frozenset[str]:
    """The names that a part of a program mentions."""
    return frozenset([each.id for each in ast.walk(node) if isinstance(each, ast.Name)])


@final
class _Contents(NamedTuple):
    """What a file defines and mentions.

    Attributes:
        definitions: the places of the statements that only define a name, by that name.
        mentions: the names that each statement mentions.
        others: the places of the other statements.
        names: the names that those mention.
    """

    definitions: dict[str, frozenset[int]]
    mentions: tuple[frozenset[str], ...]
    others: tuple[int, ...]
    names: frozenset[str]


@remember(parts=lambda contents: len(contents.mentions))
def _contents(tree: ast.Module) -> _Contents:
    mentions = tuple(map(mentioned, tree.body))
    definitions: dict[str, frozenset[int]] = {}
    others: list[int] = []
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.ClassDef | _Function) and _only_defines(node):
            definitions[node.name] = definitions.get(node.name, frozenset()) | {place}
        else:
            others.append(place)
    names = frozenset().union(*[mentions[place] for place in others])
    return _Contents(definitions, mentions, tuple(others), names)


@remember()
def _only_defines(node: ast.ClassDef | _Function) -> bool:
    """Whether a definition only binds its name: nothing in it runs but other such definitions and constants."""
    if node.decorator_list:
        return False
    if isinstance(node, ast.ClassDef):
        return not node.keywords and all(map(_is_plain, node.body))
    return all(isinstance(default, ast.Constant | ast.Name) for default in _defaults(node.args))


def _is_plain(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _only_defines(node)
        case ast.Expr(ast.Constant()) | ast.Pass() | ast.Assign(value=ast.Constant()):
            return True
    return False


def _defaults(signature: ast.arguments) -> Iterator[ast.expr | None]:
    yield from signature.defaults
    yield from (default for default in signature.kw_defaults if default is not None)
