"""Questions of a quiz as tests write them: the entries of a file, without the file."""

from __future__ import annotations

from typing import Any

from shapecalc.errors import SpecError
from shapecalc.formats.document.files import validate_model
from shapecalc.grading import Question
from shapecalc.grading.judge import Mark, judge
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document


def question(kind: str, net: str = "", shape: str = "", **keys: Any) -> Question:
    """A question of a kind, with the keys that its entry has."""
    parts = {"spec": net, "input": shape}
    source = {"net": {key: text for key, text in parts.items() if text}} if net or shape else {}
    entry = {"id": "q", "text": "t", "kind": kind, **source, **keys}
    document = validate_model({"title": "T", "questions": [entry]}, QuizDocument, "quiz")
    return from_document(document).questions[0]


def refused(kind: str, net: str = "", shape: str = "", **keys: Any) -> str:
    """Why such a question is refused."""
    try:
        question(kind, net, shape, **keys)
    except SpecError as refusal:
        return str(refusal)
    return ""


def marks(of: Question, *answers: str) -> list[str]:
    """The verdicts on answers."""
    return [str(judge(of, answer).verdict) for answer in answers]


def mark(of: Question, answer: str) -> Mark:
    """The mark of an answer."""
    return judge(of, answer)
