"""Where an entry of a network file stands, what the names in the file stand for, and how much it may unfold to."""

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
    """A file unfolds to more than is read. No place in it is to blame."""


@final
class Steps:
    """How much of a file's unfolding is left, so that a short file cannot unfold without end.

    A step is a character that is read or written before a name, or a value that is handed on.
    """

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, amount: int) -> None:
        """Count so many steps.

        Raises:
            UnfoldingError: they are more than are left.
        """
        self.left -= amount
        if self.left < 0:
            raise UnfoldingError(
                "It unfolds to more than is read: too many repetitions, or too long names and texts in them."
            )


@final
class Scope(NamedTuple):
    """Where an entry stands.

    Attributes:
        values: what letters stand for.
        prefixes: how the names around it begin, the innermost last.
        source: what the block reads, inside a block.
        blocks: the blocks that are being unfolded.
        depth: how many blocks and paths are around it.
    """

    values: Mapping[str, Any]
    prefixes: tuple[str, ...] = ("",)
    source: Sources = ()
    blocks: tuple[str, ...] = ()
    depth: int = 0

    @property
    def prefix(self) -> str:
        """How a name that is given in it begins."""
        return self.prefixes[-1]

    def inner(self, name: str) -> Scope:
        """The scope inside an entry of that name; without a name, names go on as around it.

        Raises:
            UnfoldingError: it is nested too deeply.
        """
        if self.depth == MAX_NESTING:
            raise UnfoldingError(f"Blocks and paths are nested deeper than {MAX_NESTING}.")
        prefixes = (*self.prefixes, f"{self.prefix}{name}.") if name else self.prefixes
        return Scope(self.values, prefixes, self.source, self.blocks, self.depth + 1)

    def inner_block(self, name: str, block: str, values: Mapping[str, Any], source: Sources) -> Scope:
        """The scope inside a block that is used under a name.

        Raises:
            SpecError: the block uses itself, or is nested too deeply.
        """
        blocks = (*self.blocks, block)
        if block in self.blocks:
            raise SpecError(f"{block} uses itself: {' > '.join(blocks)}.")
        return Scope(values, self.inner(name).prefixes, source, blocks, self.depth + 1)


@final
class NameTable:
    """The full names of a file: of its inputs and nodes, its blocks and repeats, each with what it stands for."""

    def __init__(self, inputs: Iterable[str], steps: Steps) -> None:
        self.steps = steps
        self.sources: dict[str, Sources] = {name: (name,) for name in inputs}
        #: behind each prefix, the last number of each nickname, and that of the repeats without a name as ""
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
        """The nodes that an entry means by a name."""
        if reference == INPUT and scope.source:
            return scope.source
        return tuple(name for full in self.find(reference, scope) for name in self.sources[full])

    def find(self, reference: str, scope: Scope) -> list[str]:
        """The full names behind a name, searched in its scope, then around it; ``*`` is any part of a name.

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
        raise SpecError(f"{name} does not come before what reads it{did_you_mean(name, self.sources)}.")

    def lender(self, full: str, borrower: str) -> str:
        """The node whose weights another one uses.

        Raises:
            SpecError: it does not come before.
        """
        if full not in self.sources:
            raise SpecError(f"{borrower} cannot share the weights of {full}, which does not come before it.")
        return self.sources[full][-1]


def _matches(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) == len(pattern) and all(want in ("*", part) for part, want in zip(parts, pattern, strict=True))
