"""A quiz: questions about networks, with keys from the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.formats.document.files import read_model
from shapecalc.grading.layout import laid_out, step_words
from shapecalc.grading.quiz.document.quiz import MAX_BYTES, QuizDocument
from shapecalc.grading.quiz.nets import Nets, QuestionNet
from shapecalc.grading.quiz.question import Question
from shapecalc.page import Page, Presentable, visible


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
            notes.append(("", f"key: {question.answer.key_text}"))
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
    nets = Nets(folder)
    questions: list[Question] = []
    for question in document.questions:
        net = question.net or document.net
        defaults = {
            "feedback": question.feedback or document.feedback,
            "attempts": question.attempts or document.attempts,
        }
        try:
            questions.append(
                question.model_copy(update=defaults).question(QuestionNet(nets, net.source if net else None))
            )
        except ShapecalcError as refused:
            raise SpecError(f"{source}: question {question.id}: {refused}") from None
    return Quiz(document.title, tuple(questions))
