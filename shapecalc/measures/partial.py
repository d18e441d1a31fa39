"""The report of a refused net: its layers up to the one that refuses, and the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import plain
from shapecalc.errors import ShapeError
from shapecalc.measures.measurement import measure
from shapecalc.measures.report import Report
from shapecalc.measures.report_page import heading, table
from shapecalc.measures.summary import Summary, summarize
from shapecalc.net import Net
from shapecalc.page import Lines, Page, Presentable


@final
@dataclass(frozen=True)
class PartialReport(Presentable):
    """What can be measured of a net that a layer refuses.

    Attributes:
        net: the whole net.
        refusal: why it is refused, and where.
        summary: the measures of the layers before, in the rows that were asked for; None where there are none.
    """

    net: Net
    refusal: ShapeError
    summary: Summary | None

    @property
    def report(self) -> Report | None:
        """The measures of the layers before; None where there are none."""
        return None if self.summary is None else self.summary.report

    def page(self) -> Page:
        """The layers before the refusal as a table, and the refusal."""
        return Page((*self.layers().blocks, Lines((str(self.refusal),))))

    def layers(self) -> Page:
        """The layers before the refusal as a table."""
        return Page((heading(self.net), *(() if self.summary is None else table(self.summary))))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the layers as a report has them, and ``refused``."""
        shapes = {name: plain(shape) for name, shape in self.net.inputs.items()}
        return {
            **({"name": self.net.name} if self.net.name else {}),
            "input": next(iter(shapes.values())) if len(shapes) == 1 else shapes,
            **({"layers": []} if self.summary is None else self.summary.rows_as_dict()),
            "refused": self.refusal.as_dict(),
        }


def part_before(net: Net, name: str) -> Net | None:
    """The layers before a node, as a net; None where there are none."""
    names = [node.name for node in net.nodes]
    place = names.index(name) if name in names else 0
    return Net(net.inputs, net.nodes[:place], name=net.name) if place else None


def partial_report(
    net: Net, refusal: ShapeError, *, rows: Mapping[str, Any] | None = None, **setting: Any
) -> PartialReport:
    """The measures of the layers before the one that refuses.

    Args:
        net: the refused net.
        refusal: what :func:`shapecalc.measure` raised.
        rows: in which rows and columns, as :func:`shapecalc.measures.summary.summarize` has them.
        setting: the batch, optimizer, number type and device of the measure.

    Example:
        >>> import shapecalc
        >>> from shapecalc.measures.partial import partial_report
        >>> net = shapecalc.parse("Conv2d(3, 8, 3) Conv2d(9, 8, 3)", input_shape="3x32x32")
        >>> try:
        ...     shapecalc.measure(net)
        ... except shapecalc.ShapeError as refusal:
        ...     print([row.name for row in partial_report(net, refusal).report])
        ['conv1']
    """
    part = part_before(net, refusal.node)
    return PartialReport(net, refusal, None if part is None else summarize(measure(part, **setting), **(rows or {})))
