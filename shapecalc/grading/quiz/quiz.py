"""A quiz: questions about networks, with keys from the engine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, final

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.grading.judge import plain_points
from shapecalc.grading.layout import laid_out, step_words
from shapecalc.grading.quiz.document.choices import ChoiceDocument
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.nets import Nets, QuestionNet
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.page import Page, Presentable, visible


@final
@dataclass(frozen=True, slots=True)
class Quiz(Presentable):
    """A quiz: its title and its questions, in order."""

    title: str
    questions: tuple[Question, ...]

    @property
    def needs_training(self) -> bool:
        """Whether some answers are graded by training them."""
        return any(question.answer.needs_training for question in self.questions)

    def sheet(self) -> Page:
        """The questions as a student sees them."""
        return self._page(has_keys=False)

    def page(self) -> Page:
        """The questions with their keys, and how each key comes about."""
        return self._page(has_keys=True)

    def _page(self, *, has_keys: bool) -> Page:
        notes: list[tuple[str, str]] = []
        exhibits = Counter(question.exhibit for question in self.questions)
        shown: set[tuple[str, ...]] = {()}
        for question in self.questions:
            exhibit = question.exhibit
            is_shared = exhibits[exhibit] > 1
            if is_shared and exhibit not in shown:
                notes += self._shared(exhibit)
                shown.add(exhibit)
            notes += question_notes(question, has_net=not is_shared)
            notes += key_notes(question) if has_keys else []
        margin = max(len(label) for label, _ in notes) + 2
        return Page((laid_out(notes, visible(self.title), margin=margin),))

    def _shared(self, exhibit: tuple[str, ...]) -> list[tuple[str, str]]:
        """A network that several questions are about; if there are others, which they are."""
        names = [question.id for question in self.questions if question.exhibit == exhibit]
        first = [f"of {', '.join(names)}:"] if len(names) < len(self.questions) else []
        label, *others = [*first, *map(visible, exhibit)]
        return [("network", label), *(("", line) for line in others)]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each question with its key and the key's derivation."""
        return {"title": visible(self.title), "questions": [_plain(question) for question in self.questions]}

    @property
    def points(self) -> Fraction:
        """What all questions are worth."""
        return sum((question.points for question in self.questions), Fraction(0))


def question_notes(question: Question, *, has_net: bool = True) -> list[tuple[str, str]]:
    """A question as a student sees it: its text, what it is worth, its network and its options.

    Args:
        question: the question.
        has_net: whether the network is shown, where there is one to show.
    """
    points = f"{float(question.points):g} point{'' if question.points == 1 else 's'}"
    net = [("", visible(line)) for line in question.exhibit] if has_net else []
    options = [("", f"{letter}) {visible(option.text)}") for letter, option in question.lettered_options]
    return [(question.id, f"{visible(question.text)} ({points})"), *net, *options]


def key_notes(question: Question) -> list[tuple[str, str]]:
    """The key of a question, and how it comes about."""
    return [("", f"key: {question.answer.key_text}"), *(("", step_words(step)) for step in question.steps)]


def _plain(question: Question) -> dict[str, Any]:
    net = {"net": [visible(line) for line in question.exhibit]} if question.exhibit else {}
    options = {"options": [visible(option.text) for option in question.options]} if question.options else {}
    numbers = {"numbers": dict(question.numbers)} if question.numbers else {}
    return {
        "id": question.id,
        "text": visible(question.text),
        "kind": question.kind,
        "points": plain_points(question.points),
        **numbers,
        **net,
        **options,
        "key": question.answer.plain(question.key),
        "derivation": steps_text(question.steps),
    }


def from_document(document: QuizDocument, source: str = "quiz", *, folder: Path | None = None) -> Quiz:
    """The quiz that a checked document describes, with its keys from the engine.

    Args:
        document: the content of the file.
        source: its name in messages.
        folder: where its networks' files may lie; without a folder, a network is a text or a net of the zoo.

    Raises:
        SpecError: the engine has no key for a question; the message names it.
    """
    if document.vary or any(question.vary for question in document.questions):
        raise SpecError(f"{source}: its numbers are not drawn; QuizTemplate draws them.")
    nets = Nets(folder)
    questions: list[Question] = []
    for question in document.questions:
        net = question.net or document.net
        defaults: dict[str, Any] = {
            "feedback": question.feedback or document.feedback,
            "attempts": question.attempts or document.attempts,
            "show_net": document.show_net if question.show_net is None else question.show_net,
            "carried": document.carried if question.carried is None else question.carried,
        }
        if isinstance(question, ChoiceDocument):
            defaults["shuffle"] = document.shuffle if question.shuffle is None else question.shuffle
        try:
            questions.append(
                question.model_copy(update=defaults).question(QuestionNet(nets, net.source if net else None))
            )
        except ShapecalcError as refused:
            raise SpecError(f"{source}: question {question.id}: {refused}") from None
    return Quiz(document.title, tuple(questions))
