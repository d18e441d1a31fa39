"""The parts of a net as modules: single layers, and scopes, which have parts themselves."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from functools import cached_property
from typing import final

from shapecalc.layers import Layer, Shape
from shapecalc.net import Node

#: What is added to the name of a pooling for its second value, the indices.
INDICES = " indices"


@final
@dataclass(frozen=True, eq=False)
class LayerPart:
    """A node in a part.

    Assignments:
        path: the parts of its name below that of the module around it.
        layer: its layer, with every count.
        reads: the values that it reads.
        writes: its output, and the indices of a pooling that an unpooling reads.
        inputs: the shapes of what it reads.
        shape: the shape that comes out.
        position: its number in the net.
    """

    node: Node
    path: tuple[str, ...]
    layer: Layer
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    inputs: tuple[Shape, ...]
    shape: Shape
    position: int

    @cached_property
    def is_weighted(self) -> bool:
        """Whether it has weights or buffers of its own, whose names its own name begins."""
        if self.node.share:
            return False
        return bool(self.layer.buffers) or any(formula.at(env) is not None for _, formula, env in self.layer.tensors())

    @property
    def is_free(self) -> bool:
        """Whether it is a learned tensor, which reads nothing."""
        return self.layer.arity == (0, 0)


@final
@dataclass(frozen=True, eq=False)
class Submodule:
    """Nodes that are a module.

    Assignments:
        path: the parts of its name below that of the module around it.
        items: its parts.
        reads: the values that it reads.
        writes: the values that it gives.
        owner: the module whose weights it has, of which it is a later call; None for a module of its own.
    """

    path: tuple[str, ...]
    items: tuple[LayerPart | Submodule, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    owner: Submodule | None = None
    is_free: bool = False

    @property
    def is_weighted(self) -> bool:
        """Whether it has weights of its own; a later call has those of the first."""
        return self.owner is None

    @cached_property
    def height(self) -> int:
        """How many scopes stand one in the other, this one included."""
        return 1 + max((item.height for item in self.items if isinstance(item, Submodule)), default=0)

    @property
    def position(self) -> int:
        """The number of its first node in the net."""
        return self.items[0].position

    @cached_property
    def is_chain(self) -> bool:
        """Whether each part reads exactly what the one before it gives."""
        if len(self.reads) != 1 or len(self.writes) != 1:
            return False
        before = self.reads
        for item in self.items:
            if item.reads != before or len(item.writes) != 1:
                return False
            before = item.writes
        return before == self.writes


Item = LayerPart | Submodule


def values_of(scope: Submodule) -> list[str]:
    """The values that a module reads, and those that its parts give."""
    return [*scope.reads, *(value for item in scope.items for value in item.writes)]


def has_attributes(scope: Submodule) -> bool:
    """Whether the parts of a module can be its attributes, by their names."""
    return all(is_attribute(item.path[0]) for item in scope.items if item.is_weighted)


def is_attribute(name: str) -> bool:
    """Whether an attribute can have this name in source code."""
    return name.isidentifier() and not keyword.iskeyword(name)
