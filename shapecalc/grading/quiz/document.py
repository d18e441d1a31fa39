"""The quiz file: what pydantic lets in. The schema is published as docs/reference/quiz.schema.json."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from shapecalc.errors import did_you_mean
from shapecalc.grading.answers import KINDS
from shapecalc.grading.quiz.target import MEASURES, TAKES, Axis, Measure

#: Bounds on a quiz file.
MAX_BYTES = 100_000
MAX_QUESTIONS = 200
MAX_OPTIONS = 20
MAX_WORDS = 2_000

_CHOICES = tuple(name for name, kind in KINDS.items() if kind.has_options)
#: How a claim says that two answers of the engine, or an answer and a value, compare.
RELATIONS = ("equals", "more_than", "less_than")


def _word(*words: str) -> AfterValidator:
    """One of several words; a typing error is answered with the nearest of them."""

    def check(word: str) -> str:
        if word not in words:
            raise ValueError(
                f"{word[:40]} is not known{did_you_mean(word, words)}; it may be {', '.join(filter(None, words))}"
            )
        return word

    return AfterValidator(check)


def _written(value: Any) -> Any:
    """A number or a list of numbers as a file has it, as text."""
    if isinstance(value, list) and value and all(isinstance(size, str | int) for size in value):
        return "x".join(map(str, value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Short = Annotated[str, Field(max_length=100)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS)]
WrittenValue = Annotated[
    str,
    BeforeValidator(_written),
    Field(max_length=200),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "array", "items": {"type": "integer"}}]}
    ),
]


class Strict(BaseModel):
    """A part of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AskDocument(Strict):
    """One thing asked of a network."""

    measure: Annotated[str, _word(*MEASURES)] = Field(
        description="; ".join(f"{name}: {words}" for name, words in MEASURES.items()),
        json_schema_extra={"enum": list(MEASURES)},
    )
    node: Short = Field(default="", description="Of which node or input; the network's output or total, by default.")
    dim: Annotated[int, Field(ge=0, le=15)] | None = Field(
        default=None, description="Which size of the output shape, from 0."
    )
    axis: Annotated[str, _word("", *get_args(Axis))] = Field(
        default="",
        description="Along which axis a receptive field or jump is asked.",
        json_schema_extra={"enum": list(get_args(Axis))},
    )
    tensor: Short = Field(default="", description="Which of the node's parameters, such as weight.")

    @model_validator(mode="after")
    def _only_what_fits(self) -> AskDocument:
        for key, measures in TAKES.items():
            if key in self.model_fields_set and self.measure not in measures:
                raise ValueError(f"{self.measure} takes no {key}; it goes with {' and '.join(measures)}")
        return self


def _spelled_out(value: Any) -> Any:
    """``ask: channels`` is short for ``ask: {measure: channels}``."""
    return {"measure": value} if isinstance(value, str) else value


AskEntry = Annotated[
    AskDocument,
    BeforeValidator(_spelled_out, json_schema_input_type=Measure | AskDocument),
]


class NetDocument(Strict):
    """A network as the command line takes it."""

    spec: Annotated[str, Field(min_length=1, max_length=20_000)] = Field(
        default="Identity()",
        description="Layers in torch's call syntax, zoo:NAME, or the path of a network file in the quiz's folder; left "
        "out where only the input is asked about.",
    )
    input: WrittenValue = Field(
        default="",
        description="The shape of the input without the batch: 3x130x130; left out where the file or the zoo has it.",
    )


class OptionDocument(Strict):
    """An option: a value to compare with the question's key, or a claim that the engine decides."""

    text: Short = Field(default="", description="What the option says; its value, by default.")
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
        if self.value is None and not (self.ask and len(claims) == 1):
            raise ValueError(f"an option needs a value, or an ask with one of {', '.join(RELATIONS)}")
        if self.ask and not self.text:
            raise ValueError("an option that makes a claim needs a text")
        return self


def _short_option(value: Any) -> Any:
    """An option that is only a value."""
    return {"value": value} if isinstance(value, str | int | list) else value


OptionEntry = Annotated[
    OptionDocument, BeforeValidator(_short_option, json_schema_input_type=WrittenValue | OptionDocument)
]


class QuestionDocument(Strict):
    """A question. Its key is not in the file: the engine finds it."""

    id: Annotated[str, Field(max_length=40, pattern=r"^[\w.-]+$"), BeforeValidator(_written)] = Field(
        description="The name of its column in the answers."
    )
    text: Words = Field(description="What the student is asked.")
    kind: Annotated[str, _word(*KINDS)] = Field(
        description="How the answer is read.", json_schema_extra={"enum": list(KINDS)}
    )
    points: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)] = Field(
        default=Decimal(1), description="What a right answer is worth."
    )
    ask: AskEntry | None = Field(default=None, description="What is asked of the network.")
    net: NetDocument | None = Field(default=None, description="The network, where it is not the quiz's own.")
    order: Annotated[str, _word("channels-first", "channels-last")] = Field(
        default="channels-first",
        description="In which order a shape is asked for.",
        json_schema_extra={"enum": ["channels-first", "channels-last"]},
    )
    options: Annotated[list[OptionEntry], Field(max_length=MAX_OPTIONS)] = Field(
        default=[], description="What a choice is made from."
    )

    @model_validator(mode="after")
    def _kind_has_its_keys(self) -> QuestionDocument:
        kind = KINDS[self.kind]
        if kind.has_options and len(self.options) < 2:
            raise ValueError(f"a {self.kind} question needs at least 2 options")
        if self.options and not kind.has_options:
            raise ValueError(
                f"a question of kind {self.kind} has no options; the kinds that do are {' and '.join(_CHOICES)}"
            )
        if self.ask is None and (not kind.has_options or any(option.value is not None for option in self.options)):
            raise ValueError("ask is missing: what the key is found from")
        if "order" in self.model_fields_set and not kind.is_shape:
            raise ValueError("only a question of kind shape has an order")
        return self


class QuizDocument(Strict):
    """A quiz about networks."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="A shapecalc quiz")

    title: Words = Field(description="What the quiz is called.")
    net: NetDocument | None = Field(default=None, description="The network that is asked about.")
    questions: Annotated[list[QuestionDocument], Field(min_length=1, max_length=MAX_QUESTIONS)] = Field(
        description="The questions, in order."
    )

    @model_validator(mode="after")
    def _questions_fit(self) -> QuizDocument:
        ids = [question.id for question in self.questions]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise ValueError(f"two questions are called {twice}")
        bare = next((question.id for question in self.questions if not (question.net or self.net)), None)
        if bare:
            raise ValueError(f"question {bare} has no net, and neither has the quiz")
        return self


def schema() -> dict[str, Any]:
    """The JSON Schema of a quiz file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **QuizDocument.model_json_schema()}


def schema_text() -> str:
    """The JSON Schema as docs/reference/quiz.schema.json has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
