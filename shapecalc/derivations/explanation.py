"""The explanation of a net: every number of every layer, as a page or as data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import Expr
from shapecalc.derivations.borders import left_out
from shapecalc.derivations.derived import Derived
from shapecalc.derivations.remarks import remarks
from shapecalc.derivations.steps import derive
from shapecalc.derivations.totals import memory_steps, total_steps
from shapecalc.errors import SpecError, check_type
from shapecalc.layers import counted_text, shape_text
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row
from shapecalc.measures.measurement import add_domain, raw_report
from shapecalc.measures.misreading import input_words
from shapecalc.measures.setting import Setting, read_setting
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page import Derivation, Lines, Notes, Page, Presentable
from shapecalc.page.numbers import thousands

#: The most layers that are explained at a time; a net with more is explained up to there, or where nodes are named.
MAX_EXPLAINED = 1_000


@final
@dataclass(frozen=True, eq=False, repr=False)  # as a report
class Explanation(Presentable):
    """A net's measures with their derivations; print it, or take :meth:`latex` or :meth:`as_dict`.

    Attributes:
        report: the measures, as the layers give them: with letters, before what is legal simplifies them.
        steps: for each layer that is explained, in order, its derived numbers.
        chosen: whether the layers that are explained were named.
        has_memory: whether the page has the memory, too: what each layer saves, and the totals.
    """

    report: Report
    steps: tuple[tuple[Row, tuple[Derived, ...]], ...]
    chosen: bool = False
    has_memory: bool = False

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
        if self.has_memory:
            words = f" ({self.report.memory.setting.words()})" if self.chosen else ""
            layers = [_with_saved(layer, row, words) for layer, (row, _) in zip(layers, self.steps, strict=True)]
        heading = () if self.chosen else (Lines((f"input  {input_words(self.report.net)}",)),)
        return Page((*heading, *layers, *self._rest(), *self._totals(totals=totals), *self._warnings(totals=totals)))

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

    def _legal(self) -> str:
        """What the letters may stand for, or "" where there are none."""
        if not self.report.has_letters:
            return ""
        from shapecalc.measures.domain import domain  # noqa: PLC0415  only letters have a domain

        return domain(self.report).sentence()

    def _warnings(self, *, totals: bool) -> tuple[Notes, ...]:
        """What a reader of the whole net should know."""
        words = () if self.chosen or not totals else tuple(self.report.warnings())
        return (Notes(tuple([("warning", warning) for warning in words])),) if words else ()

    def _totals(self, *, totals: bool) -> tuple[Derivation, ...]:
        """The totals of the whole net, and its memory where that was wanted."""
        if self.chosen:
            return ()
        memory = (memory_steps(self.report),) if self.has_memory else ()
        return (*((total_steps(self.report, self._legal()),) if totals else ()), *memory)


def explain(
    net: Net,
    *,
    batch: int | str | Expr | None = None,
    optimizer: str | None = None,
    dtype: str | None = None,
    device: str | None = None,
    nodes: Collection[str] = (),
) -> Explanation:
    """Every number of a net with the formula and the numbers that it came from.

    With any of ``batch``, ``optimizer``, ``dtype`` and ``device``, the page has the memory for it, too.

    Args:
        net: the network.
        batch: how many inputs are computed at a time; a number or a letter, 1 by default.
        optimizer: sgd (the default), momentum, adam or adamw.
        dtype: the number type, float32 by default.
        device: cpu (the default) or cuda.
        nodes: the names of the nodes to explain, or one name; without them, the first :data:`MAX_EXPLAINED` are.

    Raises:
        ShapecalcError: as :func:`shapecalc.measure`.
        SpecError: a node is not in the net, or there are too many names.
    """
    check_net(net)
    if isinstance(nodes, str):
        nodes = (nodes,)
    check_type("nodes", nodes, Collection, "names of nodes, such as ('conv1', 'pool1')")
    words = {"batch": batch, "optimizer": optimizer, "dtype": dtype, "device": device}
    setting = {**Setting()._asdict(), **{name: word for name, word in words.items() if word is not None}}
    report = raw_report(net, read_setting(**setting))
    if report.has_letters:
        report = _with_complete_fields(report)
    if len(nodes) > MAX_EXPLAINED:
        raise SpecError(f"At most {MAX_EXPLAINED:,} nodes are explained at a time.")
    places = sorted({report.places[report[name].name] for name in nodes})
    rows = [report.rows[place] for place in places] if nodes else report.rows[:MAX_EXPLAINED]
    return Explanation(
        report,
        tuple((row, derive(row, report)) for row in rows),
        bool(nodes),
        any(word is not None for word in words.values()),
    )


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


def _with_saved(derivation: Derivation, row: Row, words: str) -> Derivation:
    """With what training saves at the layer, of which other layers have saved nothing yet."""
    return derivation._replace(
        remarks=(*derivation.remarks, f"saved for the way back: {thousands(row.saved)} bytes{words}")
    )
