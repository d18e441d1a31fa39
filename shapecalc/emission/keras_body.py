"""The body of a function for Keras: a statement for each layer, or for each block, over as few variables as will do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import final

from shapecalc.emission.arguments import READ
from shapecalc.emission.keras_blocks import KerasBlocks
from shapecalc.emission.keras_calls import KerasTexts, applied_text, list_text
from shapecalc.emission.keras_steps import BlockStep, LayerStep, Step, numbering, run_of, steps_of
from shapecalc.emission.layout import INDENT, WIDTH, Argument, Brackets, Expression, in_line, lines, structured
from shapecalc.emission.parts import Item, LayerPart, Submodule, is_attribute
from shapecalc.emission.shape_comments import Comments
from shapecalc.emission.templates import Template
from shapecalc.emission.variables import NEVER, own_name, unused_name
from shapecalc.errors import ShapecalcError

_VARIABLES = ("x", "y", "z", "u", "v", "w")
#: Names that a variable of a value cannot have.
_RESERVED = frozenset({"keras", "layers", "ops", "batch_norm", "channel_shuffle", "name", "i", "float", *_VARIABLES})
#: Joining so many values, each has a name of its own.
_BRANCHES = 3
#: So many equal blocks one behind the other are a loop.
_LOOP = 3


@final
class KerasBody:
    """The statements of one function.

    Args:
        blocks: the blocks of the net.
        template: the function.
        inputs: the variables of what it reads.
        comments: the shapes in it.
    """

    def __init__(self, blocks: KerasBlocks, template: Template, inputs: Sequence[str], comments: Comments) -> None:
        self.blocks = blocks
        self.template = template
        self.comments = comments
        self.texts = KerasTexts(blocks, template)
        self.steps = steps_of(blocks, template)
        #: the variable of each value that there is, and of each layer with shared weights
        self.variables = dict(zip(template.scope.reads, inputs, strict=True))
        self._shared: dict[tuple[str, int], tuple[str, LayerPart]] = {}
        self._inputs = {*inputs} if self.texts.is_top else set()
        self._last_reads = {value: index for index, step in enumerate(self.steps) for value in step.item.reads}
        self._last_reads |= dict.fromkeys(template.scope.writes, NEVER)
        functions = {each.name for each in blocks.templates.ordered if each.is_class}
        self._reserved = _RESERVED | functions | {argument.name for argument in template.arguments} | {*inputs}
        self._names = dict(self._branches())

    def _branches(self) -> Iterator[tuple[str, str]]:
        """The names of values of which several are joined."""
        joined = {value for step in self.steps if len(step.item.reads) >= _BRANCHES for value in step.item.reads}
        for item in self.template.items:
            name = item.path[-1]
            if isinstance(item, Submodule) and is_attribute(name) and name not in self._reserved:
                yield from ((value, name) for value in item.writes if value in joined and len(item.writes) == 1)

    def statements(self) -> Iterator[str]:
        """The lines, without those that read the inputs and return the outputs."""
        if any(argument.name == READ for argument in self.template.arguments):
            yield f"{INDENT}{READ} = {self.variables[self.template.scope.reads[0]]}.shape[1]"
        index = 0
        while index < len(self.steps):
            step = self.steps[index]
            group = self._group(index)
            run = self._run(index)
            if group:
                yield from self._conditional(group, index)
            elif run:
                yield from self._loop(run, index)
            elif isinstance(step, LayerStep):
                yield from self._layer(step, self._target(step.item, index))
            else:
                yield from self._block(step, index)
            index += len(group) or len(run) or 1

    def outputs(self) -> list[str]:
        """The variables of what it gives."""
        return [self.variables[value] for value in self.template.scope.writes]

    def _group(self, index: int) -> list[Step]:
        """The steps of a part that some modules lack."""
        condition = self.steps[index].condition
        return [*takewhile(lambda step: step.condition == condition, self.steps[index:])] if condition else []

    def _run(self, index: int) -> list[BlockStep]:
        """The steps from one on that are a loop: numbered calls of a block, equal or with numbers that grow."""
        run = run_of(self.steps, self._last_reads, index)
        while len(run) >= _LOOP and not (numbering(run) and self.texts.grown(run)):
            run.pop()
        return run if len(run) >= _LOOP else []

    def _target(self, item: LayerPart, index: int) -> str:
        if len(item.writes) > 1 or item.layer.reads_indices:
            raise ShapecalcError(f"{item.layer!r} cannot be written for Keras: it has no indices of a pooling.")
        return self._variable(item.writes[0], index)

    def _block(self, step: BlockStep, index: int) -> Iterator[str]:
        """The call of a block."""
        call = self._call(step)
        targets: list[str] = []
        for value in step.item.writes:
            name = own_name(step.item, value) if len(step.item.writes) > 1 else ""
            if value not in self._last_reads:
                targets.append("_")
            elif name and name not in self._reserved:
                targets.append(unused_name(name, self._live(index) | {*targets}))
            else:
                targets.append(self._variable(value, index, targets))
        for value, target in zip(step.item.writes, targets, strict=True):
            self._assign(value, target)
        yield from lines(call, lead=f"{', '.join(targets)} = ", margin=INDENT, comment=self._comment(step.item))

    def _call(self, step: BlockStep) -> Expression:
        reads = [self.variables[value] for value in step.item.reads]
        return _laid(in_line(self.texts.call(step, reads, self.texts.label(step))))

    def _assign(self, value: str, target: str) -> None:
        self.variables = {key: name for key, name in self.variables.items() if name != target} | {value: target}

    def _layer(self, step: LayerStep, target: str, margin: str = INDENT) -> Iterator[str]:
        """The statements of a layer, each of which gives the same variable."""
        leaf = step.item
        # a piece of the size of another value has its numbers here
        count = 1 if type(leaf.layer).__name__ == "Crop" else len(leaf.reads)
        reads = [self.variables[value] for value in leaf.reads[:count]]
        calls = self.blocks.calls(leaf)
        weighted = [number for number, call in enumerate(calls) if call.is_weighted]
        for number, call in enumerate(calls):
            arguments = self.texts.arguments(step, number)
            if number in weighted and not leaf.node.share:
                arguments.append(
                    f"name={self.texts.label(step, weighted.index(number) if len(weighted) > 1 else None)}"
                )
            text = applied_text(call, arguments, reads)
            if number in weighted and leaf.node.share:
                text = f"{self._owner(leaf, number)}({list_text(reads)})"
            elif number in weighted and leaf.node.name in self.blocks.owners:
                made = self._make_shared(leaf, number)
                yield from lines(_laid(f"{call.function}({', '.join(arguments)})"), lead=f"{made} = ", margin=margin)
                text = f"{made}({list_text(reads)})"
            if call.remark:
                yield f"{margin}# {call.remark}"
            comment = self._comment(leaf) if number == len(calls) - 1 else ""
            yield from lines(_laid(text), lead=f"{target} = ", margin=margin, comment=comment)
            reads = [target]
        self._assign(leaf.writes[0], target)

    def _owner(self, leaf: LayerPart, number: int) -> str:
        """The variable of the layer whose weights one of the calls of a layer has."""
        name, owner = self._shared.get((leaf.node.share, number), ("", leaf))
        if not name or owner.layer != leaf.layer:
            raise ShapecalcError(f"{leaf.layer!r} cannot be written for Keras: it has the weights of another layer.")
        return name

    def _make_shared(self, leaf: LayerPart, number: int) -> str:
        name = re.sub(r"\W", "_", leaf.node.name)
        name = name if is_attribute(name) and name not in self._reserved else f"layer_{name}"
        name = unused_name(name, {name for name, _ in self._shared.values()})
        self._shared[leaf.node.name, number] = (name, leaf)
        return name

    def _comment(self, item: Item) -> str:
        """The shape of what comes out, where it is another one than goes in."""
        shown = {*self.template.scope.reads, *(value for part in self.template.items for value in part.writes)}
        if not item.reads or not (self.texts.is_top or {item.reads[0], *item.writes} <= shown):
            return ""
        shapes = [self.comments.of(value) for value in item.writes if value in self._last_reads]
        if not any(self.comments.change(item.reads[0], value) for value in item.writes):
            return ""
        return ", ".join(shapes) if all(shapes) else ""

    def _conditional(self, group: Sequence[Step], index: int) -> Iterator[str]:
        """The statements of parts that some modules lack: what they give is then what they read."""
        before, after = group[0].item.reads[0], group[-1].item.writes[0]
        source = self.variables[before]
        end = index + len(group) - 1
        target = source if self._last_reads[before] <= end else self._variable(after, end)
        if target != source:
            yield f"{INDENT}{target} = {source}"
            self.variables[before] = source
        yield f"{INDENT}if {group[0].condition}:"
        for step in group:
            if isinstance(step, LayerStep):
                yield from self._layer(step, target, INDENT * 2)
            else:
                yield from lines(self._call(step), lead=f"{target} = ", margin=INDENT * 2)
                self._assign(step.item.writes[0], target)

    def _loop(self, run: Sequence[BlockStep], index: int) -> Iterator[str]:
        """A loop over blocks that are equal, or whose numbers grow."""
        growth, numbers = self.texts.grown(run), numbering(run)
        if growth is None or not numbers:
            return
        (arguments, grows), (stem, start) = growth, numbers
        before, after = run[0].item.reads[0], run[-1].item.writes[0]
        source, target = self.variables[before], self._variable(after, index)
        if target != source:
            yield f"{INDENT}{target} = {source}"
        first = 0 if grows else start
        label = self.texts.counted_label(stem, "i" if first == start else f"i + {start}")
        ends = f"{first}, {first + len(run)}" if first else f"{len(run)}"
        yield f"{INDENT}for i in range({ends}):"
        call = Brackets(f"{run[0].block.name}(", [Argument(target), *arguments, Argument(label, "name=")], ")")
        shape = self.comments.change(before, after) if self.texts.is_top else ""
        yield from lines(_laid(in_line(call)), lead=f"{target} = ", margin=INDENT * 2, comment=shape)
        self._assign(after, target)

    def _live(self, index: int) -> set[str]:
        """The variables of the inputs, and of what is read after a step."""
        return {name for read, name in self.variables.items() if self._last_reads.get(read, -1) > index} | self._inputs

    def _variable(self, value: str, index: int, targets: Sequence[str] = ()) -> str:
        """A variable that no value has which is still read, nor an input of the net."""
        live = self._live(index) | {*targets}
        names = [self._names.get(value, ""), *_VARIABLES]
        return next((name for name in names if name and name not in live), "") or unused_name("x", live)


def _laid(text: str) -> Expression:
    return text if len(text) < WIDTH // 2 else structured(text)
