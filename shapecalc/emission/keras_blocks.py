"""The blocks of a net for Keras: which modules are functions, and the calls of each layer in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import final

from shapecalc.emission.arguments import bind_classes
from shapecalc.emission.class_names import name_classes
from shapecalc.emission.forms import Slot
from shapecalc.emission.keras_arguments import POSITIONS, KerasCall, default_of, in_keras_order
from shapecalc.emission.keras_layers import keras_layer_calls
from shapecalc.emission.parts import LayerPart, Submodule
from shapecalc.emission.ratios import ratios
from shapecalc.emission.scopes import Partition
from shapecalc.emission.templates import Template, Templates
from shapecalc.layers.core.arguments import REQUIRED


@final
class KerasBlocks:
    """The modules of a net, and which of them are functions: those that stand in the text more than once.

    Args:
        partition: the net in parts.
        name: the name of the function that makes the model.

    Raises:
        ShapecalcError: Keras lacks a layer, or an argument of it.
    """

    def __init__(self, partition: Partition, name: str) -> None:
        products = ratios(partition.leaves)
        rates = {(layer, "rate", value): product for (layer, _, value), product in products.items()}
        self.templates = Templates(partition.whole(), {**products, **rates})
        self.norm = _common_norm(partition)
        self.owners = {leaf.node.share: leaf for leaf in partition.leaves if leaf.node.share}
        self._calls: dict[LayerPart, list[KerasCall]] = {}
        self._words: dict[LayerPart, list[list[str]]] = {}
        uniform: dict[Template, bool] = {}
        for template in self.templates.ordered:
            uniform[template] = self._write(template) and all(uniform[child] for child in template.children.values())
        for template in reversed(self.templates.ordered):
            template.mentions = sum(1 if parent.is_class else parent.mentions for parent in template.parents)
            differs = template.optional >= 0 or template.tail >= 0
            has_layers = any(isinstance(item, LayerPart) for item in template.items)  # others are calls in a row
            is_block = differs or (template.mentions > 1 and (has_layers or not template.scope.is_chain))
            is_function = uniform[template] and is_block and self._is_long(template)
            template.is_class = is_function or template is self.templates.top
        bind_classes(self.templates, partition.shapes, self._slots)
        name_classes(self.templates, name)
        for template in self.templates.ordered:
            if template is not self.templates.top:
                template.name = _snake_case(template.name)

    def calls(self, leaf: LayerPart) -> list[KerasCall]:
        """The calls of a layer that has no other's weights."""
        if leaf not in self._calls:  # in a later call of a module
            self._calls[leaf] = self._calls_of(leaf)
        return self._calls[leaf]

    def words(self, leaf: LayerPart) -> list[list[str]]:
        """The names of the arguments by name, call by call, that a layer has, or another one at its place."""
        return self._words.get(leaf) or [in_keras_order(call.words) for call in self.calls(leaf)]

    def _slots(self, _: Template, __: int, leaf: LayerPart) -> Iterator[tuple[str, Slot]]:
        """The arguments of a layer; those of its last call first, so that padding is half of a window."""
        words = self.words(leaf)
        for place, call in reversed([*enumerate(self.calls(leaf))]):
            for word, value in zip(POSITIONS.get(call.function, ()), call.values, strict=True):
                yield f"{place} {word}", Slot(word, value, REQUIRED, by_position=True)
            for word in words[place]:
                default = default_of(call.function, word)
                value = call.words.get(word, default)
                yield f"{place} {word}", Slot(word, value, REQUIRED if default is None else default, by_position=False)

    def _write(self, template: Template) -> bool:
        """Work out the calls of a template's layers; whether each is written with the same calls in all its modules."""
        is_uniform = True
        for number, first in enumerate(template.items):
            column = [items[number] for items in template.places.values()]
            items = [item for item in column if item is not None]
            leaves = [item for item in items if isinstance(item, LayerPart)]
            if leaves:
                is_uniform &= self._write_column(leaves)
            elif any(isinstance(item, Submodule) and item.owner is not None for item in items):
                is_uniform = False
            if number == template.optional and isinstance(first, Submodule) and not first.is_chain:
                is_uniform = False
        return is_uniform

    def _write_column(self, leaves: Sequence[LayerPart]) -> bool:
        if any(leaf.node.share or leaf.node.name in self.owners for leaf in leaves):
            return False
        columns = [self._calls_of(leaf) for leaf in leaves]
        if not _are_alike(columns):
            alike = [self._calls_of(leaf, is_alike=True) for leaf in leaves]
            columns = alike if _are_alike(alike) else columns
        self._calls |= zip(leaves, columns, strict=True)
        if not _are_alike(columns):
            return False
        words = [in_keras_order(word for call in calls for word in call.words) for calls in zip(*columns, strict=True)]
        self._words |= dict.fromkeys(leaves, words)
        return True

    def _calls_of(self, leaf: LayerPart, *, is_alike: bool = False) -> list[KerasCall]:
        calls = keras_layer_calls(leaf.layer, leaf.inputs, leaf.shape, is_alike=is_alike)
        return [KerasCall("batch_norm") if self.norm and call == self.norm else call for call in calls]

    def _is_long(self, template: Template) -> bool:
        return sum(len(self._calls.get(leaf, ())) for leaf in _leaves(template.scope)) > 1


def _leaves(scope: Submodule) -> Iterator[LayerPart]:
    for item in scope.items:
        yield from (item,) if isinstance(item, LayerPart) else _leaves(item)


#: So many equal batch norms are calls of a function.
_MANY = 3


def _common_norm(partition: Partition) -> KerasCall | None:
    """The call of all batch norms of a net, if it has many, with the same numbers."""
    norms = [leaf for leaf in partition.leaves if type(leaf.layer).__name__ == "BatchNorm2d" and not leaf.node.share]
    calls = [call for leaf in norms for call in keras_layer_calls(leaf.layer, leaf.inputs, leaf.shape)]
    return calls[0] if len(calls) >= _MANY and all(call == calls[0] for call in calls) else None


def _snake_case(name: str) -> str:
    """The name of a class as that of a function: ConvBNReLU6 is conv_bn_relu6."""
    name = re.sub(r"(Re|Si)LU", r"\1lu", name)
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+", name)
    return "_".join(words).lower()


def _are_alike(columns: Sequence[Sequence[KerasCall]]) -> bool:
    """Whether layers are written with the same calls, of other numbers."""
    first, *others = ([(call.function, len(call.values), call.piece) for call in calls] for calls in columns)
    return all(other == first for other in others)
