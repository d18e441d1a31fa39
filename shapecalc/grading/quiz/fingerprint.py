"""What identifies a version of a quiz: a hash of all that a verdict depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.steps import steps_text


def quiz_hash(quiz: Quiz) -> str:
    """A hash of a quiz's title, questions, keys and rules; the layout of its file changes nothing."""
    content = [quiz.title, [_question(question) for question in quiz.questions]]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _question(question: Question) -> list[Any]:
    options = [[option.text, option.is_right] for option in question.options]
    return [
        *(question.id, question.text, question.kind, str(question.points), options, steps_text(question.steps)),
        *(question.answer.key_text, _plain(question.answer), _plain(question.policy)),
    ]


def _plain(value: Any) -> Any:
    """A value of dataclasses and containers as lists of texts, in an order of its own for each set."""
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *([field.name, _plain(getattr(value, field.name))] for field in fields(value))]
    if isinstance(value, Mapping):
        return sorted([str(key), _plain(part)] for key, part in value.items())
    if isinstance(value, AbstractSet):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, str | int | float):
        return value
    text = str(value)
    return type(value).__name__ if " at 0x" in text else text
