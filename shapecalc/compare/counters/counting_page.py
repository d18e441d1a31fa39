"""The page of a count: layer by layer, and then term by term, so that the sum can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.compare.counters.outcome import Outcome
from shapecalc.compare.counters.terms import MACS
from shapecalc.page import Block, Cell, Column, Lines, Notes, Page, Sum, Table
from shapecalc.page.numbers import signed, tally, thousands

if TYPE_CHECKING:
    from shapecalc.compare.counters.counting import LayerCount, WorkCount

#: The column of the differences is never narrower than this.
_NARROW = 30
#: The outcomes with a line of notes that lists their layers.
_LISTED = (Outcome.NOT_COUNTED, Outcome.NOT_TRIED, Outcome.UNREAD)


def counting_page(work: WorkCount) -> Page:
    """The count as a table, the sum that leads from our count to the tool's, and notes."""
    tool = work.convention
    version = f" {tool.version}" if tool.version else ""
    head = f"input {work.report.net.input_text()}, counted by {tool.name}{version} in {tool.unit}"
    columns = (
        Column("name", least=12),
        Column("type", least=12),
        Column("MACs", "right", least=20),
        Column(tool.name, "right", least=20),
        Column("difference", least=_NARROW),
    )
    notes = tuple(_notes(work))
    table = Table(columns, tuple(map(_row, work.layers))).filled("difference")
    blocks: tuple[Block, ...] = (Lines((head,)), table, _sum(work))
    return Page((*blocks, Notes(notes, margin=len(Outcome.NOT_COUNTED) + 2)) if notes else blocks)


def _row(layer: LayerCount) -> tuple[Cell, ...]:
    name = type(layer.layer).__name__
    return layer.name, name, thousands(layer.macs), thousands(layer.total), _difference(layer)


def _difference(layer: LayerCount) -> Cell:
    """The terms other than our own count, one per line, or the reason why there are none."""
    terms = [f"{' '.join(signed(number))} {name}" for name, number in layer.terms.items() if name != MACS.name]
    shows_terms = layer.outcome in (Outcome.COUNTED, Outcome.NOT_COUNTED) and terms
    return tuple(terms) if shows_terms else layer.remark


def _sum(work: WorkCount) -> Sum:
    """The terms, one per line, from our count to the tool's."""
    terms = [(*signed(number), name) for name, number in work.terms.items() if name != MACS.name]
    first = ("", thousands(work.terms[MACS.name]), MACS.name)
    last = ("=", thousands(work.total), work.convention.call)
    return Sum((first, *terms, last), "left" if work.report.has_letters else "right")


def _notes(work: WorkCount) -> list[tuple[str, str]]:
    """Layers that are not counted or not tried, failures of the tool, and the tool's notes."""
    notes: list[tuple[str, str]] = []
    for outcome in _LISTED:
        types = [type(layer.layer).__name__ for layer in work.layers if layer.outcome is outcome]
        notes += [(outcome, tally(types))] if types else []
    notes += [("it fails", f"{layer.name}: {layer.remark}; the sum is of the other layers") for layer in work.stops]
    return notes + [("note", note) for note in work.notes]
