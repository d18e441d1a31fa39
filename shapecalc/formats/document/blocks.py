"""Blocks: what a file defines once and uses often, written out as a flat list of nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import Name
from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.formats.document.model import Block, Document, Entry, Path, Value, Variant
from shapecalc.formats.document.parameters import bind, check_names, value
from shapecalc.formats.text.chain import Call, read_call, read_calls
from shapecalc.formats.text.expression import Reader
from shapecalc.layers import Layer
from shapecalc.net.net import INPUT, Node, default_name

#: Bounds on what a file may unfold to: nodes, blocks and paths inside each other, and steps. A step is a character that
#: is read again or written before a name, or a value that is handed on.
MAX_NODES = 10_000
MAX_NESTING = 20
MAX_STEPS = 200_000

#: What an entry reads or gives: names of nodes, nearly always one.
Bundle = tuple[str, ...]


class UnfoldingError(SpecError):
    """A file unfolds to more than is read. No place in it is to blame."""


@final
@dataclass(frozen=True, slots=True)
class Scope:
    """Where an entry stands.

    Attributes:
        values: what letters stand for.
        prefixes: how the names around it begin, the innermost last.
        source: what the block reads, inside a block.
        using: the blocks that are being written out.
        depth: how many blocks and paths are around it.
    """

    values: Mapping[str, Any]
    prefixes: tuple[str, ...] = ("",)
    source: Bundle = ()
    using: tuple[str, ...] = ()
    depth: int = 0

    @property
    def prefix(self) -> str:
        """How a name that is given here begins."""
        return self.prefixes[-1]

    def inside(self, name: str, **changes: Any) -> Scope:
        """The scope of what stands inside an entry of that name; without a name, names go on as around it.

        Raises:
            SpecError: it is nested too deeply.
        """
        if self.depth == MAX_NESTING:
            raise UnfoldingError(f"Blocks and paths are nested deeper than {MAX_NESTING}.")
        prefixes = (*self.prefixes, f"{self.prefix}{name}.") if name else self.prefixes
        return replace(self, prefixes=prefixes, depth=self.depth + 1, **changes)


def expand(document: Document, member: Variant, inputs: list[str]) -> tuple[tuple[Node, ...], Bundle]:
    """The nodes of a document, and the names of those that come out.

    Args:
        document: what the file says.
        member: what is particular about the variant that is meant.
        inputs: the names of the net's inputs.

    Raises:
        SpecError: an entry cannot be read, or it all unfolds to too much; the message names the place.
    """
    values = bind("the file", document.takes, [], {name: value(text, {}) for name, text in member.with_.items()}, {})
    check_names(document)
    writer = Writer(document.blocks, values, inputs)
    writer.path(document.layers, (inputs[0],), Scope(values))
    outputs = [writer.taps.get(name, (name,)) for name in member.outputs or document.outputs]
    return tuple(writer.nodes), tuple(name for bundle in outputs for name in bundle)


@final
class Writer:
    """Writes entries out, one node behind the other."""

    def __init__(self, blocks: Mapping[str, Block], values: Mapping[str, Any], inputs: list[str]) -> None:
        self.blocks = blocks
        self.values = values
        #: how long the defaults are that each use of a block reads
        self.defaults = {name: sum(len(str(one)) for one in block.takes.values()) for name, block in blocks.items()}
        self.nodes: list[Node] = []
        #: what each name that has been given stands for, those of the nodes themselves included
        self.taps: dict[str, Bundle] = {name: (name,) for name in inputs}
        self.counts: dict[str, dict[str, int]] = {}
        self.known: set[str] = set()
        self.left = MAX_STEPS

    def path(self, path: Path, before: Bundle, scope: Scope) -> Bundle:
        """Write a path; what comes out of it."""
        for number, entry in enumerate([path] if isinstance(path, str) else path, 1):
            try:
                before = self.entry(entry, before, scope)
            except UnfoldingError:
                raise
            except ShapecalcError as refused:
                raise SpecError(f"layer {number}: {refused}") from None
        return before

    def entry(self, entry: str | Entry, before: Bundle, scope: Scope) -> Bundle:
        """Write an entry; what comes out of it."""
        if isinstance(entry, str):
            for reader, call in self.calls(entry, scope):
                before = self.call(reader, call, before, scope)
            return before
        wanted = [entry.inputs] if isinstance(entry.inputs, str) else entry.inputs
        before = tuple(name for ref in wanted for name in self.read(ref, scope)) or before
        start = len(self.nodes)
        if entry.repeat is None:
            last = self.once(entry, before, scope, entry.name)
        else:
            last = self.tap(entry.name, self.repeated(entry, before, scope), scope)
        self.mark(entry, start, scope)
        return last

    def repeated(self, entry: Entry, before: Bundle, scope: Scope) -> Bundle:
        """Write an entry as often as it says; each time is called by its number."""
        self.again(str(entry.repeat))
        times = value(entry.repeat, scope.values)
        if isinstance(times, bool) or not isinstance(times, int) or times < 0:
            raise SpecError(f"repeat: {entry.repeat} is not a number of times{_meaning(entry.repeat, times)}.")
        inner = scope.inside(entry.name)
        for number in range(times):
            self.spend(10 + len(scope.values))
            here = replace(inner, values={**scope.values, entry.index: number}) if entry.index else inner
            before = self.once(entry, before, here, str(number) if entry.name else "", numbered=True)
        return before

    def once(self, entry: Entry, before: Bundle, scope: Scope, name: str, *, numbered: bool = False) -> Bundle:
        """Write an entry a single time, under a name; without one, blocks and paths that repeat get a number."""
        found = list(self.calls(entry.layer, scope)) if entry.layer else []
        if entry.layer and len(found) != 1:
            raise SpecError(f"Expected one layer but {entry.layer!r} has {len(found)}.")
        is_layer = bool(found) and found[0][1].name not in self.blocks
        if numbered and not name and not is_layer:
            name = self.number(scope)
        if found:
            return self.call(*found[0], before, scope, name)
        inner = scope.inside(name)
        paths, merge = entry.paths
        ends = tuple(end for path in paths for end in self.path(path, before, inner))
        return self.tap(name, self.entry(merge, ends, inner) if merge else ends, scope)

    def number(self, scope: Scope) -> str:
        """The next number that names nothing here."""
        counts = self.counts.setdefault(scope.prefix, {})
        while True:
            counts[""] = counts.get("", -1) + 1
            if f"{scope.prefix}{counts['']}" not in self.taps:
                return str(counts[""])

    def calls(self, text: str, scope: Scope) -> Iterator[tuple[Reader, Call]]:
        """The layers and blocks that a text names, with the reader that knows where they stand."""
        self.again(text)
        reader = Reader(text, scope.values)
        empty = True
        for call in read_calls(reader, self.blocks):
            empty = False
            yield reader, call
        reader.expect_end()
        if empty:
            raise SpecError("The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'.")

    def call(self, reader: Reader, call: Call, before: Bundle, scope: Scope, name: str = "") -> Bundle:
        """Write one layer as a node, or one block as what it stands for."""
        if call.name not in self.blocks:
            return self.add(read_call(reader, call), before, scope, name)
        if call.name in scope.using:
            raise SpecError(f"{call.name} uses itself: {' > '.join((*scope.using, call.name))}.")
        block = self.blocks[call.name]
        self.spend(self.defaults[call.name] + len(self.values) + len(block.takes))
        values = bind(call.name, block.takes, call.args, call.kwargs, self.values)
        inner = scope.inside(name, values=values, source=before, using=(*scope.using, call.name))
        try:
            return self.tap(name, self.path(block.layers, before, inner), scope)
        except UnfoldingError:
            raise
        except SpecError as refused:
            raise SpecError(f"block {call.name}: {refused}") from None

    def add(self, layer: Layer, before: Bundle, scope: Scope, name: str) -> Bundle:
        """Write a node."""
        if len(self.nodes) == MAX_NODES:
            raise UnfoldingError(f"It unfolds to more than {MAX_NODES:,} layers.")
        name = name or default_name(layer, self.counts.setdefault(scope.prefix, {}), self.taps, scope.prefix)
        full = scope.prefix + name
        self.spend(len(before) - 1)
        self.nodes.append(Node(full, layer, before))
        return self.tap(name, (full,), scope)

    def tap(self, name: str, last: Bundle, scope: Scope) -> Bundle:
        """Let a name stand for what came out last."""
        full = scope.prefix + name
        if name and full in self.taps:
            remedy = " Give the use of its block a name." if scope.using else ""
            raise SpecError(f"two nodes are called {full}; every name may be used once.{remedy}")
        if name:
            self.spend(len(scope.prefix))
            self.taps[full] = last
        return last

    def read(self, wanted: str, scope: Scope) -> Bundle:
        """The nodes that an entry means by a name."""
        if wanted == INPUT and scope.source:
            return scope.source
        return tuple(name for full in self.find(wanted, scope) for name in self.taps[full])

    def find(self, wanted: str, scope: Scope) -> list[str]:
        """The full names behind a name: looked for here, then around the block, and so on; ``*`` is any part."""
        bound = scope.values.get(wanted)
        wanted = bound.name if isinstance(bound, Name) else wanted
        for prefix in reversed(scope.prefixes):
            if prefix + wanted in self.taps:
                return [prefix + wanted]
            if "*" in wanted:
                self.spend(len(self.taps))
                parts = (prefix + wanted).split(".")
                found = [full for full in self.taps if _matches(full.split("."), parts)]
                if found:
                    return found
        raise SpecError(f"{wanted} does not come before what reads it{did_you_mean(wanted, self.taps)}.")

    def mark(self, entry: Entry, start: int, scope: Scope) -> None:
        """Note on the nodes from ``start`` on whose weights they use, and whether training changes them."""
        if entry.trainable and not entry.share:
            return
        owner, *others = self.find(entry.share, scope) if entry.share else ("",)
        if others:
            raise SpecError(f"weights are those of one layer or block, but {entry.share} are {len(others) + 1}.")
        alone = len(self.nodes) == start + 1
        if owner and not (alone or entry.name):
            raise SpecError(f"what shares the weights of {entry.share} needs a name, as each of its layers has one.")
        own = scope.prefix + entry.name
        for place, node in enumerate(self.nodes[start:], start):
            share = node.share
            if owner and (alone or next(node.layer.tensors(), None)):
                share = self.lender(owner + ("" if alone else node.name.removeprefix(own)), node.name)
            self.nodes[place] = node._replace(share=share, trainable=node.trainable and entry.trainable)

    def lender(self, full: str, borrower: str) -> str:
        """The node whose weights are used."""
        if full not in self.taps:
            raise SpecError(f"{borrower} cannot share the weights of {full}, which does not come before it.")
        return self.taps[full][-1]

    def again(self, text: str) -> None:
        """Count a text that is read; once costs nothing, since a file is short enough to be read once."""
        self.spend(len(text) if text in self.known else 0)
        self.known.add(text)

    def spend(self, amount: int) -> None:
        """Count what is read and written, so that a short file cannot unfold without end."""
        self.left -= amount
        if self.left < 0:
            raise UnfoldingError(
                "It unfolds to more than is read: too many repetitions, or too long names and texts in them."
            )


def _matches(parts: list[str], wanted: list[str]) -> bool:
    return len(parts) == len(wanted) and all(b in ("*", a) for a, b in zip(parts, wanted, strict=True))


def _meaning(written: Value, times: Any) -> str:
    return "" if str(written) == str(times) else f", it is {times}"
