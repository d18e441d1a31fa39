"""What another tool counts, as a table: layer by layer, and then term by term, so that the sum can be followed."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter

from shapecalc.algebra import Int
from shapecalc.compare.counters.counting import NOT_COUNTED, NOT_TRIED, UNREAD, LayerCount, WorkCount
from shapecalc.compare.counters.terms import MACS
from shapecalc.write.table import count

_HEADERS = ("name", "type", "MACs")
_ALIGN = ("left", "left", "right", "right", "left")
#: The column of the differences is never narrower than this.
_NARROW = 30


def count_text(found: WorkCount) -> str:
    """The count as a table, the sum that leads from our count to the tool's, and what is to be said besides."""
    from tabulate import tabulate  # 20 ms to import, and only for tables

    tool = found.convention
    headers = (*_HEADERS, tool.name, "difference")
    cells = [(one.name, type(one.layer).__name__, count(one.macs), count(one.total)) for one in found.layers]
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=False)]
    room = max(shutil.get_terminal_size((100, 24)).columns - sum(widths) - 2 * len(widths), _NARROW)
    rows = [(*cell, _difference(one, room)) for cell, one in zip(cells, found.layers, strict=True)]
    table = tabulate(rows, headers, tablefmt="simple", colalign=_ALIGN, disable_numparse=True)
    version = f" {tool.version}" if tool.version else ""
    head = f"input {found.report.net.input_text()}, counted by {tool.name}{version} in {tool.unit}"
    return "\n\n".join((head, table, _sum(found), *_besides(found)))


def _difference(one: LayerCount, room: int) -> str:
    """The terms besides our own count, one below the other, or what is remarked."""
    terms = [f"{signed(number)} {name}" for name, number in one.terms.items() if name != MACS.name]
    said = terms if one.remark in ("", NOT_COUNTED) and terms else [one.remark]
    return "\n".join(textwrap.fill(words, room, subsequent_indent="  ") for words in said)


def signed(number: Int) -> str:
    """A number with its sign in front of it; an expression that begins with a minus keeps it."""
    text = count(number).replace("-", "−")
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"


def _sum(found: WorkCount) -> str:
    """The terms one below the other, from our count to the tool's."""
    lines = [(signed(number), name) for name, number in found.terms.items()]
    lines[0] = (f"  {count(found.terms[MACS.name])}", MACS.name)
    lines.append((f"= {count(found.total)}", found.convention.call))
    width = max(len(number) for number, _ in lines) - 2
    side = "<" if found.report.has_letters else ">"
    return "\n".join(f"{number[:2]}{number[2:]:{side}{width}}  {name}" for number, name in lines)


def _besides(found: WorkCount) -> list[str]:
    """What is not counted, what was not tried, where the tool fails, and the tool's notes."""
    lines = [
        (remark, _by_type([one for one in found.layers if one.remark == remark]))
        for remark in (NOT_COUNTED, NOT_TRIED, UNREAD)
        if found.layers_with(remark)
    ]
    lines += [("it fails", f"{one.name}: {one.remark}; the sum is of the other layers") for one in found.stops]
    lines += [("note", note) for note in found.notes]
    return ["\n".join(paragraph(head, words) for head, words in lines)] if lines else []


def paragraph(head: str, words: str, margin: int = len(NOT_COUNTED)) -> str:
    """Words behind their heading, wrapped to the terminal's width."""
    beside = " " * (max(margin, len(head)) + 2)
    width = shutil.get_terminal_size((100, 24)).columns
    return textwrap.fill(words, max(width, 40), initial_indent=head.ljust(len(beside)), subsequent_indent=beside)


def _by_type(layers: list[LayerCount]) -> str:
    """The classes of some layers, each with how many there are."""
    counts = Counter(type(one.layer).__name__ for one in layers)
    return ", ".join(f"{number} {name}" if number > 1 else name for name, number in counts.items())
