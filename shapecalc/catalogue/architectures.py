"""The architectures of the zoo: each net with its source and what was published of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from shapecalc import zoo
from shapecalc.errors import check_type
from shapecalc.formats import parse
from shapecalc.formats.document.loading import zoo_document
from shapecalc.formats.document.model import About, Document, ParameterValue, Published
from shapecalc.formats.document.published import PublishedCount, read_published_count
from shapecalc.net import Net

_ZOO = "zoo:"


@final
@dataclass(frozen=True, slots=True)
class Architecture:
    """A net of the zoo and where it comes from.

    Attributes:
        name: as in ``zoo:NAME``.
        title: what it is called in prose.
        source: the paper or page that defines it.
        year: when it was published.
        parameters: how many trained parameters were published, if they were.
        macs: how many multiply-accumulates were published, if they were.
        counts_source: the paper or page with those numbers, if it is not the source.
        note: where a published number differs from ours, and why.
        takes: the parameters of its family, each with its value for this net; none where values are given.
        net: the network, for the input it is known by.
    """

    name: str
    title: str
    source: str
    year: int | None
    parameters: PublishedCount | None
    macs: PublishedCount | None
    counts_source: str
    note: str
    takes: Mapping[str, ParameterValue]
    net: Net

    @property
    def published(self) -> dict[str, PublishedCount]:
        """The counts that were published, by what they count."""
        counts = {"parameters": self.parameters, "macs": self.macs}
        return {quantity: count for quantity, count in counts.items() if count}


def architecture(name: str) -> Architecture:
    """A net of the zoo and where it comes from.

    Args:
        name: its name, in any case, perhaps with ``zoo:`` before it, and with values of parameters behind it; what was
            published is not said of other values.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    check_type("name", name, str, "the name of a net of the zoo, such as 'resnet50'")
    name = name.strip()[len(_ZOO) :] if name.strip().lower().startswith(_ZOO) else name.strip()
    net = parse(f"{_ZOO}{name}")
    member = zoo.canonical(name.partition("(")[0])
    about = _about(member, zoo_document(member))
    published = Published() if "(" in name else about.published
    return Architecture(
        name if "(" in name else member,
        about.title,
        about.source,
        about.year,
        read_published_count(published.parameters) if published.parameters else None,
        read_published_count(published.macs) if published.macs else None,
        published.source,
        about.note,
        {} if "(" in name else _takes(member, zoo_document(member)),
        net,
    )


def _takes(name: str, document: Document) -> Mapping[str, ParameterValue]:
    """The parameters of a family with the values of a member."""
    values = document.variants[name].with_ if name in document.variants else {}
    return {parameter: values.get(parameter, default) for parameter, default in document.takes.items()}


def _about(name: str, document: Document) -> About:
    """What the file says of a net: what it says of the family, unless it says it of the variant."""
    family = document.about
    if name not in document.variants:
        return family
    member = document.variants[name].about
    published = family.published.model_copy(update=member.published.model_dump(exclude_unset=True))
    changes = {key: getattr(member, key) for key in member.model_fields_set}
    return family.model_copy(update={**changes, "published": published})
