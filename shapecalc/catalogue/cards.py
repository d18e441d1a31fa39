"""The zoo as a table, and one of its nets with what was published of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

from shapecalc.algebra import plain
from shapecalc.catalogue.card_page import card_page
from shapecalc.formats import parse
from shapecalc.formats.document.loading import zoo_document
from shapecalc.formats.document.model import About, Count, Document
from shapecalc.formats.document.model import count as read_count
from shapecalc.measures import Report, Row, measure
from shapecalc.measures.report_page import axes_text
from shapecalc.net import Net
from shapecalc.page import Page, Presentable
from shapecalc.solve import Domain, closed_form, with_letters
from shapecalc.zoo import names


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """A net of the zoo and what is said of it.

    Attributes:
        name: as in ``zoo:NAME``.
        title: what it is called in prose.
        source: the paper or page that defines it.
        year: when it was published.
        parameters: how many trained parameters were published, if they were.
        macs: how many multiply-accumulates were published, if they were.
        counted: where those numbers stand, if not at the source.
        note: where a published number differs from ours, and why.
        net: the network, for the input it is known by.
    """

    name: str
    title: str
    source: str
    year: int | None
    parameters: Count | None
    macs: Count | None
    counted: str
    note: str
    net: Net


def entry(name: str) -> Entry:
    """A net of the zoo with what is said of it.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    about = _about(name, zoo_document(name))
    printed = about.published
    return Entry(
        name,
        about.title,
        about.source,
        about.year,
        read_count(printed.parameters) if printed.parameters else None,
        read_count(printed.macs) if printed.macs else None,
        printed.source,
        about.note,
        parse(f"zoo:{name}"),
    )


def _about(name: str, document: Document) -> About:
    """What the file says of a net: what it says of the family, unless it says it of the variant."""
    family = document.about
    if name not in document.variants:
        return family
    own = document.variants[name].about
    published = family.published.model_copy(update=own.published.model_dump(exclude_unset=True))
    said = {key: getattr(own, key) for key in own.model_fields_set}
    return family.model_copy(update={**said, "published": published})


@final
@dataclass(frozen=True)
class Shown(Presentable):
    """A net of the zoo with its measures."""

    entry: Entry
    report: Report

    @property
    def map(self) -> Row | None:
        """The last map on the way to the output that has more than one position; None where there is none.

        Its receptive field is what is told of a net: behind it, every output sees the whole input.
        """
        for node in self.entry.net.ancestors(self.entry.net.outputs[0]):
            row = self.report[node.name]
            if any(size != 1 for size in row.output_shape[1:]):
                return row
        return None

    @property
    def field(self) -> str:
        """The receptive field of that map."""
        return axes_text([axis.size for axis in self.map.fields]) if self.map else "all"

    @cached_property
    def domain(self) -> Domain:
        """The inputs for which the net is legal, with letters for all sizes but the channels."""
        return closed_form(with_letters(self.entry.net)).domain

    @property
    def legal(self) -> str:
        """The legal sizes of a square input, in short."""
        sizes = self.domain.equal()
        if sizes is None:
            return "see domain"
        if len(sizes.pieces) == 1 and sizes.pieces[0].period == 1:
            low, high, *_ = sizes.pieces[0]
            return f"≥ {low}" if high is None else str(low) if low == high else f"{low} to {high}"
        return sizes.text("W").removeprefix("W ")

    def as_dict(self) -> dict[str, Any]:
        """For JSON: our counts, and the published ones as they were printed."""
        one = self.entry
        printed = {"parameters": one.parameters, "macs": one.macs}
        last = self.map
        return {
            "name": one.name,
            "title": one.title,
            "year": one.year,
            "source": one.source,
            "inputs": {name: plain(shape) for name, shape in one.net.inputs.items()},
            "outputs": {name: plain(self.report[name].output_shape) for name in one.net.outputs},
            "layers": len(one.net),
            "parameters": plain(self.report.parameters),
            "trainable": plain(self.report.trainable),
            "macs": plain(self.report.macs),
            "receptive_field": {"node": last.name, **last.as_dict()["receptive_field"]} if last else None,
            "domain": self.domain.as_dict(),
            "published": {key: number.text for key, number in printed.items() if number},
            "published_at": one.counted or one.source,
            "note": one.note,
        }

    def page(self) -> Page:
        """What is known of the net, and our counts beside the published ones."""
        return card_page(self)


def shown(name: str) -> Shown:
    """A net of the zoo with its measures.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    one = entry(name)
    return Shown(one, measure(one.net))


def zoo() -> list[Shown]:
    """All nets of the zoo with their measures."""
    return [shown(name) for name in names()]
