"""The pages of the zoo: its nets in a table, and what is known of one of them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shapecalc import zoo
from shapecalc.algebra import Int
from shapecalc.layers import shape_text
from shapecalc.measures.columns import axes_text
from shapecalc.page import Column, Lines, Notes, Page, Table
from shapecalc.page.numbers import rounded, thousands

if TYPE_CHECKING:
    from shapecalc.catalogue.cards import Card
    from shapecalc.formats.document.published import PublishedCount

#: How wide the words about a net are at most.
_WIDTH = 88
#: The columns of the list of nets; a title is broken, and then columns are left out in their order, on a narrow page.
TITLES = ("name", "title", "input", "parameters", "MACs", "field", "legal")
_RIGHT = ("parameters", "MACs", "field")
_LEAST = {"title": 14, "field": 7}
_SPARE = {"field": 1, "legal": 2, "input": 3}


def card_page(card: Card) -> Page:
    """What is known of a net, and our counts beside the published ones."""
    architecture, report = card.architecture, card.report
    notes = {
        "source": architecture.source,
        "year": str(architecture.year),
        "input": architecture.net.input_text(),
        "output": _outputs(card),
        "layers": str(len(architecture.net)),
        "parameters": f"{thousands(report.trainable)}{_beside(architecture.parameters, report.trainable)}",
        "MACs": f"{thousands(report.macs)}{_beside(architecture.macs, report.macs)}",
        "published": (architecture.counts_source or architecture.source) if architecture.published else "",
        "field": field_text(card) + _jump(card),
        "legal": f"for {card.domain.sentence()}",
        "takes": ", ".join(f"{name}={value}" for name, value in architecture.takes.items()),
        "note": architecture.note,
        "others": ", ".join(name for name in zoo.names() if name.startswith(f"{architecture.name}_")),
    }
    labelled = tuple((label, words) for label, words in notes.items() if words)
    word = f"zoo:{architecture.name}"
    hint = f"shapecalc net {shlex.quote(word)} shows its layers."
    return Page(
        (
            Lines((f"{architecture.name}: {architecture.title}",)),
            Notes(labelled, margin=12, limit=_WIDTH),
            Lines((hint,)),
        )
    )


def _outputs(card: Card) -> str:
    names = card.architecture.net.outputs
    shapes = [shape_text(card.report[name].output_shape) for name in names]
    return ", ".join(shapes if len(names) == 1 else map(" ".join, zip(names, shapes, strict=True)))


def field_text(card: Card) -> str:
    """The receptive field of the last map; along the local path where there are gates."""
    row = card.last_map
    if row is None:
        return "all"
    return axes_text([axis.size for axis in row.local_fields]) + (" (local)" if row.state.local else "")


def _legal_sizes(card: Card) -> str:
    """The legal sizes of a square input, in short."""
    sizes = card.domain.equal()
    if sizes is None:
        return "see domain"
    if len(sizes.pieces) == 1 and sizes.pieces[0].period == 1:
        low, high, *_ = sizes.pieces[0]
        return f"≥ {low}" if high is None else str(low) if low == high else f"{low} to {high}"
    return sizes.text("W").removeprefix("W ")


def _jump(card: Card) -> str:
    row = card.last_map
    if row is None:
        return " of the input"
    whole = f"; {axes_text([axis.size for axis in row.fields])} beyond the local path" if row.state.local else ""
    return f", jump {axes_text([axis.jump for axis in row.local_fields])}, at {row.name}{whole}"


def _beside(published: PublishedCount | None, count: Int | None) -> str:
    if published is None or count is None:
        return ""
    if not published.agrees(count):
        return f" (published: {published.text}, which differs)"
    return " (as published)" if published.tolerance == 0 else f" (published: {published.text})"


def cells(card: Card) -> dict[str, str]:
    """A net's row in the table, by column."""
    return {
        "name": card.architecture.name,
        "title": card.architecture.title,
        "input": card.architecture.net.input_text(),
        "parameters": rounded(card.report.trainable),
        "MACs": rounded(card.report.macs),
        "field": field_text(card),
        "legal": _legal_sizes(card),
    }


def listing_page(rows: Sequence[Mapping[str, str]]) -> Page:
    """Nets of the zoo as a table, each with its :func:`cells`."""
    columns = tuple(
        Column(title, "right" if title in _RIGHT else "left", least=_LEAST.get(title, 0), spare=_SPARE.get(title, 0))
        for title in TITLES
    )
    return Page((Table(columns, tuple(tuple(row[title] for title in TITLES) for row in rows)),))
