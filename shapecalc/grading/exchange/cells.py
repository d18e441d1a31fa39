"""Notebooks of a quiz: for each question its text, a variable for the answer, and what marks it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import Any, final

from shapecalc.errors import SpecError
from shapecalc.formats import dumps, open_within
from shapecalc.formats.open import path_and_variant
from shapecalc.grading.answers.choice import Parts, SelectAll, SingleChoice
from shapecalc.grading.answers.layer import LayerAnswer
from shapecalc.grading.answers.network import NetworkAnswer
from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.judge import Verdict, judge, plain_points
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.submissions.notebooks import variable_name
from shapecalc.grading.variants.seeds import plain_seeds
from shapecalc.page import visible

#: The notebook has the numbers of this seed, which is the variant that `quiz preview` shows.
SEED = "1"

#: What both kinds of notebooks lack.
NOTEBOOK_LACKS: Mapping[Ability, str] = MappingProxyType(
    {
        Ability.VARIANTS: "everybody has the same notebook, with the numbers of seed 1",
        Ability.SHUFFLED: "everybody has the options in the order of the file",
        Ability.UNLISTED_WORDS: "what a person has to look at has no points until its points are edited there",
        Ability.CARRIED: "each cell is marked alone: what follows from an earlier wrong answer earns nothing",
        Ability.ATTEMPTS: "a notebook may be collected any number of times",
        Ability.PENALTY: "the notebook that is collected last counts",
        Ability.NOTATIONS: "without quotes, Python works a calculation out before it is marked, and 1/3 is no fraction "
        "then; in quotes every notation counts",
    }
)


@final
@dataclass(frozen=True, slots=True)
class AnswerCell:
    """A question as a notebook asks it.

    Attributes:
        place: its number, from 1 on.
        question: the question, its options as in the file.
        content: the quiz with this question alone, as JSON, by which an answer is marked.
    """

    place: int
    question: Question
    content: str

    @property
    def variable(self) -> str:
        """The variable that takes the answer."""
        return variable_name(self.question.id)

    @property
    def points(self) -> int | float:
        """What it is worth, as JSON has it."""
        return plain_points(self.question.points)

    @property
    def parts(self) -> int:
        """Into how many equal parts its points fall, of which an answer earns some; 1 where it earns all or none."""
        match self.question.answer:
            case SelectAll(parts=Parts.RIGHT_MINUS_WRONG, key=key):
                return max(len(key), 1)
            case SelectAll(parts=Parts.EACH_OPTION, options=options):
                return len(options)
            case LayerAnswer(rubric=rubric) | NetworkAnswer(rubric=rubric) if rubric.points:
                return lcm(*(Fraction(points, sum(rubric.points)).denominator for points in rubric.points))
            case _:
                return 1

    def markdown(self) -> str:
        """What the student reads; nothing of it is markup."""
        points = f"{self.points} point{'' if self.points == 1 else 's'}"
        lines = [f"**{self.place}. {_plain(self.question.id)}** ({points})", "", _plain(self.question.text)]
        if self.question.exhibit:
            lines += ["", *(f"    {visible(line)}" for line in self.question.exhibit)]
        if self.question.options:
            lines += ["", *(f"- {letter}) {_plain(option.text)}" for letter, option in self.question.lettered_options)]
        return "\n".join(lines)

    def empty(self) -> str:
        """The line in which the student writes the answer."""
        match self.question.answer:
            case SingleChoice():
                hint = 'the letter of an option, such as "a"'
            case SelectAll():
                hint = 'the letters of all options that are right, such as "a, c"'
            case _:
                hint = "the answer between the quotes"
        return f'{self.variable} = ""  # {hint}'

    def solution(self) -> str:
        """The line with a right answer; "" where none is known as a text."""
        texts = [self.question.answer.key_text, *(text for text, verdict in self.question.tests if verdict == "right")]
        right = (text for text in texts if judge(self.question, text).verdict is Verdict.RIGHT)
        return next((f"{self.variable} = {text!r}" for text in right), "")


def answer_cells(bank: QuizBank) -> tuple[AnswerCell, ...]:
    """The questions of a quiz with the numbers of the first seed, each with what marks it.

    Raises:
        SpecError: the quiz cannot be made, or two questions would be one variable.
    """
    template = bank.template
    questions = template.in_file_order(plain_seeds(SEED)).questions
    variables = [variable_name(question.id) for question in questions]
    twice = next((name for name in variables if variables.count(name) > 1), None)
    if twice:
        raise SpecError(f"{template.source}: two questions would be the variable {twice}; give one another id.")
    return tuple(
        [
            AnswerCell(place, question, json.dumps(_content(template, place - 1, question)))
            for place, question in enumerate(questions, 1)
        ]
    )


def _content(template: QuizTemplate, place: int, question: Question) -> Any:
    return _without_paths(template.filled_content(place, dict(question.numbers)), template)


def _without_paths(data: Any, template: QuizTemplate) -> Any:
    """A quiz in which the files of networks are written out."""
    match data:
        case dict():
            return {name: _without_paths(value, template) for name, value in data.items()}
        case list():
            return [_without_paths(value, template) for value in data]
        case str() if template.folder is not None and path_and_variant(data.strip()) is not None:
            return dumps(open_within(template.folder, data))
        case _:
            return data


def _plain(text: str) -> str:
    """A text none of whose signs is markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#+!|~$" else sign for sign in visible(text))


def notebook_bytes(cells: Iterator[dict[str, Any]], metadata: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    """A notebook of cells, the same bytes for the same cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {
        "cells": [*cells],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def markdown_cell(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell of text, under a name that is the same each time."""
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": source}


def code_cell(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell of code that has not been run."""
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source, **empty}
