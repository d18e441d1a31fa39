"""Questions with options: values, or claims that the engine decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.errors import SpecError
from shapecalc.grading.answers.choice import Parts, SelectAll, SingleChoice, by_letter, folded
from shapecalc.grading.answers.kind import AnswerKind, Judgement, Key
from shapecalc.grading.answers.layer import layers_in
from shapecalc.grading.quiz.document.ask import AskDocument, AskEntry
from shapecalc.grading.quiz.document.keys import read_with, shape_value, whole_number
from shapecalc.grading.quiz.document.parts import Short, Strict, WrittenValue, one_of
from shapecalc.grading.quiz.document.question import QuestionDocument
from shapecalc.grading.quiz.document.requirements import EffectKeys
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import Claim, ModelAnswer, Option, Question
from shapecalc.layers import shape_text

#: The most options of a question.
MAX_OPTIONS = 20

#: How a claim says that two answers of the engine, or an answer and a value, compare.
RELATIONS: dict[str, Callable[[Key, Key], bool]] = {
    "equals": lambda left, right: left == right,
    "more_than": lambda left, right: cast("int", left) > cast("int", right),
    "less_than": lambda left, right: cast("int", left) < cast("int", right),
}


class OptionDocument(Strict):
    """An option: a value to compare with the question's key, a claim that the engine decides, or a text."""

    text: Short = Field(default="", description="What the option says; its value, by default.")
    layer: Annotated[str, Field(max_length=500)] = Field(
        default="", description="Layers, right where they do what the question's effect says."
    )
    fixed: bool = Field(default=False, description="Whether it stays at its place where the options are shuffled.")
    right: bool | None = Field(default=None, description="Whether a text is right, where no engine knows it.")
    value: WrittenValue | None = Field(default=None, description="What is compared with the question's key.")
    ask: AskEntry | None = Field(default=None, description="What the claim is about.")
    equals: WrittenValue | AskDocument | None = Field(
        default=None, description="The claim: it is this (a value, or another ask)."
    )
    more_than: WrittenValue | AskDocument | None = Field(default=None, description="The claim: it is more than this.")
    less_than: WrittenValue | AskDocument | None = Field(default=None, description="The claim: it is less than this.")

    @model_validator(mode="after")
    def _value_or_claim(self) -> OptionDocument:
        claims = [key for key in RELATIONS if getattr(self, key) is not None]
        if self.value is not None and (self.ask or claims):
            raise ValueError("an option has either a value or a claim")
        if self.layer:
            if self.value is not None or self.ask or claims or self.right is not None:
                raise ValueError("the question's effect decides a layer; leave out what else decides it")
            return self
        if self.right is not None:
            if self.value is not None or self.ask or claims:
                raise ValueError("the engine decides a value or a claim; leave out right")
            if not self.text:
                raise ValueError("an option that is right or wrong needs a text")
            return self
        if self.value is None and not (self.ask and len(claims) == 1):
            claim = f"an ask with one of {', '.join(RELATIONS)}"
            raise ValueError(f"an option needs a value, or {claim}, or a layer, or right: true or false")
        if self.ask and not self.text:
            raise ValueError("an option that makes a claim needs a text")
        return self

    def option(self, model: ModelAnswer | None, net: QuestionNet, effect: EffectKeys | None) -> Option:
        """The option, decided.

        Args:
            model: the engine's answer to what the question asks.
            net: what claims are about.
            effect: what layers must do.
        """
        return replace(self._decided(model, net, effect), is_fixed=self.fixed)

    def _decided(self, model: ModelAnswer | None, net: QuestionNet, effect: EffectKeys | None) -> Option:
        if self.layer and effect is not None:
            return Option(self.text or self.layer, _does(self.layer, effect))
        if self.right is not None:
            return Option(self.text, self.right)
        if self.value is None:
            claim = self._claim(net)
            return Option(self.text, claim.holds, claim=claim)
        key = model.key if model else None
        value = _value(self.value, shape=isinstance(key, tuple))
        return Option(self.text or self.value, value == key, value)

    def _claim(self, net: QuestionNet) -> Claim:
        left = net.answer(cast("AskDocument", self.ask).target)
        relation = next(name for name in RELATIONS if getattr(self, name) is not None)
        side = getattr(self, relation)
        is_shape = isinstance(left.key, tuple)
        right = net.answer(side.target) if isinstance(side, AskDocument) else _value(side, shape=is_shape)
        value = right.key if isinstance(right, ModelAnswer) else right
        shapes = is_shape, isinstance(value, tuple)
        if len(set(shapes)) > 1 or (relation != "equals" and any(shapes)):
            raise SpecError(f"The claim {self.text!r} compares a shape with something else than its equal.")
        return Claim(left, relation, right, RELATIONS[relation](left.key, value))


def _short_option(value: Any) -> Any:
    """An option that is only a value."""
    return {"value": value} if isinstance(value, str | int | list) else value


OptionEntry = Annotated[
    OptionDocument, BeforeValidator(_short_option, json_schema_input_type=WrittenValue | OptionDocument)
]


class ChoiceDocument(QuestionDocument):
    """A question with options. Abstract."""

    ask: AskEntry | None = Field(default=None, description="What is asked of the network.")
    effect: EffectKeys | None = Field(default=None, description="What options that are layers must do to be right.")
    options: Annotated[list[OptionEntry], Field(max_length=MAX_OPTIONS)] = Field(
        default=[], description="What a choice is made from."
    )
    shuffle: bool | None = Field(
        default=None,
        description="Whether each student has the options in an order of their own; as the quiz says, by default.",
    )

    def with_answer(self, answer: AnswerKind[Any], **parts: Any) -> Question:
        return super().with_answer(answer, is_shuffled=self.shuffle is True, **parts)

    @model_validator(mode="after")
    def _options_fit(self) -> ChoiceDocument:
        if len(self.options) < 2:
            raise ValueError(f"a {getattr(self, 'kind', '')} question needs at least 2 options")
        if self.ask is None and any(option.value is not None for option in self.options):
            raise ValueError("ask is missing: what the key is found from")
        if self.effect is None and any(option.layer for option in self.options):
            raise ValueError("effect is missing: what the layers must do")
        return self

    def decided(self, net: QuestionNet) -> tuple[ModelAnswer | None, tuple[Option, ...]]:
        """The engine's answer to what is asked, and the options, decided."""
        model = net.answer(self.ask.target) if self.ask else None
        options = tuple([option.option(model, net, self.effect) for option in self.options])
        _check_distinct(options)
        return model, options


class SingleChoiceDocument(ChoiceDocument):
    """A choice of one option."""

    kind: Literal["single-choice"] = Field(description="One of the options.")

    def question(self, net: QuestionNet) -> Question:
        model, options = self.decided(net)
        right = _right(options)
        if len(right) != 1:
            raise SpecError(f"One option must be right, but {len(right)} are; the answer is {_text(model)}.")
        answer = SingleChoice(right, _texts(options))
        return self.with_answer(answer, model=model, options=options, is_key_typed=_is_typed(self.options))


class SelectAllDocument(ChoiceDocument):
    """A choice of all options that are right."""

    kind: Literal["select-all"] = Field(description="All options that are right.")
    parts: Annotated[str, one_of(*Parts)] = Field(
        default="right-minus-wrong",
        description="What a choice is worth that is right in part.",
        json_schema_extra={"enum": [*Parts]},
    )

    def question(self, net: QuestionNet) -> Question:
        model, options = self.decided(net)
        answer = SelectAll(_right(options), _texts(options), Parts(self.parts))
        return self.with_answer(answer, model=model, options=options, is_key_typed=_is_typed(self.options))


def _does(layer: str, effect: EffectKeys) -> bool:
    """Whether layers do what is asked for.

    Raises:
        SpecError: they cannot be read, or it cannot be decided.
    """
    net = read_with(layers_in, layer).net
    judgement = effect.rubric().judge(net) if net is not None else Judgement.of(is_right=False)
    if judgement.credit is None:
        raise SpecError(f"The option {layer!r} cannot be decided: {judgement.note}.")
    return judgement.credit == 1


def _is_typed(options: list[OptionDocument]) -> bool:
    """Whether a person says which of the options are right."""
    return any(option.right is not None for option in options)


def _right(options: tuple[Option, ...]) -> tuple[int, ...]:
    return tuple(place for place, option in enumerate(options) if option.is_right)


def _texts(options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(option.text for option in options)


def _text(model: ModelAnswer | None) -> str:
    if model is None:
        return "decided by the claims"
    return shape_text(model.key) if isinstance(model.key, tuple) else str(model.key)


def _value(written: str, *, shape: bool) -> Key:
    return shape_value(written) if shape else whole_number(written)


def _check_distinct(options: tuple[Option, ...]) -> None:
    """Refuse options that an answer could not tell apart: equal texts, or a text that reads as other letters."""
    values = [option.value for option in options if option.value is not None]
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if twice is not None:
        raise SpecError(f"Two options have the same value, {shape_text(twice) if isinstance(twice, tuple) else twice}.")
    texts = [folded(option.text) for option in options]
    for place, text in enumerate(texts):
        if text in texts[:place] or text in ("all", "none"):
            raise SpecError(f"The option {options[place].text!r} cannot be told apart from another.")
        letters = by_letter(text, len(options))
        if letters is not None and letters != [place]:
            raise SpecError(f"The option {options[place].text!r} could be read as the letters of other options.")
