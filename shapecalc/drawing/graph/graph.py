"""The graph that is drawn: boxes, edges with shapes, and frames around blocks that stand there several times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, final

from shapecalc.drawing.graph.boxes import Box, boxes_of, broken_boxes
from shapecalc.drawing.graph.repeats import Repeat, common_parts, repeats_of
from shapecalc.errors import ShapeError, SpecError
from shapecalc.measures.measurement import measure
from shapecalc.measures.partial import part_before
from shapecalc.measures.report import Report
from shapecalc.net import Net

#: A picture has no more boxes: beyond, nobody finds anything in it, and it takes seconds to lay out.
MAX_BOXES = 250
#: Without a depth, a net is folded where it has more.
READABLE = 90


@final
class BlockFrame(NamedTuple):
    """A block that stands several times one behind the other, drawn once.

    Attributes:
        times: how often.
        ends: the names of the first block and the last.
        block: what the names of the first block's boxes begin with, without the point; or "".
        members: its boxes, by name.
    """

    times: int
    ends: tuple[str, str]
    block: str
    members: tuple[str, ...]


@final
class Diagram(NamedTuple):
    """What is drawn of a net.

    Attributes:
        net: the net.
        boxes: the boxes, each after those that it reads.
        frames: the blocks that are drawn once.
        depth: to which depth it is folded; None where it is not.
        refusal: why a layer refuses, or None.
    """

    net: Net
    boxes: tuple[Box, ...]
    frames: tuple[BlockFrame, ...]
    depth: int | None
    refusal: ShapeError | None

    @property
    def edges(self) -> list[tuple[str, str]]:
        """Which box is read by which, by name."""
        return [(read, box.name) for box in self.boxes for read in box.reads]

    @property
    def trunk(self) -> list[str]:
        """The longest way through the graph, by the names of its boxes: what is drawn as a straight line."""
        before: dict[str, str] = {}
        lengths: dict[str, int] = {}
        for box in self.boxes:
            source = max((read for read in box.reads if read in lengths), key=lengths.__getitem__, default="")
            lengths[box.name] = lengths.get(source, 0) + 1
            before[box.name] = source
        way = [max(lengths, key=lengths.__getitem__)]
        while before[way[-1]]:
            way.append(before[way[-1]])
        return way[::-1]


@final
class _MeasuredNet(NamedTuple):
    """A net with what can be measured of it.

    Attributes:
        net: the whole net.
        report: its measures, or those of the layers before the one that refuses; None where there are none.
        refusal: why a layer refuses, or None.
        apart: whether layers that leave each value at its place have boxes of their own.
    """

    net: Net
    report: Report | None
    refusal: ShapeError | None
    apart: bool

    def at(self, depth: int | None) -> Diagram:
        """The graph, folded to a depth."""
        if self.refusal is not None:
            boxes = broken_boxes(self.net, self.report, self.refusal, depth=depth, apart=self.apart)
        else:
            boxes = [] if self.report is None else boxes_of(self.report, depth=depth, apart=self.apart)
        runs = repeats_of(boxes)
        twins = {
            boxes[place].name: boxes[run.start + (place - run.start) % run.period].name
            for run in runs
            for place in range(run.start + run.period, run.end)
        }
        shown = tuple(
            [
                box._replace(reads=tuple(dict.fromkeys(twins.get(read, read) for read in box.reads)))
                for box in boxes
                if box.name not in twins
            ]
        )
        return Diagram(self.net, shown, tuple([_frame(run, boxes) for run in runs]), depth, self.refusal)


def graph_of(net: Net, *, depth: int | None = None, apart: bool = False) -> Diagram:
    """The graph of a net, up to the layer that refuses.

    Args:
        net: the net, with the shape of its input.
        depth: fold the layers whose names begin with so many equal parts into a box; by default, where there are
            many, as little as makes it readable.
        apart: whether layers that leave each value at its place have boxes of their own.

    Raises:
        SpecError: the depth is below 1, or there are too many boxes; the message has a depth at which there are not.
    """
    if depth is not None and depth < 1:
        raise SpecError(f"The depth is at least 1, not {depth}.")
    subject = _measured(net, apart=apart)
    deepest = max(node.name.count(".") for node in net.nodes)
    if depth is None:
        graphs = [subject.at(None)]
        while len(graphs[-1].boxes) > READABLE and deepest >= len(graphs):
            graphs.append(subject.at(deepest + 1 - len(graphs)))
        readable = [graph for graph in graphs if len(graph.boxes) <= MAX_BOXES]
        if readable:
            return next((graph for graph in graphs if len(graph.boxes) <= READABLE), readable[-1])
        least = min(graphs, key=lambda graph: len(graph.boxes))
        raise SpecError(
            f"The picture would have {len(least.boxes):,} boxes, and at most {MAX_BOXES} are drawn; the names of the "
            "layers have no blocks to fold further. Try names such as stage1.conv1, which fold into stage1."
        )
    graph = subject.at(depth)
    if len(graph.boxes) > MAX_BOXES:
        fitting = next((less for less in range(min(depth, deepest + 1) - 1, 0, -1) if _fits(subject, less)), None)
        remedy = "Try a net with fewer layers" if fitting is None else f"Try a depth of {fitting}"
        raise SpecError(
            f"At a depth of {depth} the picture would have {len(graph.boxes):,} boxes, and at most {MAX_BOXES} are "
            f"drawn. {remedy}."
        )
    return graph


def _fits(subject: _MeasuredNet, depth: int) -> bool:
    return len(subject.at(depth).boxes) <= MAX_BOXES


def _measured(net: Net, *, apart: bool) -> _MeasuredNet:
    """A net with its measures, or with those of the layers before the one that refuses."""
    try:
        return _MeasuredNet(net, measure(net), None, apart)
    except ShapeError as refusal:
        if not refusal.node:
            raise
        part = part_before(net, refusal.node)
        return _MeasuredNet(net, None if part is None else measure(part), refusal, apart)


def _frame(run: Repeat, boxes: Sequence[Box]) -> BlockFrame:
    """The frame of a run, around its first block."""
    blocks = [boxes[start : start + run.period] for start in (run.start, run.end - run.period)]
    names = [[box.name for box in block] for block in blocks]
    first, last = map(_block_name, names)
    return BlockFrame(
        run.times, (first, last), ".".join(common_parts(names[0])) if run.period > 1 else "", tuple(names[0])
    )


def _block_name(names: Sequence[str]) -> str:
    """What a block is called: the parts that the names of its boxes begin with, or the first of them."""
    return (".".join(common_parts(names)) if len(names) > 1 else "") or names[0]
