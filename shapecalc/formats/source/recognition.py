"""Definitions of a program that are, word for word, those that are written for layers which torch.nn lacks."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from shapecalc.formats.source.definitions import DEFINITIONS, FOLLOWED, LAYERS
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.forward import run_layer
from shapecalc.formats.source.torch.layers import make_layer
from shapecalc.formats.source.values import LayerObject, Library, Native, Unknown, Value, Variables
from shapecalc.layers import layer_classes

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: The names that the definitions use, and what they stand for there.
_NAMES: Mapping[str, str] = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}
#: The arguments of a convolution up to its padding.
_BEFORE_PADDING = 4


def recognized(reader: Interpreter, node: ast.ClassDef | ast.FunctionDef, scope: Variables) -> Native | None:
    """The layer that a definition is; None where it is not one of those that are known, to the word."""
    if node.name not in DEFINITIONS.keys() - FOLLOWED or node.col_offset or ast.dump(node) != _trees()[node.name]:
        return None
    used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for name, path in _NAMES.items():
        if name in used and not _is_library(reader.evaluate(ast.Name(name, ast.Load()), scope), path):
            return None
    if node.name == "Capsules" and not _is_own(scope.names.get("squash")):
        return None
    rule = _apply if isinstance(node, ast.FunctionDef) else _make_causal if node.name in LAYERS else _make
    return Native(f"{__name__}.{node.name}", partial(rule, LAYERS.get(node.name, node.name)))


@cache
def _trees() -> dict[str, str]:
    return {name: ast.dump(ast.parse(text).body[0]) for name, text in DEFINITIONS.items()}


def _is_library(value: Value, path: str) -> bool:
    return isinstance(value, Library) and value.path == path


def _is_own(value: Value) -> bool:
    return isinstance(value, Native) and value.path.startswith(__name__)


def _make(name: str, reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    return make_layer(reader, name, layer_classes()[name], args, kwargs, node)


def _make_causal(name: str, reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    if len(args) > _BEFORE_PADDING or not kwargs.keys().isdisjoint({"padding", "padding_mode"}):
        return Unknown("a causal convolution with a padding", line_of(node))
    return _make(name, reader, node, *args, **kwargs, padding="causal")


def _apply(name: str, reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    if len(args) != 1 or kwargs:
        return Unknown(f"{LAYERS.get(name, name)} along another dimension", line_of(node))
    return run_layer(reader, LayerObject(name, layer_classes()[name](), node, reader.run.file), [*args], {}, node)
