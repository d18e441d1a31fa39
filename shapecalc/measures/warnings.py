"""What is legal, and still goes wrong in torch or is not what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shapecalc.algebra import total
from shapecalc.algebra.memo import remember
from shapecalc.layers import shape_text
from shapecalc.layers.core.layer import Layer
from shapecalc.measures.contiguity import Contiguity
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.misreading import misread_input
from shapecalc.page.numbers import thousands

if TYPE_CHECKING:
    from shapecalc.measures.report import Report
    from shapecalc.net import Net

#: Layers that a warning names.
_NAMED = 4


def warnings_of(report: Report) -> Iterator[str]:
    """What a reader should know: what the text leaves open, an input that looks misread, norms of a single value.

    torch refuses to normalise a single value for each channel: "Expected more than 1 value per channel when training".
    """
    yield from remarks_on(report.net)
    yield from _unread(report)
    yield from _unsettled(report)
    yield from _without_work(report)
    batch = report.memory.setting.batch
    if isinstance(batch, int) and batch > 1:
        return
    for in_training in (True, False):
        names = single_norms(report, in_training=in_training)
        if names:
            yield _refused(names, in_training, str(batch))


def single_norms(report: Report, *, in_training: bool) -> list[str]:
    """The norms that have a single value per channel in a batch of 1, which torch refuses in training, or always."""
    single = [row for row in report.rows if _is_single(row.measures)]
    return [row.name for row in single if _waits(row.layer) is in_training]


def remarks_on(net: Net) -> Iterator[str]:
    """What the text leaves open, and an input that looks misread."""
    yield from net.remarks
    meant = misread_input(net)
    if meant is not None:
        yield f"channels come first; did you mean {shape_text(meant)}?"


def _unread(report: Report) -> Iterator[str]:
    """The inputs that change nothing."""
    read = {name for node in report.net.nodes for name in node.inputs}
    names = [name for name in report.net.inputs if name not in read and name not in report.net.outputs]
    if names:
        yield f"{_listed(names)}: no layer reads {'it' if len(names) == 1 else 'them'}"


def _unsettled(report: Report) -> Iterator[str]:
    """The views of values whose order in memory torch chooses."""
    contiguity = Contiguity(report.net)
    if not contiguity.is_needed:
        return
    for row in report:
        contiguity.enter(row.node, row.layer, row.input_shapes, row.output_shape)
    if contiguity.unsettled:
        yield (
            f"{_listed(contiguity.unsettled)}: torch refuses a view of values that do not lie in order in memory, and "
            "here that is its choice (view size is not compatible with input tensor's size and stride); Reshape always "
            "works"
        )


def _without_work(report: Report) -> Iterator[str]:
    """The nodes whose work is not known, and what the others add up to."""
    names = [row.name for row in report.rows if row.measures.macs is None]
    if names:
        whose = "its" if len(names) == 1 else "their"
        others = thousands(total([row.macs for row in report if row.macs is not None]))
        yield f"{_listed(names)}: {whose} work is not known; the other layers take {others} MACs"


@remember()
def _is_single(measures: LayerMeasures) -> bool:
    """Whether a norm takes the statistics of single values."""
    layer = measures.layer
    return layer.normalized is not None and layer.normalized.at(layer.bind(measures.input_shapes)) == 1


def _waits(layer: Layer) -> bool:
    """Whether a norm takes the statistics of the batch only in training."""
    return layer.normalizes_in_training and layer.values.get("track_running_stats") is not False


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _refused(names: list[str], in_training: bool, batch: str) -> str:
    listed = _listed(names)
    when = " in training" if in_training else ""
    least = "give a batch of 2 or more" if batch == "1" else f"{batch} must be at least 2"
    return (
        f"{listed}: a batch of 1 has a single value per channel here, which torch refuses{when} "
        f"(Expected more than 1 value per channel when training); {least}"
    )
