"""The boxes of a net's graph: a layer with what only changes its values, a block, an input, an output, a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple, final

from shapecalc.errors import ShapeError
from shapecalc.layers import shape_text
from shapecalc.layers.core.motion import STILL
from shapecalc.measures.groups import Group, blocks_of, layers_of
from shapecalc.measures.report import Report, Row
from shapecalc.net import Net
from shapecalc.page.numbers import thousands


class Kind(StrEnum):
    """What a box is; its colour follows from it, and its words say it too."""

    INPUT = "input"
    OUTPUT = "output"
    BLOCK = "block"
    WORK = "work"
    WINDOW = "window"
    JOIN = "join"
    PLAIN = "plain"
    REFUSED = "refused"
    MISSING = "missing"


@final
class Box(NamedTuple):
    """A box of the graph.

    Attributes:
        name: no other box has it.
        kind: what it is.
        heading: its first line.
        layers: what it does: a line or more for each layer.
        notes: what it costs, and other remarks.
        reads: the boxes that it reads, by name.
        shapes: what comes out of it, each shape once.
        rows: the measures of its layers.
    """

    name: str
    kind: Kind
    heading: str
    layers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def boxes_of(report: Report, *, depth: int | None = None, apart: bool = False) -> list[Box]:
    """The boxes of a net: its inputs, its layers or blocks, and its outputs, each after those that it reads.

    Args:
        report: the measures of the net.
        depth: fold the layers whose names begin with so many equal parts into a box.
        apart: whether a layer that leaves each value at its place (an activation, a norm) has a box of its own.
    """
    groups = layers_of(report) if depth is None else blocks_of(report, depth)
    if not apart:
        groups = _joined(groups, report)
    names = _names_by_row(groups)
    boxes = [*input_boxes(report.net), *(_box(group, names) for group in groups)]
    for place, output in enumerate(report.net.outputs):
        heading = "output" if len(report.net.outputs) == 1 else f"output {place + 1}"
        shape = shape_text(report.shape_of(output))
        boxes.append(Box(f"output {place}", Kind.OUTPUT, heading, reads=(names.get(output, output),), notes=(shape,)))
    return boxes


def input_boxes(net: Net) -> list[Box]:
    """A box for each input of a net."""
    return [
        Box(name, Kind.INPUT, "input" if name == "input" else f"input {name}", shapes=(shape_text(shape),))
        for name, shape in net.inputs.items()
    ]


def broken_boxes(net: Net, report: Report | None, refusal: ShapeError, *, depth: int | None, apart: bool) -> list[Box]:
    """The boxes of a net up to the layer that refuses, that layer with its reason, and how many are not reached.

    Args:
        net: the whole net.
        report: the measures of the layers before the one that refuses; None where there are none.
        refusal: why it refuses.
        depth: as of :func:`boxes_of`.
        apart: likewise.
    """
    if report is None:
        boxes, names = input_boxes(net), {}
    else:
        boxes = [box for box in boxes_of(report, depth=depth, apart=apart) if box.kind is not Kind.OUTPUT]
        names = {row.name: box.name for box in boxes for row in box.rows}
    node = net[refusal.node]
    remedy = refusal.remedy
    boxes.append(
        Box(
            f"refused {node.name}",
            Kind.REFUSED,
            f"✗ {node.name} is refused",
            (),
            (refusal.reason, *([remedy] if remedy else [])),
            tuple(dict.fromkeys(names.get(read, read) for read in node.inputs)),
        )
    )
    rest = len(net.nodes) - [other.name for other in net.nodes].index(node.name) - 1
    if rest:
        layers = "1 layer is" if rest == 1 else f"{rest:,} layers are"
        boxes.append(Box("not reached", Kind.MISSING, f"{layers} not reached", reads=(f"refused {node.name}",)))
    return boxes


def _names_by_row(groups: Iterable[Group]) -> dict[str, str]:
    return {row.name: group.name for group in groups for row in group.rows}


def _joined(groups: Sequence[Group], report: Report) -> tuple[Group, ...]:
    """The groups, those that leave each value at its place joined to what they read, where nothing else reads it."""
    readers = Counter(chain.from_iterable(row.reads for row in report))
    readers.update(report.net.outputs)
    joined: dict[str, Group] = {}
    place_of: dict[str, str] = {}
    for group in groups:
        row = group.rows[0]
        home = place_of.get(row.reads[0], "") if len(group.rows) == 1 == len(row.reads) else ""
        before = joined.get(home)
        follows = before is not None and before.rows[-1].name == row.reads[0] and readers[row.reads[0]] == 1
        if before is None or not follows or not _is_still(row) or _block(before.name) != _block(row.name):
            joined[group.name] = group
            place_of.update(dict.fromkeys([member.name for member in group.rows], group.name))
        elif before.is_layer or _is_joined(before):
            joined[home] = before._replace(rows=(*before.rows, row), outputs=(row,))
            place_of[row.name] = home
        else:  # a block stays what its name says
            joined[group.name] = group
            place_of[row.name] = group.name
    return tuple(joined.values())


def _block(name: str) -> str:
    """The block that a layer belongs to, by its name."""
    return name.rpartition(".")[0]


def _is_joined(group: Group) -> bool:
    """Whether it is a layer with others behind it, rather than a block."""
    return group.name == group.rows[0].name


def _is_still(row: Row) -> bool:
    """Whether it reads one input and leaves each value at its place; it may read others for statistics."""
    motion = row.measures.motion._replace(statistics=())
    return motion == STILL and len(row.reads) == 1 and row.input_shapes[0] == row.output_shape and row.macs == 0


def _box(group: Group, names: dict[str, str]) -> Box:
    is_block = not group.is_layer and not _is_joined(group)
    own = {row.name for row in group.rows}
    reads = dict.fromkeys(names.get(read, read) for row in group.rows for read in row.reads if read not in own)
    return Box(
        group.name,
        Kind.BLOCK if is_block else _kind(group.rows),
        group.name if is_block else _heading(group.rows),
        (group.layer,) if is_block else tuple(repr(row.layer) for row in group.rows),
        _notes(group),
        tuple(read for read in reads if read != group.name),
        tuple(dict.fromkeys(map(shape_text, group.output_shapes))),
        group.rows,
    )


def _heading(rows: Sequence[Row]) -> str:
    """The names of the layers; those behind the first without the beginning that all have: layer1.0.conv1 · bn1."""
    first, *others = (row.name for row in rows)
    prefix = first.rpartition(".")[0]
    return " · ".join((first, *(name.removeprefix(f"{prefix}.") if prefix else name for name in others)))


def _kind(rows: Sequence[Row]) -> Kind:
    first = rows[0]
    if first.macs != 0:
        return Kind.WORK
    if len(first.reads) > 1:
        return Kind.JOIN
    return Kind.WINDOW if first.measures.motion.slides else Kind.PLAIN


def _notes(group: Group) -> tuple[str, ...]:
    """What the layers cost; whose weights they use, and whether these are trained."""
    notes = []
    if group.parameters != 0:
        notes.append(_count(group.parameters, "parameter"))
    if group.macs != 0:
        notes.append("MACs not known" if group.macs is None else _count(group.macs, "MAC"))
    shares = dict.fromkeys(row.share for row in group.rows if row.share)
    if shares:
        notes.append(f"weights of {', '.join(shares)}")
    if any(row.parameters != 0 and not row.trainable for row in group.rows):
        notes.append("frozen")
    return tuple(notes)


def _count(value: object, noun: str) -> str:
    return f"{thousands(value)} {noun}{'' if value == 1 else 's'}"
