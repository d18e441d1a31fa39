"""The work of a net as other tools print it: our count, and the terms that lead from it to the tool's count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Int, plain, total
from shapecalc.compare.counters.counting_page import counting_page
from shapecalc.compare.counters.inputs import parts, term_inputs
from shapecalc.compare.counters.outcome import Outcome
from shapecalc.compare.counters.terms import MACS, UNCHECKED, UNUSED
from shapecalc.compare.counters.tested_layers import TESTED_LAYERS
from shapecalc.compare.counters.tools import CONVENTIONS, Convention
from shapecalc.errors import check_choice, check_type
from shapecalc.layers import Layer
from shapecalc.measures.report import Report, Row
from shapecalc.page import Page, Presentable


@final
@dataclass(frozen=True, slots=True)
class LayerCount:
    """The work of one layer as a tool counts it.

    Attributes:
        name: the node's name.
        layer: the layer.
        macs: our own count; None where it is not known.
        total: the tool's count.
        terms: the terms of the tool's count by name, our own count first; terms that are 0 are left out.
        outcome: how the tool treats the layer.
        failure: the reason why the tool fails at it, or "".
    """

    name: str
    layer: Layer
    macs: Int | None
    total: Int
    terms: dict[str, Int]
    outcome: Outcome
    failure: str = ""

    @property
    def remark(self) -> str:
        """The reason why the tool does not count the layer, such as "not tried"; "" if it counts it."""
        return self.failure or ("" if self.outcome is Outcome.COUNTED else self.outcome)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: numbers as they are, expressions as text."""
        return {
            "name": self.name,
            "type": type(self.layer).__name__,
            "macs": plain(self.macs),
            "total": plain(self.total),
            "terms": {name: plain(number) for name, number in self.terms.items()},
            **({"remark": self.remark} if self.remark else {}),
        }


@final
@dataclass(frozen=True, eq=False, repr=False)  # it prints as a table, and is compared by its as_dict()
class WorkCount(Presentable):
    """The work of a net as a tool counts it, term by term; see :func:`count_work`.

    Attributes:
        report: the measures of the net.
        convention: the tool's way of counting.
        layers: one entry for each node, in order.
        terms: the terms of all layers added up by name, our own count first; their sum is the total.
        total: the number that the tool prints.
        notes: notes on the tool for the layers of this net.
    """

    report: Report
    convention: Convention
    layers: tuple[LayerCount, ...]
    terms: dict[str, Int]
    total: Int
    notes: tuple[str, ...]

    def layers_with(self, outcome: Outcome) -> tuple[str, ...]:
        """The names of the layers that have an outcome."""
        return tuple(layer.name for layer in self.layers if layer.outcome is outcome)

    @property
    def stops(self) -> tuple[LayerCount, ...]:
        """The layers at which the tool fails, so that it prints nothing."""
        return tuple(layer for layer in self.layers if layer.outcome is Outcome.FAILS)

    def as_dict(self) -> dict[str, Any]:
        """The content of ``--json``."""
        return {
            "convention": self.convention.name,
            "call": self.convention.call,
            "version": self.convention.version,
            "unit": self.convention.unit,
            "macs": plain(self.report.macs),
            "total": plain(self.total),
            "terms": {name: plain(number) for name, number in self.terms.items()},
            "layers": [layer.as_dict() for layer in self.layers],
            "not_counted": list(self.layers_with(Outcome.NOT_COUNTED)),
            "not_tried": list(self.layers_with(Outcome.NOT_TRIED)),
            "stops": {layer.name: layer.remark for layer in self.stops},
            "notes": list(self.notes),
        }

    def page(self) -> Page:
        """Layer by layer, and then term by term."""
        return counting_page(self)


def count_work(report: Report, convention: str) -> WorkCount:
    """The work of a net as another tool prints it, term by term.

    Args:
        report: the measures of the net.
        convention: "torch", "fvcore", "thop", "ptflops", "ptflops-aten", "torchinfo", or "paper" (shapecalc's own).

    Raises:
        SpecError: there is no such convention.

    Example:
        >>> import shapecalc
        >>> from shapecalc.compare.counters import count_work
        >>> report = shapecalc.measure(shapecalc.parse("Conv2d(3, 8, 3) ReLU", input_shape=(3, 10, 10)))
        >>> count_work(report, "ptflops").terms["bias"]
        512
    """
    check_type("report", report, Report, "a report", "shapecalc.measure makes one.")
    check_choice("count", "convention", convention, CONVENTIONS)
    tool = CONVENTIONS[convention]
    traced = report.net.needed()
    layers = tuple(
        _unread(row) if tool.traces and row.name not in traced else _count_layer(tool, row) for row in report
    )
    terms = _added([{MACS.name: 0}, *(layer.terms for layer in layers)])
    return WorkCount(report, tool, layers, terms, total(tuple(terms.values())), _notes(tool, layers))


def _unread(row: Row) -> LayerCount:
    terms = {MACS.name: row.macs, UNUSED.name: -row.macs} if row.macs else {}
    return LayerCount(row.name, row.layer, row.macs, 0, terms, Outcome.UNREAD)


def _count_layer(tool: Convention, row: Row) -> LayerCount:
    is_tested = row.type in TESTED_LAYERS
    inputs = [(part.layer, term_inputs(part)) for part in parts(row.layer, row.input_shapes, row.output_shape)]
    failure = next((reason for layer, env in inputs if (reason := tool.failure(layer, env))), "")
    sums = _added(
        [
            {term.name: term.formula.at(env)}
            for layer, env in inputs
            for term in ((MACS, UNCHECKED) if failure or not is_tested else tool.terms_of(layer))
        ]
    )
    terms = {name: number for name, number in sums.items() if number != 0}
    count = total(tuple(terms.values()))
    outcome = Outcome.NOT_TRIED if not is_tested else Outcome.NOT_COUNTED if count == 0 else Outcome.COUNTED
    return LayerCount(row.name, row.layer, row.macs, count, terms, Outcome.FAILS if failure else outcome, failure)


def _added(sums: Iterable[dict[str, Int]]) -> dict[str, Int]:
    """Sums of terms by name, added up."""
    numbers_by_name: dict[str, list[Int]] = {}
    for terms in sums:
        for name, number in terms.items():
            numbers_by_name.setdefault(name, []).append(number)
    return {name: total(numbers) for name, numbers in numbers_by_name.items()}


def _notes(tool: Convention, layers: tuple[LayerCount, ...]) -> tuple[str, ...]:
    """The tool's notes on classes that the net has, each once with the names of those classes."""
    names_by_note: dict[str, dict[str, None]] = {}
    for count in layers:
        for cls in type(count.layer).__mro__:
            if cls in tool.notes:
                names_by_note.setdefault(tool.notes[cls], {})[type(count.layer).__name__] = None
    return tuple(f"{', '.join(names)}: {note}" for note, names in names_by_note.items())
