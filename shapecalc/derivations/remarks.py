"""What is said of a layer besides its derived numbers."""

from __future__ import annotations

from shapecalc.algebra import plain, text
from shapecalc.derivations.derived import Derived
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.sequences import TIME


def remarks(row: Row, steps: tuple[Derived, ...], axes: tuple[str, ...]) -> tuple[str, ...]:
    """What is said below the steps of a layer, whose field runs along ``axes``."""
    lines = []
    if steps or len(row.reads) > 1:
        lines += _fields(row, steps, axes)
    if row.share:
        lines.append(f"the weights are those of {row.share}")
    if row.reason:
        lines.append(f"the field is a bound: {row.reason}")
    return tuple(lines) if steps or lines else ("nothing to work out: the shape stays",)


def _fields(row: Row, steps: tuple[Derived, ...], names: tuple[str, ...]) -> list[str]:
    """The receptive field along the axes for which no single step of the recurrence gives it."""
    derived = [step.axes or names for step in steps if step.quantity is Quantity.FIELD]
    fields: dict[str, list[str]] = {}
    for name, axis in zip(names, row.fields, strict=False):
        if not any(name in axes for axes in derived):
            fields.setdefault(_field(row, axis), []).append(name)
    named = names == (TIME,)
    return [f"{', '.join(axes)}: {field}" if named or axes != [*names] else field for field, axes in fields.items()]


def _field(row: Row, axis: AxisField) -> str:
    after = f"; the pattern repeats after {len(axis.low)} outputs" if len(axis.low) > 1 else ""
    joined = len(row.reads) - len(row.measures.motion.sizes) > 1
    merged = "; what any of its inputs sees" if joined else ""
    return f"field {text(axis.size)}, jump {plain(axis.jump)}, start {text(axis.start)}{merged}{after}"
