"""The scope of an entry in a network file, the names in the file, and the bound on its unfolding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, final

from shapecalc.algebra import Name
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Layer
from shapecalc.net.net import INPUT, default_name

#: How many blocks and paths may stand inside each other.
MAX_NESTING = 20

#: The nodes that an entry reads or gives, nearly always one, by their names.
Sources = tuple[str, ...]


class UnfoldingError(SpecError):
    """A file unfolds to more than is read; no single place in it is wrong."""


@final
class Steps:
    """The bound on a file's unfolding, so that a short file cannot unfold without end.

    A step is a character that is read or written before a name, or a value that is passed to a block.
    """

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, amount: int) -> None:
        """Count steps.

        Raises:
            UnfoldingError: the bound is passed.
        """
        self.left -= amount
        if self.left < 0:
            raise UnfoldingError(
                "It unfolds to more than is read: too many repetitions, or too long names and texts in them."
            )


@final
class Scope(NamedTuple):
    """The surroundings of an entry.

    Attributes:
        values: the values of letters.
        prefixes: the prefixes of the names around it, the innermost last.
        source: the nodes that the block reads, inside a block.
        blocks: the blocks around it.
        depth: the number of blocks and paths around it.
        is_sequential: whether what has no name gets a number, as in torch's Sequential.
    """

    values: Mapping[str, Any]
    prefixes: tuple[str, ...] = ("",)
    source: Sources = ()
    blocks: tuple[str, ...] = ()
    depth: int = 0
    is_sequential: bool = False

    @property
    def prefix(self) -> str:
        """The prefix of a name that is defined in it."""
        return self.prefixes[-1]

    def inner(self, name: str, *, is_sequential: bool | None = None) -> Scope:
        """The scope inside an entry with that name; an entry without a name keeps the prefix.

        Args:
            name: the name, or "".
            is_sequential: by default that of the scope, where the entry has no name.

        Raises:
            UnfoldingError: it is nested too deeply.
        """
        if self.depth == MAX_NESTING:
            raise UnfoldingError(f"Blocks and paths are nested deeper than {MAX_NESTING}.")
        prefixes = (*self.prefixes, f"{self.prefix}{name}.") if name else self.prefixes
        if is_sequential is None:
            is_sequential = self.is_sequential and not name
        return Scope(self.values, prefixes, self.source, self.blocks, self.depth + 1, is_sequential)

    def inner_block(self, name: str, block: str, values: Mapping[str, Any], source: Sources) -> Scope:
        """The scope inside a block that is used with a name.

        Raises:
            SpecError: the block uses itself, or is nested too deeply.
        """
        blocks = (*self.blocks, block)
        if block in self.blocks:
            raise SpecError(f"{block} uses itself: {' > '.join(blocks)}.")
        _, prefixes, _, _, depth, is_sequential = self.inner(name)
        return Scope(values, prefixes, source, blocks, depth, is_sequential)


@final
class NameTable:
    """The full names of inputs, nodes, blocks and repeats, each with the nodes that it stands for."""

    def __init__(self, inputs: Iterable[str], steps: Steps) -> None:
        self.steps = steps
        self.sources: dict[str, Sources] = {name: (name,) for name in inputs}
        #: for each prefix the last number of each nickname, with that of the unnamed repeats as ""
        self.counts: dict[str, dict[str, int]] = {}

    def default(self, layer: Layer, scope: Scope) -> str:
        """The name of a layer that the file does not name."""
        return default_name(layer, self.counts.setdefault(scope.prefix, {}), self.sources, scope.prefix)

    def number(self, scope: Scope) -> str:
        """The name of a repetition that the file does not name: the next number."""
        counts = self.counts.setdefault(scope.prefix, {})
        while True:
            counts[""] = number = counts.get("", -1) + 1
            if f"{scope.prefix}{number}" not in self.sources:
                return str(number)

    def define(self, name: str, sources: Sources, scope: Scope) -> Sources:
        """Let a name, if there is one, stand for these nodes.

        Raises:
            SpecError: it stands for something already.
        """
        if not name:
            return sources
        full = scope.prefix + name
        if full in self.sources:
            remedy = " Give the use of its block a name." if scope.blocks else ""
            raise SpecError(f"two nodes are called {full}; every name may be used once.{remedy}")
        self.steps.spend(len(scope.prefix))
        self.sources[full] = sources
        return sources

    def read(self, reference: str, scope: Scope) -> Sources:
        """The nodes behind a name."""
        if reference == INPUT and scope.source:
            return scope.source
        return tuple(name for full in self.find(reference, scope) for name in self.sources[full])

    def find(self, reference: str, scope: Scope) -> list[str]:
        """The full names for a name, searched from the scope outwards; ``*`` is any part of a name.

        Raises:
            SpecError: there are none.
        """
        parameter = scope.values.get(reference)
        name = parameter.name if isinstance(parameter, Name) else reference
        for prefix in reversed(scope.prefixes):
            if prefix + name in self.sources:
                return [prefix + name]
            if "*" in name:
                self.steps.spend(len(self.sources))
                pattern = (prefix + name).split(".")
                matches = [full for full in self.sources if _matches(full.split("."), pattern)]
                if matches:
                    return matches
        hint = (
            did_you_mean(name, self.sources) or f"; the layer that it means needs a name of its own, as in name: {name}"
        )
        raise SpecError(f"{name} does not come before what reads it{hint}.")

    def lender(self, full: str, borrower: str) -> str:
        """The node that shares its weights with a later one.

        Raises:
            SpecError: it does not come before.
        """
        if full not in self.sources:
            raise SpecError(f"{borrower} cannot share the weights of {full}, which does not come before it.")
        return self.sources[full][-1]


def _matches(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) == len(pattern) and all(want in ("*", part) for part, want in zip(parts, pattern, strict=True))
