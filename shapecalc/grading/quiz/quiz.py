"""A quiz: questions about networks, with keys from the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import cast, final

from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.formats import open_within, parse
from shapecalc.formats.document.files import read_model
from shapecalc.grading.answers import KINDS
from shapecalc.grading.answers.choice import by_letter, folded
from shapecalc.grading.answers.integer import read_integer
from shapecalc.grading.answers.kind import Key, NotUnderstoodError
from shapecalc.grading.answers.shape import read_shape_answer, to_channels_last
from shapecalc.grading.layout import laid_out, step_words
from shapecalc.grading.quiz.document import (
    MAX_BYTES,
    RELATIONS,
    AskDocument,
    NetDocument,
    OptionDocument,
    QuestionDocument,
    QuizDocument,
)
from shapecalc.grading.quiz.question import Claim, ModelAnswer, Option, Question, model_answer
from shapecalc.grading.quiz.target import Axis, Measure, Target
from shapecalc.layers import shape_text
from shapecalc.measures import Report, measure
from shapecalc.page import Page, Presentable, visible

#: The most steps that all nets of a quiz and the derivations of its keys take.
MAX_STEPS = 100_000
#: The layers that are one step where a size is followed to the layer that makes it.
_LAYERS = 8


@final
@dataclass(frozen=True, slots=True)
class Quiz(Presentable):
    """A quiz: its title and its questions, in order."""

    title: str
    questions: tuple[Question, ...]

    def page(self) -> Page:
        """The questions with their keys, and how each key comes about."""
        notes: list[tuple[str, str]] = []
        for question in self.questions:
            notes.append((question.id, visible(question.text)))
            notes += [("", f"{letter}) {visible(option.text)}") for letter, option in question.lettered_options]
            notes.append(("", f"key: {question.answer_text(question.key)}"))
            notes += [("", step_words(step)) for step in question.steps]
        margin = max(len(question.id) for question in self.questions) + 2
        return Page((laid_out(notes, visible(self.title), margin=margin),))


def load_quiz(path: str | Path) -> Quiz:
    """The quiz in a YAML or JSON file, with its keys from the engine.

    Raises:
        SpecError: the file cannot be read or is not a quiz, or the engine has no key for a question; the message
            names the place.
    """
    check_type("path", path, (str, Path), "the path of a quiz, such as 'quiz.yaml'")
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None
    if size > MAX_BYTES:
        raise SpecError(f"{path} has {size:,} bytes; a quiz has at most {MAX_BYTES:,}.")
    return from_document(read_model(path, QuizDocument), str(path), folder=path.parent)


def from_document(document: QuizDocument, source: str = "quiz", *, folder: Path | None = None) -> Quiz:
    """The quiz that a checked document describes; as :func:`load_quiz`.

    Args:
        document: the content of the file.
        source: its name in messages.
        folder: where its networks' files may lie; without a folder, a network is a text or a net of the zoo.
    """
    reports = _Reports(folder)
    questions: list[Question] = []
    for question in document.questions:
        try:
            net = cast("NetDocument", question.net or document.net)  # a document has one of them
            questions.append(_question(question, partial(reports.answer, net)))
        except ShapecalcError as refused:
            raise SpecError(f"{source}: question {question.id}: {refused}") from None
    return Quiz(document.title, tuple(questions))


@final
class _Reports:
    """What is asked of a quiz's nets, each measured once and each answer derived once, as far as a quiz's work goes."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.steps = 0
        self._reports: dict[NetDocument, Report] = {}
        self._answers: dict[tuple[NetDocument, Target], ModelAnswer] = {}

    def answer(self, net: NetDocument, target: Target) -> ModelAnswer:
        """The engine's answer to a question about a net.

        Raises:
            SpecError: with what is asked before it, it takes too much work; or there is no answer.
        """
        if (net, target) not in self._answers:
            report = self._report(net)
            layers = len(report.rows)
            self._spend(layers if target.is_of_many else layers // _LAYERS, "its key and those before it")
            self._answers[net, target] = model_answer(target, report)
        return self._answers[net, target]

    def _report(self, net: NetDocument) -> Report:
        if net not in self._reports:
            self._reports[net] = report = _report(self.folder, net)
            self._spend(report.steps, "its net and those before it")
        return self._reports[net]

    def _spend(self, steps: int, subject: str) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise SpecError(f"{subject} take more than {MAX_STEPS:,} steps; ask about fewer.")


#: The engine's answers to what is asked of a net.
Answers = Callable[[Target], ModelAnswer]


def _report(folder: Path | None, net: NetDocument) -> Report:
    shape = net.input or ()
    if folder is None:
        return measure(parse(net.spec, input_shape=shape))
    return measure(open_within(folder, net.spec, input_shape=shape))


def _question(document: QuestionDocument, answers: Answers) -> Question:
    kind = KINDS[document.kind]
    model = answers(_target(document.ask)) if document.ask else None
    if kind.has_options:
        return _choice(document, model, answers)
    if model is None or isinstance(model.key, tuple) != kind.is_shape:
        raise SpecError(f"The kind is {document.kind}, but its ask gives {'a number' if kind.is_shape else 'a shape'}.")
    last = document.order == "channels-last" and isinstance(model.key, tuple)
    key = to_channels_last(model.key) if last and isinstance(model.key, tuple) else model.key
    points = Fraction(document.points)
    return Question(document.id, document.text, document.kind, points, key, model, channels_last=last)


def _target(document: AskDocument) -> Target:
    axis = cast("Axis", document.axis)
    return Target(cast("Measure", document.measure), document.node, document.dim, axis, document.tensor)


def _choice(document: QuestionDocument, model: ModelAnswer | None, answers: Answers) -> Question:
    options = tuple([_option(option, model, answers) for option in document.options])
    _check_distinct(options)
    right = tuple(place for place, option in enumerate(options) if option.is_right)
    if KINDS[document.kind].has_one_option and len(right) != 1:
        raise SpecError(f"One option must be right, but {len(right)} are; the answer is {_text(model)}.")
    return Question(document.id, document.text, document.kind, Fraction(document.points), right, model, options)


def _text(model: ModelAnswer | None) -> str:
    if model is None:
        return "decided by the claims"
    return shape_text(model.key) if isinstance(model.key, tuple) else str(model.key)


def _option(document: OptionDocument, model: ModelAnswer | None, answers: Answers) -> Option:
    if document.value is None:
        claim = _claim(document, answers)
        return Option(document.text, claim.holds, claim=claim)
    key = model.key if model else None
    value = _value(document.value, shape=isinstance(key, tuple))
    return Option(document.text or document.value, value == key, value)


def _claim(document: OptionDocument, answers: Answers) -> Claim:
    left = answers(_target(cast("AskDocument", document.ask)))
    relation = next(name for name in RELATIONS if getattr(document, name) is not None)
    side = getattr(document, relation)
    right = answers(_target(side)) if isinstance(side, AskDocument) else _value(side, shape=isinstance(left.key, tuple))
    value = right.key if isinstance(right, ModelAnswer) else right
    shapes = isinstance(left.key, tuple), isinstance(value, tuple)
    if len(set(shapes)) > 1 or (relation != "equals" and any(shapes)):
        raise SpecError(f"The claim {document.text!r} compares a shape with something else than its equal.")
    return Claim(left, relation, right, _COMPARE[relation](left.key, value))


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


def _check_distinct(options: tuple[Option, ...]) -> None:
    """Refuse options that an answer could not tell apart: equal texts, or a text that reads as other letters."""
    texts = [folded(option.text) for option in options]
    for place, text in enumerate(texts):
        if text in texts[:place] or text in ("all", "none"):
            raise SpecError(f"The option {options[place].text!r} cannot be told apart from another.")
        letters = by_letter(text, len(options))
        if letters is not None and letters != [place]:
            raise SpecError(f"The option {options[place].text!r} could be read as the letters of other options.")
