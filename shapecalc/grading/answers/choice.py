"""An answer that names options, by their letters or by their texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, final

from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded
from shapecalc.page import visible

#: The options, in order.
LETTERS = "abcdefghijklmnopqrstuvwxyz"

_MARKED = re.compile(r"\(?([a-z])[).:] ?(.+)")
#: Words that answer nothing, of letters that a long list of options has in order.
_NO_ANSWERS = frozenset({"n/a", "no"})
#: Words for all and none of two options.
_OF_TWO = {"both": "all", "neither": "none"}
_BETWEEN = re.compile(r"[\s,;/&+]+(?:and\s+)?")


#: Options, counted from 0, in order.
Places = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class SingleChoice(AnswerKind[Places]):
    """One of the options.

    Attributes:
        key: the right option, alone.
        options: the texts of all options.
    """

    name: ClassVar[str] = "single-choice"
    key: Places
    options: tuple[str, ...]

    def read(self, answer: str) -> Places:
        places = read_choices(answer, self.options)
        if len(places) != 1:
            raise NotUnderstoodError(f"this names {len(places) or 'no'} options; the question asks for one")
        return places

    def echo(self, reading: Places) -> str:
        return f"{letters_of(reading)}: {visible(self.options[reading[0]])}"

    def plain(self, reading: Places | None) -> Any:
        return plain_letters(reading)

    def accepts_word(self, answer: str) -> bool:
        return is_option(answer, self.options)


class Parts(StrEnum):
    """What a choice of several options is worth that is right in part."""

    #: each right option that is chosen counts up, each wrong one down, not below nothing
    RIGHT_MINUS_WRONG = "right-minus-wrong"
    #: each option counts that is chosen as it should be, or left as it should be
    EACH_OPTION = "each-option"
    #: nothing
    ALL_OR_NOTHING = "all-or-nothing"


@final
@dataclass(frozen=True, slots=True)
class SelectAll(AnswerKind[Places]):
    """All options that are right.

    Attributes:
        key: the right options.
        options: the texts of all options.
        parts: what a choice is worth that is right in part.
    """

    name: ClassVar[str] = "select-all"
    key: Places
    options: tuple[str, ...]
    parts: Parts = Parts.RIGHT_MINUS_WRONG

    def read(self, answer: str) -> Places:
        return read_choices(answer, self.options)

    def judge(self, reading: Places) -> Judgement:
        return Judgement(self._credit(reading), self._remark(reading))

    def echo(self, reading: Places) -> str:
        return letters_of(reading)

    def plain(self, reading: Places | None) -> Any:
        return plain_letters(reading)

    def accepts_word(self, answer: str) -> bool:
        return is_option(answer, self.options)

    def _credit(self, places: Places) -> Fraction:
        """The part of the points that a choice earns."""
        wrong = len(set(places) ^ set(self.key))
        if not self.key or self.parts is Parts.ALL_OR_NOTHING:
            return Fraction(not wrong)
        if self.parts is Parts.EACH_OPTION:
            return 1 - Fraction(wrong, len(self.options))
        hits = len(set(places) & set(self.key))
        return Fraction(max(hits - (len(places) - hits), 0), len(self.key))

    def _remark(self, places: Places) -> str:
        missed, extra = sorted(set(self.key) - set(places)), sorted(set(places) - set(self.key))
        parts = [("missed", missed), ("chosen but wrong", extra)]
        return "; ".join(f"{words} {letters_of(places)}" for words, places in parts if places)


def plain_letters(places: Places | None) -> list[str] | None:
    """Options as JSON has them."""
    return None if places is None else [LETTERS[place] for place in places]


def is_option(answer: str, options: Sequence[str]) -> bool:
    """Whether an answer is the text of an option."""
    return folded(answer) in map(folded, options)


def letters_of(places: Sequence[int]) -> str:
    """Options by their letters."""
    return ", ".join(LETTERS[place] for place in places) or "none"


def read_choices(answer: str, options: Sequence[str]) -> tuple[int, ...]:
    """The options that are named, by letter or by their text, counted from 0: a,c or a c or ac.

    Also none and all; of two options, both and neither.

    Raises:
        NotUnderstoodError: something in it is no option.
    """
    text = folded(bounded(answer))
    texts = [folded(option) for option in options]
    if text in texts:
        return (texts.index(text),)
    if len(options) == 2:
        text = _OF_TWO.get(text, text.removeprefix("both "))
    if text in ("none", "all"):
        return tuple(range(len(options))) if text == "all" else ()
    places = by_letter(text, len(options)) or _by_letter_and_text(text, texts) or _by_text(text, texts)
    if places is None:
        last = LETTERS[len(options) - 1]
        raise NotUnderstoodError(f"{visible(answer.strip(), 40)!r} cannot be read as options a to {last}")
    return tuple(sorted(set(places)))


def by_letter(text: str, count: int) -> list[int] | None:
    """The options that ``text`` names by letters alone; None where it is anything else.

    Letters stand apart, or are one word in their order: "ac" names two options, "idk" none of eleven.
    """
    if folded(text) in _NO_ANSWERS:
        return None
    words = [word.strip("().:") for word in _BETWEEN.split(folded(text)) if word]
    letters = "".join(words)
    options = LETTERS[:count]
    if not letters or any(letter not in options for letter in letters) or any(not word for word in words):
        return None
    if len(words) != len(letters) and (len(words) > 1 or letters != "".join(sorted(set(letters)))):
        return None
    return [options.index(letter) for letter in letters]


def _by_letter_and_text(text: str, texts: list[str]) -> list[int] | None:
    """One option by its letter and its text together: b) 5020."""
    match = _MARKED.fullmatch(text)
    if match is None or match[2] not in texts:
        return None
    place = texts.index(match[2])
    if LETTERS[place] != match[1]:
        raise NotUnderstoodError(f"the letter {match[1]} and the text after it name different options")
    return [place]


def _by_text(text: str, texts: list[str]) -> list[int] | None:
    """Several options by their texts, with a comma or semicolon between them, as forms export them."""
    places: list[int] = []
    longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    while text:
        for place in longest_first:
            tail = text.removeprefix(texts[place])
            if len(tail) < len(text) and (not tail or tail[0] in ",;"):
                places.append(place)
                text = tail[1:].strip()
                break
        else:
            return None
    return places


def folded(text: str) -> str:
    """A text as it is compared: without regard to case, to how spaces are typed, or to how accents are coded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
