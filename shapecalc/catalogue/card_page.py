"""The pages of the zoo: its nets in a table, and what is known of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecalc.algebra import Int
from shapecalc.layers import shape_text
from shapecalc.measures.report_page import axes_text
from shapecalc.page import Column, Lines, Notes, Page, Table
from shapecalc.page.numbers import rounded, thousands

if TYPE_CHECKING:
    from shapecalc.catalogue.cards import Shown
    from shapecalc.formats.document.model import Count

#: How wide the words about a net are at most, and how narrow a title is at least.
_WIDTH, _NARROW = 88, 16
_RIGHT = ("parameters", "MACs", "field")


def card_page(card: Shown) -> Page:
    """What is known of a net, and our counts beside the published ones."""
    entry, report = card.entry, card.report
    notes = {
        "source": entry.source,
        "year": str(entry.year),
        "input": entry.net.input_text(),
        "output": _outputs(card),
        "layers": str(len(entry.net)),
        "parameters": f"{thousands(report.trainable)}{_beside(entry.parameters, report.trainable)}",
        "MACs": f"{thousands(report.macs)}{_beside(entry.macs, report.macs)}",
        "published": entry.counted or entry.source if entry.parameters or entry.macs else "",
        "field": card.field + _jump(card),
        "legal": f"for {card.domain.sentence()}",
        "note": entry.note,
    }
    labelled = tuple((label, words) for label, words in notes.items() if words)
    hint = f"shapecalc net zoo:{entry.name} shows its layers."
    return Page((Lines((f"{entry.name}: {entry.title}",)), Notes(labelled, margin=12, limit=_WIDTH), Lines((hint,))))


def _outputs(card: Shown) -> str:
    names = card.entry.net.outputs
    shapes = [shape_text(card.report[name].output_shape) for name in names]
    return ", ".join(shapes if len(names) == 1 else map(" ".join, zip(names, shapes, strict=True)))


def _jump(card: Shown) -> str:
    row = card.map
    return f", jump {axes_text([axis.jump for axis in row.fields])}, at {row.name}" if row else " of the input"


def _beside(published: Count | None, count: Int) -> str:
    if published is None:
        return ""
    if not published.agrees(count):
        return f" (published: {published.text}, which differs)"
    return " (as published)" if published.text == str(count) else f" (published: {published.text})"


def cells(card: Shown) -> dict[str, str]:
    """A net's row in the table, by column."""
    return {
        "name": card.entry.name,
        "title": card.entry.title,
        "input": card.entry.net.input_text(),
        "parameters": rounded(card.report.trainable),
        "MACs": rounded(card.report.macs),
        "field": card.field,
        "legal": card.legal,
    }


def listing_page(cards: Sequence[Shown]) -> Page:
    """The zoo as a table; titles are cut to fit."""
    rows = [cells(card) for card in cards]
    columns = tuple(
        Column(title, "right" if title in _RIGHT else "left", least=_NARROW if title == "title" else 0)
        for title in rows[0]
    )
    return Page((Table(columns, tuple(tuple(row.values()) for row in rows)),))
