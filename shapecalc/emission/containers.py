"""The modules in nn.Sequential, nn.ModuleList or a dict: one by one, or as a loop where they are alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from shapecalc.emission.layout import Argument, Brackets, Comprehension, Expression, bracketed, in_line, progression
from shapecalc.emission.parts import Item, Submodule, is_attribute

#: So many equal modules one behind the other are written as a loop.
_LOOP = 3
#: The numbers from which a loop counts.
_FIRST = ("0", "1")


class Child(NamedTuple):
    """A module in a container: its name, its constructor, the shape that it gives, and what it is."""

    name: str
    value: Expression
    comment: str
    item: Item


def looped(children: Sequence[Child]) -> Iterator[Argument]:
    """The children of a chain; those that are equal, or grow in even steps, as a loop."""
    for _, alike in groupby(children, key=lambda child: re.sub(r"\b\d+\b", "0", in_line(child.value))):
        run = list(alike)
        grown = progression([child.value for child in run])
        if grown is not None:
            yield from _loop(run, grown)
            continue
        for _, equal in groupby(run, key=lambda child: in_line(child.value)):
            same = list(equal)
            yield from _loop(same, same[0].value)


def list_of_modules(children: Sequence[Child]) -> Argument:
    """A list of modules; a comprehension where one loop makes all of them."""
    arguments = [*looped(children)]
    if len(arguments) == 1 and isinstance(loop := arguments[0].value, Comprehension):
        return Argument(loop._replace(head="["))
    return Argument(Brackets("[", arguments, "]"))


def _loop(run: Sequence[Child], value: Expression) -> Iterator[Argument]:
    """Children of which each is a value in i, counted from 0; few of them, or plain layers, one by one."""
    if len(run) < _LOOP or not isinstance(run[0].item, Submodule):
        yield from (Argument(child.value, "", child.comment) for child in run)
        return
    variable = "_" if in_line(value) == in_line(run[0].value) else "i"
    loop = Comprehension("*[", value, f"for {variable} in range({len(run)})", "]")
    yield Argument(loop, "", run[-1].comment)


def named(children: Sequence[Child]) -> Expression:
    """The children of a chain under their names, in order."""
    loop = _named_loop(children)
    if loop is not None:
        return loop
    names = [child.name for child in children]
    if all(map(is_attribute, names)):
        arguments = [Argument(child.value, f"{child.name}=", child.comment) for child in children]
        return Brackets("OrderedDict(", arguments, ")")
    return bracketed("OrderedDict", Argument(_dict(children)))


def _named_loop(children: Sequence[Child]) -> Comprehension | None:
    """Children that are numbered from 0 or 1 as a loop; None where more than numbers in even steps tells them apart."""
    names = [child.name for child in children]
    stem = re.sub(r"\d+$", "", names[0])
    first = names[0][len(stem) :]
    if len(children) < _LOOP or first not in _FIRST:
        return None
    start = int(first)
    if names != [f"{stem}{number}" for number in range(start, start + len(children))]:
        return None
    value = progression([child.value for child in children])
    if value is None:
        return None
    is_equal = len({in_line(child.value) for child in children}) == 1
    offset = start if is_equal else 0  # of a number that grows, the first step is i = 0
    label = f'f"{stem}{{i}}"' if offset == start else f'f"{stem}{{i + {start}}}"'
    ends = f"{offset}, {offset + len(children)}" if offset else f"{len(children)}"
    pair = Brackets("(", [Argument(label), Argument(value)], ")")
    return Comprehension("OrderedDict(", pair, f"for i in range({ends})", ")")


def _dict(children: Sequence[Child]) -> Brackets:
    arguments: list[Argument] = []
    for _, alike in groupby(children, key=lambda child: in_line(child.value)):
        run = list(alike)
        loop = _dict_loop(run)
        arguments += (
            [Argument(loop, "", run[-1].comment)]
            if loop
            else [Argument(child.value, f"{name_text(child.name)}: ", child.comment) for child in run]
        )
    return Brackets("{", arguments, "}")


def _dict_loop(run: Sequence[Child]) -> Comprehension | None:
    """Equal modules under numbered names as a loop; None where they are few, or not numbered."""
    stem = re.sub(r"\d+$", "", run[0].name)
    first = run[0].name[len(stem) :]
    if len(run) < _LOOP or not first or str(int(first)) != first or not isinstance(run[0].item, Submodule):
        return None
    start, end = int(first), int(first) + len(run)
    if [child.name for child in run] != [f"{stem}{number}" for number in range(start, end)]:
        return None
    key = f'f"{stem}{{i}}": '
    return Comprehension("**{", _keyed(key, run[0].value), f"for i in range({start}, {end})", "}")


def _keyed(key: str, value: Expression) -> Expression:
    """An entry of a dict."""
    return value._replace(head=f"{key}{value.head}") if isinstance(value, Brackets) else f"{key}{in_line(value)}"


def name_text(name: str) -> str:
    """A name as Python's text, in the quotes that the formatter writes."""
    text = repr(name)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in name else text
