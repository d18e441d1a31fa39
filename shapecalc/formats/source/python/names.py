"""What stands under a full name in Python, its library, torch, and the libraries around it."""

from __future__ import annotations

from shapecalc.formats.source.python import iterables, objects  # noqa: F401  their import declares their rules
from shapecalc.formats.source.python.arithmetic import CONSTANTS, NUMERIC, numeric
from shapecalc.formats.source.python.rules import FUNCTIONS
from shapecalc.formats.source.torch import rules
from shapecalc.formats.source.values import (
    MODULE,
    Library,
    Native,
    Unknown,
    Value,
)


def library(path: str, line: int) -> Value:
    """What stands in a library under a full name."""
    path = rules.full_name(path)
    if path == "torch.nn.Module":
        return MODULE
    if path in FUNCTIONS:
        return Native(path, FUNCTIONS[path])
    rule = rules.find(path)
    if rule is not None:
        return rule
    root, _, name = path.rpartition(".")
    if root in {"math", "numpy"}:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in NUMERIC:
            return Native(path, numeric(name))
    if rules.is_library(path):
        return Library(path)
    return Unknown(path, line)


#: Python's own functions and types, as a program names them.
BUILTINS: dict[str, Value] = {
    path.removeprefix("builtins."): Native(path, rule)
    for path, rule in FUNCTIONS.items()
    if path.startswith("builtins.")
}
