"""What other tools print for the work of a net, and why: our count, and the terms that lead from it to theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, total
from shapecalc.compare.counters.inputs import parts, term_inputs
from shapecalc.compare.counters.terms import MACS, UNCHECKED, UNUSED
from shapecalc.compare.counters.tested_layers import TESTED_LAYERS
from shapecalc.compare.counters.tools import CONVENTIONS, Convention
from shapecalc.errors import check_choice
from shapecalc.layers import Layer
from shapecalc.measures.report import Report, Row, plain

#: What is said of a layer for which the tool adds nothing, and of one that no tool was tried on.
NOT_COUNTED, NOT_TRIED = "not counted", "not tried"
#: What is said of a layer that tracing leaves out.
UNREAD = "leads to no output"


@final
class LayerCount(NamedTuple):
    """One layer as a tool counts it.

    Attributes:
        name: the node's name.
        layer: the layer.
        macs: our own count.
        total: the tool's.
        terms: what the tool's count is made of, by name, our own count first; what is 0 is left out.
        remark: "not counted", "not tried", "leads to no output", why the tool fails, or "".
    """

    name: str
    layer: Layer
    macs: Int
    total: Int
    terms: dict[str, Int]
    remark: str

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
class WorkCount:
    """A net's work as a tool counts it, and how that comes about; see :func:`count_work`.

    Attributes:
        report: the measures of the net.
        convention: how the tool counts.
        layers: one for each node, in order.
        terms: the terms of all layers added up by name, our own count first; their sum is the total.
        total: what the tool prints.
        notes: what to know of the tool for layers of this net.
    """

    report: Report
    convention: Convention
    layers: tuple[LayerCount, ...]
    terms: dict[str, Int]
    total: Int
    notes: tuple[str, ...]

    def remarked(self, remark: str) -> tuple[str, ...]:
        """The names of the layers with a remark: "not counted" or "not tried"."""
        return tuple(layer.name for layer in self.layers if layer.remark == remark)

    @property
    def stops(self) -> tuple[LayerCount, ...]:
        """The layers at which the tool fails, so that it prints nothing at all."""
        return tuple(one for one in self.layers if one.remark not in ("", NOT_COUNTED, NOT_TRIED, UNREAD))

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "convention": self.convention.name,
            "call": self.convention.call,
            "version": self.convention.version,
            "unit": self.convention.unit,
            "macs": plain(self.report.macs),
            "total": plain(self.total),
            "terms": {name: plain(number) for name, number in self.terms.items()},
            "layers": [layer.as_dict() for layer in self.layers],
            "not_counted": list(self.remarked(NOT_COUNTED)),
            "not_tried": list(self.remarked(NOT_TRIED)),
            "stops": {layer.name: layer.remark for layer in self.stops},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        from shapecalc.write.ledger import count_text

        return count_text(self)


def count_work(report: Report, convention: str) -> WorkCount:
    """A net's work as another tool prints it, term by term.

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
    check_choice("count", "convention", convention, CONVENTIONS)
    tool = CONVENTIONS[convention]
    read = {node.name for output in report.net.outputs for node in report.net.ancestors(output)}
    layers = tuple(_unread(row) if tool.traces and row.name not in read else _layer(tool, row) for row in report)
    terms = _added([{MACS.name: 0}, *(layer.terms for layer in layers)])
    return WorkCount(report, tool, layers, terms, total(tuple(terms.values())), _notes(tool, layers))


def _unread(row: Row) -> LayerCount:
    terms = {MACS.name: row.macs, UNUSED.name: -row.macs} if row.macs != 0 else {}
    return LayerCount(row.name, row.layer, row.macs, 0, terms, UNREAD)


def _layer(tool: Convention, row: Row) -> LayerCount:
    tried = row.type in TESTED_LAYERS
    known = [(piece.layer, term_inputs(piece)) for piece in parts(row.layer, row.input_shapes, row.output_shape)]
    stop = next((words for layer, env in known if (words := tool.stop(layer, env))), "")
    found = _added(
        [
            {term.name: term.formula.at(env)}
            for layer, env in known
            for term in ((MACS, UNCHECKED) if stop or not tried else tool.of(layer))
        ]
    )
    terms = {name: number for name, number in found.items() if number != 0}
    theirs = total(tuple(terms.values()))
    remark = stop or (NOT_TRIED if not tried else NOT_COUNTED if theirs == 0 else "")
    return LayerCount(row.name, row.layer, row.macs, theirs, terms, remark)


def _added(parts: Iterable[dict[str, Int]]) -> dict[str, Int]:
    """Several sums by name as one."""
    found: dict[str, list[Int]] = {}
    for part in parts:
        for name, number in part.items():
            found.setdefault(name, []).append(number)
    return {name: total(numbers) for name, numbers in found.items()}


def _notes(tool: Convention, layers: tuple[LayerCount, ...]) -> tuple[str, ...]:
    """What the tool's notes say of classes that the net has, each once with their names."""
    found: dict[str, dict[str, None]] = {}
    for one in layers:
        for cls in type(one.layer).__mro__:
            if cls in tool.notes:
                found.setdefault(tool.notes[cls], {})[type(one.layer).__name__] = None
    return tuple(f"{', '.join(names)}: {words}" for words, names in found.items())
