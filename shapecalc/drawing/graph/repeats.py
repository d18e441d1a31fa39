"""Blocks that stand several times one behind the other: which boxes a picture shows once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple, final

from shapecalc.drawing.graph.boxes import Box, Kind

#: A block of more boxes than this is not looked for.
MAX_BLOCK = 120


@final
class Repeat(NamedTuple):
    """A run of equal blocks.

    Attributes:
        start: where the first box of the first block stands.
        period: how many boxes a block has.
        times: how often it stands there.
    """

    start: int
    period: int
    times: int

    @property
    def end(self) -> int:
        """Where the first box behind the run stands."""
        return self.start + self.period * self.times

    @property
    def saving(self) -> int:
        """How many boxes need not be drawn."""
        return self.period * (self.times - 1)


class _Likeness(NamedTuple):
    """What two boxes have in common that do the same."""

    kind: Kind
    layers: tuple[object, ...]
    notes: tuple[str, ...]
    shapes: tuple[object, ...]


def repeats_of(boxes: Sequence[Box]) -> list[Repeat]:
    """The runs of equal blocks, none of which overlap; of several at a place, the one that saves most.

    Two blocks are equal where their layers are, with their arguments, shapes and costs, and where each box reads what
    stands at the same place of its own block or of the one before it, or the same box before the run. The first block
    may read anything in place of the one before it. Nothing behind the run reads a block but the last one.
    """
    numbers: dict[_Likeness, int] = {}
    tokens = [numbers.setdefault(_token(box), len(numbers)) for box in boxes]
    places = {box.name: place for place, box in enumerate(boxes)}
    reads = [tuple(places[name] for name in box.reads) for box in boxes]
    last_reader = [0] * len(boxes)
    for place, sources in enumerate(reads):
        for source in sources:
            last_reader[source] = max(last_reader[source], place)
    net = _Sequence(tokens, reads, last_reader)
    runs: list[Repeat] = []
    start = 0
    while start < len(boxes):
        run = net.best(start)
        if run is not None:
            # one that starts a little later may be that of a block
            others = (net.best(start + step) for step in range(1, run.period))
            run = max((run, *filter(None, others)), key=lambda candidate: _merit(candidate, boxes))
            runs.append(run)
        start = start + 1 if run is None else run.end
    return runs


def _merit(run: Repeat, boxes: Sequence[Box]) -> tuple[int, int, bool, int]:
    """How good a run is: what it saves, then whether it is a block by its names, then whether it begins with work."""
    first = boxes[run.start : run.start + run.period]
    return run.saving, len(common_parts([box.name for box in first])), first[0].kind is Kind.WORK, -run.start


def common_parts(names: Sequence[str]) -> list[str]:
    """The parts that names begin with, their last parts left out: layer1 and 0 of layer1.0.conv1 and layer1.0.bn1."""
    parts = zip(*[name.split(".")[:-1] for name in names], strict=False)
    return [alike[0] for alike in takewhile(lambda alike: len(set(alike)) == 1, parts)]


def _token(box: Box) -> _Likeness:
    layers = tuple(row.layer.interned for row in box.rows)
    own = {row.name: place for place, row in enumerate(box.rows)}
    shapes = tuple(
        (row.input_shapes, row.output_shape, tuple(own.get(read, -1) for read in row.reads)) for row in box.rows
    )
    if not box.rows:  # no two inputs or outputs are equal
        return _Likeness(box.kind, (box.name,), (), ())
    return _Likeness(box.kind, layers, box.notes, shapes)


@final
class _Sequence(NamedTuple):
    """The boxes of a net in their order.

    Attributes:
        tokens: a number for each; two that do the same have the same.
        reads: the places of the boxes that each reads.
        last_reader: the place of the last box that reads each.
    """

    tokens: list[int]
    reads: list[tuple[int, ...]]
    last_reader: list[int]

    def best(self, start: int) -> Repeat | None:
        """The run that starts at a box and saves most; None where none does."""
        best: Repeat | None = None
        periods: list[int] = []
        for period in range(1, min(MAX_BLOCK, (len(self.tokens) - start) // 2) + 1):
            if self.tokens[start] != self.tokens[start + period] or any(period % less == 0 for less in periods):
                continue  # two blocks taken for one save no more
            if not self.follows(start, period):
                continue
            times = 2
            while self.equals(start + period, start + period * times, period, start):
                times += 1
            run = Repeat(start, period, times)
            while run.times > 1 and not self.is_closed(run):
                run = run._replace(times=run.times - 1)
            if run.times > 1:
                periods.append(period)
            if run.times > 1 and (best is None or run.saving > best.saving):
                best = run
        return best

    def follows(self, start: int, period: int) -> bool:
        """Whether the second block does what the first does, and reads of it what that reads of what stands before."""
        if self.tokens[start : start + period] != self.tokens[start + period : start + 2 * period]:
            return False
        carried: dict[int, int] = {}
        for place in range(start, start + period):
            ours, theirs = self.reads[place], self.reads[place + period]
            if len(ours) != len(theirs):
                return False
            for left, right in zip(ours, theirs, strict=True):
                if left >= start:
                    if right - left != period:
                        return False
                elif right != left and (
                    right < start or right >= start + period or carried.setdefault(left, right) != right
                ):
                    return False
        return len(set(carried.values())) == len(carried)

    def equals(self, start: int, other: int, period: int, begin: int) -> bool:
        """Whether the block at ``other`` reads and does what the one at ``start`` does, in a run from ``begin`` on."""
        tokens = self.tokens
        if other + period > len(tokens) or tokens[start : start + period] != tokens[other : other + period]:
            return False
        return all(
            len(ours) == len(theirs)
            and all(
                right - left == other - start or left == right < begin for left, right in zip(ours, theirs, strict=True)
            )
            for ours, theirs in zip(self.reads[start : start + period], self.reads[other : other + period], strict=True)
        )

    def is_closed(self, run: Repeat) -> bool:
        """Whether nothing reads a block of the run but the next one, and what stands behind the last one."""
        return all(
            self.last_reader[place] < run.start + (block + 2) * run.period
            for block in range(run.times - 1)
            for place in range(run.start + block * run.period, run.start + (block + 1) * run.period)
        )
