"""The names that layers of the zoo's nets had before they took torchvision's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import final

from shapecalc import zoo
from shapecalc.formats.document.blocks import expand
from shapecalc.formats.document.files import read_model
from shapecalc.formats.document.model import Document, Variant
from shapecalc.net.net import INPUT


@final
class FormerNames(Mapping[str, str]):
    """The former name of each node of a net of the zoo that has another now; read when it is first asked.

    Args:
        architecture: the name of the net.
    """

    def __init__(self, architecture: str) -> None:
        self.architecture = architecture

    @cached_property
    def _names(self) -> dict[str, str]:
        path = zoo.former_path(self.architecture)
        if path is None:
            return {}
        former = _names(read_model(path, Document), self.architecture)
        now = _names(read_model(zoo.path(self.architecture), Document), self.architecture)
        return {name: new for name, new in zip(former, now, strict=True) if name != new} if former else {}

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _names(document: Document, member: str) -> list[str]:
    """The names of the nodes of a member of a family, or of the only net of a file; none where it is no member."""
    if document.variants and member not in document.variants:
        return []
    nodes, *_ = expand(document, document.variants.get(member, Variant()), {INPUT: ()})
    return [node.name for node in nodes]
