"""Reports as tables: for a terminal, and for a notebook."""

from __future__ import annotations

import shutil
from typing import Any

from shapecalc.algebra import Int
from shapecalc.layers import shape_text
from shapecalc.measures import Report, Row
from shapecalc.measures.report import plain
from shapecalc.net import Net
from shapecalc.write.domain import legal_inputs

_HEADERS = ("name", "layer", "output", "parameters", "MACs", "field", "jump")
_ALIGN = {"name": "left", "layer": "left", "reads": "left"}
#: What is longer is left to the JSON.
_LONG = 160
#: A layer's text is never cut below this.
_NARROW = 24


def report_text(report: Report, *, width: int = 0) -> str:
    """The report as a table of at most ``width`` characters (the terminal's, by default), with its totals."""
    from tabulate import tabulate  # 20 ms to import, and only for tables

    headers, align, rows = _table(report)
    cut = _cut(headers, rows, width or shutil.get_terminal_size((100, 24)).columns)
    for row in rows:
        row[1] = shortened(row[1], cut)
    table = tabulate(rows, headers, tablefmt="simple", colalign=align, disable_numparse=True)
    return f"input {report.net.input_text()}\n\n{table}\n\n{totals(report)}"


def shortened(text: str, length: int) -> str:
    """A text, cut to so many characters."""
    return text if len(text) <= length else text[: length - 3] + "..."


def _table(report: Report) -> tuple[tuple[str, ...], list[str], list[list[str]]]:
    """Headers, alignments and cells; what a layer reads has a column where it is not always the row above."""
    headers: tuple[str, ...] = _HEADERS
    rows = [_cells(row) for row in report]
    above = [next(iter(report.net.inputs)), *(row.name for row in report)]
    reads = ["" if row.reads == (name,) else ", ".join(row.reads) for row, name in zip(report, above, strict=False)]
    if any(reads):
        headers = (*headers[:2], "reads", *headers[2:])
        rows = [[*cells[:2], shortened(read, _NARROW), *cells[2:]] for cells, read in zip(rows, reads, strict=True)]
    return headers, [_ALIGN.get(head, "right") for head in headers], rows


def _cut(headers: tuple[str, ...], rows: list[list[str]], width: int) -> int:
    """How wide the layer column may be for the table to fit."""
    widths = [max(len(head), *(len(row[i]) for row in rows)) for i, head in enumerate(headers)]
    rest = sum(widths) - widths[1] + 2 * (len(widths) - 1)
    return max(_NARROW, width - rest)


def _cells(row: Row) -> list[str]:
    field = axes_text([axis.size for axis in row.fields]) + ("" if row.status == "exact" else " (bound)")
    shared = f" = {row.share}" if row.share else ""
    return [
        row.name + shared,
        repr(row.layer),
        shape_text(row.output_shape),
        count(row.parameters),
        count(row.macs),
        field,
        axes_text([axis.jump for axis in row.fields]),
    ]


def axes_text(values: list[Any]) -> str:
    """One number where the axes agree, else one for each: 3x5."""
    texts = [str(plain(value)) for value in values]
    return texts[0] if len(set(texts)) == 1 else "x".join(texts)


def count(value: Int) -> str:
    """A number with its thousands apart; an expression as it is."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def totals(report: Report) -> str:
    """The lines under a table: output, parameters, work, memory."""
    fixed = "" if report.trainable == report.parameters else f", {count(report.trainable)} of them trainable"
    kept = "" if report.buffers == 0 else f", and {count(report.buffers)} in buffers"
    memory = report.memory
    active = f"activations {mebibytes(memory.forward)} forward, {mebibytes(memory.training)} in training"
    if len(active) > _LONG:
        active = "activations depend on the letters (--json has them)"
    lines = [
        f"output      {shape_text(report.output_shape)}",
        f"parameters  {count(report.parameters)}{fixed}{kept}",
        f"MACs        {count(report.macs)} (multiply-accumulates for one input; no bias, norm or pooling)",
        f"memory      {mebibytes(memory.parameters)} parameters; {active} ({memory.dtype})",
    ]
    bound = next((row for row in report if row.reason), None)
    if bound is not None:
        lines.append(f"field       a bound from {bound.name} on: {bound.reason}")
    if report.domain is not None:
        lines.append(f"legal for   {legal_inputs(report.domain)}")
    return "\n".join(lines)


def mebibytes(size: Int | None) -> str:
    """Bytes as MiB (2**20 bytes), or KiB where that would be 0.00."""
    if not isinstance(size, int):
        return "?" if size is None else f"{size} bytes"
    if size >= 2**50:
        return f"{size // 2**20:,} MiB"  # more than a fraction can tell, and than a float can hold
    if size == 0:
        return "0 KiB"
    return f"{size / 2**20:,.2f} MiB" if size >= 2**20 / 10 else f"{size / 2**10:,.2f} KiB"


def report_html(report: Report) -> str:
    """The report for a notebook."""
    from html import escape

    from tabulate import tabulate

    headers, align, rows = _table(report)
    table = tabulate(rows, headers, tablefmt="html", colalign=align, disable_numparse=True)
    return f"<p>input {escape(report.net.input_text())}</p>{table}<pre>{escape(totals(report))}</pre>"


def net_html(net: Net) -> str:
    """A net for a notebook: its layers, and what each reads."""
    from html import escape

    from tabulate import tabulate

    rows = [[node.name, repr(node.layer), ", ".join(node.inputs)] for node in net.nodes]
    table = tabulate(rows, ("name", "layer", "reads"), tablefmt="html", disable_numparse=True)
    return f"<p>{escape(net.name or 'network')}, input {escape(net.input_text() or 'not known')}</p>{table}"
