"""The names of variables in source code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shapecalc.emission.forms import is_default_name
from shapecalc.emission.parts import Item, LayerPart, Submodule, is_attribute

#: Names that a variable cannot have.
RESERVED = frozenset({"self", "torch", "nn", "F", "OrderedDict", "super", "range", "getattr", "float"})
#: Behind the last part of a module, where its outputs are read.
NEVER = 1 << 60


def own_name(item: Item, value: str) -> str:
    """The name that somebody gave what gives a value, as a variable; "" if nobody did."""
    if isinstance(item, Submodule) and len(item.writes) > 1:
        item = next(part for part in item.items if value in part.writes)
    if isinstance(item, LayerPart) and is_default_name(item):
        return ""
    # the place of a layer without weights may have a longer name, with that of its block
    name = re.sub(r"\W", "_", item.path[-1] if isinstance(item, Submodule) else item.node.name.rpartition(".")[2])
    return name if is_attribute(name) else ""


def unused_name(name: str, names: set[str]) -> str:
    """The name, with a number behind it where others have it."""
    free, number = name, 2
    while free in names:
        free, number = f"{name}{number}", number + 1
    return free


def input_variables(scope: Submodule, readers: Mapping[str, list[int]], names: Sequence[str]) -> list[str]:
    """The variables of what a module reads.

    Args:
        scope: the module.
        readers: the numbers of the parts that read each value.
        names: what the values are called; () for names by their number.
    """
    if len(scope.reads) == 1:
        return ["x"]
    if names:
        labels: list[str] = []
        for name in names:
            label = re.sub(r"\W", "_", name)
            label = label if is_attribute(label) and label not in RESERVED else f"x_{label}"
            labels.append(unused_name(label, set(labels)))
        return labels
    if len(scope.reads) == 2:
        second = [scope.items[number] for number in readers[scope.reads[1]] if number != NEVER]
        return ["x", "skip" if all(len(item.reads) > 1 for item in second) else "y"]
    return [f"x{number}" for number in range(1, len(scope.reads) + 1)]
