"""Modules of one structure: what is written once, as a class, for all places where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

from shapecalc.emission.forms import form_of, is_default_name, is_numbered, is_sequential
from shapecalc.emission.parts import Item, LayerPart, Submodule, has_attributes

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
    is_class: bool = False
    name: str = ""
    parents: list[Template] = field(default_factory=list)
    mentions: int = 0
    arguments: list[ClassArgument] = field(default_factory=list)
    bindings: dict[Place, Binding] = field(default_factory=dict)

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
    """What stands for an argument in a class: a value, or a multiple of one of the class's own arguments."""

    value: Any = None
    argument: ClassArgument | None = None
    factor: int = 1


@final
class Templates:
    """The templates of a net, those of inner modules first."""

    def __init__(self, whole: Submodule) -> None:
        self.of: dict[Submodule, Template] = {}
        self._by_key: dict[Key, Template] = {}
        #: structures that are another one without one of its parts, with the number of that part
        self._reduced: dict[Key, tuple[Template, int]] = {}
        for scope in sorted(_scopes(whole), key=lambda scope: scope.height):
            self._add(scope)
        self.ordered = list(dict.fromkeys(self.of.values()))
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
            if template.optional in (-1, position):
                template.optional = position
                self._by_key[key] = template
            else:
                template = None
        if template is None:
            template = self._new(scope, key)
        items: list[Item | None] = list(scope.items)
        if template.optional >= 0 and len(items) < len(template.items):
            items.insert(template.optional, None)
        template.places[scope] = tuple(items)
        self.of[scope] = template

    def _new(self, scope: Submodule, key: Key) -> Template:
        """A template for a structure; one that lacks a part of it becomes the same."""
        children = {number: self.of[item] for number, item in enumerate(scope.items) if isinstance(item, Submodule)}
        template = Template(scope, children, is_sequential(scope))
        self._by_key[key] = template
        if template.is_sequential:
            return template
        for position in _optional_parts(scope):
            shorter = self._key(_without(scope, position), scope)
            lacking = self._by_key.get(shorter)
            if lacking and not lacking.is_sequential and lacking.optional < 0:
                lacking.scope, lacking.children, lacking.optional = scope, children, position
                lacking.places = {
                    place: (*items[:position], None, *items[position:]) for place, items in lacking.places.items()
                }
                self._by_key[key] = lacking
                return lacking
            self._reduced.setdefault(shorter, (template, position))
        return template

    def _key(self, items: list[tuple[Item, tuple[str, ...]]], scope: Submodule) -> Key:
        """The structure of a module, of the parts with what each reads."""
        numbers = {value: number for number, value in enumerate(scope.reads)}
        sequential = is_sequential(scope)
        parts: list[Key] = []
        owners: dict[str, int] = {}
        for number, (item, values) in enumerate(items):
            reads = tuple([numbers[value] for value in values])
            for value in item.writes:
                numbers[value] = len(numbers)
            if isinstance(item, Submodule):
                parts.append((item.path, id(self.of[item]), reads, len(item.writes)))
                continue
            owners[item.node.name] = number
            path = item.path if item.is_weighted or (sequential and not is_default_name(item)) else ()
            form = form_of(item, as_module=sequential)
            share = owners.get(item.node.share)
            parts.append(
                (path, form.module, form.text, form.start, reads, len(item.writes), share, item.node.trainable)
            )
        return (sequential, len(scope.reads), *parts, tuple([numbers[value] for value in scope.writes]))


def _scopes(scope: Submodule) -> Iterator[Submodule]:
    yield scope
    for item in scope.items:
        if isinstance(item, Submodule):
            yield from _scopes(item)


def _optional_parts(scope: Submodule) -> Iterator[int]:
    """The numbers of the parts that can be left out: what they give is then what they read."""
    if not scope.path or len(scope.items) > _MOST_PARTS:
        return
    for number, item in enumerate(scope.items):
        has_one = len(item.reads) == len(item.writes) == len(item.path) == 1
        if item.is_weighted and has_one and item.writes[0] not in scope.writes:
            yield number


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
    leaves = [item for item in template.items if isinstance(item, LayerPart) and item.is_weighted]
    return not template.is_sequential or (template.mentions > 1 and len(template.items) > 1 and bool(leaves))
