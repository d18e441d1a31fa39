"""Questions whose key is a value: a number, a shape, an interval, or a word."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, cast

from pydantic import Field

from shapecalc.errors import SpecError
from shapecalc.grading.answers.expression import FORMS, ExpressionAnswer
from shapecalc.grading.answers.integer import IntegerAnswer
from shapecalc.grading.answers.interval import IntervalAnswer
from shapecalc.grading.answers.number import Measured, NumberAnswer
from shapecalc.grading.answers.shape import ShapeAnswer, to_channels_last
from shapecalc.grading.answers.text import TextAnswer, comparable
from shapecalc.grading.quiz.document.keys import interval_value, rational, shape_value, unit_value, whole_number
from shapecalc.grading.quiz.document.parts import Short, WrittenValue, one_of
from shapecalc.grading.quiz.document.question import QuestionDocument, ValueDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import ModelAnswer, Question
from shapecalc.grading.quiz.steps import ChannelsLast, Step
from shapecalc.grading.quiz.target import quantity_of

#: The most answers that a question accepts, and that it rejects.
MAX_ACCEPTED = 100


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
    form: Annotated[str, one_of("", *FORMS)] = Field(
        default="", description="How it must be written.", json_schema_extra={"enum": [*FORMS]}
    )

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        key = number_of(self.kind, model) if model else rational(self.key or "")
        return self.with_answer(ExpressionAnswer(key, self.form), model=model, is_key_typed=model is None)


class ShapeDocument(ValueDocument):
    """A shape."""

    kind: Literal["shape"] = Field(description="A shape, in any notation.")
    order: Annotated[str, one_of("channels-first", "channels-last")] = Field(
        default="channels-first",
        description="In which order the shape is asked for.",
        json_schema_extra={"enum": ["channels-first", "channels-last"]},
    )

    batch: WrittenValue = Field(
        default="left-out",
        description="What stands in front: nothing, left-out; any batch or none, optional; or this many.",
    )

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        if model is not None and not isinstance(model.key, tuple):
            raise SpecError("The kind is shape, but its ask gives a number.")
        is_last = self.order == "channels-last"
        key = model.key if model else shape_value(self.key or "")
        steps: tuple[Step, ...] = ()
        if model and is_last:
            key = to_channels_last(key)
            steps = (ChannelsLast(key),)
        if self.batch in ("left-out", "optional"):
            answer = ShapeAnswer(key, is_last, cast("Literal['left-out', 'optional']", self.batch))
        else:
            answer = ShapeAnswer((whole_number(self.batch), *key), is_last, "asked")
        return self.with_answer(answer, model=model, closing_steps=steps, is_key_typed=model is None)


class NumberDocument(ValueDocument):
    """A number with a unit."""

    kind: Literal["number"] = Field(description="A number with a unit, right within a tolerance.")
    unit: Short = Field(
        default="",
        description="The unit that is asked for: MiB, MB, KiB, bytes, bits, GMAC, GFLOP; a count, by default.",
    )
    tolerance: WrittenValue = Field(
        default="1%", description="How far off a right answer may be: 2% of the key, or a number in the unit."
    )

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        unit = unit_value(self.unit)
        if model is None:
            key = Measured(Fraction(rational(self.key or "")), unit)
        else:
            quantity, size = quantity_of(model.target.measure)
            if quantity != unit.quantity:
                subject = f"The unit {self.unit} does not count" if self.unit else "The unit is missing, for"
                raise SpecError(f"{subject} {quantity}; {_UNIT_EXAMPLES[quantity]}.")
            key = Measured(number_of(self.kind, model) * size / unit.size, unit)
        tolerance = Fraction(rational(self.tolerance))
        answer = NumberAnswer(key, tolerance, is_relative=self.tolerance.rstrip().endswith("%"))
        return self.with_answer(answer, model=model, is_key_typed=model is None)


_UNIT_EXAMPLES = {"bytes": "write bytes, MiB or MB", "MACs": "write MACs, GMAC or GFLOP", "count": "leave it out"}


class IntervalDocument(ValueDocument):
    """An interval, such as the inputs that an output sees."""

    kind: Literal["interval"] = Field(description="An interval of whole numbers, both ends counted in.")

    def question(self, net: QuestionNet) -> Question:
        model = self.model(net)
        if model is not None and model.target.measure != "field_interval":
            raise SpecError(f"The kind is interval, but its ask is {model.target.measure}; ask for field_interval.")
        key = cast("tuple[int, int]", model.key) if model else interval_value(self.key or "")
        return self.with_answer(IntervalAnswer(key), model=model, is_key_typed=model is None)


class TextDocument(QuestionDocument):
    """A word or a few, which no engine knows."""

    kind: Literal["text"] = Field(description="A word or a few, of those that are accepted.")
    accepted: Annotated[list[Short], Field(min_length=1, max_length=MAX_ACCEPTED)] = Field(
        description="The answers that are right; the first one is shown as the key."
    )
    rejected: Annotated[list[Short], Field(max_length=MAX_ACCEPTED)] = Field(
        default=[], description="Answers that are known to be wrong."
    )
    unlisted: Annotated[str, one_of("by-hand", "wrong")] = Field(
        default="by-hand",
        description="What an answer on neither list is.",
        json_schema_extra={"enum": ["by-hand", "wrong"]},
    )

    def question(self, net: QuestionNet) -> Question:
        both = next((text for text in self.rejected if comparable(text) in map(comparable, self.accepted)), None)
        if both is not None:
            raise SpecError(f"{both!r} is accepted and rejected.")
        answer = TextAnswer(self.accepted[0], tuple(self.accepted), tuple(self.rejected), self.unlisted)
        return self.with_answer(answer, is_key_typed=True)


def number_of(kind: str, model: ModelAnswer) -> int:
    """The engine's answer as a number.

    Raises:
        SpecError: it is a shape.
    """
    if not isinstance(model.key, int):
        raise SpecError(f"The kind is {kind}, but its ask gives a shape.")
    return model.key
