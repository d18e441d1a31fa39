"""The rules for functions of Python and its library, by their full names."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.formats.source.values import (
    Value,
)

Rule = Callable[..., Value]


#: The functions of Python, and those of its library by their full names.
FUNCTIONS: dict[str, Rule] = {}


def function(*paths: str) -> Callable[[Rule], Rule]:
    """Declare the rule of a function of Python under its full names."""

    def declared(rule: Rule) -> Rule:
        FUNCTIONS.update(dict.fromkeys(paths, rule))
        return rule

    return declared
