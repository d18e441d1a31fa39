"""The ways in which people write an answer; each that is used is one that the judge reads so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from shapecalc.grading.answers.interval import IntervalAnswer
from shapecalc.grading.answers.kind import AnswerKind, NotUnderstoodError
from shapecalc.grading.answers.layer import BLANK, ArgumentAnswer
from shapecalc.grading.answers.shape import ShapeAnswer
from shapecalc.grading.answers.text import TextAnswer
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quiz.question import Question

#: The values of an argument that are tried: these numbers, each also for two axes, and words.
TRIED = 64
_WORDS = ("same", "valid", "True", "False")


def shape_notations(sizes: Iterable[int]) -> Iterator[str]:
    """A shape in the notations that people use, the commonest first."""
    texts = [*map(str, sizes)]
    yield from ("x".join(texts), " x ".join(texts))
    for comma in (", ", ","):
        yield from (f"({comma.join(texts)})", f"[{comma.join(texts)}]", comma.join(texts))
    yield from ("×".join(texts), " × ".join(texts), "*".join(texts), f"torch.Size([{', '.join(texts)}])")
    if len(texts) > 1:
        yield f"{texts[0]}@{'x'.join(texts[1:])}"


def interval_notations(ends: tuple[int, int]) -> Iterator[str]:
    """An interval in the notations that people use."""
    low, high = ends
    yield from (f"{low}..{high}", f"[{low}, {high}]", f"[{low},{high}]", f"{low} to {high}", f"{low}-{high}")
    yield from (f"{low} - {high}", f"{low}–{high}", f"from {low} to {high}", f"{low}, {high}", f"{low}...{high}")


def word_notations(words: str) -> Iterator[str]:
    """Words as they are, and with spaces, hyphens or nothing between them."""
    yield words
    for sign in (" ", "-", ""):
        yield re.sub(r"[\s_-]+", sign, words)


def notations(kind: AnswerKind[Any], reading: Any) -> tuple[str, ...]:
    """The ways to write a reading, all of which the kind reads so; the first one is how the kind writes it itself."""
    match kind:
        case ShapeAnswer():
            texts = [*shape_notations(reading)]
        case IntervalAnswer():
            texts = [*interval_notations(reading)]
        case TextAnswer():
            texts = [*word_notations(reading)]
        case _:
            texts = []
    own = kind.echo(reading)
    return tuple(_distinct([own, *[text for text in texts if _reads(kind, text, kind.read(own))]]))


def right_values(question: Question) -> tuple[str, ...]:
    """The values of an argument that are right, of those that are tried, in their notations; the key first."""
    kind = question.answer
    if not isinstance(kind, ArgumentAnswer):
        return ()
    numbers = [*range(TRIED + 1), *_WORDS]
    values = [kind.key_text, *(text for text, verdict in question.tests if verdict == "right"), *map(str, numbers)]
    right = [value for value in values if _is_right(question, value)]
    named = re.search(r"(\w+)\s*=\s*$", kind.layer.partition(BLANK)[0])
    forms = ["{0}", "({0}, {0})", "({0},{0})", "{0}x{0}", *([f"{named[1]}={{0}}"] if named else [])]
    texts = [form.format(value) for value in right for form in forms]
    return tuple(_distinct([text for text in texts if _is_right(question, text)]))


def _is_right(question: Question, text: str) -> bool:
    return judge(question, text).verdict is Verdict.RIGHT


def _reads(kind: AnswerKind[Any], text: str, reading: Any) -> bool:
    try:
        return bool(kind.judge(kind.read(text)) == kind.judge(reading)) and kind.read(text) == reading
    except NotUnderstoodError:
        return False


def _distinct(texts: Iterable[str]) -> list[str]:
    """Texts without those that differ from an earlier one in case alone: places compare without it."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(text.casefold(), text)
    return list(first.values())
