"""Blocks of a network file, unfolded into a flat list of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, final

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.document.flowing import FlowingShapes
from shapecalc.formats.document.model import BlockDefinition, Document, LayerEntry, LayerPath, ParameterValue, Variant
from shapecalc.formats.document.parameters import bind, check_names, file_values, filled, parameter_value
from shapecalc.formats.document.readings import Calls, NamedLayer, read_text, type_of, words_of
from shapecalc.formats.document.scope import NameTable, Scope, Sources, Steps, UnfoldingError
from shapecalc.formats.text.grammar import Call
from shapecalc.layers import Layer, Shape
from shapecalc.net.net import Node

#: Bounds on what a file may unfold to: nodes, and steps besides one reading of its own texts.
MAX_NODES = 5_000
MAX_STEPS = 200_000


def expand(
    document: Document, member: Variant, inputs: Mapping[str, Shape]
) -> tuple[tuple[Node, ...], Sources, tuple[str, ...]]:
    """The nodes of a document, the names of those that come out, and what its texts leave open.

    Args:
        document: the content of the file.
        member: the variant.
        inputs: the net's inputs by name, each with its shape, or ().

    Raises:
        SpecError: an entry cannot be read, or the file unfolds to too much; the message names the place.
    """
    values = file_values(document, member)
    check_names(document)
    paths = [document.layers, *(block.layers for block in document.blocks.values())]
    names = NameTable(list(inputs), Steps(MAX_STEPS + sum(map(_length, paths))))
    unfolding = Unfolding(document.blocks, values, names, inputs)
    unfolding.path(document.layers, (next(iter(inputs)),), Scope(values))
    written = member.outputs or document.outputs
    outputs = [names.sources.get(name, (name,)) for name in ([written] if isinstance(written, str) else written)]
    return tuple(unfolding.nodes), tuple(name for sources in outputs for name in sources), tuple(unfolding.remarks)


def _length(path: LayerPath | None) -> int:
    """The steps of reading a path once."""
    if path is None or isinstance(path, str):
        return len(path or "")
    return sum(len(entry) if isinstance(entry, str) else _entry_length(entry) for entry in path)


def _entry_length(entry: LayerEntry) -> int:
    paths = [entry.layers, entry.sequential, entry.residual, entry.skip, entry.dense, *(entry.parallel or [])]
    return len(f"{entry.layer}{entry.merge}{entry.repeat}") + len(entry.inputs) + sum(map(_length, paths))


@final
class Unfolding:
    """Unfolds entries into nodes, one behind the other.

    Args:
        blocks: the blocks of the file.
        values: the values of the file's own letters.
        names: the names of its inputs; those of its nodes are added.
        inputs: the shapes of its inputs by name.
    """

    def __init__(
        self,
        blocks: Mapping[str, BlockDefinition],
        values: Mapping[str, Any],
        names: NameTable,
        inputs: Mapping[str, Shape],
    ) -> None:
        self.blocks = blocks
        #: for each block the characters of its defaults, which are read wherever it is used
        self.lengths = {name: sum(len(str(value)) for value in block.takes.values()) for name, block in blocks.items()}
        self.values = values
        self.names = names
        self.steps = names.steps
        self.nodes: list[Node] = []
        self.block_names = frozenset(blocks)
        #: the shape of the first input, whose rank layers without one have
        self.shape = next(iter(inputs.values()), ())
        self.flow = FlowingShapes(inputs)
        #: what the texts leave open, and how it is read
        self.remarks: dict[str, None] = {}

    def path(self, path: LayerPath, sources: Sources, scope: Scope) -> Sources:
        """Unfold a path, and return its outputs."""
        for number, entry in enumerate([path] if isinstance(path, str) else path, 1):
            try:
                sources = self.entry(entry, sources, scope)
            except UnfoldingError:
                raise
            except ShapecalcError as refused:
                raise SpecError(f"layer {number}: {refused}") from None
        return sources

    def entry(self, entry: str | LayerEntry, sources: Sources, scope: Scope) -> Sources:
        """Unfold an entry, and return its outputs."""
        if isinstance(entry, str):
            for call in self.calls(entry, scope, sources):
                sources = self.call(call, sources, scope, call.node or self.number(scope, call))
            return sources
        references = [entry.inputs] if isinstance(entry.inputs, str) else entry.inputs
        read = tuple(name for reference in references for name in self.read(reference, scope))
        sources = read or sources
        start = len(self.nodes)
        if entry.repeat is None:
            name = self.name(entry, scope)
            outputs = self.once(entry, sources, scope, name)
        else:
            name = "" if "{" in entry.name else entry.name
            outputs = self.names.define(name, self.repeated(entry, sources, scope), scope)
        if read and start < len(self.nodes):
            self.check_read(read, start, outputs)
        self.mark(entry, start, scope, name)
        return outputs

    def check_read(self, sources: Sources, start: int, outputs: Sources) -> None:
        """Refuse inputs that nothing reads, of the nodes from ``start`` on."""
        nodes = self.nodes[start:]
        if {*sources}.isdisjoint([*outputs, *chain.from_iterable(node.inputs for node in nodes)]):
            is_source = len(nodes) == 1 and not nodes[0].inputs
            subject = f"{nodes[0].layer!r} reads nothing" if is_source else "no layer in it reads its input"
            raise SpecError(f"inputs: {subject}; leave out the key inputs.")

    def name(self, entry: LayerEntry, scope: Scope) -> str:
        """The name of an entry, with the values of its parameters in place of their letters."""
        if "{" not in entry.name:
            return entry.name
        name = filled(entry.name, scope.values)
        self.steps.spend(len(name))
        return name

    def number(self, scope: Scope, call: Call | NamedLayer | None = None) -> str:
        """The name of what has none: a number inside of a sequential."""
        is_inline = isinstance(call, Call) and self.blocks[call.name].inline
        return self.names.number(scope) if scope.is_sequential and not is_inline else ""

    def read(self, reference: str, scope: Scope) -> Sources:
        """The nodes behind a name."""
        return self.names.read(filled(reference, scope.values) if "{" in reference else reference, scope)

    def repeated(self, entry: LayerEntry, sources: Sources, scope: Scope) -> Sources:
        """Unfold an entry as often as it says; each repetition is named by its number."""
        self.steps.spend(len(str(entry.repeat)))
        times = parameter_value(entry.repeat, scope.values)
        if isinstance(times, bool) or not isinstance(times, int) or times < 0:
            raise SpecError(f"repeat: {entry.repeat} is not a number of times{_meaning(entry.repeat, times)}.")
        has_letters = "{" in entry.name
        inner = scope.inner("" if has_letters else entry.name)
        for number in range(times):
            self.steps.spend(10 + len(scope.values))
            turn = inner._replace(values={**scope.values, entry.index: number}) if entry.index else inner
            name = self.name(entry, turn) if has_letters else str(number) if entry.name else ""
            sources = self.once(entry, sources, turn, name, repeats=True)
        return sources

    def once(self, entry: LayerEntry, sources: Sources, scope: Scope, name: str, *, repeats: bool = False) -> Sources:
        """Unfold an entry a single time; a repeated block or path without a name gets a number."""
        calls = self.calls(entry.layer, scope, sources) if entry.layer else ()
        if entry.layer and len(calls) != 1:
            raise SpecError(f"Expected one layer but {entry.layer!r} has {len(calls)}.")
        call = calls[0] if calls else None
        name = name or (call.node if call else "") or self.number(scope, call)
        if repeats and not name and not scope.is_sequential and not isinstance(call, NamedLayer):
            name = self.names.number(scope)
        if call:
            return self.call(call, sources, scope, name)
        inner = scope.inner(name, is_sequential=entry.sequential is not None)
        paths, merge = entry.paths
        outputs = tuple(output for path in paths for output in self.path(path, sources, inner))
        return self.names.define(name, self.entry(merge, outputs, inner) if merge else outputs, scope)

    def calls(self, text: str, scope: Scope, sources: Sources) -> Calls:
        """The layers and blocks in a text."""
        self.steps.spend(len(text))
        letters, depends = words_of(text, self.block_names)
        written = scope.values
        values = tuple([(name, written[name], type_of(written[name])) for name in letters if name in written])
        # layers of Keras and of textbooks depend on what reaches them
        shape = self.flow.after(self.nodes, sources) if depends else self.shape
        calls, remarks = read_text(text, self.block_names, shape, values)
        self.remarks |= remarks
        return calls

    def call(self, call: Call | NamedLayer, sources: Sources, scope: Scope, name: str = "") -> Sources:
        """Unfold a layer into a node, or a block into its entries."""
        if isinstance(call, NamedLayer):
            return self.add(call.layer, sources, scope, name)
        block = self.blocks[call.name]
        self.steps.spend(self.lengths[call.name] + len(self.values) + len(block.takes))
        values = bind(call.name, block.takes, call.args, call.kwargs, self.values)
        inner = scope.inner_block(name, call.name, values, sources)
        try:
            return self.names.define(name, self.path(block.layers, sources, inner), scope)
        except UnfoldingError:
            raise
        except SpecError as refused:
            raise SpecError(f"block {call.name}: {refused}") from None

    def add(self, layer: Layer, sources: Sources, scope: Scope, name: str) -> Sources:
        """Add a node."""
        if len(self.nodes) == MAX_NODES:
            raise UnfoldingError(f"It unfolds to more than {MAX_NODES:,} layers.")
        name = name or self.names.default(layer, scope)
        full = scope.prefix + name
        self.steps.spend(len(sources) - 1)
        sources = sources if type(layer).arity[1] else ()  # a learned tensor reads nothing
        self.nodes.append(Node(full, layer, sources))
        return self.names.define(name, (full,), scope)

    def mark(self, entry: LayerEntry, start: int, scope: Scope, name: str) -> None:
        """Mark the nodes from ``start`` on with the owner of their weights and whether training changes them."""
        if entry.trainable and not entry.share:
            return
        owners = self.names.find(entry.share, scope) if entry.share else [""]
        if len(owners) > 1:
            raise SpecError(f"weights are those of one layer or block, but {entry.share} are {len(owners)}.")
        owner = owners[0]
        is_single = len(self.nodes) == start + 1
        if owner and not (is_single or name):
            raise SpecError(f"what shares the weights of {entry.share} needs a name, as each of its layers has one.")
        nodes = self.nodes[start:]
        if nodes and not any(next(node.layer.tensors(), None) for node in nodes):
            key = "share" if entry.share else "trainable"
            subject = f"{nodes[0].layer!r} has" if len(nodes) == 1 else "its layers have"
            raise SpecError(f"{key}: {subject} no weights; leave out the key {key}.")
        prefix = scope.prefix + name
        for place, node in enumerate(self.nodes[start:], start):
            share = node.share
            if owner and (is_single or next(node.layer.tensors(), None)):
                share = self.names.lender(owner + ("" if is_single else node.name.removeprefix(prefix)), node.name)
            self.nodes[place] = node._replace(share=share, trainable=node.trainable and entry.trainable)


def _meaning(written: ParameterValue, times: Any) -> str:
    return "" if str(written) == str(times) else f", it is {times}"
