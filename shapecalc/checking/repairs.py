"""Changes of the source that may mend a mistake; each is tried before it is shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from shapecalc.checking.verdict import Repair
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.programs import Source


def proposals(source: Source, fault: Fault) -> Iterator[Repair]:
    """The changes that may mend a fault, likeliest first."""
    module = fault.module
    if module is None or module.layer is None or module.file != source.path or not isinstance(module.place, ast.Call):
        return
    layer = module.layer
    try:
        counts = layer.inferred(fault.shapes) if layer.infers else {}
    except (ShapecalcError, IndexError):
        return
    for name, count in counts.items():
        argument = _argument(module.place, name, [*type(layer).fields])
        if argument is not None and isinstance(count, int) and layer.values[name] != count:
            yield _replacement(source, argument, str(count))


def _argument(call: ast.Call, name: str, names: list[str]) -> ast.expr | None:
    """The expression of an argument in a call."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = names.index(name)
    if any(isinstance(each, ast.Starred) for each in call.args) or place >= len(call.args):
        return None
    return call.args[place]


def _replacement(source: Source, node: ast.expr, new: str) -> Repair:
    old = ast.get_source_segment(source.text, node) or ""
    return Repair(node.lineno, _characters(source, node) + 1, old, new)


def _characters(source: Source, node: ast.expr) -> int:
    """The column of an expression in characters; the syntax tree counts bytes."""
    line = source.text.splitlines()[node.lineno - 1]
    return len(line.encode()[: node.col_offset].decode(errors="replace"))


def applied(source: Source, repair: Repair) -> Source:
    """The source with a change made."""
    lines = source.text.splitlines(keepends=True)
    start = sum(map(len, lines[: repair.line - 1])) + repair.column - 1
    text = source.text[:start] + repair.new + source.text[start + len(repair.old) :]
    return replace(source, text=text)
