"""Plain text: for a terminal, and for ``print``. No line is longer than the width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from shapecalc.page.blocks import Alternatives, Block, Derivation, Equation, Lines, Notes, Sum, Table
from shapecalc.page.line_breaks import broken
from shapecalc.page.signs import NO_BREAK, to_ascii, visible

if TYPE_CHECKING:
    from shapecalc.page.grid import Write

#: The narrowest paragraph.
_NARROW = 40
_INDENT = "  "


def render(blocks: Sequence[Block], width: int, *, ascii_only: bool = False) -> str:
    """Blocks with an empty line between them."""
    write: Write = (lambda line: to_ascii(visible(line))) if ascii_only else visible
    return "\n\n".join("\n".join(_block(block, max(width, _NARROW), write)) for block in blocks)


def _block(block: Block, width: int, write: Write) -> Iterator[str]:
    match block:
        case Lines(lines):
            for line in lines:
                yield from _hanging(write(line), width)
        case Table():
            from shapecalc.page import grid  # noqa: PLC0415  few pages of the calculators have a table

            yield from grid.render(block, width, write)
        case Notes():
            yield from _notes(block, width, write)
        case Sum():
            yield from _sum(block, width, write)
        case Derivation():
            yield from _derivation(block, width, write)
        case _:
            assert_never(block)


def _hanging(line: str, width: int) -> list[str]:
    """A line in parts that hang below its first word."""
    return broken(line, width, line[: len(line) - len(line.lstrip())] + _INDENT)


def _behind(start: str, line: str, width: int) -> Iterator[str]:
    """A line behind what stands before it, in parts below each other; below it where it takes most of the width."""
    margin = len(start)
    if margin > width // 2 and margin + len(line) > width:
        yield from broken(start.rstrip(), width, _INDENT)
        margin = 2 * len(_INDENT)
        start = " " * margin
    for part in broken(line, width - margin):
        yield (start + part).rstrip()
        start = " " * margin


def _notes(notes: Notes, width: int, write: Write) -> Iterator[str]:
    if notes.title:
        yield from broken(write(notes.title), width, _INDENT)
    room = max(min(width, notes.limit or width), _NARROW)
    for label, words in notes.notes:
        start = " " * notes.indent + (f"{write(label)}{_INDENT}" if label else "").ljust(notes.margin)
        if len(start) > room // 2:
            yield from broken(start.rstrip(), room, _INDENT)
            start = _INDENT * 2
        lines = textwrap.wrap(
            _breakable(NO_BREAK.join(map(write, words.split(NO_BREAK))), room - len(start) - notes.hanging),
            room,
            initial_indent=start,
            subsequent_indent=" " * (len(start) + notes.hanging),
            break_on_hyphens=False,
        )
        yield from (line.replace(NO_BREAK, " ") for line in lines or [start.rstrip()])


def _breakable(words: str, room: int) -> str:
    """Words that belong together are parted where they are longer than a line."""
    return " ".join(
        part.replace(NO_BREAK, " ") if len(part) > room and NO_BREAK in part else part for part in words.split(" ")
    )


def _sum(terms: Sum, width: int, write: Write) -> Iterator[str]:
    rows = [(write(sign), write(number), write(noun)) for sign, number, noun in terms.rows]
    margin = max(len(number) for _, number, _ in rows)
    side = "<" if terms.align == "left" else ">"
    for sign, number, noun in rows:
        yield from _behind(f"{sign:<2}{number:{side}{margin}}  ", noun, width)


def _derivation(derivation: Derivation, width: int, write: Write) -> Iterator[str]:
    yield from _hanging(write("  ".join(filter(None, (derivation.name, derivation.subject, derivation.change)))), width)
    steps = [(label, step) for label, step in derivation.steps if not isinstance(step, Alternatives)]
    margin = max((len(write(label)) for label, _ in steps), default=0)
    for label, step in derivation.steps:
        if isinstance(step, Alternatives):
            yield from _hanging(_INDENT + write(label), width)
            yield from _equations(step.equations, _INDENT * 2, width, write)
        else:
            yield from _equations(((label, step),), _INDENT, width, write, margin)
    for remark in derivation.remarks:
        yield from _hanging(_INDENT + write(remark), width)
    if derivation.notes is not None:
        yield from _notes(derivation.notes, width, write)


def _equations(
    equations: Sequence[tuple[str, Equation]], indent: str, width: int, write: Write, margin: int = 0
) -> Iterator[str]:
    """Equations behind their names, which are as wide as the longest or as the margin."""
    names = [write(name) for name, _ in equations]
    margin = max(margin, *map(len, names))
    for name, (_, equation) in zip(names, equations, strict=True):
        yield from _behind(f"{indent}{name:<{margin}}  ", write(equation.text()), width)
