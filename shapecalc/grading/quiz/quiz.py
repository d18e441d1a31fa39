"""A quiz: questions about networks, with keys that the engine has found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import cast, final

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats import parse
from shapecalc.formats.document.files import read_model
from shapecalc.grading.answers.reading import (
    LETTERS,
    NotUnderstoodError,
    by_letter,
    folded,
    read_integer,
    read_shape_answer,
)
from shapecalc.grading.quiz.ask import Ask, Axis, Key, Measure, answer
from shapecalc.grading.quiz.derivation import derivation
from shapecalc.grading.quiz.document import (
    CHOICES,
    MAX_BYTES,
    RELATIONS,
    AskDocument,
    Kind,
    NetDocument,
    OptionDocument,
    QuestionDocument,
    QuizDocument,
)
from shapecalc.grading.visible import visible
from shapecalc.layers import shape_text
from shapecalc.measures import Report, measure


@final
@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Attributes:
        text: what it says.
        right: whether the engine finds it right.
        because: how the engine decided, as one line of steps.
        value: what was compared with the question's key; None for a claim.
    """

    text: str
    right: bool
    because: str
    value: Key | None = None


@final
@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key.

    Attributes:
        id: the name of its column in the answers.
        text: what the student is asked.
        kind: how the answer is read.
        points: what a right answer is worth.
        key: what the engine found: a number, a shape, or which options are right, counted from 0.
        derivation: how it found it, as one line.
        options: what a choice is made from.
        channels_last: whether a shape is asked for with its channels last; the key already is.
    """

    id: str
    text: str
    kind: Kind
    points: Fraction
    key: Key
    derivation: str
    options: tuple[Option, ...] = ()
    channels_last: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether the key is a set of options."""
        return self.kind in CHOICES

    def shown(self, value: object) -> str:
        """An answer or the key, as a person writes it."""
        if self.is_choice and isinstance(value, tuple):
            letters = ", ".join(LETTERS[place] for place in value) or "none"
            return f"{letters}: {visible(self.options[value[0]].text)}" if self.kind == "single-choice" else letters
        return shape_text(value) if isinstance(value, tuple) else str(value)


@final
@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz: its title and its questions, in order."""

    title: str
    questions: tuple[Question, ...]


def load_quiz(path: str | Path) -> Quiz:
    """The quiz in a YAML or JSON file, its keys found by the engine.

    Raises:
        SpecError: the file cannot be read or is not a quiz, or the engine has no key for a question; the message
            names the place.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None
    if size > MAX_BYTES:
        raise SpecError(f"{path} has {size:,} bytes; a quiz has at most {MAX_BYTES:,}.")
    return from_document(read_model(path, QuizDocument), str(path))


def from_document(document: QuizDocument, where: str = "quiz") -> Quiz:
    """The quiz that a checked document describes; as :func:`load_quiz`."""
    reported = lru_cache(None)(_report)
    questions: list[Question] = []
    for asked in document.questions:
        try:
            net = asked.net or document.net
            questions.append(_question(asked, reported(cast("NetDocument", net))))  # the document has seen to it
        except ShapecalcError as refused:
            raise SpecError(f"{where}: question {asked.id}: {refused}") from None
    return Quiz(document.title, tuple(questions))


def _report(net: NetDocument) -> Report:
    return measure(parse(net.spec, input_shape=net.input))


def _question(asked: QuestionDocument, report: Report) -> Question:
    kind = cast("Kind", asked.kind)
    found: Key | None = None
    derived = ""
    if asked.ask:
        ask = _ask(asked.ask)
        found, derived = answer(ask, report), derivation(ask, report)
    if kind in CHOICES:
        return _choice(asked, kind, found, derived, report)
    if found is None or isinstance(found, tuple) != (kind == "shape"):
        raise SpecError(f"The kind is {kind}, but its ask gives {'a number' if kind == 'shape' else 'a shape'}.")
    last = asked.order == "channels-last"
    if last and isinstance(found, tuple):
        found = channels_last(found)
        derived += f"; channels last: {shape_text(found)}"
    return Question(asked.id, asked.text, kind, Fraction(asked.points), found, derived, channels_last=last)


def channels_last(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A channels-first shape with its channels moved to the end."""
    return (*shape[1:], shape[0])


def _ask(asked: AskDocument) -> Ask:
    return Ask(cast("Measure", asked.measure), asked.node, asked.dim, cast("Axis", asked.axis), asked.tensor)


def _choice(asked: QuestionDocument, kind: Kind, found: Key | None, derived: str, report: Report) -> Question:
    options = tuple([_option(option, found, report) for option in asked.options])
    _distinct(options)
    right = tuple(place for place, option in enumerate(options) if option.right)
    if kind == "single-choice" and len(right) != 1:
        raise SpecError(f"One option must be right, but {len(right)} are; the answer is {_text(found)}.")
    claims = [f"{LETTERS[place]} is {option.because}" for place, option in enumerate(options) if option.value is None]
    derived = "; ".join(part for part in (derived, *claims) if part)
    return Question(asked.id, asked.text, kind, Fraction(asked.points), right, derived, options)


def _text(value: Key | None) -> str:
    return "decided by the claims" if value is None else shape_text(value) if isinstance(value, tuple) else str(value)


def _option(option: OptionDocument, key: Key | None, report: Report) -> Option:
    if option.value is not None:
        value = _value(option.value, shape=isinstance(key, tuple))
        return Option(option.text or option.value, value == key, "", value)
    ask = _ask(cast("AskDocument", option.ask))
    relation = next(name for name in RELATIONS if getattr(option, name) is not None)
    other = getattr(option, relation)
    left = answer(ask, report)
    if isinstance(other, AskDocument):
        right, more = answer(_ask(other), report), derivation(_ask(other), report)
    else:
        right, more = _value(other, shape=isinstance(left, tuple)), ""
    if isinstance(left, tuple) != isinstance(right, tuple) or (relation != "equals" and isinstance(left, tuple)):
        raise SpecError(f"The claim {option.text!r} compares a shape with something else than its equal.")
    holds = _COMPARE[relation](left, right)
    because = "; ".join(part for part in ("true" if holds else "false", derivation(ask, report), more) if part)
    return Option(option.text, holds, because)


_COMPARE: dict[str, Callable[[Key, Key], bool]] = {
    "equals": lambda left, right: left == right,
    "more_than": lambda left, right: cast("int", left) > cast("int", right),
    "less_than": lambda left, right: cast("int", left) < cast("int", right),
}


def _value(written: str, *, shape: bool) -> Key:
    """A value in a quiz file, read as an answer is."""
    try:
        value = read_shape_answer(written) if shape else read_integer(written)
    except NotUnderstoodError as refused:
        raise SpecError(f"The value {written!r} cannot be read: {refused}.") from None
    if isinstance(value, tuple | int):
        return value
    raise SpecError(f"The value {written!r} is not a whole number.")


def _distinct(options: tuple[Option, ...]) -> None:
    """Refuse options that an answer could not tell apart: equal texts, or a text that reads as other letters."""
    texts = [folded(option.text) for option in options]
    for place, text in enumerate(texts):
        if text in texts[:place] or text in ("all", "none"):
            raise SpecError(f"The option {options[place].text!r} cannot be told apart from another.")
        letters = by_letter(text, len(options))
        if letters is not None and letters != [place]:
            raise SpecError(f"The option {options[place].text!r} could be read as the letters of other options.")
