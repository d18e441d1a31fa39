"""The search for changes of the source that mend a network: each is tried on all of it before it is shown."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import final

from shapecalc.checking.changes import changes
from shapecalc.checking.verdict import Repair
from shapecalc.errors import SpecError
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.programs import Source, parse

#: How many changed programs are followed in the search, and how many changes may stand in one.
MAX_TRIALS, MAX_REPAIRS = 40, 8
#: How many steps they take together.
MAX_STEPS = 120_000


@final
@dataclass(frozen=True)
class MendedMistake:
    """What a program stops at once the mistakes before it are mended, and the change that mends it."""

    reading: FollowedNetwork
    repair: Repair


@final
@dataclass(frozen=True, order=True)
class _Changed:
    """A program with changes, by what they cost, and the reading at which it is still wrong."""

    cost: int
    number: int
    source: Source = field(compare=False)
    wrong: FollowedNetwork | None = field(compare=False)
    mistakes: tuple[MendedMistake, ...] = field(compare=False)


def mended(
    source: Source, wrong: FollowedNetwork, follow: Callable[[Source], FollowedNetwork | None]
) -> tuple[MendedMistake, ...]:
    """The likeliest changes that together mend a program, in the order in which it stops; none where there are none.

    Args:
        source: the program.
        wrong: the reading at which it stops.
        follow: the reading at which a changed program is wrong; None where it runs.
    """
    pending: list[_Changed] = [_Changed(0, 0, source, wrong, ())]
    trials, texts = 0, {source.text}
    first = source.effort.steps
    while pending:
        program = heapq.heappop(pending)
        if program.wrong is None:
            return program.mistakes
        for cost, repair in sorted(changes(program.source, program.wrong), key=lambda change: change[0]):
            changed = applied(program.source, repair)
            is_spent = trials == MAX_TRIALS or source.effort.steps - first > MAX_STEPS
            if changed.text in texts or is_spent or len(program.mistakes) == MAX_REPAIRS:
                continue
            trials += 1
            texts.add(changed.text)
            if not _is_program(changed):
                continue  # a second layer in a comprehension, say
            after = follow(changed)
            if after is None or _stop(after) != _stop(program.wrong):
                mistakes = (*program.mistakes, MendedMistake(program.wrong, repair))
                heapq.heappush(pending, _Changed(program.cost + cost, trials, changed, after, mistakes))
            if after is None:
                break  # the others cost as much, or more
    return ()


def _is_program(source: Source) -> bool:
    """Whether Python can parse a source."""
    try:
        parse(source)
    except (SyntaxError, SpecError):
        return False
    return True


def _stop(reading: FollowedNetwork) -> str:
    return str(reading.failure)


def applied(source: Source, repair: Repair) -> Source:
    """The source with a change made."""
    return source.changed(changed_text(source.text, [repair]))


def changed_text(text: str, repairs: Sequence[Repair]) -> str:
    """A text with changes made, each of which counts lines and columns after those before it."""
    for repair in repairs:
        lines = text.split("\n")
        start = sum(len(line) + 1 for line in lines[: repair.line - 1]) + repair.column - 1
        text = text[:start] + repair.new + text[start + len(repair.old) :]
    return text
