"""Layers taken together, with their subtotals: the blocks of a net by their names, or all layers of a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, plain, total
from shapecalc.layers import Shape
from shapecalc.measures.report import Report, Row
from shapecalc.measures.work import add_work
from shapecalc.page.numbers import tally


@final
class Group(NamedTuple):
    """Some layers of a net; a layer by itself is a group as well.

    Attributes:
        name: the block's name, or the type of its layers; of a layer by itself, its own.
        rows: the measures of its layers, in order.
        reads: the groups or inputs that it reads; () where the layers are of a type.
        outputs: the layers whose outputs are read elsewhere or come out of the net; () likewise.
    """

    name: str
    rows: tuple[Row, ...]
    reads: tuple[str, ...] = ()
    outputs: tuple[Row, ...] = ()

    @property
    def is_layer(self) -> bool:
        """Whether it is one layer."""
        return len(self.rows) == 1

    @property
    def share(self) -> str:
        """The node whose weights it uses, where it is one layer, or ""."""
        return self.rows[0].share if self.is_layer else ""

    @property
    def layer(self) -> str:
        """The layer as torch writes it, or the types of several with their numbers: 10 Conv2d, 9 ReLU."""
        return repr(self.rows[0].layer) if self.is_layer else tally(row.type for row in self.rows)

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """What its first layer reads."""
        return self.rows[0].input_shapes

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """What comes out of it."""
        return tuple([row.output_shape for row in self.outputs])

    @property
    def values(self) -> Int:
        """How many numbers come out of it; where the layers are of a type, out of all of them."""
        return total([row.values for row in self.outputs or self.rows])

    @property
    def parameters(self) -> Int:
        """How many numbers its weights hold; those that another node owns are not counted."""
        return total([row.parameters for row in self.rows])

    @property
    def trainable(self) -> Int:
        """Those of them that training changes."""
        return total([row.parameters for row in self.rows if row.trainable])

    @property
    def buffers(self) -> Int:
        """How many numbers it keeps that are not trained."""
        return total([row.measures.tensors.buffered for row in self.rows if not row.share])

    @property
    def macs(self) -> Int | None:
        """Multiply-accumulates for one input; None where those of a layer are not known."""
        return add_work([row.macs for row in self.rows])

    @property
    def saved(self) -> Int:
        """Bytes that autograd saves in it for the way back."""
        return total([row.saved for row in self.rows])

    @property
    def last(self) -> Row:
        """The layer whose receptive field is that of the group: its last output."""
        return (self.outputs or self.rows)[-1]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: a block as a layer has it, with the names of its nodes; of a type, the sums."""
        sums = {name: plain(getattr(self, name)) for name in ("values", "parameters", "trainable", "buffers", "macs",
                                                               "saved")}  # fmt: skip
        nodes = [row.name for row in self.rows]
        if not self.outputs:
            return {"type": self.name, "nodes": nodes, **sums}
        return {
            "name": self.name,
            "nodes": nodes,
            "layer": self.layer,
            "inputs": list(self.reads),
            "input_shape": _data(self.input_shapes),
            "output_shape": _data(self.output_shapes),
            **sums,
            "receptive_field": self.last.as_dict()["receptive_field"],
        }


def _data(shapes: tuple[Shape, ...]) -> list[Any]:
    """A shape for JSON, or a list of several."""
    lists = [plain(shape) for shape in shapes]
    return lists[0] if len(lists) == 1 else lists


def layers_of(report: Report) -> tuple[Group, ...]:
    """Each layer by itself."""
    return tuple([Group(row.name, (row,), row.reads, (row,)) for row in report])


def types_of(report: Report) -> tuple[Group, ...]:
    """The layers of each type, in the order in which the types occur."""
    return tuple([Group(name, rows) for name, rows in _members(report, lambda row: row.type).items()])


def blocks_of(report: Report, depth: int) -> tuple[Group, ...]:
    """The layers whose names begin with the same ``depth`` parts: layer1.0 of layer1.0.conv1, in order."""
    members = _members(report, lambda row: ".".join(row.name.split(".")[:depth]))
    names = {name: rows[0].name if len(rows) == 1 else name for name, rows in members.items()}
    block_of = {row.name: names[name] for name, rows in members.items() for row in rows}
    readers = [(read, block_of[row.name]) for row in report for read in row.reads]
    used = {read for read, block in readers if block_of.get(read) != block}.union(report.net.outputs)
    blocks = []
    for name, rows in members.items():
        sources = dict.fromkeys(block_of.get(read, read) for row in rows for read in row.reads)
        outputs = tuple([row for row in rows if row.name in used]) or rows[-1:]
        reads = tuple([source for source in sources if source != names[name] or len(rows) == 1])
        blocks.append(Group(names[name], rows, reads, outputs))
    return tuple(blocks)


def _members(report: Report, label: Callable[[Row], str]) -> dict[str, tuple[Row, ...]]:
    members: dict[str, list[Row]] = {}
    for row in report:
        members.setdefault(label(row), []).append(row)
    return {name: tuple(rows) for name, rows in members.items()}
