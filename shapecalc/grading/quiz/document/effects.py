"""Questions whose answer is judged by what it does: an argument, layers, a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.algebra import Int
from shapecalc.algebra.comparison import Relation
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.text.shapes import read_shape
from shapecalc.grading.answers.kind import AnswerKind, NotUnderstoodError
from shapecalc.grading.answers.layer import BLANK, ArgumentAnswer, LayerAnswer, LayerText
from shapecalc.grading.answers.network import MAX_SOURCE, NetworkAnswer
from shapecalc.grading.effects.requirement import (
    Divides,
    Gives,
    Keeps,
    Multiplies,
    NumberBound,
    Requirement,
    Rounding,
    Types,
    family_of,
)
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.grading.quiz.document.parts import Strict, WrittenValue, as_text, one_of
from shapecalc.grading.quiz.document.question import QuestionDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import Question
from shapecalc.layers import Shape
from shapecalc.layers.core.registry import REGISTRY
from shapecalc.solve import layers_for

#: The most inputs that a question names, types of layers, and layers that an answer may have.
MAX_INPUTS, MAX_TYPES, MAX_LAYERS = 8, 40, 20
#: Up to which number an example of a value is searched.
_VALUES = 64

_RELATIONS = {"at_least": Relation.AT_LEAST, "at_most": Relation.AT_MOST, "exactly": Relation.EQUAL}
_WORDS = ("same", "valid")


class AmountDocument(Strict):
    """How large a number must be."""

    at_least: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This, or more.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This, or less.")
    exactly: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This.")

    @model_validator(mode="after")
    def _is_bounded(self) -> AmountDocument:
        if not self.model_fields_set:
            raise ValueError("at_least, at_most or exactly is missing")
        return self

    def amounts(self, key: str) -> Iterator[Requirement]:
        """What is required of the number with a name."""
        for name, relation in _RELATIONS.items():
            number = getattr(self, name)
            if number is not None:
                yield NumberBound(key, relation, number)


def _as_amount(value: Any) -> Any:
    """``field: 7`` is short for ``field: {exactly: 7}``."""
    return value if isinstance(value, dict) else {"exactly": value}


AmountEntry = Annotated[AmountDocument, BeforeValidator(_as_amount, json_schema_input_type=int | AmountDocument)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _known_type(word: str) -> str:
    families = {family_of(name) for name in REGISTRY}
    if word not in REGISTRY and word not in families:
        raise ValueError(f"there is no layer and no family {word[:40]}{did_you_mean(word, [*REGISTRY, *families])}")
    return word


TypeNames = Annotated[
    list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str]), Field(max_length=MAX_TYPES)
]
ShapeTexts = Annotated[
    list[WrittenValue],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str | int) else value, json_schema_input_type=str | list[str]
    ),
    Field(max_length=MAX_INPUTS),
]


class EffectDocument(QuestionDocument):
    """A question about what layers do. Abstract."""

    inputs: ShapeTexts = Field(
        default=[],
        description="On which inputs, without the batch: 3x32x32, or CxHxW for all sizes; any, by default.",
    )
    keeps: Annotated[str, one_of("", "size", "channels", "shape")] = Field(
        default="",
        description="What comes out as it goes in.",
        json_schema_extra={"enum": ["size", "channels", "shape"]},
    )
    output: WrittenValue = Field(
        default="", description="What must come out: a size along every axis, 55 or ceil(W/2), or a shape, 96x55x55."
    )
    divides: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="By what every size is divided, where it can be."
    )
    rounded: Annotated[str, one_of("", "up", "down")] = Field(
        default="",
        description="How a size that cannot be divided is rounded; those are not asked for, by default.",
        json_schema_extra={"enum": ["up", "down"]},
    )
    multiplies: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="By what every size is multiplied."
    )
    field: AmountEntry | None = Field(default=None, description="How many inputs one output must see.")
    parameters: AmountEntry | None = Field(default=None, description="How many parameters there must be.")
    macs: AmountEntry | None = Field(default=None, description="How many multiply-accumulates there must be.")

    @model_validator(mode="after")
    def _has_an_effect(self) -> EffectDocument:
        if self.rounded and self.divides is None:
            raise ValueError("rounded goes with divides")
        if not [*self.requirements()]:
            raise ValueError("what must hold is missing: keeps, output, divides, multiplies, field, parameters or macs")
        return self

    def requirements(self) -> Iterator[Requirement]:
        """What layers must do, in the order of the keys.

        Raises:
            SpecError: the output cannot be read.
        """
        if self.keeps:
            yield Keeps(self.keeps)
        if self.output:
            sizes = read_shape(self.output, style="expressions", down=True)
            yield Gives(sizes, len(sizes) > 1)
        if self.divides is not None:
            yield Divides(self.divides, cast("Rounding", self.rounded))
        if self.multiplies is not None:
            yield Multiplies(self.multiplies)
        for key in ("field", "parameters", "macs"):
            amount = getattr(self, key)
            yield from amount.amounts(key) if amount else ()

    def rubric(self, points: tuple[Fraction, ...] = ()) -> Rubric:
        """What is required, on which inputs."""
        shapes = tuple(read_shape(text) for text in self.inputs)
        for shape in shapes if self.divides and not self.rounded else ():
            self._check_divided(shape)
        return Rubric(tuple(self.requirements()), shapes, points)

    def _check_divided(self, shape: Shape) -> None:
        wrong = next((size for size in shape[1:] if isinstance(size, int) and size % (self.divides or 1)), None)
        if wrong is not None:
            raise SpecError(f"{wrong} cannot be divided by {self.divides}; say how it is rounded, as in rounded: down.")


class ArgumentDocument(EffectDocument):
    """A value for the blank of a layer."""

    kind: Literal["argument"] = Field(description="A value for the blank of a layer, judged by what it does.")
    layer: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="The layer, or several, with ? in place of the value."
    )
    example: Annotated[str, Field(max_length=100), BeforeValidator(as_text)] = Field(
        default="", description="A right answer, shown as the key; the first that the engine finds, by default."
    )

    def question(self, net: QuestionNet) -> Question:
        if self.layer.count(BLANK) != 1:
            raise SpecError(f"The layer {self.layer!r} has {self.layer.count(BLANK)} blanks; write ? once.")
        rubric = self.rubric()
        texts = [self.example] if self.example else [*map(str, range(_VALUES + 1)), *_WORDS]
        probe = ArgumentAnswer(LayerText("", None), self.layer, rubric)
        return self.with_answer(ArgumentAnswer(right_example(probe, texts, self.example), self.layer, rubric))


class LayerDocument(EffectDocument):
    """Layers that do something."""

    kind: Literal["layer"] = Field(description="A layer, judged by what it does.")
    types: TypeNames = Field(default=[], description="Which layers may occur: MaxPool2d, or a family such as pool.")
    most: Annotated[int, Field(ge=1, le=MAX_LAYERS)] = Field(default=1, description="How many layers it may have.")
    example: Annotated[str, Field(max_length=500)] = Field(
        default="", description="A right answer, shown as the key; one that the engine finds, by default."
    )

    @model_validator(mode="after")
    def _types_exist(self) -> LayerDocument:
        for word in self.types:
            _known_type(word)
        return self

    def requirements(self) -> Iterator[Requirement]:
        yield from super().requirements()
        if self.types:
            yield Types(tuple(self.types), "types")

    def question(self, net: QuestionNet) -> Question:
        rubric = self.rubric()
        probe = LayerAnswer(LayerText("", None), rubric, self.most)
        texts = [self.example] if self.example else self._candidates(rubric)
        return self.with_answer(LayerAnswer(right_example(probe, texts, self.example), rubric, self.most))

    def _candidates(self, rubric: Rubric) -> Iterator[str]:
        """Layers that may do it: those that make the size of the size, which the engine finds backwards."""
        channels = self._channels(rubric)
        for asked in self._sizes_asked(rubric):
            for kind in ("pool", "avgpool", "conv", "deconv"):
                try:
                    solutions = layers_for(*asked, layer=kind, dims=max(len(self._input(rubric)) - 1, 1)).solutions
                except SpecError:  # sizes that such a layer cannot be asked for
                    continue
                for solution in solutions[:8]:
                    yield re.sub(r"\b[DK]\b", str(channels), str(solution))

    def _input(self, rubric: Rubric) -> Shape:
        return rubric.inputs[0] if rubric.inputs else (1, 0, 0)

    def _channels(self, rubric: Rubric) -> Int:
        first = self._input(rubric)[0]
        return first if isinstance(first, int) and rubric.inputs else 8

    def _sizes_asked(self, rubric: Rubric) -> Iterator[tuple[str, str]]:
        shape = self._input(rubric)
        before = str(shape[1]) if rubric.inputs and len(shape) > 1 else "W"
        if self.keeps:
            yield before, before
        if self.output and "x" not in self.output:
            yield before, self.output
        if self.divides:
            yield (
                before,
                f"ceil({before}/{self.divides})" if self.rounded == "up" else f"floor({before}/{self.divides})",
            )
        if self.multiplies:
            yield before, f"{self.multiplies}*{before}"


class NetworkDocument(EffectDocument):
    """A network."""

    kind: Literal["network"] = Field(description="A network: layers, or a program, which is read and never run.")
    layers: AmountEntry | None = Field(default=None, description="How many layers there must be.")
    types: TypeNames = Field(default=[], description="Which layers may occur: ReLU, or a family such as conv.")
    uses: TypeNames = Field(default=[], description="Which layers must occur.")
    lacks: TypeNames = Field(default=[], description="Which layers must not occur.")
    rubric_points: Annotated[dict[str, Annotated[Decimal, Field(ge=0, le=1000)]], Field(alias="rubric")] = Field(
        default={}, description="What each requirement is worth, by its key; only all together, by default."
    )
    example: Annotated[str, Field(max_length=MAX_SOURCE)] = Field(
        default="", description="A right answer, shown as the key; the question's own net, by default."
    )

    @model_validator(mode="after")
    def _types_exist(self) -> NetworkDocument:
        for word in (*self.types, *self.uses, *self.lacks):
            _known_type(word)
        return self

    def requirements(self) -> Iterator[Requirement]:
        yield from super().requirements()
        if self.layers:
            yield from self.layers.amounts("layers")
        for key in ("types", "uses", "lacks"):
            words = getattr(self, key)
            if words:
                yield Types(tuple(words), key)

    def question(self, net: QuestionNet) -> Question:
        if not self.inputs:
            raise SpecError("inputs are missing: on which the network must run, such as 3x32x32.")
        requirements = [*self.requirements()]
        unknown = next(
            (key for key in self.rubric_points if key not in {requirement.key for requirement in requirements}), None
        )
        if unknown is not None:
            keys = list(dict.fromkeys(requirement.key for requirement in requirements))
            raise SpecError(
                f"The rubric has {unknown}{did_you_mean(unknown, keys)}; the question asks for {', '.join(keys)}."
            )
        points = tuple(Fraction(self.rubric_points.get(requirement.key, Decimal(1))) for requirement in requirements)
        rubric = self.rubric(points if self.rubric_points else ())
        if not all(isinstance(size, int) for shape in rubric.inputs for size in shape):
            raise SpecError("The inputs of a network are numbers; give several for several sizes.")
        probe = NetworkAnswer(LayerText("", None), rubric)
        text = self.example or (net.source.spec if net.source else "")
        return self.with_answer(NetworkAnswer(right_example(probe, [text] if text else [], self.example), rubric))


def right_example(kind: AnswerKind[Any], texts: Iterable[str], example: str) -> Any:
    """The first of some answers that is right, as its kind reads it.

    Raises:
        SpecError: none is.
    """
    reason = "no value or layer that was tried does all of it; give an example of a right answer"
    for text in texts:
        try:
            reading = kind.read(text)
        except NotUnderstoodError as refused:
            reason = f"{text!r}: {refused}" if example else reason
            continue
        judgement = kind.judge(reading)
        if judgement.credit == 1:
            return reading
        reason = f"{text!r}: {judgement.note or 'it is wrong'}" if example else reason
    raise SpecError(f"The example is not right: {reason}." if example else f"There is no example: {reason}.")
