"""The forward of a class: a statement for each step, over as few variables as a person would take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import final

from shapecalc.emission.forms import form_of, tied_text
from shapecalc.emission.layout import INDENT, WIDTH, Argument, Brackets, Expression, lines, structured
from shapecalc.emission.parts import INDICES, Item, LayerPart, Submodule
from shapecalc.emission.shape_comments import Comments
from shapecalc.emission.templates import RESIDUAL, Template
from shapecalc.emission.variables import NEVER, RESERVED, input_variables, own_name, unused_name

#: The nicknames of layers that are written around the layer before them: F.relu(self.bn1(self.conv1(x))).
_WRAPPERS = frozenset({"relu", "activation", "norm", "dropout"})
#: How many layers stand in one statement at most.
_NESTED = 3
#: Joining so many values, each has a name of its own.
_BRANCHES = 3
#: Names for values that have none.
_LETTERS = ("x", "y", "z", "u", "v", "w")
#: Layers that give one of several pieces.
_CUTTING = frozenset({"Chunk", "Split"})
#: Layers that stretch a learned tensor over the batch.
_STRETCHING = frozenset({"Add", "Multiply", "MatMul"})


@final
class Forward:
    """The statements of one class.

    Args:
        template: the class.
        access: how each of its modules is read.
        comments: the shapes in it.
        names: the names of its inputs; () for names by their number.
    """

    def __init__(
        self, template: Template, access: Mapping[Item, str], comments: Comments, names: Sequence[str] = ()
    ) -> None:
        self.template = template
        self.scope = template.scope
        self.access = access
        self.comments = comments
        self.readers: dict[str, list[int]] = {}
        for number, item in enumerate(self.scope.items):
            for value in item.reads:
                self.readers.setdefault(value, []).append(number)
        for value in self.scope.writes:
            self.readers.setdefault(value, []).append(NEVER)
        self.inputs = input_variables(self.scope, self.readers, names)
        #: the variable of each value that there is
        self.variables = dict(zip(self.scope.reads, self.inputs, strict=True))
        self.free = {item.writes[0]: item for item in self.scope.items if isinstance(item, LayerPart) and item.is_free}
        self.owners = {item.node.name: item for item in self.scope.items if isinstance(item, LayerPart)}

    def statements(self) -> Iterator[str]:
        """The lines of the method."""
        shapes = [self.comments.of(value) for value in self.scope.reads]
        comment = ", ".join(shapes) if all(shapes) else ""
        if len(shapes) > 2 and len({*shapes}) == 1 and comment:
            comment = f"{shapes[0]} each"
        signature = Brackets("def forward(", [Argument("self"), *map(Argument, self.inputs)], ")")
        heading = lines(signature, tail=":", margin=INDENT, comment=comment)
        yield from heading
        if comment and len(shapes) > 1 and comment not in heading[-1]:
            yield from (f"{INDENT * 2}# {name}: {shape}" for name, shape in zip(self.inputs, shapes, strict=True))
        number, items = 0, self.scope.items
        while number < len(items):
            if number == self.template.tail:
                yield from self._residual(number)
                break
            count = self._pieces(number)
            if count:
                yield from self._unpacking(number, count)
                number += count
                continue
            end = self._end(number)
            is_last = end == len(items) and self.scope.writes == items[-1].writes and not items[-1].is_free
            yield from self._statement(number, end, is_last=is_last)
            number = end
            if is_last:
                return
        values = [self._read(value) for value in self.scope.writes]
        yield from lines(Brackets("", [*map(Argument, values)], ""), lead="return ", margin=INDENT * 2)

    def _pieces(self, number: int) -> int:
        """How many layers from one on are all the pieces of one value, in order; 0 if it does not begin them."""
        first = self.scope.items[number]
        if not isinstance(first, LayerPart) or type(first.layer).__name__ not in _CUTTING:
            return 0
        pieces: list[LayerPart] = []
        for place, item in enumerate(self.scope.items[number:]):
            if not isinstance(item, LayerPart) or item.reads != first.reads:
                break
            if type(item.layer) is not type(first.layer) or item.layer != first.layer.replace(index=place):
                break
            pieces.append(item)
        size, dim = first.inputs[0], first.layer.values["dim"]
        count = sum(piece.shape[dim - 1 if dim > 0 else dim] for piece in pieces)
        is_whole = len(pieces) > 1 and count == size[dim - 1 if dim > 0 else dim]
        return len(pieces) if is_whole and not 0 <= self.template.tail < number + len(pieces) else 0

    def _unpacking(self, number: int, count: int) -> Iterator[str]:
        """The statement that cuts a value into all its pieces."""
        pieces = self.scope.items[number : number + count]
        text = self._text(number, number + 1).rpartition("[")[0]
        targets: list[str] = []
        for piece in pieces:
            targets.append(self._variable(piece.writes[0], number, number + count, targets))
        for piece, target in zip(pieces, targets, strict=True):
            self.variables = {key: name for key, name in self.variables.items() if name != target}
            self.variables[piece.writes[0]] = target
        shapes = dict.fromkeys(self.comments.of(piece.writes[0]) for piece in pieces)
        comment = next(iter(shapes)) if len(shapes) == 1 else ", ".join(shapes) if all(shapes) else ""
        comment += " each" * (len(shapes) == 1 and bool(comment))
        yield from lines(_laid(text), lead=f"{', '.join(targets)} = ", margin=INDENT * 2, comment=comment)

    def _end(self, number: int) -> int:
        """The number behind the last layer of the statement that begins with a layer."""
        end = number + 1
        while end < len(self.scope.items) and end - number < _NESTED and self._wraps(end):
            longest = len(self._text(number, end + 1)) + len(self.comments.of(self.scope.items[end].writes[0])) + 20
            if longest > WIDTH:
                break
            end += 1
        return end

    def _wraps(self, number: int) -> bool:
        """Whether a layer is written around the one before it."""
        item, before = self.scope.items[number], self.scope.items[number - 1]
        if (
            not isinstance(item, LayerPart)
            or self.template.optional in (number, number - 1)
            or number == self.template.tail
            or before.writes != item.reads
        ):
            return False
        is_single = len(self.readers[item.reads[0]]) == 1 and not self._returns_more(before)
        form = form_of(item)
        is_call = form.is_call or form.is_plain
        return is_single and is_call and item.layer.nick in _WRAPPERS and item.reads[0] not in self.free

    @staticmethod
    def _returns_more(item: Item) -> bool:
        return isinstance(item, LayerPart) and form_of(item).returns_more

    def _text(self, number: int, end: int) -> str:
        """The expression of the layers of a statement."""
        text = ""
        for item in self.scope.items[number:end]:
            reads = [text] if text else [self._read(value, item) + self._leveled(value, item) for value in item.reads]
            text = self._expression(item, reads)
        return text

    def _leveled(self, value: str, reader: Item) -> str:
        """The index that gives a value as many dimensions as a layer aligns it to."""
        if isinstance(reader, Submodule) or value in self.free or value not in reader.reads[: len(reader.inputs)]:
            return ""
        missing = len(reader.inputs[reader.reads.index(value)]) - self.comments.rank(value)
        return f"[:, {', '.join(['None'] * missing)}]" if missing else ""

    def _expression(self, item: Item, reads: Sequence[str]) -> str:
        if isinstance(item, Submodule):
            return f"{self.access[item.owner or item]}({', '.join(reads)})"
        owner = self.owners.get(item.node.share, item)
        text = form_of(item).text if owner.layer == item.layer else tied_text(item.layer, owner.layer)
        if "{m}" in text:
            text = text.replace("{m}", self.access[owner])
        return re.sub(r"\{(\d+)\}", lambda match: reads[int(match[1])], text)

    def _read(self, value: str, reader: Item | None = None) -> str:
        """The variable of a value; of a learned tensor the attribute, for each input of the batch where it matters."""
        if value not in self.free:
            return self.variables[value]
        leaf = self.free[value]
        attribute = self.access[leaf]
        stretches = isinstance(reader, LayerPart) and type(reader.layer).__name__ in _STRETCHING
        if reader and stretches and not self.free.keys() >= {*reader.reads}:
            return attribute  # it is stretched over the batch
        batch = next(iter(self.variables.values()))
        return f"{attribute}.expand({batch}.shape[0], {', '.join(['-1'] * len(leaf.shape))})"

    def _statement(self, number: int, end: int, *, is_last: bool) -> Iterator[str]:
        first, last = self.scope.items[number], self.scope.items[end - 1]
        if first.is_free:
            return
        text = self._text(number, end)
        comment = self._shapes(first.reads[0], last.writes) if first.reads else ""
        if number == self.template.optional:
            yield from self._option(number, first, text, comment)
            return
        targets: list[str] = []
        for value in last.writes:
            targets.append(self._variable(value, number, end, targets))
        for value, target in zip(last.writes, targets, strict=True):
            self.variables = {key: name for key, name in self.variables.items() if name != target} | {value: target}
        margin = INDENT * 2
        if is_last and not self._returns_more(last):
            yield from lines(_laid(text), lead="return ", margin=margin, comment=comment)
            return
        more = ", _" if self._returns_more(last) and len(targets) == 1 else ""
        lead = f"{', '.join(targets)}{more} = "
        yield from lines(_laid(text), lead=lead, margin=margin, comment=comment)
        if is_last:
            yield f"{margin}return {', '.join(targets)}"

    def _shapes(self, before: str, writes: Sequence[str]) -> str:
        """The shapes of what comes out of a statement, where one is not that of what goes in."""
        if not any(self.comments.change(before, value) for value in writes):
            return ""
        shapes = [self.comments.of(value) for value in writes if not value.endswith(INDICES)]
        return ", ".join(shapes) if all(shapes) else ""

    def _option(self, number: int, item: Item, text: str, comment: str) -> Iterator[str]:
        """The statement of a part that some modules lack: what it gives is then what it reads."""
        margin = INDENT * 2
        (before,), (after,) = item.reads, item.writes
        source = self.variables[before]
        target = source if self.readers[before][-1] <= number else self._variable(after, number, number + 1, [])
        if target != source:
            yield f"{margin}{target} = {source}"
        yield f"{margin}if {self.access[item]} is not None:"
        yield from lines(_laid(text), lead=f"{target} = ", margin=margin + INDENT, comment=comment)
        self.variables[after] = target

    def _residual(self, number: int) -> Iterator[str]:
        """The statement that adds what a module reads to what it gives, where it does."""
        body = self.scope.items[number - 1].writes[0]
        target = text = self.variables[body]
        before = body
        for item in self.scope.items[number:]:
            text = self._expression(item, [text if value == before else self._read(value) for value in item.reads])
            before = item.writes[0]
        yield f"{INDENT * 2}if self.{RESIDUAL}:"
        yield from lines(_laid(text), lead=f"{target} = ", margin=INDENT * 3)
        self.variables[before] = target

    def _variable(self, value: str, number: int, end: int, targets: Sequence[str]) -> str:
        """The variable for a new value, beside those of the same statement."""
        item = self.scope.items[end - 1]
        live = {name for read, name in self.variables.items() if self.readers.get(read, [-1])[-1] >= end} | {*targets}
        if value.endswith(INDICES):
            return unused_name("indices", live)
        is_several = isinstance(item, Submodule) and len(item.writes) > 1
        if is_several and not self.readers.get(value):
            return "_"
        name = own_name(item, value)
        if name and name not in RESERVED and (is_several or self._has_name(value)):
            return unused_name(name, live)
        dying = [self.variables[read] for read in self.scope.items[number].reads if read in self.variables]
        # a name of a value means that value alone
        dying = [each for each in dying if each in self.inputs or each.rstrip("0123456789") in _LETTERS]
        choices = [*_LETTERS[:1], *(each for each in dying if each not in live), *_LETTERS]
        return next((each for each in choices if each not in live), unused_name("x", live))

    def _has_name(self, value: str) -> bool:
        """Whether a value is named after what gives it: it is read more than once, or is one of many."""
        readers = self.readers.get(value, [])
        if len(readers) > 1:
            return readers[-1] - readers[0] > 1
        if not readers or readers[0] == NEVER:
            return bool(readers) and len(self.scope.writes) >= _BRANCHES
        reader = self.scope.items[readers[0]]
        return len(reader.reads) >= _BRANCHES


def _laid(text: str) -> Expression:
    """An expression, taken apart where it may not fit in a line."""
    return text if len(text) < WIDTH // 2 else structured(text)
