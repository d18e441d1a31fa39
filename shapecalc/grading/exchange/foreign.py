"""Questions as the files of places have them, before they become entries of a quiz of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from html.parser import HTMLParser
from typing import final

from shapecalc.page import visible

#: What ends a word where HTML has it.
_BREAKS = frozenset({"p", "br", "div", "li", "pre", "tr", "td", "th", "h1", "h2", "h3", "h4", "ul", "ol", "table"})
#: What is no text for a reader.
_SILENT = frozenset({"script", "style"})
_MEDIA = frozenset({"img", "audio", "video", "object", "iframe", "svg", "canvas", "embed"})


@final
@dataclass(frozen=True, slots=True)
class ForeignAnswer:
    """An answer that a place recognises.

    Attributes:
        text: the answer, or the text of an option.
        part: the part of the points that it earns.
        says: what is said to whom gives it.
        tolerance: how far off a number may be.
        is_pattern: whether it stands for many answers.
    """

    text: str
    part: Fraction
    says: str = ""
    tolerance: Fraction = Fraction(0)
    is_pattern: bool = False


@final
@dataclass(frozen=True, slots=True)
class ForeignQuestion:
    """A question of a place.

    Attributes:
        name: what it is called.
        text: the question, without markup.
        kind: ``number``, ``text``, ``choice`` of one, ``choices`` of several; anything else is what it is called there.
        answers: what the place recognises, in its order.
        points: what it is worth.
        remarks: what could not be read of it.
    """

    name: str
    text: str
    kind: str
    answers: tuple[ForeignAnswer, ...] = ()
    points: Fraction = Fraction(1)
    remarks: tuple[str, ...] = ()


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.remarks: dict[str, None] = {}
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent = tag
            self.remarks[f"a {tag} is left out"] = None
        elif tag in _MEDIA:
            self.words.append(f" [{tag}] ")
            self.remarks["a picture or a recording is left out"] = None
        elif tag in _BREAKS:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif tag in _BREAKS:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def plain_text(html: str) -> tuple[str, tuple[str, ...]]:
    """The text of HTML in one line, and what is left out of it; nothing of it is kept as markup."""
    parser = _TextOfHtml()
    parser.feed(html)
    parser.close()
    return visible(" ".join("".join(parser.words).split())), tuple(parser.remarks)


def foreign_number(text: str | None) -> Fraction | None:
    """A decimal number; None of anything else."""
    match = re.fullmatch(r"\s*([+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40}))(?:[eE]([+-]?\d{1,2}))?\s*", text or "")
    return Fraction(match[1]) * Fraction(10) ** int(match[2] or 0) if match else None


def part_of_percent(text: str | None) -> Fraction:
    """A percentage of the points as a part, a third for 33.33333."""
    percent = foreign_number((text or "0").strip("%"))
    return Fraction(0) if percent is None else (percent / 100).limit_denominator(60)
