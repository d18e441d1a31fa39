"""Why a layer refuses its input, with the condition's own numbers."""

from __future__ import annotations

from typing import Any

from shapecalc.algebra import Env, Name, name_values, text
from shapecalc.layers.core.conditions import Require, along
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.letters import letter

#: Where a condition compares an argument with what comes in, the argument keeps its own name.
_COUNTS = ("in_channels", "out_channels", "num_features", "num_channels", "groups")


def refusal(layer: object, inputs: tuple[Shape, ...], require: Require, env: Env, axis: str) -> str:
    """The failed condition as one sentence: its own, or its words and then both sides with their numbers."""
    if require.refusal is not None:
        return require.refusal(layer, inputs)
    values, formula = name_values(env), require.formula
    left, right = (_side(tree, value, values) for tree, value in zip(formula.tree(env), formula.at(env), strict=True))
    return f"{layer!r}: {require.words}{along(axis)}, but {left} {require.relation.negation} {right}."


def _side(tree: Any, value: Any, values: Any) -> str:
    if isinstance(tree, int):
        return text(value)
    parts = (text(tree, _word), text(tree, lambda n: values[n]), text(value))
    return " = ".join(dict.fromkeys(parts))  # without repetition


def _word(name: Name) -> str:
    if name.name == "D":
        return "channels"
    if name.name == "input":
        return "its size"
    return name.name if name.name in _COUNTS else letter(name)
