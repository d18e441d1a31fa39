"""Why a layer refuses its input, with the condition's own numbers."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra import Env, Formula, Name, name_values, text
from shapecalc.layers.core.letters import letter

_FAILS = {">=": "<", "<=": ">", "=": "≠", "divides": "does not divide"}
#: Where a condition compares an argument with what comes in, the argument keeps its own name.
_COUNTS = ("in_channels", "out_channels", "num_features", "num_channels", "groups")


def refusal(layer: object, words: str, relation: str, formula: Formula, env: Env, axis: str) -> str:
    """The failed condition as one sentence: its words, then both sides with their numbers."""
    values = name_values(env)
    left, right = (_side(tree, value, values) for tree, value in zip(formula.tree(env), formula.at(env), strict=True))
    where = f" along the {axis}" if axis else ""
    return f"{layer!r}: {words}{where}, but {left} {_FAILS[relation]} {right}."


def _side(tree: Any, value: Any, values: Any) -> str:
    if isinstance(tree, int):
        return text(value)
    parts = (text(tree, _word), text(tree, lambda n: values[n]), text(value))
    return " = ".join(dict.fromkeys(parts))  # each said once


def _word(name: Name) -> str:
    if name.name == "D":
        return "channels"
    if name.name == "input":
        return "its size"
    return name.name if name.name in _COUNTS else letter(name)
