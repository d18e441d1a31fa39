"""What stands under a full name in Python, its library, torch, and the libraries around it."""

from __future__ import annotations

from shapecalc.formats.source.python import iterables, objects, parsers  # noqa: F401  their import declares their rules
from shapecalc.formats.source.python.arithmetic import CONSTANTS, NUMERIC, numeric
from shapecalc.formats.source.python.arrays import AS_TORCH, as_torch
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
    if rules.is_library(path):
        return Library(path)
    if path == "torch.nn.Module":
        return MODULE
    if path in FUNCTIONS:
        return Native(path, FUNCTIONS[path])
    rule = rules.find(path)
    if rule is not None:
        return rule
    root, _, name = path.rpartition(".")
    if path in _VALUES:
        return _VALUES[path]
    if root in {"math", "numpy", "torch"}:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if root == "numpy" and name in AS_TORCH:
            return Native(path, as_torch(name))
        if name in NUMERIC and root != "torch":
            return Native(path, numeric(name))
    return Unknown(path, line)


def library_members(path: str) -> dict[str, Value]:
    """What an import of everything from a library gives, as far as it is followed."""
    start = f"{rules.full_name(path)}."
    paths = [each for each in (*rules.RULES, *FUNCTIONS, "torch.nn.Module") if each.startswith(start)]
    names = [each.removeprefix(start) for each in paths]
    return {name: library(start + name, 0) for name in names if "." not in name}


#: Values of libraries.
_VALUES: dict[str, Value] = {"typing.TYPE_CHECKING": False, "sys.version_info": (3, 12, 0)}

#: Python's own functions and types, as a program names them.
BUILTINS: dict[str, Value] = {
    path.removeprefix("builtins."): Native(path, rule)
    for path, rule in FUNCTIONS.items()
    if path.startswith("builtins.")
} | {"exec": Native("builtins.exec", objects.run_text)}
