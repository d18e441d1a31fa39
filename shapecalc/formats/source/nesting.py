"""What values of a program that hold others take: one list may stand in another as often as that has items."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shapecalc.formats.source.faults import Fault, Stuck

if TYPE_CHECKING:
    from shapecalc.formats.source.run import Trace
    from shapecalc.formats.source.values import Value

#: The items of a value and of what stands in it, each as often as it stands there.
MAX_PARTS = 100_000
#: The parts that are looked at in a step, and the characters of a text.
_PARTS, _CHARACTERS = 3, 100
_NESTING = (list, tuple, dict, set, frozenset)


def count_parts(run: Trace, node: ast.AST, *values: Value) -> None:
    """Count the steps of a walk over all parts of some values, as Python takes it to compare, hash or copy them.

    Raises:
        Stuck: there are too many: a tuple that holds itself twice, and that twice, has 2 ** 60 soon.
    """
    if not any(isinstance(value, (*_NESTING, str, bytes)) for value in values):
        return
    pending, characters = _nested(values)
    count = 0
    while pending:
        value = pending.pop()
        count += len(value)
        if count > MAX_PARTS:
            raise Stuck(f"a value of more than {MAX_PARTS:,} parts", getattr(node, "lineno", 0))
        for parts in (value, value.values()) if isinstance(value, dict) else (value,):
            nested, length = _nested(parts)
            pending += nested
            characters += length
    if count or characters:
        run.step(node, count // _PARTS + characters // _CHARACTERS)


def _nested(values: Iterable[Value]) -> tuple[list[Value], int]:
    """The values that hold others, and the characters of the texts among them."""
    nested = [value for value in values if isinstance(value, _NESTING)]
    return nested, sum([len(value) for value in values if isinstance(value, str | bytes)])


def check_key(run: Trace, node: ast.AST, key: Value) -> None:
    """Refuse what cannot be a key of a dict or stand in a set.

    Raises:
        Fault: it is a list, a dict or a set, or holds one.
        Stuck: it has too many parts.
    """
    count_parts(run, node, key)
    try:
        hash(key)
    except TypeError as refused:
        raise Fault("type", f"{refused}.", node, type_="TypeError") from None
