"""The page of a report: a row for each layer, and the totals below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shapecalc.algebra import Expr, plain, short, total
from shapecalc.layers import counted_text, shape_text
from shapecalc.layers.core.shapes import joined_text
from shapecalc.measures.field.sequences import TIME
from shapecalc.measures.misreading import input_words
from shapecalc.page import Cell, Column, Lines, Notes, Page, Table
from shapecalc.page.numbers import bytes_text, thousands

if TYPE_CHECKING:
    from shapecalc.measures.field.axis import AxisField
    from shapecalc.measures.memory import Memory
    from shapecalc.measures.report import Report, Row
    from shapecalc.net import Net

#: How narrow names, layers and measures become before a column moves or is left out.
_NAME, _LAYER, _SOURCES, _MEASURE = 12, 20, 24, 24
_COLUMNS = (
    Column("name", least=_NAME),
    Column("layer", least=_LAYER),
    Column("reads", least=_SOURCES, below=True),
    Column("output", "right", least=_MEASURE),
    Column("parameters", "right", least=_MEASURE),
    Column("MACs", "right", least=_MEASURE, spare=4),
    Column("field", "right", least=_MEASURE, spare=3),
    Column("jump", "right", least=_MEASURE, spare=1),
    Column("local path", "right", least=_MEASURE, spare=2),
)
#: The columns that stand only where a row has something in them: what a layer reads, and its field without gates.
_OPTIONAL = (2, 8)
#: A memory of values, or the work of a step, whose text is longer than this is left to the JSON.
_LONG = 160
#: Nodes that a layer reads, or that lead to no output, are named up to this many.
_NAMED = 4


def report_page(report: Report) -> Page:
    """Every measure of a net: its layers in a table, and the totals."""
    return Page((heading(report.net), table(report), Notes(tuple(_totals(report)), margin=12)))


def heading(net: Net) -> Lines:
    """The shape of the input."""
    return Lines((f"input {input_words(net)}",))


def table(report: Report) -> Table:
    """The layers; what each reads has a column where it is not always the row above."""
    above = [next(iter(report.net.inputs)), *(row.name for row in report)]
    rows = tuple(_cells(row, name) for row, name in zip(report, above, strict=False))
    empty = {place for place in _OPTIONAL if not any(row[place] for row in rows)}
    return Table(_without(_COLUMNS, empty), tuple([_without(row, empty) for row in rows]))


def _without(row: tuple[Any, ...], places: set[int]) -> tuple[Any, ...]:
    return tuple([cell for place, cell in enumerate(row) if place not in places])


def _cells(row: Row, above: str) -> tuple[Cell, ...]:
    return (
        f"{row.name} = {row.share}" if row.share else row.name,
        repr(row.layer),
        "" if row.reads == (above,) else _sources(row.reads),
        shape_text(row.output_shape),
        thousands(row.parameters),
        thousands(row.macs),
        axes_text([axis.size for axis in row.fields]) + ("" if row.status == "exact" else " (bound)"),
        axes_text([axis.jump for axis in row.fields]),
        "" if row.state.local is None else field_and_jump(row.local_fields),
    )


def local_path(report: Report) -> list[tuple[str, str]]:
    """What the local path is, and the field of its last map; nothing where there is no gate."""
    rows = [row for row in report if row.state.local is not None]
    if not rows:
        return []
    maps = [row for row in rows if any(axis.jump != 0 for axis in row.local_fields)]
    last = f"{field_and_jump(maps[-1].local_fields)}, at {maps[-1].name}; " if maps else ""
    words = f"the field without gates, through which all is seen from {rows[0].name} on"
    return [("local path", last + words)]


def field_and_jump(fields: Sequence[AxisField]) -> str:
    """A field in short: 23, jump 4."""
    return f"{axes_text([axis.size for axis in fields])}, jump {axes_text([axis.jump for axis in fields])}"


def _sources(names: tuple[str, ...]) -> str:
    return ", ".join(names if len(names) <= _NAMED else (*names[: _NAMED - 1], "..."))


def axes_text(values: Sequence[Any]) -> str:
    """One number where the axes agree, else one for each: 3x5, (H + 2)x(W + 2)."""
    texts = [str(plain(value)) for value in values]
    return (
        texts[0]
        if len(set(texts)) == 1
        else joined_text([short(value) if isinstance(value, Expr) else value for value in values])
    )


def _totals(report: Report) -> list[tuple[str, str]]:
    """Output, parameters, work, memory, and what they depend on."""
    trainable = "" if report.trainable == report.parameters else f", {thousands(report.trainable)} of them trainable"
    buffers = "" if report.buffers == 0 else f", and {thousands(report.buffers)} in buffers"
    totals = [
        ("output", counted_text(report.output_shape)),
        ("parameters", f"{thousands(report.parameters)}{trainable}{buffers}"),
        ("MACs", f"{thousands(report.macs)} (multiply-accumulates for one input; no bias, norm or pooling)"),
        ("memory", _memory(report.memory)),
    ]
    unused = report.unused()
    if unused:
        names = ", ".join(row.name for row in unused[:_NAMED]) + (", ..." if len(unused) > _NAMED else "")
        work = thousands(total([row.measures.macs for row in unused]))
        totals.append(("unused", f"{work} of the MACs lead to no output ({names})"))
    is_trained = report.trainable != 0 and not report.memory.setting.is_integer
    step = thousands(report.training_macs) if is_trained else ""
    if step and len(step) <= _LONG:
        batch = "" if report.memory.batch == 1 else f", for the batch of {thousands(report.memory.batch)}"
        totals.append(("step", f"{step} MACs forward and back{batch}"))
    if report.memory.reason and is_trained:
        totals.append(("saved", f"a bound from {report.memory.reason}"))
    if report.field_axes == (TIME,):
        shape = shape_text(next(iter(report.net.inputs.values())))
        totals.append(("fields", f"along time, the first size of {shape}"))
    totals += local_path(report)
    bound = next((row for row in report if row.reason), None)
    if bound is not None:
        totals.append(("field", f"a bound from {bound.name} on: {bound.reason}"))
    if report.domain is not None:
        totals.append(("legal for", report.domain.sentence()))
    return totals + [("warning", words) for words in report.warnings()]


def _training(memory: Memory) -> str:
    """What a training step takes, and what is saved for it; in letters the latter alone."""
    if memory.setting.is_integer:
        return f"no training, as {memory.reason}"
    saved = f"{bytes_text(memory.saved)} saved"
    return f"training {bytes_text(memory.training)} with {saved}" if isinstance(memory.training, int) else saved


def _memory(memory: Memory) -> str:
    """Weights, inference and training in a line; words for what the reader has chosen."""
    values = f"inference {bytes_text(memory.inference)}; {_training(memory)}"
    if len(values) > _LONG:
        values = "inference and training depend on the letters (--json has them)"
    return f"{bytes_text(memory.parameters)} parameters; {values} ({memory.setting.words()})"
