"""Modules of one structure: what is written once, as a class, for all places where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

from shapecalc.emission.forms import form_of, is_default_name, is_numbered, is_sequential
from shapecalc.emission.parts import Item, LayerPart, Submodule, has_attributes
from shapecalc.emission.ratios import Product

#: The argument of a block that says whether what it reads is added to what it gives.
RESIDUAL = "residual"
#: Instead of a default: there is none, though the argument is written with its name.
ALWAYS = object()
#: In a module with more parts none is looked for that another module lacks.
_MOST_PARTS = 40

#: A structure: its items by what is the same wherever it stands, and the numbers of the values that it gives.
Key = tuple[Any, ...]
#: The place of an argument in a template: the numbers of its items, and the argument's name.
Place = tuple[Any, ...]


@final
@dataclass(eq=False)
class Template:
    """A structure that one or more modules have.

    Assignments:
        items: the parts of the module, as in its first place.
        scope: the module in its first place.
        children: the template of each part that is a module of several layers.
        places: each module that has the structure, its parts in the order of ``items``; None for one that it lacks.
        optional: the number of the part that some of them lack; -1 if none lacks one.
        tail: the number from which on some lack the parts that add what is read to what is given; -1 if none does.
        is_sequential: whether it is written as nn.Sequential.
        is_class: whether it has a class of its own.
        name: the name of this class.
        parents: the templates in which it stands, once for each time.
        mentions: how often it stands in the text.
        arguments: the arguments of its class.
        bindings: what stands for each argument of its parts.
    """

    scope: Submodule
    children: dict[int, Template]
    is_sequential: bool
    places: dict[Submodule, tuple[Item | None, ...]] = field(default_factory=dict)
    optional: int = -1
    tail: int = -1
    is_class: bool = False
    name: str = ""
    parents: list[Template] = field(default_factory=list)
    mentions: int = 0
    arguments: list[ClassArgument] = field(default_factory=list)
    bindings: dict[Place, Binding] = field(default_factory=dict)

    @property
    def squeezes(self) -> bool:
        """Whether the module multiplies what it reads by what it computes of it, as squeeze-and-excitation does."""
        return any(
            isinstance(item, LayerPart)
            and type(item.layer).__name__ == "Multiply"
            and self.scope.reads[0] in item.reads
            for item in self.items
        )

    @property
    def adds(self) -> bool:
        """Whether the module adds something in the end, as a residual block does."""
        return any(isinstance(item, LayerPart) and type(item.layer).__name__ == "Add" for item in self.items)

    @property
    def items(self) -> tuple[Item, ...]:
        """The parts of the module in its first place."""
        return self.scope.items


@final
@dataclass(eq=False)
class ClassArgument:
    """An argument of a class: its name, its values by the module that it makes, and its default."""

    name: str
    values: dict[Submodule, Any]
    default: Any


class Binding(NamedTuple):
    """What stands for an argument in a class: a value, or a multiple or a part of one of the class's own arguments."""

    value: Any = None
    argument: ClassArgument | None = None
    factor: int = 1
    divisor: int = 1


@final
class Templates:
    """The templates of a net, those of inner modules first."""

    def __init__(self, whole: Submodule, ratios: Mapping[tuple[str, str, float], Product]) -> None:
        self.ratios = ratios
        self.of: dict[Submodule, Template] = {}
        self._by_key: dict[Key, Template] = {}
        #: structures that are another one without one of its parts, with the number of that part
        self._reduced: dict[Key, tuple[Template, int]] = {}
        #: structures that are another one without what adds its input in the end, and chains that may be such
        self._bodies: dict[Key, Template] = {}
        self._chains: dict[Key, Template] = {}
        for scope in sorted(_scopes(whole), key=lambda scope: scope.height):
            self._add(scope)
        # a module without one of the parts may have come before this part
        self.ordered = sorted(dict.fromkeys(self.of.values()), key=lambda template: template.scope.height)
        self.top = self.of[whole]
        for template in self.ordered:
            for child in template.children.values():
                child.parents.append(template)
        for template in reversed(self.ordered):
            template.mentions = sum(1 if parent.is_class else parent.mentions for parent in template.parents)
            template.is_class = template is self.top or _deserves_class(template)
            # people write a class of named layers with a forward
            if template.is_class and not is_numbered(template.scope) and has_attributes(template.scope):
                template.is_sequential = False

    def _add(self, scope: Submodule) -> None:
        key = self._key([(item, item.reads) for item in scope.items], scope)
        template = self._by_key.get(key)
        if template is None and key in self._reduced:
            template, position = self._reduced[key]
            if template.optional in (-1, position) and template.tail < 0:
                template.optional = position
                self._by_key[key] = template
            else:
                template = None
        if template is None:
            template = self._new(scope, key)
        items: list[Item | None] = list(scope.items)
        if template.optional >= 0 and len(items) < len(template.items):
            items.insert(template.optional, None)
        items += [None] * (len(template.items) - len(items))
        template.places[scope] = tuple(items)
        self.of[scope] = template

    def _new(self, scope: Submodule, key: Key) -> Template:
        """A template for a structure; one that lacks a part of it becomes the same."""
        children = {
            number: self.of[item]
            for number, item in enumerate(scope.items)
            if isinstance(item, Submodule) and item.owner is None
        }
        template = self._residual(scope, children, key)
        if template is not None:
            return template
        template = Template(scope, children, is_sequential(scope))
        self._by_key[key] = template
        if template.is_sequential:
            return template
        tail = _residual_tail(scope)
        if tail >= 0:
            body = [(item, item.reads) for item in scope.items[:tail]]
            self._bodies.setdefault(self._key(body, scope, scope.items[tail - 1].writes), template)
        for position in _optional_parts(scope):
            shorter = self._key(_without(scope, position), scope)
            lacking = self._by_key.get(shorter)
            if lacking and not lacking.is_sequential and lacking.optional < 0 and lacking.tail < 0:
                lacking.scope, lacking.children, lacking.optional = scope, children, position
                lacking.places = {
                    place: (*items[:position], None, *items[position:]) for place, items in lacking.places.items()
                }
                self._by_key[key] = lacking
                return lacking
            self._reduced.setdefault(shorter, (template, position))
        return template

    def _residual(self, scope: Submodule, children: dict[int, Template], key: Key) -> Template | None:
        """The template of a block that adds what it reads in the end, and of the same block that does not."""
        tail = _residual_tail(scope)
        body = scope.items[:tail] if tail >= 0 else scope.items
        if tail < 0 and not (scope.path and is_sequential(scope) and has_attributes(scope) and not is_numbered(scope)):
            return None
        plain = self._key([(item, item.reads) for item in body], scope, body[-1].writes)
        if tail < 0:
            template = self._bodies.get(plain)
            if template is None or template.optional >= 0:
                self._chains[plain] = self._by_key[key] = Template(scope, children, is_sequential=True)
                return self._chains[plain]
            template.tail = len(body)
        else:
            template = self._chains.get(plain)
            if template is None:
                return None
            template.scope, template.children, template.is_sequential = scope, children, False
            template.tail = tail
            missing = (None,) * (len(scope.items) - tail)
            template.places = {place: (*items, *missing) for place, items in template.places.items()}
        self._by_key[key] = template
        return template

    def _key(
        self, items: Sequence[tuple[Item, tuple[str, ...]]], scope: Submodule, writes: tuple[str, ...] = ()
    ) -> Key:
        """The structure of a module, of the parts with what each reads; of some of them, with what these give."""
        numbers = {value: number for number, value in enumerate(scope.reads)}
        sequential = not writes and is_sequential(scope)
        parts: list[Key] = []
        owners: dict[str | Submodule, int] = {}
        for number, (item, values) in enumerate(items):
            reads = tuple([numbers[value] for value in values])
            for value in item.writes:
                numbers[value] = len(numbers)
            if isinstance(item, Submodule) and item.owner is not None:
                parts.append((owners[item.owner], reads))
                continue
            if isinstance(item, Submodule):
                owners[item] = number
                parts.append((item.path, id(self.of[item]), reads, len(item.writes)))
                continue
            owners[item.node.name] = number
            path = item.path if item.is_weighted or (sequential and not is_default_name(item)) else ()
            form = form_of(item, as_module=sequential)
            share = owners.get(item.node.share)
            parts.append(
                (path, form.module, form.text, form.start, reads, len(item.writes), share, item.node.trainable)
            )
        return (sequential, len(scope.reads), *parts, tuple([numbers[value] for value in writes or scope.writes]))


def _scopes(scope: Submodule) -> Iterator[Submodule]:
    yield scope
    for item in scope.items:
        if isinstance(item, Submodule) and item.owner is None:
            yield from _scopes(item)


def _optional_parts(scope: Submodule) -> Iterator[int]:
    """The numbers of the parts that can be left out: what they give is then what they read."""
    if not scope.path or len(scope.items) > _MOST_PARTS:
        return
    for number, item in enumerate(scope.items):
        has_one = len(item.reads) == len(item.writes) == len(item.path) == 1
        if item.is_weighted and has_one and item.writes[0] not in scope.writes:
            yield number


def _residual_tail(scope: Submodule) -> int:
    """The number of the first of the last parts that add what a module reads to what it gives; -1 for none."""
    items = scope.items
    last = items[-1]
    if not scope.path or len(scope.reads) != 1 or len(items) > _MOST_PARTS or last.writes != scope.writes:
        return -1
    is_sum = isinstance(last, LayerPart) and type(last.layer).__name__ == "Add"
    if not is_sum or len(last.reads) != 2 or last.reads[1] != scope.reads[0]:
        return -1
    tail = len(items) - 1
    while tail > 1 and _is_plain(items[tail - 1]) and items[tail].reads[0] == items[tail - 1].writes[0]:
        tail -= 1
    body = items[tail - 1].writes if tail else ()
    readers = [item for item in items if body and body[0] in item.reads]
    return tail if readers == [items[tail]] and items[tail].reads[0] == body[0] else -1


def _is_plain(item: Item) -> bool:
    """Whether a part is a layer without weights that reads one value, such as a dropout."""
    return isinstance(item, LayerPart) and not item.is_weighted and len(item.reads) == 1 and not item.node.share


def _without(scope: Submodule, position: int) -> list[tuple[Item, tuple[str, ...]]]:
    """The parts of a module but for one of them, each with what it reads then."""
    (before,), (after,) = scope.items[position].reads, scope.items[position].writes
    return [
        (item, tuple([before if value == after else value for value in item.reads]))
        for number, item in enumerate(scope.items)
        if number != position
    ]


def _deserves_class(template: Template) -> bool:
    """Whether a structure is written as a class: it is no chain, or a chain of layers that stands in several places."""
    if not template.is_sequential:
        return True
    has_layers = any(isinstance(item, LayerPart) and item.is_weighted for item in template.items)
    children = [*template.children.values()]
    is_stage = len({*map(id, children)}) == 1 and children[0].adds  # equal residual blocks, which a loop makes
    is_flat = len(children) > 1 and not is_stage and not any(child.children for child in children)
    return template.mentions > 1 and len(template.items) > 1 and (has_layers or is_flat)
