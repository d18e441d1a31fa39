"""The page of a report: a row for each layer or group of layers, and the totals below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from shapecalc.layers import counted_text, shape_text
from shapecalc.measures.columns import PROPERTIES, field_and_jump
from shapecalc.measures.field.sequences import TIME
from shapecalc.measures.groups import Group
from shapecalc.measures.misreading import input_words
from shapecalc.measures.summary import Rows, Summary, summarize
from shapecalc.measures.work import add_work
from shapecalc.page import Block, Lines, Notes, Page, Table
from shapecalc.page.numbers import bytes_text, thousands
from shapecalc.page.signs import NO_BREAK

if TYPE_CHECKING:
    from shapecalc.measures.memory import Memory
    from shapecalc.measures.report import Report
    from shapecalc.net import Net

_READS = "reads"
#: The columns that stand only where a row has something in them, or where they were chosen.
_OPTIONAL = (_READS, "local path")
#: A memory of values, or the work of a step, whose text is longer than this is left to the JSON.
_LONG = 160
#: Nodes that lead to no output are named up to this many.
_NAMED = 4


def report_page(report: Report) -> Page:
    """Every measure of a net: its layers in a table, and the totals."""
    return summary_page(summarize(report))


def summary_page(summary: Summary) -> Page:
    """The table of a summary, and the totals of the net."""
    report = summary.report
    return Page((heading(report.net), *table(summary), Notes(tuple(_totals(report)), margin=12)))


def heading(net: Net) -> Lines:
    """The shape of the input."""
    return Lines((f"input {input_words(net)}",))


def table(summary: Summary) -> tuple[Block, ...]:
    """The rows as a table, or nothing where the totals alone are shown."""
    if summary.kind is Rows.NONE:
        return ()
    titles = summary.titles
    above = [next(iter(summary.report.net.inputs)), *(group.name for group in summary)]
    cells = _Cells()
    rows = [
        tuple([cells.text(title, group, "" if summary.columns else name) for title in titles])
        for group, name in zip(summary, above, strict=False)
    ]
    columns = [PROPERTIES[title].column for title in titles]
    if summary.columns:  # numbers are left out from the right, if at all
        spares = [len(columns) - at if column.align == "right" else 0 for at, column in enumerate(columns)]
        columns = [column._replace(spare=spare) for column, spare in zip(columns, spares, strict=True)]
    return (Table(tuple(columns), tuple(rows)).filled(*(() if summary.columns else _OPTIONAL)),)


@final
class _Cells:
    """The cells of a table; what equal layers have in common is written once."""

    def __init__(self) -> None:
        self._texts: dict[tuple[Any, ...], str] = {}

    def text(self, title: str, group: Group, above: str) -> str:
        """What stands in a column of a row; that it reads the row above goes without saying."""
        entry = PROPERTIES[title]
        if title == _READS and group.reads == (above,):
            return ""
        if not (entry.of_layer and group.is_layer):
            return entry.text(group)
        row = group.rows[0]
        place = (title, id(row.measures), row.saved, bool(row.share), row.trainable)
        if place not in self._texts:
            self._texts[place] = entry.text(group)
        return self._texts[place]


def local_path(report: Report) -> list[tuple[str, str]]:
    """What the local path is, and the field of its last map; nothing where nothing is left out of it."""
    rows = [row for row in report if row.state.local is not None]
    if not rows:
        return []
    maps = [row for row in rows if any(axis.jump != 0 for axis in row.local_fields)]
    last = f"{field_and_jump(maps[-1].local_fields)}, at {maps[-1].name}; " if maps else ""
    left_out = "statistics of a norm" if rows[0].measures.motion.statistics else "gates"
    words = f"the field without {left_out}, through which all is seen from {rows[0].name} on"
    return [("local path", last + words)]


def unused_work(report: Report) -> list[tuple[str, str]]:
    """The work of nodes that lead to no output; nothing where there are none."""
    unused = report.unused()
    if not unused:
        return []
    names = ", ".join(row.name for row in unused[:_NAMED]) + (", ..." if len(unused) > _NAMED else "")
    work = thousands(add_work([row.macs for row in unused]))
    return [("unused", f"{work} of the MACs lead to no output ({names})")]


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
    totals += unused_work(report)
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


def _bytes(size: object) -> str:
    """A number of bytes whose unit stays beside it."""
    return bytes_text(size).replace(" ", NO_BREAK) if isinstance(size, int) else bytes_text(size)


def _training(memory: Memory) -> str:
    """What a training step takes, and what is saved for it; in letters the latter alone."""
    if memory.setting.is_integer:
        return f"no training, as {memory.reason}"
    saved = f"{_bytes(memory.saved)} saved"
    return f"training {_bytes(memory.training)} with {saved}" if isinstance(memory.training, int) else saved


def _memory(memory: Memory) -> str:
    """Weights, inference and training in a line; words for what the reader has chosen."""
    values = f"inference {_bytes(memory.inference)}; {_training(memory)}"
    if len(values) > _LONG:
        values = "inference and training depend on the letters (--json has them)"
    return f"{_bytes(memory.parameters)} parameters; {values} ({memory.setting.words()})"
