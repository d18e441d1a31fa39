"""What is said of a layer besides its derived numbers."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.algebra import plain, text
from shapecalc.derivations.derived import Derived
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.sequences import TIME

#: What is said of the field of several inputs; along the local path the gates are none of them.
_MERGED = "; what any of its inputs sees"


def remarks(row: Row, steps: tuple[Derived, ...], axes: tuple[str, ...]) -> tuple[str, ...]:
    """What is said below the steps of a layer, whose field runs along ``axes``."""
    lines = []
    if steps or len(row.reads) > 1 or row.measures.motion.statistics:
        lines += _fields(row.fields, row, [step for step in steps if not step.part], axes)
        if row.state.local is not None:
            local = _fields(row.local_fields, row, [step for step in steps if step.part], axes)
            lines += [f"local path: {line.replace(_MERGED, '')}" for line in local]
    if row.macs is None:
        lines.append("the work is not known")
    if row.share:
        lines.append(f"the weights are those of {row.share}")
    if row.reason:
        lines.append(f"the field is a bound: {row.reason}")
    return tuple(lines) if steps or lines else ("nothing to work out: the shape stays",)


def _fields(fields: Sequence[AxisField], row: Row, steps: list[Derived], names: tuple[str, ...]) -> list[str]:
    """The receptive field along the axes for which no single step of the recurrence gives it."""
    derived = [step.axes or names for step in steps if step.quantity is Quantity.FIELD]
    remarks: dict[str, list[str]] = {}
    for name, axis in zip(names, fields, strict=False):
        if not any(name in axes for axes in derived):
            remarks.setdefault(_field(row, axis), []).append(name)
    named = names == (TIME,)
    return [f"{', '.join(axes)}: {field}" if named or axes != [*names] else field for field, axes in remarks.items()]


def _field(row: Row, axis: AxisField) -> str:
    after = f"; the pattern repeats after {len(axis.low)} outputs" if len(axis.low) > 1 else ""
    joined = len(row.reads) - len(row.measures.motion.sizes) > 1
    merged = _MERGED if joined else ""
    return f"field {text(axis.size)}, jump {plain(axis.jump)}, start {text(axis.start)}{merged}{after}"
