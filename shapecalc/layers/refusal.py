"""Why a layer refuses its input, with the condition's own numbers."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra import Env, Formula, names_of, text
from shapecalc.layers.letters import letter

_FAILS = {">=": "<", "<=": ">", "=": "≠", "divides": "does not divide"}


def refusal(layer: object, words: str, relation: str, formula: Formula, env: Env, axis: str) -> str:
    """The failed condition as one sentence: its words, then both sides with their numbers."""
    values = names_of(env)
    left, right = (_side(tree, value, values) for tree, value in zip(formula.tree(env), formula.at(env), strict=True))
    where = f" along the {axis}" if axis else ""
    return f"{layer!r}: {words}{where}, but {left} {_FAILS[relation]} {right}."


def _side(tree: Any, value: Any, values: Any) -> str:
    if isinstance(tree, int):
        return str(value)
    name = text(tree, letter)
    numbers = text(tree, lambda n: values[n])
    return f"{name} = {value}" if numbers == str(value) else f"{name} = {numbers} = {value}"
