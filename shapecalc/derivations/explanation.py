"""The explanation of a net: every number of every layer, as a page or as data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import Int
from shapecalc.derivations.borders import left_out
from shapecalc.derivations.derived import Derived
from shapecalc.derivations.remarks import remarks
from shapecalc.derivations.steps import derive
from shapecalc.errors import SpecError
from shapecalc.layers import counted_text, shape_text
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row
from shapecalc.measures.measurement import add_domain, raw_report
from shapecalc.measures.misreading import input_words
from shapecalc.measures.setting import read_setting
from shapecalc.net import Net
from shapecalc.page import Derivation, Lines, Page, Presentable

#: The most layers that are explained at a time; a net with more is explained up to there, or where nodes are named.
MAX_EXPLAINED = 1_000
#: The space in which the labels of the totals stand.
_MARGIN = 11


@final
@dataclass(frozen=True, eq=False, repr=False)  # as a report
class Explanation(Presentable):
    """A net's measures with their derivations; print it, or take :meth:`latex` or :meth:`as_dict`.

    Attributes:
        report: the measures, as the layers give them: with letters, before what is legal simplifies them.
        steps: for each layer that is explained, in order, its derived numbers.
        chosen: whether the layers that are explained were named.
    """

    report: Report
    steps: tuple[tuple[Row, tuple[Derived, ...]], ...]
    chosen: bool = False

    def page(self, *, without: Collection[Quantity] = (), totals: bool = True, borders: bool = False) -> Page:
        """What a person is shown: the steps of each layer.

        Args:
            without: the quantities that are left out.
            totals: whether the totals stand below.
            borders: whether the inputs that a window leaves out are listed; each layer has one then.
        """
        names = self.report.field_axes
        layers = [_derivation(row, steps, without, names) for row, steps in self.steps]
        if borders:
            layers = [_with_borders(layer, row) for layer, (row, _) in zip(layers, self.steps, strict=True)]
        heading = () if self.chosen else (Lines((f"input  {input_words(self.report.net)}",)),)
        return Page((*heading, *layers, *self._rest(), *([self._totals()] if totals and not self.chosen else [])))

    def _rest(self) -> tuple[Lines, ...]:
        """A line for the layers that are not explained, where they were not left out on purpose."""
        rest = len(self.report.rows) - len(self.steps)
        if self.chosen or not rest:
            return ()
        example = self.report.rows[len(self.steps)].name
        return (Lines((f"and {rest:,} more layers; name those to explain, as in --node {example}",)),)

    def latex(self, *, without: Collection[Quantity] = ()) -> str:
        """The page's derivations as one ``align*`` block for each layer; they need the LaTeX package amsmath."""
        layers = [_derivation(row, steps, without) for row, steps in self.steps]
        return Page(tuple(layer for layer in layers if layer.steps)).latex()

    def as_dict(self) -> dict[str, Any]:
        """The report's data, each layer with its ``steps``: what, formula, numbers, value; none where not explained."""
        data = add_domain(self.report).as_dict()
        explained = {row.name: steps for row, steps in self.steps}
        for layer, row in zip(data["layers"], self.report.rows, strict=True):
            layer["steps"] = [step.as_dict() for step in explained.get(row.name, ())]
        return data

    def _totals(self) -> Derivation:
        report = self.report
        totals = [
            ("parameters", _sum([row.parameters for row in report], report.parameters)),
            ("MACs", _sum([row.macs for row in report], report.macs)),
        ]
        if report.has_letters:
            from shapecalc.measures.domain import domain  # noqa: PLC0415  only letters have a domain

            totals.append(("legal for", domain(report).sentence()))
        return Derivation("total", remarks=tuple(f"{label:<{_MARGIN}}{words}" for label, words in totals))


def explain(net: Net, *, dtype: str = "float32", nodes: Collection[str] = ()) -> Explanation:
    """Every number of a net with the formula and the numbers that it came from.

    Args:
        net: the network.
        dtype: the number type for which memory is given.
        nodes: the names of the nodes to explain; without them, the first :data:`MAX_EXPLAINED` are.

    Raises:
        ShapecalcError: as :func:`shapecalc.measure`.
        SpecError: a node is not in the net, or there are too many names.
    """
    report = raw_report(net, read_setting(1, "sgd", dtype, "cpu"))
    if report.has_letters:
        report = _with_complete_fields(report)
    if len(nodes) > MAX_EXPLAINED:
        raise SpecError(f"At most {MAX_EXPLAINED:,} nodes are explained at a time.")
    places = sorted({report.places[report[name].name] for name in nodes})
    rows = [report.rows[place] for place in places] if nodes else report.rows[:MAX_EXPLAINED]
    return Explanation(report, tuple((row, derive(row, report)) for row in rows), bool(nodes))


def _with_complete_fields(report: Report) -> Report:
    """The report, its fields exact where every legal input makes them so."""
    if not any(row.state.lacks_outputs() for row in report):
        return report
    from shapecalc.measures.domain import domain  # noqa: PLC0415  only letters have a domain
    from shapecalc.measures.simplification import complete_rows  # noqa: PLC0415  as above

    return replace(report, rows=complete_rows(report.rows, domain(report)))


def _derivation(
    row: Row, steps: tuple[Derived, ...], without: Collection[Quantity], axes: tuple[str, ...] | None = None
) -> Derivation:
    """The steps of a layer, with remarks where the axes of its field are named."""
    steps = tuple(step for step in steps if step.quantity not in without)
    return Derivation(
        row.name,
        repr(row.layer),
        f"{' and '.join(map(shape_text, row.input_shapes))} → {counted_text(row.output_shape)}".strip(),
        tuple((step.label, step) for step in steps),
        () if axes is None else remarks(row, steps, axes),
    )


def _with_borders(derivation: Derivation, row: Row) -> Derivation:
    return derivation._replace(remarks=(*derivation.remarks, *left_out(row)))


def _sum(terms: list[Int], value: Int) -> str:
    terms = [term for term in terms if term != 0]
    if len(terms) > MAX_EXPLAINED:
        return str(value)
    result = f" = {value}" if len(terms) > 1 else ""
    return f"{' + '.join(map(str, terms)) or 0}{result}"
