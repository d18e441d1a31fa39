"""The explanation of a net: every number of every layer, as text, LaTeX or data."""

from __future__ import annotations

from typing import Any, NamedTuple

from shapecalc.algebra import LATEX, TEXT, text
from shapecalc.derivations.derived import Derived, derive, shapes_line
from shapecalc.measures import Report, Row
from shapecalc.measures.measurement import unsettled, with_domain
from shapecalc.net import Net


class Explanation(NamedTuple):
    """A net's measures with their derivations; print it, or take :meth:`latex` or :meth:`as_dict`.

    Attributes:
        report: the measures, as the layers give them: with letters, before what is legal simplifies them.
        steps: for each layer, in order, its derived numbers.
    """

    report: Report
    steps: tuple[tuple[Row, tuple[Derived, ...]], ...]

    def __str__(self) -> str:
        return self.text()

    def text(self, *, without: tuple[str, ...] = (), totals: bool = True) -> str:
        """The explanation as text, without some of its lines, and with or without the totals."""
        blocks = [f"input  {self.report.net.input_text()}"]
        for row, derived in self.steps:
            title = f"{row.name}  {row.layer!r}  {shapes_line(row)}"
            lines = _lines(row, tuple(one for one in derived if one.what not in without))
            blocks.append("\n".join([title, *lines]))
        return "\n\n".join([*blocks, self._totals()] if totals else blocks)

    def _totals(self) -> str:
        lines = []
        for what, total in (("parameters", self.report.parameters), ("MACs", self.report.macs)):
            parts = [str(getattr(row, what.lower())) for row, _ in self.steps if getattr(row, what.lower()) != 0]
            whole = f" = {total}" if len(parts) > 1 else ""
            lines.append(f"  {what:<11}{' + '.join(parts) or 0}{whole}")
        if self.report.has_letters:
            from shapecalc.measures.domain import domain
            from shapecalc.write.domain import legal_inputs

            lines.append(f"  legal for  {legal_inputs(domain(self.report))}")
        return "\n".join(["total", *lines])

    def latex(self, *, without: tuple[str, ...] = ()) -> str:
        """One ``align*`` block for each layer, without some of its lines; they need the LaTeX package amsmath."""
        blocks = []
        for row, derived in self.steps:
            lines = [f"{_words(one.what)} &= {one.sentence(LATEX)}" for one in derived if one.what not in without]
            if lines:
                title = f"\\paragraph{{{_escaped(row.name)}}} \\verb|{row.layer!r}|"
                body = " \\\\\n".join(lines)
                blocks.append(f"{title}\n\\begin{{align*}}\n{body}\n\\end{{align*}}")
        return "\n\n".join(blocks)

    def as_dict(self) -> dict[str, Any]:
        """The report's data, each layer with its ``steps``: what, formula, numbers, value."""
        data = with_domain(self.report).as_dict()
        for layer, (_, derived) in zip(data["layers"], self.steps, strict=True):
            layer["steps"] = [one.as_dict() for one in derived]
        return data

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def explain(net: Net, *, dtype: str = "float32") -> Explanation:
    """Every number of a net with the formula and the numbers that it came from.

    Raises:
        ShapecalcError: as :func:`shapecalc.measure`.
    """
    report = unsettled(net, dtype)
    return Explanation(report, tuple((row, tuple(derive(row, report))) for row in report))


def _lines(row: Row, derived: tuple[Derived, ...]) -> list[str]:
    width = max([len(one.what) for one in derived], default=0)
    lines = [f"  {one.what:<{width}}  {one.sentence(TEXT)}" for one in derived]
    told = any(one.what.startswith("field") for one in derived)
    if row.fields and not told and (derived or len(row.reads) > 1):
        lines.append(f"  {_field(row)}")
    if row.share:
        lines.append(f"  the weights are those of {row.share}")
    if row.reason:
        lines.append(f"  the field is a bound: {row.reason}")
    return lines or ["  nothing to work out: the shape stays"]


def _field(row: Row) -> str:
    """The receptive field where no single step of the recurrence gives it."""
    axis = row.fields[-1]
    after = f"; the pattern repeats after {len(axis.low)} outputs" if len(axis.low) > 1 else ""
    joined = len(row.reads) - len(row.layer.motion(row.input_shapes, row.output_shape).sizes) > 1
    merged = "; what any of its inputs sees" if joined else ""
    return f"field {axis.size}, jump {axis.jump}, start {text(axis.start)}{merged}{after}"


def _words(words: str) -> str:
    return rf"\text{{{_escaped(words)}}}"


#: The signs that mean something to LaTeX.
_SPECIAL: dict[str, str | int | None] = {
    **{sign: f"\\{sign}" for sign in "_%&#${}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def _escaped(words: str) -> str:
    return words.translate(str.maketrans(_SPECIAL))
