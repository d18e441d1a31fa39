"""Questions whose key is a number or a shape."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shapecalc.errors import SpecError
from shapecalc.grading.answers.expression import ExpressionAnswer
from shapecalc.grading.answers.integer import IntegerAnswer
from shapecalc.grading.answers.shape import ShapeAnswer, to_channels_last
from shapecalc.grading.quiz.document.keys import rational, shape_value, whole_number
from shapecalc.grading.quiz.document.parts import one_of
from shapecalc.grading.quiz.document.question import ValueDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import ModelAnswer, Question
from shapecalc.grading.quiz.steps import ChannelsLast


class IntegerDocument(ValueDocument):
    """A whole number, written as one."""

    kind: Literal["integer"] = Field(description="A whole number.")

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        key = number_of(self.kind, model) if model else whole_number(self.key or "")
        return self.with_answer(IntegerAnswer(key), model=model, is_key_typed=model is None)


class ExpressionDocument(ValueDocument):
    """A number, or a calculation of it."""

    kind: Literal["expression"] = Field(description="A number or a calculation of it.")

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        key = number_of(self.kind, model) if model else rational(self.key or "")
        return self.with_answer(ExpressionAnswer(key), model=model, is_key_typed=model is None)


class ShapeDocument(ValueDocument):
    """A shape."""

    kind: Literal["shape"] = Field(description="A shape, in any notation.")
    order: Annotated[str, one_of("channels-first", "channels-last")] = Field(
        default="channels-first",
        description="In which order the shape is asked for.",
        json_schema_extra={"enum": ["channels-first", "channels-last"]},
    )

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        is_last = self.order == "channels-last"
        if model is None:
            return self.with_answer(ShapeAnswer(shape_value(self.key or ""), is_last), is_key_typed=True)
        if not isinstance(model.key, tuple):
            raise SpecError("The kind is shape, but its ask gives a number.")
        if not is_last:
            return self.with_answer(ShapeAnswer(model.key), model=model)
        key = to_channels_last(model.key)
        return self.with_answer(ShapeAnswer(key, channels_last=True), model=model, closing_steps=(ChannelsLast(key),))


def number_of(kind: str, model: ModelAnswer) -> int:
    """The engine's answer as a number.

    Raises:
        SpecError: it is a shape.
    """
    if isinstance(model.key, tuple):
        raise SpecError(f"The kind is {kind}, but its ask gives a shape.")
    return model.key
