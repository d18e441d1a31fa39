"""The quiz file as a whole. The schema is published as docs/reference/quiz.schema.json."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator, model_validator

from shapecalc.grading.quiz.deadlines import read_deadline
from shapecalc.grading.quiz.document.ask import NetDocument
from shapecalc.grading.quiz.document.choices import SelectAllDocument, SingleChoiceDocument
from shapecalc.grading.quiz.document.effects import ArgumentDocument, LayerDocument, NetworkDocument
from shapecalc.grading.quiz.document.formula import FormulaDocument
from shapecalc.grading.quiz.document.kernels import KernelDocument
from shapecalc.grading.quiz.document.parts import Words
from shapecalc.grading.quiz.document.question import AttemptsDocument, CarriedPart, FeedbackWord, QuestionDocument
from shapecalc.grading.quiz.document.values import (
    ExpressionDocument,
    IntegerDocument,
    IntervalDocument,
    NumberDocument,
    ShapeDocument,
    TextDocument,
)
from shapecalc.grading.quiz.document.vary import VaryDocument

#: Bounds on a quiz file.
MAX_BYTES = 100_000
MAX_QUESTIONS = 200

#: Every kind of question; a new one is added here, and is known to quizzes and to the published schema.
AnyQuestion = (
    IntegerDocument
    | ExpressionDocument
    | NumberDocument
    | ShapeDocument
    | IntervalDocument
    | FormulaDocument
    | TextDocument
    | SingleChoiceDocument
    | SelectAllDocument
    | KernelDocument
    | ArgumentDocument
    | LayerDocument
    | NetworkDocument
)
#: The names of the kinds, in order.
KINDS = tuple(QuestionDocument.kinds)


class QuizDocument(VaryDocument):
    """A quiz about networks."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="A shapecalc quiz")

    title: Words = Field(description="What the quiz is called.")
    net: NetDocument | None = Field(default=None, description="The network that is asked about.")
    feedback: FeedbackWord | None = Field(
        default=None, description="When students see what was wrong, where a question does not say it; now, by default."
    )
    attempts: AttemptsDocument | None = Field(
        default=None, description="How often a question may be answered that does not say it; any number of times."
    )
    deadline: str | None = Field(
        default=None,
        max_length=40,
        description="Until when it may be handed in on the web: a date and a time with its offset from UTC, such as "
        "2026-11-27T18:00+01:00.",
    )
    show_net: bool = Field(
        default=True,
        description="Whether students see the network that a question is about, where the question does not say it: "
        "false where the texts describe it. What stands in a question's text is not repeated.",
    )
    shuffle: bool = Field(
        default=False,
        description="Whether each student has options in an order of their own, where a question does not say it.",
    )
    carried: CarriedPart | None = Field(
        default=None,
        description="What answers earn that are worked out correctly from an earlier wrong one, where a question does "
        "not say it: full, the default, half, none, or a part of the points.",
    )
    questions: Annotated[
        list[Annotated[AnyQuestion, Field(discriminator="kind")]], Field(min_length=1, max_length=MAX_QUESTIONS)
    ] = Field(description="The questions, in order.")

    @field_validator("deadline")
    @classmethod
    def _deadline_is_a_moment(cls, text: str | None) -> str | None:
        if text is not None:
            read_deadline(text)
        return text

    @model_validator(mode="after")
    def _questions_fit(self) -> QuizDocument:
        ids = [question.id for question in self.questions]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise ValueError(f"two questions are called {twice}")
        return self


def schema() -> dict[str, Any]:
    """The JSON Schema of a quiz file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **QuizDocument.model_json_schema()}


def schema_text() -> str:
    """The JSON Schema as docs/reference/quiz.schema.json has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
