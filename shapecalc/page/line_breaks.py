"""Where a long line ends: between the sides of an equation, the arguments of a layer, the parts of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_OPENING, _CLOSING = "([{⌊⌈", ")]}⌋⌉"
#: What a new line begins with: the sign of a relation, or an operator.
_RELATIONS = ("=", "→", "->", "≤", "≥", "<", ">", "≠", "≡", "!")
_OPERATORS = ("+", "−", "-", "·", "*", "/")
_SIGNS = tuple(f" {sign}" for sign in (*_RELATIONS, *_OPERATORS))
#: What stays beside its number.
_UNITS = ("byte", "KiB", "MiB", "GiB", "TiB")
#: How many characters behind the room decide about its end.
_AHEAD = 8
#: A name is broken behind these.
_JOINTS = "._/"
#: A word is broken before these.
_TIMES = "x·*"
#: All characters behind or before which a line may end, and the brackets.
_PLACES = re.compile(f"[{re.escape(_OPENING + _CLOSING + _JOINTS + _TIMES)} ]")
#: A break before this part of the room leaves much of it empty; only the sides of an equation are parted there.
_EARLY = 1 / 3


def broken(line: str, room: int, indent: str = "") -> list[str]:
    """A line in parts of at most ``room`` characters.

    A line ends outside of brackets rather than inside, and between words rather than in a name; a word without any
    such place is broken where the room ends.

    Args:
        line: the text.
        room: the longest part, 1 or more.
        indent: stands before each part but the first, where there is room for it.
    """
    if len(line) <= room:
        return [line]
    hanging = indent if len(indent) * 2 < room else ""
    parts: list[str] = []
    start, margin = 0, ""
    while len(margin) + len(line) - start > room:
        head = margin + line[start : start + room + _AHEAD - len(margin)]
        end = _end(head, room)
        parts.append(head[:end].rstrip())
        start += end - len(margin)
        while line[start : start + 1].isspace():
            start += 1
        margin = hanging
    return [*parts, margin + line[start:]]


def narrowest(line: str, indent: str = "") -> int:
    """The smallest room for which no word of a line is broken."""
    words = [line[start:end].strip() for start, end in pairwise([0, *(place for place, _ in _breaks(line)), len(line)])]
    return max([len(words[0]), *(len(indent) + len(word) for word in words[1:])])


def _end(line: str, room: int) -> int:
    """Where the first part of a line ends: the last of the best places in the room."""
    start = len(line) - len(line.lstrip())
    places = [(place, cost) for place, cost in _breaks(line) if start < place and len(line[:place].rstrip()) <= room]
    late = [(place, cost) for place, cost in places if cost < 0 or place > room * _EARLY]
    return min(late or places, key=lambda pair: (pair[1], -pair[0]), default=(room, 0))[0]


def _breaks(line: str) -> Iterator[tuple[int, int]]:
    """Each place at which a line may end, with how much a reader would mind."""
    depth = last = 0
    for match in _PLACES.finditer(line):
        char, place = match[0], match.end()
        if char in _TIMES:
            place -= 1
        depth += (char in _OPENING) - (char in _CLOSING)
        if place == last or place == len(line):
            continue
        last = place
        if char == " " != line[place]:
            yield from _between_words(line, place, 3 * depth - line.startswith("  ", place - 2))
        elif _is_joint(line, place):
            yield place, 3 * depth + 2


def _between_words(line: str, place: int, cost: int) -> Iterator[tuple[int, int]]:
    if line.startswith(_RELATIONS, place):
        yield place, cost - 1
    elif line.startswith(_UNITS, place) and line[place - 2].isdigit():
        return
    elif line.endswith(_SIGNS, 0, place - 1):
        return  # a sign begins a line, and does not end it
    else:
        yield place, cost + (line[place].isalpha() and _word_before(line, place).isdecimal())  # 3 layers


def _word_before(line: str, place: int) -> str:
    while line[place - 1 : place] == " ":
        place -= 1
    return line[line.rfind(" ", 0, place) + 1 : place]


def _is_joint(line: str, place: int) -> bool:
    """Whether a word may be broken here: behind a dot in a name, before a sign of multiplication."""
    before, behind = line[place - 1], line[place]
    if before in _JOINTS:
        return behind.isalnum() and not (line[place - 2 : place - 1].isdigit() and behind.isdigit())
    if behind == "x":  # between two sizes, not in max(...)
        after = line[place + 1 : place + 2]
        return (before.isdigit() or before in _CLOSING or before.isupper()) and bool(after) and after not in ".,) "
    return behind in _TIMES and before != " "
