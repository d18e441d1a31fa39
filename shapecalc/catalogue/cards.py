"""Cards: the nets of the zoo with their measures beside their published counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

from shapecalc import zoo
from shapecalc.algebra import plain
from shapecalc.catalogue.architectures import Architecture, architecture
from shapecalc.catalogue.card_page import card_page
from shapecalc.errors import check_type
from shapecalc.measures import Report, Row, measure
from shapecalc.page import Page, Presentable
from shapecalc.solve import Domain, closed_form, with_letters


@final
@dataclass(frozen=True)
class Card(Presentable):
    """A net of the zoo with its measures."""

    architecture: Architecture
    report: Report

    @property
    def last_map(self) -> Row | None:
        """The last map on the way to the output that has more than one position; None where there is none.

        Its receptive field is the net's: behind it, every output depends on the whole input.
        """
        net = self.architecture.net
        for node in net.ancestors(net.outputs[0]):
            row = self.report[node.name]
            if any(size != 1 for size in row.output_shape[1:]):
                return row
        return None

    @cached_property
    def domain(self) -> Domain:
        """The inputs for which the net is legal, with letters for all sizes but the channels."""
        return closed_form(with_letters(self.architecture.net)).domain

    def as_dict(self) -> dict[str, Any]:
        """For JSON: our counts, and the published ones as they were printed."""
        architecture, row = self.architecture, self.last_map
        net = architecture.net
        return {
            "name": architecture.name,
            "title": architecture.title,
            "year": architecture.year,
            "source": architecture.source,
            "inputs": {name: plain(shape) for name, shape in net.inputs.items()},
            "outputs": {name: plain(self.report[name].output_shape) for name in net.outputs},
            "layers": len(net),
            "takes": dict(architecture.takes),
            "parameters": plain(self.report.parameters),
            "trainable": plain(self.report.trainable),
            "macs": plain(self.report.macs),
            "receptive_field": {"node": row.name, **row.as_dict()["receptive_field"]} if row else None,
            "domain": self.domain.as_dict(),
            "published": {quantity: count.text for quantity, count in architecture.published.items()},
            "published_at": architecture.counts_source or architecture.source,
            "note": architecture.note,
        }

    def page(self) -> Page:
        """What is known of the net, and our counts beside the published ones."""
        return card_page(self)


def card(name: str) -> Card:
    """A net of the zoo with its measures.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    source = architecture(name)
    return Card(source, measure(source.net))


def search(text: str) -> tuple[str, ...]:
    """The nets that a text means: one by its name, else those with it in their names or titles; all for "".

    Args:
        text: a name, perhaps with ``zoo:`` before it and values of parameters behind it, or a part of one.

    Raises:
        SpecError: there is none; the message names the nearest.
    """
    check_type("text", text, str, "a text such as 'resnet'")
    word = text.strip()
    word = word[4:].strip() if word.lower().startswith("zoo:") else word
    if not word:
        return zoo.names()
    name, bracket, _ = word.partition("(")
    if bracket or zoo.canonical(name):
        return (word,)
    names = zoo.matching(word)
    if not names:
        zoo.path(word)
    return names


def all_cards() -> list[Card]:
    """All nets of the zoo with their measures."""
    return [card(name) for name in zoo.names()]
